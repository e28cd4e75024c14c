import type { ExitCode, Io } from './io';
import type { Given, Syntax } from './options';

/** A command of `cdk8s-dagger`. What it works with is loaded when it runs, so that help and mistakes are answered at once. */
export interface Command extends Syntax {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** What follows its name. */
  readonly synopsis: string;
  /** What there is to know beside its options. */
  readonly about: string;
  readonly examples: readonly string[];
  readonly run: (given: Given, io: Io) => Promise<ExitCode>;
}
