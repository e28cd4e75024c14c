import { effectiveFlag, ENGINE_FLAGS, parseEngineFlags } from '../config/engine-flags';
import { nearest } from '../reporting/suggestions';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineRisk } from '../reporting/engine-risk';
import { checkDebugAddress } from './debug-address';

/** Flags that conflict with the library, with the alternative. */
const OWNED: { readonly [flag: string]: string } = {
  '--addr': 'the library opens ports and keeps the sockets: use listener',
  '--config': 'the library mounts the configuration: use engineToml',
  '--root': 'the cache volume is mounted at the root in engine.toml: use root of engineToml',
  '--tlscacert': 'clients get the TLS settings of the listener: use listener: Listener.tls(...)',
  '--tlscert': 'clients get the TLS settings of the listener: use listener: Listener.tls(...)',
  '--tlskey': 'clients get the TLS settings of the listener: use listener: Listener.tls(...)',
};

/** Flags in the engine's source that no release registers. The engine exits on them. */
const UNREGISTERED = ['--oci-worker-rootless', '--oci-worker-no-process-sandbox'];

/** Checks the user's flags. */
export function checkArgs(args: readonly string[], version: EngineVersion, problems: Problems): void {
  const { flags, ignoredFrom } = parseEngineFlags(args);
  const has = (flag: string): boolean => flags.some(({ name }) => name === flag);
  for (const { index, argument, name, value } of flags) {
    const property = `[${index}]`;
    const owned = OWNED[name];
    if (name === '--tlscert' && has('--tlskey') && !version.supports(EngineCapability.ENGINE_TLS)) {
      problems.add(property, {
        wrong: `Dagger clients can't connect to the TLS that ${version.tag} serves itself`,
        got: argument,
        allowed: EngineCapability.ENGINE_TLS.availability,
        fix: 'use listener: Listener.tls(...)',
        risk: EngineRisk.ENGINE_TLS,
      });
    } else if (owned !== undefined) {
      problems.add(property, {
        wrong: owned,
        got: argument,
        allowed: 'other flags',
        fix: 'remove it',
        risk: EngineRisk.UNMANAGED_FLAG,
      });
    } else if (UNREGISTERED.includes(name)) {
      problems.add(property, {
        wrong: 'is not a flag of the engine, which would exit',
        got: argument,
        allowed: 'flags of dagger-engine',
        fix: "remove it: the engine can't run rootless",
        risk: EngineRisk.UNKNOWN_FLAG,
      });
    } else if (!ENGINE_FLAGS.includes(name)) {
      problems.add(property, {
        wrong: 'is not a flag of the engine, which would exit',
        got: name,
        allowed: 'flags of dagger-engine',
        fix: `the nearest is ${nearest(name, ENGINE_FLAGS)}`,
        risk: EngineRisk.UNKNOWN_FLAG,
      });
    } else if (name === '--wcprof' && !version.supports(EngineCapability.WCPROF_FLAG)) {
      problems.add(property, {
        wrong: `is not a flag of ${version.tag}, which would exit`,
        got: argument,
        allowed: EngineCapability.WCPROF_FLAG.availability,
        fix: 'remove it',
        risk: EngineRisk.UNKNOWN_FLAG,
      });
    } else if (name === '--debugaddr') {
      checkDebugAddress(value ?? '', property, problems);
    } else if (name === '--oci-max-parallelism' && !version.supports(EngineCapability.MAX_PARALLELISM)) {
      problems.warn(
        EngineRisk.IGNORED_BY_ENGINE,
        property,
        `${version.tag} parses ${name} and ignores it (honoured ${EngineCapability.MAX_PARALLELISM.availability})`,
      );
    } else if (name === '--rootless') {
      problems.warn(
        EngineRisk.IGNORED_BY_ENGINE,
        property,
        'the engine parses --rootless and ignores it: it has no rootless mode',
      );
    }
  }
  if (ignoredFrom !== undefined) {
    problems.add(`[${ignoredFrom}]`, {
      wrong: 'is not a flag; the engine ignores it and everything after it',
      got: args[ignoredFrom],
      allowed: '--FLAG, --FLAG=VALUE, or --FLAG followed by its value',
      fix: 'remove it',
      risk: EngineRisk.UNKNOWN_FLAG,
    });
  }
}

/** The state directory that a flag sets. It takes precedence over engine.toml. */
export function rootFlag(args: readonly string[]): string | undefined {
  return effectiveFlag(parseEngineFlags(args).flags, '--root')?.value;
}
