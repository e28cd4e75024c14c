import { capabilityOfFlagValue, wrongFlagValue } from '../config/engine-flag-values';
import { ENGINE_FLAGS, parseEngineFlags, type EngineFlag } from '../config/engine-flags';
import type { Problems } from '../reporting/problems';
import { nearest } from '../reporting/suggestions';
import { EngineRisk } from '../reporting/engine-risk';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { reportUnsupported } from '../version/unsupported';
import { checkDebugAddress } from './debug-address';

const USE_LISTENER = 'clients need the TLS settings, so use listener: Listener.tls(...)';

/** Flags that conflict with properties, and the property to use instead of each. */
const OWNED: { readonly [flag: string]: string } = {
  '--addr': 'the library configures the addresses: use listener',
  '--group': 'the library sets the group of the socket: use security.group',
  '--config': 'the library mounts the configuration: use engineToml',
  '--root': 'the cache volume is mounted at the directory that engine.toml sets: use root in engineToml',
  '--tlscacert': USE_LISTENER,
  '--tlscert': USE_LISTENER,
  '--tlskey': USE_LISTENER,
};

/**
 * Flags that occur in the engine's source code, but that no release registers. The engine exits if it gets such a flag.
 */
const UNREGISTERED = ['--oci-worker-rootless', '--oci-worker-no-process-sandbox'];

/** Checks the flags of the engine. */
export function checkArgs(args: readonly string[], version: EngineVersion, problems: Problems): void {
  const { flags, ignoredFrom } = parseEngineFlags(args);
  const hasTlsKey = flags.some(({ name }) => name === '--tlskey');
  for (const flag of flags) {
    const { argument, index, name } = flag;
    const property = `[${index}]`;
    const owned = OWNED[name];
    if (name === '--tlscert' && hasTlsKey && !version.supports(EngineCapability.ENGINE_TLS)) {
      const problem = {
        wrong: `Dagger clients can't connect to ${version.tag} if the engine itself terminates TLS`,
        got: argument,
        allowed: EngineCapability.ENGINE_TLS.availability,
        fix: 'use listener: Listener.tls(...)',
        risk: EngineRisk.ENGINE_TLS,
      } as const;
      reportUnsupported({ version, capability: EngineCapability.ENGINE_TLS }, problem, property, problems);
    } else if (owned !== undefined) {
      problems.add(property, {
        wrong: owned,
        got: argument,
        allowed: 'other flags',
        fix: 'remove it',
        risk: EngineRisk.UNMANAGED_FLAG,
      });
    } else if (isKnown(flag, version, problems)) {
      checkFlag(flag, version, problems);
    }
  }
  if (ignoredFrom !== undefined) {
    problems.add(`[${ignoredFrom}]`, {
      wrong: 'is not a flag, so the engine ignores it and everything after it',
      got: args[ignoredFrom],
      allowed: '--FLAG, --FLAG=VALUE, or --FLAG followed by its value',
      fix: 'remove it',
      risk: EngineRisk.UNKNOWN_FLAG,
    });
  }
}

/** Returns whether the release supports a flag. Reports an unsupported flag. */
function isKnown({ argument, index, name }: EngineFlag, version: EngineVersion, problems: Problems): boolean {
  const property = `[${index}]`;
  if (UNREGISTERED.includes(name)) {
    problems.add(property, {
      wrong: 'is not a flag of the engine, so the engine exits',
      got: argument,
      allowed: 'flags of dagger-engine',
      fix: "remove it, because the engine can't run rootless",
      risk: EngineRisk.UNKNOWN_FLAG,
    });
    return false;
  }
  if (!ENGINE_FLAGS.includes(name)) {
    const problem = {
      wrong: 'is not a flag of the engine, so the engine exits',
      got: name,
      allowed: 'flags of dagger-engine',
      fix: `use ${nearest(name, ENGINE_FLAGS)}, or remove it`,
      risk: EngineRisk.UNKNOWN_FLAG,
    } as const;
    reportUnsupported({ version }, problem, property, problems);
    return false;
  }
  if (name === '--wcprof' && !version.supports(EngineCapability.WCPROF_FLAG)) {
    const problem = {
      wrong: `is not a flag of ${version.tag}, so the engine exits`,
      got: argument,
      allowed: EngineCapability.WCPROF_FLAG.availability,
      fix: 'remove it',
      risk: EngineRisk.UNKNOWN_FLAG,
    } as const;
    reportUnsupported({ version, capability: EngineCapability.WCPROF_FLAG }, problem, property, problems);
    return false;
  }
  return true;
}

function checkFlag(flag: EngineFlag, version: EngineVersion, problems: Problems): void {
  const { index, name, value } = flag;
  const property = `[${index}]`;
  const wrongValue = wrongFlagValue(flag, version);
  const capability = capabilityOfFlagValue(flag);
  if (wrongValue !== undefined && capability !== undefined) {
    reportUnsupported({ version, capability }, { ...wrongValue, risk: EngineRisk.UNKNOWN_FLAG }, property, problems);
  } else if (wrongValue !== undefined) {
    problems.add(property, { ...wrongValue, risk: EngineRisk.UNKNOWN_FLAG });
  } else if (name === '--debugaddr') {
    checkDebugAddress(value!, property, problems);
  } else if (name === '--oci-max-parallelism' && !version.supports(EngineCapability.MAX_PARALLELISM)) {
    problems.warn(
      EngineRisk.IGNORED_BY_ENGINE,
      property,
      `${version.tag} ignores ${name} (supported ${EngineCapability.MAX_PARALLELISM.availability})`,
      'remove it',
    );
  } else if (name === '--rootless') {
    problems.warn(
      EngineRisk.IGNORED_BY_ENGINE,
      property,
      'the engine ignores --rootless, because it has no rootless mode',
      'remove it',
    );
  }
}
