import { spawn } from 'node:child_process';

export interface RunOptions {
  /** The standard input. @default - none */
  readonly input?: string;
  /** @default 60 */
  readonly timeoutSeconds?: number;
}

export interface Result {
  /** The exit code, or -1 if a signal killed the program, for example at the timeout. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program until it exits. Doesn't throw if the program fails. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { input, timeoutSeconds = 60 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { timeout: timeoutSeconds * 1000, killSignal: 'SIGKILL' });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? -1, stdout, stderr }));
    // Ignores the error if the program exits without reading its input.
    child.stdin.on('error', () => {}).end(input);
  });
}

/** Returns the standard output of a program. If the program fails, throws an error with its command line and output. */
export async function output(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, options);
  if (status !== 0) {
    throw new Error(`${[program, ...args].join(' ')}: exit code ${status}: ${stderr || stdout}`);
  }
  return stdout;
}
