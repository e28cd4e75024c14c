import type { Problems } from '../internal/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineWarning } from '../warnings';

/** Flags that would undo what the library sets up, with what to use instead. */
const OWNED: { readonly [flag: string]: string } = {
  '--addr': 'the library opens ports and keeps the sockets: use listener',
  '--config': 'the library mounts the configuration: use engineToml',
  '--root': 'the cache volume is mounted at /var/lib/dagger: use cache',
};

/** Flags that the sources mention but no release registers: the engine exits on them. */
const UNREGISTERED = ['--oci-worker-rootless', '--oci-worker-no-process-sandbox'];

/** Flags of the engine's own TLS. */
const TLS = ['--tlscert', '--tlskey', '--tlscacert'];

/** Checks the flags that a user gives to the engine. */
export function checkArgs(args: readonly string[], version: EngineVersion, problems: Problems): void {
  for (const [index, argument] of args.entries()) {
    // Go's flags take one dash as well as two.
    const flag = argument.replace(/=.*$/s, '').replace(/^-(?!-)/, '--');
    const owned = OWNED[flag];
    if (owned !== undefined) {
      problems.add(`[${index}]`, { wrong: owned, got: argument, allowed: 'other flags', fix: 'remove it' });
    } else if (UNREGISTERED.includes(flag)) {
      problems.add(`[${index}]`, { wrong: 'the engine has no such flag, and exits', got: argument, allowed: 'flags that dagger-engine has', fix: 'remove it: the engine can\'t run rootless' });
    } else if (TLS.includes(flag) && !version.supports(EngineCapability.ENGINE_TLS)) {
      problems.add(`[${index}]`, { wrong: `clients can't connect to TLS that ${version.tag} terminates itself`, got: argument, allowed: EngineCapability.ENGINE_TLS.availability, fix: 'terminate TLS in a sidecar' });
    } else if (flag === '--oci-max-parallelism' && !version.supports(EngineCapability.MAX_PARALLELISM)) {
      problems.warn(EngineWarning.IGNORED_BY_ENGINE, `[${index}]`, `${version.tag} parses ${flag} and ignores it (honoured ${EngineCapability.MAX_PARALLELISM.availability})`);
    } else if (flag === '--rootless') {
      problems.warn(EngineWarning.IGNORED_BY_ENGINE, `[${index}]`, 'the engine parses --rootless and ignores it: it has no rootless mode');
    }
  }
}
