import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { goProgram, MODULES, sourcesHash } from '../go-program';
import { isFrom, RELEASES } from '../invariants/releases';

/** The kind of a request: a file, a value as written in engine.json, or a query for the keys that the loader knows. */
export type Kind = 'json' | 'toml' | 'space' | 'duration' | 'json keys' | 'toml keys';

/** The loader's answer to a request. */
export interface Answer {
  /** The settings, with the key names in the file. Unset keys are omitted (conformance/buildkit/understood.go). */
  readonly understood?: any;
  /** The reason why the loader rejects the text. */
  readonly refused?: string;
}

/** A key that a loader knows, and its Go type. In a path, `*` is a user-defined name, and `[]` is a list element. */
export interface LoaderKey {
  readonly path: string[];
  readonly type: string;
}

/** The directory with programs that contain Dagger's own loaders. Each is named after the tag of its release. */
const OWN = process.env.ENGINE_LOADERS;

/** The releases for which Dagger's own loader of both files is available. */
export const OWN_RELEASES = OWN === undefined ? [] : RELEASES.filter((release) => existsSync(join(OWN, release)));

/** Describes the missing components of the loaders for a file. Returns undefined if none is missing. */
export function missingLoaders(file: 'engine.json' | 'engine.toml'): string | undefined {
  if (file === 'engine.json') {
    return OWN_RELEASES.length > 0 ? undefined : 'loaders of engine.json in ENGINE_LOADERS (docs/testing.md)';
  }
  return spawnSync('go', ['version']).status === 0 ? undefined : 'Go, for the loaders of engine.toml';
}

/**
 * Returns `describe` if the loaders of a file are available. Otherwise, it prints the missing components and skips the
 * tests.
 */
export function describeWith(file: 'engine.json' | 'engine.toml'): jest.Describe {
  const missing = missingLoaders(file);
  if (missing === undefined) {
    return describe;
  }
  // Jest hides the console output of files whose tests are all skipped, so this writes to stderr directly.
  process.stderr.write(`skipped: the tests of ${file} need ${missing}\n`);
  return describe.skip;
}

/** A running loader. It answers requests in order. */
export class Loader {
  /** Starts the loader for engine.toml of a release: Dagger's own if it is available, otherwise BuildKit's. */
  public static ofToml(release: string): Loader {
    return new Loader(OWN_RELEASES.includes(release) ? join(OWN!, release) : buildkit(moduleFile(release)));
  }

  /** Starts Dagger's own loader of a release, which must be available. */
  public static own(release: string): Loader {
    return new Loader(join(OWN!, release));
  }

  /** The number of requests so far. */
  public asked = 0;

  private readonly process: ChildProcess;
  private readonly waiting: Array<(answer: Answer) => void> = [];

  private constructor(program: string) {
    this.process = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout! }).on('line', (line) =>
      this.waiting.shift()!(JSON.parse(line) as Answer),
    );
  }

  public read(kind: Kind, text: string): Promise<Answer> {
    this.asked += 1;
    return new Promise((resolve, reject) => {
      this.waiting.push(resolve);
      this.process.stdin!.write(`${JSON.stringify({ kind, text })}\n`, (error) => error && reject(error));
    });
  }

  public async keys(file: 'json' | 'toml'): Promise<LoaderKey[]> {
    return (await this.read(`${file} keys`, '')).understood as LoaderKey[];
  }

  public stop(): Promise<void> {
    this.process.stdin!.end();
    return new Promise((resolve) => this.process.once('exit', () => resolve()));
  }
}

/** Runs a function with a loader, always stops the loader, and prints the number of its requests. */
export async function using(loader: Loader, title: string, run: (loader: Loader) => Promise<void>): Promise<void> {
  try {
    await run(loader);
  } finally {
    await loader.stop();
  }
  process.stdout.write(`${title}: ${loader.asked} texts\n`);
}

/**
 * Returns the module file with the BuildKit version that reads engine.toml in a release. Up to v0.13.6, releases use
 * BuildKit itself, from their go.mod, in versions with the same loader. From v0.13.7, they use a fork whose loader is
 * identical to the one in BuildKit v0.17.0. From v0.18.19, they use a copy in Dagger's own repository, which removed
 * `bridgeName` and `bridgeSubnet` in v0.21.0.
 */
function moduleFile(release: string): string {
  return isFrom(release, 'v0.13.7', 'v1.0.0-beta.1')
    ? 'go.mod'
    : isFrom(release, 'v0.13.1', undefined)
      ? 'v0.13.6.mod'
      : 'v0.12.0.mod';
}

/** Returns the path of the program in conformance/buildkit/, built with the BuildKit version in a module file. */
export function buildkit(file: string): string {
  const folder = join(MODULES, 'buildkit');
  return goProgram({
    path: join(`buildkit-${sourcesHash(folder)}`, `loader-${file.replace('.mod', '')}`),
    folder,
    args: [`-modfile=${file}`],
  });
}
