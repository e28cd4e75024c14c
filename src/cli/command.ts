import type { ExitCode, Io } from './io';
import type { Given, Option } from './options';

/** A command of `cdk8s-dagger`. What it works with is loaded when it runs, so that help and mistakes are answered at once. */
export interface Command {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** What follows its name. */
  readonly synopsis: string;
  /** What there is to know beside its options. */
  readonly about: string;
  readonly options: readonly Option[];
  /** What it takes beside options; nothing if undefined. */
  readonly operands?: { readonly name: string; readonly what: string };
  readonly examples: readonly string[];
  readonly run: (given: Given, io: Io) => Promise<ExitCode>;
}
