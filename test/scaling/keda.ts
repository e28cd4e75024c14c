import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { moduleFolder } from '../cluster/programs';
import { goProgram, MODULES, sourcesHash } from '../go-program';
import { cached, USER_CACHE } from '../user-cache';
import upstream from '../../imports/upstream.json';

/** Returns `describe` for tests that run KEDA's scalers, or `describe.skip` if Go is missing. */
export function describeWithKeda(): typeof describe | typeof describe.skip {
  if (spawnSync('go', ['version']).status === 0) {
    return describe;
  }
  // Jest hides the console output of files whose tests are all skipped, so this writes to stderr directly.
  process.stderr.write("skipped: the simulation of KEDA's scalers needs Go\n");
  return describe.skip;
}

/** Runs a command of conformance/keda with JSON as input and output. */
export function keda<T>(command: 'check' | 'simulate' | 'validate', input: unknown): T {
  const { status, stderr, stdout } = spawnSync(program(), [command], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) {
    throw new Error(`keda ${command} fails: ${stderr}`);
  }
  return JSON.parse(stdout);
}

const MODULE = 'github.com/kedacore/keda/v2';

/**
 * Patterns of the KEDA files that the program needs, keyed by folder. The other files in these folders need many SDKs,
 * gRPC and OpenTelemetry, which would take most of the build time. conformance/keda/replaced contains the declarations
 * that the program needs from these files.
 */
const NEEDED: { readonly [folder: string]: RegExp } = {
  'pkg/metricscollector': /^$/,
  'pkg/scalers': /^(scaler|metrics_api_scaler|cron_scaler)\.go$/,
  'pkg/scalers/authentication': /^authentication_types\.go$/,
  'pkg/util': /^(certificates|env_resolver|http|normalize_string|parse_string|tls_config|value_by_path)\.go$/,
};

/** Returns the folder of KEDA's module in the module cache. */
export function kedaFolder(): string {
  return moduleFolder(MODULE, upstream['keda.sh'].version);
}

/** Returns the path of the program in conformance/keda. Builds it once. */
export function program(): string {
  const folder = join(MODULES, 'keda');
  const path = `keda-${sourcesHash(folder)}`;
  const modules = cached(join(path, 'modules'), (fresh) => {
    mkdirSync(fresh, { recursive: true });
    const copy = join(fresh, 'keda');
    copyModule(kedaFolder(), copy);
    cpSync(join(folder, 'replaced'), copy, { recursive: true });
    for (const file of ['go.mod', 'go.sum']) {
      copyFileSync(join(folder, file), join(fresh, file));
    }
    const target = join(modulesFolder(path), 'keda');
    appendFileSync(join(fresh, 'go.mod'), `\nreplace ${MODULE} => ${target}\n`);
  });
  return goProgram({ path: join(path, 'keda'), folder, args: [`-modfile=${join(modules, 'go.mod')}`] });
}

function modulesFolder(path: string): string {
  return join(USER_CACHE, path, 'modules');
}

/** Copies KEDA's module without the files that the program doesn't need. Go's module cache is read-only. */
function copyModule(source: string, target: string): void {
  cpSync(source, target, { recursive: true });
  for (const [name, needed] of Object.entries(NEEDED)) {
    const folder = join(target, name);
    chmodSync(folder, 0o755);
    for (const file of readdirSync(folder)) {
      if (file.endsWith('.go') && !needed.test(file)) {
        rmSync(join(folder, file));
      }
    }
  }
}
