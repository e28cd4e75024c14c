import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEPT_LOG = 200_000;

/**
 * A shell script that reads process ids, and kills the processes when its input ends. `stop` closes the input, and so
 * does the end of this process.
 */
const WATCHDOG = `
while read -r pid; do pids="$pids $pid"; done
[ -z "$pids" ] || kill -9 $pids 2>/dev/null
eval "$1"
until rm -rf "$0" 2>/dev/null; do sleep 0.1; done
`;

interface Entry {
  readonly name: string;
  readonly pid: number | undefined;
  /** Settles when the process has ended and all its output has been read. */
  readonly ended: Promise<unknown>;
  log: string;
  /** The exit code, the signal, or the reason why the process never started. */
  end?: string;
}

/** Child processes and their temporary folder. `stop` ends the processes. They also end when this process does. */
export class Processes {
  public readonly directory: string;
  private readonly watchdog: ChildProcess;
  private readonly running: Entry[] = [];
  private readonly endings: (() => void | Promise<void>)[] = [];

  /**
   * `cleanUp` contains shell commands that run after the processes have been killed, even if this process has been
   * killed too. `$0` is the folder.
   */
  public constructor(name: string, cleanUp = '') {
    this.directory = mkdtempSync(join(tmpdir(), `cdk8s-dagger-${name}-`));
    // A new session, so that Ctrl-C doesn't stop the watchdog.
    this.watchdog = spawn('sh', ['-c', WATCHDOG, this.directory, cleanUp], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
  }

  /** Starts a program, and returns the process id, or undefined if the program can't be started. */
  public start(name: string, program: string, args: readonly string[]): number | undefined {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: this.directory });
    const entry: Entry = {
      name,
      pid: child.pid,
      log: '',
      ended: new Promise((resolve) => child.once('close', resolve)),
    };
    const keep = (text: Buffer | string): void => void (entry.log = (entry.log + text).slice(-KEPT_LOG));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('exit', (code, signal) => (entry.end = `${code ?? signal}`));
    child.once('error', (error) => (entry.end = error.message));
    if (child.pid !== undefined) {
      this.watchdog.stdin!.write(`${child.pid}\n`);
    }
    this.running.push(entry);
    return child.pid;
  }

  /** Allows a process to end from now on, and returns its id. Another process can then have its name. */
  public release(name: string): number {
    const index = this.running.findIndex((entry) => entry.name === name);
    return this.running.splice(index, 1)[0].pid!;
  }

  public get pids(): number[] {
    return [this.watchdog, ...this.running].map(({ pid }) => pid!);
  }

  /**
   * Polls until `probe` returns a truthy value, and returns that value. Throws after a timeout, or when one of the
   * processes has ended.
   */
  public async until<T>(probe: () => T | Promise<T>, what: string, timeoutMs = 60_000): Promise<NonNullable<T>> {
    for (const deadline = Date.now() + timeoutMs; ;) {
      const answer = await probe();
      if (answer) {
        return answer;
      }
      this.check();
      if (Date.now() > deadline) {
        throw new Error(`waited ${timeoutMs / 1000} s for ${what}\n${this.logs}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Throws if one of the processes has ended. The error contains the end of its log. */
  public check(): void {
    const gone = this.running.find(({ end }) => end !== undefined);
    if (gone !== undefined) {
      throw new Error(`${gone.name} ended (${gone.end}): ${gone.log.slice(-2000)}`);
    }
  }

  /** The end of every process's log. */
  public get logs(): string {
    return this.running.map(({ name, log }) => `--- ${name}\n${log.slice(-2000)}`).join('\n');
  }

  /** Writes every log to a file in a folder. Only the end of a long log is kept. */
  public writeLogs(folder: string): void {
    this.running.forEach(({ name, log }) => writeFileSync(join(folder, `${name}.log`), log));
  }

  /** Registers a function to call before the processes stop. Functions run in reverse order of registration. */
  public beforeStop(ending: () => void | Promise<void>): void {
    this.endings.unshift(ending);
  }

  /**
   * Calls the functions from `beforeStop`, ends the processes, and then throws the first error from those functions.
   */
  public async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const ending of this.endings.splice(0)) {
      try {
        await ending();
      } catch (error) {
        failures.push(error);
      }
    }
    const watchdog = new Promise((resolve) => this.watchdog.once('exit', resolve));
    this.watchdog.stdin!.end();
    await Promise.all([watchdog, ...this.running.map(({ ended }) => ended)]);
    if (failures.length > 0) {
      throw failures[0];
    }
  }
}
