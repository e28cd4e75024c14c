import { STDIN } from '../../src/cli/files';
import type { ExitCode, Io } from '../../src/cli/io';
import { Arguments } from '../../src/cli/options';

/** The output of a command. */
export interface Written {
  readonly out: string;
  readonly log: string;
}

/** Runs a command that reads `text` from standard input. */
export async function runCommand(
  run: (args: Arguments, io: Io) => Promise<ExitCode>,
  text: string,
  options: { readonly [name: string]: readonly string[] } = {},
): Promise<Written> {
  const out: string[] = [];
  const log: string[] = [];
  await run(new Arguments(options, [STDIN]), {
    stdin: async () => new TextEncoder().encode(text),
    stdout: { write: (part) => out.push(part) },
    stderr: { write: (part) => log.push(part) },
    env: { NO_COLOR: '1' },
    version: '0.0.0',
  });
  return { out: out.join(''), log: log.join('') };
}
