import type { ExitCode, Io } from './io';
import type { Given, Syntax } from './options';

/** A command of `cdk8s-dagger`. It loads its implementation only when it runs, so that help and errors are fast. */
export interface Command extends Syntax {
  readonly name: string;
  /** One line about it. */
  readonly summary: string;
  /** The arguments after its name. */
  readonly synopsis: string;
  /** More about it. */
  readonly about: string;
  readonly examples: readonly string[];
  readonly run: (given: Given, io: Io) => Promise<ExitCode>;
}
