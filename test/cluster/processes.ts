import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEPT_LOG = 20_000;

/**
 * Reads the ids of processes, and kills them when its input ends: because `stop` closes it, or because the writing
 * process has ended.
 */
const WATCHDOG = `
while read -r pid; do pids="$pids $pid"; done
[ -z "$pids" ] || kill -9 $pids 2>/dev/null
until rm -rf "$0" 2>/dev/null; do sleep 0.1; done
`;

interface Entry {
  readonly name: string;
  readonly pid: number | undefined;
  /** Settles when the process has ended and its output is read. */
  readonly ended: Promise<unknown>;
  log: string;
  /** The exit code, the signal, or the reason why it never ran. */
  end?: string;
}

/** Processes and their folder. They end with `stop`, and with this process in any case. */
export class Processes {
  public readonly directory: string;
  private readonly watchdog: ChildProcess;
  private readonly running: Entry[] = [];

  public constructor(name: string) {
    this.directory = mkdtempSync(join(tmpdir(), `cdk8s-dagger-${name}-`));
    // A new session, so that Ctrl-C doesn't stop it.
    this.watchdog = spawn('sh', ['-c', WATCHDOG, this.directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
  }

  public start(name: string, program: string, args: readonly string[]): void {
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
  }

  public get pids(): number[] {
    return [this.watchdog, ...this.running].map(({ pid }) => pid!);
  }

  /** Throws when one of the processes has ended, with the end of its log. */
  public check(): void {
    const gone = this.running.find(({ end }) => end !== undefined);
    if (gone !== undefined) {
      throw new Error(`${gone.name} ended (${gone.end}): ${gone.log.slice(-2000)}`);
    }
  }

  /** The end of each log. */
  public get logs(): string {
    return this.running.map(({ name, log }) => `--- ${name}\n${log.slice(-2000)}`).join('\n');
  }

  public async stop(): Promise<void> {
    const watchdog = new Promise((resolve) => this.watchdog.once('exit', resolve));
    this.watchdog.stdin!.end();
    await Promise.all([watchdog, ...this.running.map(({ ended }) => ended)]);
  }
}
