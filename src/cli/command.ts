import type { ExitCode, Io } from './io';
import type { Arguments, Syntax } from './options';

/** A command of `cdk8s-dagger`. It loads its implementation only when it runs, so that help and errors are fast. */
export interface Command extends Syntax {
  readonly name: string;
  /** The description in one line. */
  readonly summary: string;
  /** The arguments after the name, for the help. */
  readonly synopsis: string;
  /** The full description. */
  readonly about: string;
  readonly examples: readonly string[];
  readonly run: (args: Arguments, io: Io) => Promise<ExitCode>;
}
