import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { Findings } from './finding';
import type { Field } from '../reading/field';
import { DEFAULT_STATE } from '../reading/listening';
import { report } from './finding-kinds';

/** Rules about an engine's pod, in addition to those of the constructs. `key` is the location. */

export function reportToken(key: string, findings: Findings): void {
  report(
    findings,
    'token-mounted',
    key,
    'the token of the service account is mounted, which the engine has no use for, and every build with root capabilities can read',
    'set automountServiceAccountToken: false',
  );
}

/** A probe that opens a session with the command of the charts. */
export function reportProbe(
  kind: 'readiness' | 'liveness' | 'startup',
  command: unknown,
  key: string,
  engine: EngineVersion,
  findings: Findings,
): void {
  if (!/\bdagger core\b/.test(Array.isArray(command) ? command.join(' ') : '')) {
    return;
  }
  if (kind === 'liveness') {
    report(
      findings,
      'liveness-under-load',
      key,
      'an engine under load opens a session late, is restarted for it, and cancels every build',
      'remove the probe, or use the command [buildctl, debug, workers]',
    );
  }
  if (engine.supports(EngineCapability.CLI_CORE_DEPRECATED)) {
    report(
      findings,
      'deprecated-probe-command',
      key,
      `\`dagger core\` is deprecated from ${EngineCapability.CLI_CORE_DEPRECATED.availability.replace(/ and later$/, '')} on`,
      'use the command [buildctl, debug, workers], which starts no CLI',
    );
  }
}

/** Whether that is Magicache, which nothing else is to be said of. */
export function reportMagicache(engine: EngineVersion, key: string, findings: Findings): void {
  if (!engine.supports(EngineCapability.MAGICACHE)) {
    report(
      findings,
      'magicache-removed',
      key,
      `${engine.tag} has no Magicache (${EngineCapability.MAGICACHE.availability} it had): the variables and the Secret do nothing`,
      'remove them',
    );
  }
}

/** Reports variables that a container has twice. */
export function reportRepeatedVariables(env: readonly Field[], findings: Findings): void {
  const names = env.map((variable) => variable.at('name').text!);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) {
      reportRepeatedVariable(name, env[index]!.at('name').origin, findings);
    }
  }
}

export function reportRepeatedVariable(variable: string, key: string, findings: Findings): void {
  report(
    findings,
    'duplicate-key',
    key,
    `${variable} is set twice, and the last one holds; Kubernetes takes a list with both only from some clients`,
    'remove one of them',
  );
}

/** Rights on every object, bound to the account of an engine. */
export function reportRights(key: string, findings: Findings): void {
  report(
    findings,
    'broad-role',
    key,
    'every verb on every resource, Secrets among them, for a pod that calls no API',
    "remove it; a runner's account needs to get pods and create pods/exec",
  );
}

/** A volume next to the state directory. */
export function reportCacheElsewhere(path: string, state: string, key: string, findings: Findings): void {
  report(
    findings,
    'cache-not-mounted',
    key,
    `the cache is mounted at ${path}, where the engine doesn't look: what it builds is lost with the container`,
    state === DEFAULT_STATE
      ? `mount it at ${state}, and give each engine its own volume`
      : `mount it at ${state}, or leave the engine its own directory, ${DEFAULT_STATE}`,
  );
}

/** A directory of the node that is mounted where clients of older releases looked. */
export function reportOldSocket(engine: EngineVersion, key: string, findings: Findings): void {
  if (engine.supports(EngineCapability.DAGGER_SOCKET)) {
    report(
      findings,
      'socket-not-on-node',
      key,
      'the directory of the node is mounted at /run/buildkit, and from v0.17.0 on clients look for the socket in /run/dagger',
      'mount it at /run/dagger',
    );
  }
}
