import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Io } from '../../src/cli/io';
import { main } from '../../src/cli/main';

/** The result of running the command. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly stdin?: string | Uint8Array;
  readonly env?: { readonly [name: string]: string };
  /** The terminal width for both outputs, or undefined if neither is a terminal. */
  readonly terminal?: number;
  /** The main function. @default - that of the modules that all tests share */
  readonly main?: typeof main;
}

/** Runs the command in this process. */
export async function run(
  args: readonly string[],
  { stdin = '', env = {}, terminal, main: command = main }: Surroundings = {},
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written): Io['stdout'] => ({
    ...(terminal !== undefined && { isTTY: true, columns: terminal }),
    write: (text) => {
      written[name] += text;
    },
  });
  const code = await command(args, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env,
    version: '1.2.3',
    stdin: () => Promise.resolve(typeof stdin === 'string' ? Buffer.from(stdin) : stdin),
  });
  return { code, ...written };
}

/** Runs every test of a file in an empty temporary folder. */
export function inFolder(): void {
  const home = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'cli-')));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
}

/** Writes files, keyed by name. */
export function files(texts: { readonly [name: string]: string }): void {
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, text);
  }
}

export function read(file: string): string {
  return readFileSync(file, 'utf8');
}

/** Returns arguments for a release of the official chart with values from values.yaml. */
export function release(emit: 'manifests' | 'typescript' | 'findings', ...more: string[]): string[] {
  return [
    'from-helm',
    '--chart',
    'official',
    '--chart-version',
    '0.21.7',
    '--values',
    'values.yaml',
    '--release',
    'dagger',
    '--namespace',
    'ci',
    '--emit',
    emit,
    ...more,
  ];
}
