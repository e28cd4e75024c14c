import { checkEnvName } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineRisk } from '../reporting/engine-risk';
import { ignoredClientVariable, type Reports } from './client-variables';
import type { EnvVar } from './env-var';

/** The variable with the address of the metrics port. */
export const METRICS_ADDRESS = '_EXPERIMENTAL_DAGGER_METRICS_ADDR';

/** Variables that the image sets. A different value breaks the probes or the SDKs. */
const SET_BY_IMAGE = /^(_EXPERIMENTAL_DAGGER_RUNNER_HOST|DAGGER_(GO|PYTHON|TYPESCRIPT)_SDK_MANIFEST_DIGEST)$/;

/** The directory of the engine's programs in the image (engine/distconsts/consts.go:15@v0.21.7). */
const PROGRAMS = '/usr/local/bin';

/** Variables that only some releases read. */
const READ_BY_SOME: ReadonlyArray<{
  readonly names: RegExp;
  readonly capability: EngineCapability;
  /** The service that the variables configure, and the warning about a release without it. */
  readonly service?: { readonly name: string; readonly risk: EngineRisk };
}> = [
  {
    names: /^_EXPERIMENTAL_DAGGER_CACHESERVICE_(URL|TOKEN)$/,
    capability: EngineCapability.MAGICACHE,
    service: { name: 'Magicache', risk: EngineRisk.MAGICACHE_REMOVED },
  },
  {
    names: /^_EXPERIMENTAL_DAGGER_CACHE_(CONFIG|IMPORT_CONFIG|EXPORT_CONFIG)$/,
    capability: EngineCapability.CLIENT_CACHE_CONFIG,
  },
  { names: new RegExp(`^${METRICS_ADDRESS}$`), capability: EngineCapability.METRICS },
  { names: /^DAGGER_SECRET_SALT$/, capability: EngineCapability.SECRET_SALT },
  {
    names: /^_EXPERIMENTAL_DAGGER_ENGINE_EVENTS$/,
    capability: EngineCapability.JSON_TELEMETRY_ENGINE_EVENTS,
  },
  { names: /^_EXPERIMENTAL_DAGGER_REMOTE_CACHE_URL$/, capability: EngineCapability.JSON_REMOTE_CACHE },
];

interface EnvContext {
  readonly version: EngineVersion;
  /** Whether the readiness probe runs the CLI. The CLI reads client variables. */
  readonly cliRuns: boolean;
  /** Whether the property `proxy` sets the proxies of builds. */
  readonly hasProxy: boolean;
  /** The keys in engine.json that enable features. */
  readonly json: Reports['json'];
  readonly problems: Problems;
}

/** Checks the user's environment variables. */
export function checkEnv(
  env: { readonly [name: string]: EnvVar },
  { version, cliRuns, hasProxy, json, problems }: EnvContext,
): void {
  const reports = { json, env: Object.keys(env) };
  for (const [name, variable] of Object.entries(env)) {
    checkEnvName(problems, '', name);
    if (SET_BY_IMAGE.test(name)) {
      problems.add(name, {
        wrong: 'the image sets this variable, and the engine needs that value',
        allowed: 'variables that the image does not set',
        fix: 'remove it, or use runnerHost(...) for clients',
        risk: EngineRisk.OVERRIDDEN_IMAGE_VARIABLE,
      });
    } else if (name === METRICS_ADDRESS && version.supports(EngineCapability.METRICS)) {
      problems.add(name, {
        wrong: 'the property metrics sets this variable, and creates the port and the Service',
        allowed: 'variables without a property',
        fix: 'use metrics: { port: 9090 }',
        risk: EngineRisk.METRICS_BY_VARIABLE,
      });
    } else if (name === 'DAGGER_SECRET_SALT' && variable._text !== undefined) {
      problems.add(name, {
        wrong: 'is a secret, which anyone who can read the manifest would see',
        allowed: 'a reference to a Secret',
        fix: 'use EnvVar.fromKey(KeySelector.fromSecretName(name, key))',
        risk: EngineRisk.SECRET_IN_PLAIN_TEXT,
      });
    } else if (name === 'PATH' && variable._text !== undefined && !variable._text.split(':').includes(PROGRAMS)) {
      problems.add(name, {
        wrong: `must contain ${PROGRAMS}, the directory of the engine's programs`,
        got: variable._text,
        allowed: `a list of directories that includes ${PROGRAMS}`,
        fix: 'remove it, or add the directory',
        risk: EngineRisk.OVERRIDDEN_IMAGE_VARIABLE,
      });
    }
    if (/^(https?|ftp|all)_proxy$/.test(name) && !hasProxy && !(name.toUpperCase() in env)) {
      problems.warn(
        EngineRisk.IGNORED_BY_ENGINE,
        name,
        'the engine passes only upper-case proxy variables to builds',
        'use the property proxy',
      );
    }
    const past = READ_BY_SOME.find(({ names, capability }) => names.test(name) && !version.supports(capability));
    if (past !== undefined) {
      const { capability, service } = past;
      const what = service === undefined ? 'read this variable' : `support ${service.name}`;
      problems.warn(
        service?.risk ?? EngineRisk.IGNORED_BY_ENGINE,
        name,
        `${version.tag} doesn't ${what} (supported ${capability.availability})`,
        'remove it',
      );
    }
    const ignored = ignoredClientVariable(name, version, reports);
    if (ignored !== undefined) {
      problems.warn(
        EngineRisk.IGNORED_BY_ENGINE,
        name,
        `${ignored}${cliRuns ? ", but the readiness probe's CLI does, and would send a trace at every run" : ''}`,
        'set it where the CLI runs',
      );
    }
  }
}
