import { redact } from '../reporting/secret-detection';

/** Where text goes to. */
export interface Output {
  readonly isTTY?: boolean;
  /** How wide a terminal is. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** What the command has of the process that it runs in. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input. */
  readonly stdin: () => Promise<Uint8Array>;
  readonly env: { readonly [name: string]: string | undefined };
  /** The version of this package. */
  readonly version: string;
}

/** What the command ends with. */
export enum ExitCode {
  OK = 0,
  /** There are findings as bad as `--strict` says, or worse. */
  FINDINGS = 1,
  /** The command can't do what it is told, or can't read what it is given. */
  BAD_INPUT = 2,
  /** The command failed on its own (EX_SOFTWARE of sysexits.h). */
  BUG = 70,
}

/** What the one who calls the command has to mend; the message says how, and shows no secret. */
export class InputError extends Error {
  public constructor(message: string) {
    super(redact(message));
    this.name = 'InputError';
  }
}

/** Refuses to go on if there is something to mend, and names all of it. */
export function refuse(command: string, problems: readonly string[], hint = ''): void {
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    throw new InputError(
      `cdk8s-dagger ${command} has ${count}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}${hint}`,
    );
  }
}
