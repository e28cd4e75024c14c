import { redact } from '../reporting/secret-detection';

/** An output stream of the command. */
export interface Output {
  readonly isTTY?: boolean;
  /** The width of the terminal in columns, or undefined for a file or a pipe. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** The streams and the environment of the process that runs the command. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Reads all of standard input. */
  readonly stdin: () => Promise<Uint8Array>;
  readonly env: { readonly [name: string]: string | undefined };
  /** The version of this package. */
  readonly version: string;
}

/** The exit code of the command. */
export enum ExitCode {
  OK = 0,
  /** At least one finding or effect has the severity in `--fail-on` or a higher one. */
  FINDINGS = 1,
  /** The arguments or the input are invalid. */
  BAD_INPUT = 2,
  /** The command has a bug (EX_SOFTWARE of sysexits.h). */
  BUG = 70,
  /** The output can't be written (EX_IOERR of sysexits.h). */
  OUTPUT_FAILED = 74,
}

/** An error that the user can fix. Its message contains no secrets. */
export class InputError extends Error {
  public constructor(
    message: string,
    public readonly exitCode = ExitCode.BAD_INPUT,
  ) {
    super(redact(message));
    this.name = 'InputError';
  }
}

/** Throws one error with all problems, if there are any. */
export function rejectIfAny(command: string, problems: readonly string[], hint = ''): void {
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    throw new InputError(
      `cdk8s-dagger ${command} has ${count}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}${hint}`,
    );
  }
}
