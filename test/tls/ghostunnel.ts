import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_IMAGE } from '../../src/network/tls-sidecar';
import { goProgram } from '../go-program';
import { USER_CACHE } from '../user-cache';

/** The tag of the image that the library uses by default. */
export const DEFAULT_TAG = DEFAULT_IMAGE.split(':')[1]!;

/** Returns the programs for the TLS tests that are missing on this machine, or undefined if there are none. */
export function missingTools(): string | undefined {
  const needed = process.env.GHOSTUNNEL === undefined ? ['openssl version', 'go version'] : ['openssl version'];
  const missing = needed
    .filter((command) => spawnSync('sh', ['-c', command]).status !== 0)
    .map((command) => command.split(' ')[0]);
  return missing.length === 0 ? undefined : missing.join(' and ');
}

/**
 * Returns the path of the program in the image with this tag. Builds it once into the user's cache, for
 * `v1.11.0-distroless` from the module's v1.11.0. `GHOSTUNNEL` selects another program.
 */
export function ghostunnel(tag: string): string {
  if (process.env.GHOSTUNNEL !== undefined) {
    return process.env.GHOSTUNNEL;
  }
  const version = tag.replace(/-.*$/, '');
  return goProgram({
    path: join(`ghostunnel-${version}`, 'ghostunnel'),
    folder: ghostunnelModule(version),
    package: 'github.com/ghostunnel/ghostunnel',
    args: ['-mod=mod', '-tags=nopkcs11'],
  });
}

/** Creates a Go module that requires ghostunnel, and returns its folder. */
function ghostunnelModule(version: string): string {
  const directory = join(USER_CACHE, `ghostunnel-${version}`);
  // Not every module proxy has this dependency. Only client mode calls it (main.go:200@v1.11.0), so a stub that fails
  // is enough for a server.
  const proxyScheme = 'github.com/wrouesnel/go.connect-proxy-scheme';
  mkdirSync(join(directory, 'proxy-scheme'), { recursive: true });
  writeFileSync(
    join(directory, 'go.mod'),
    [
      'module cdk8s-dagger/ghostunnel',
      'go 1.26',
      `require github.com/ghostunnel/ghostunnel ${version}`,
      `replace ${proxyScheme} => ./proxy-scheme`,
      '',
    ].join('\n'),
  );
  writeFileSync(join(directory, 'proxy-scheme', 'go.mod'), `module ${proxyScheme}\n\ngo 1.26\n`);
  writeFileSync(
    join(directory, 'proxy-scheme', 'refuse.go'),
    [
      'package connectproxy',
      'import (',
      '\t"errors"',
      '\t"net/url"',
      '\t"golang.org/x/net/proxy"',
      ')',
      'func ConnectProxy(*url.URL, proxy.Dialer) (proxy.Dialer, error) { return nil, errors.New("not in this build") }',
      '',
    ].join('\n'),
  );
  return directory;
}

/** A running TLS sidecar. */
export class Terminator {
  private readonly process: ChildProcess;
  private readonly exit: Promise<number | null>;
  private text = '';

  public constructor(program: string, args: readonly string[]) {
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout!.on('data', (data) => (this.text += data));
    this.process.stderr!.on('data', (data) => (this.text += data));
    this.exit = new Promise((resolve) => this.process.once('exit', resolve));
  }

  public get log(): string {
    return this.text;
  }

  /** Stops the sidecar with SIGTERM, like the kubelet, and returns its exit code. */
  public stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.exit;
  }
}
