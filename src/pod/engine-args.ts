import { nearest } from '../reporting/suggestions';
import { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineWarning } from '../reporting/warnings';
import { checkDebugAddress } from './debug-address';

/**
 * The flags of every supported release (dagger/dagger cmd/engine/main.go, `addFlags`, the same @v0.12.0, v0.15.0, v0.18.0,
 * v0.21.8 and v1.0.0-beta.10 but for `--wcprof`), and whether they are switches. The others take the next argument as value.
 */
const SWITCHES = [
  '--debug',
  '--extra-debug',
  '--oci-worker-gc',
  '--oci-worker-selinux',
  '--rootless',
  '--trace',
  '--wcprof',
];
const FLAGS = [
  ...SWITCHES,
  '--addr',
  '--allow-insecure-entitlement',
  '--config',
  '--debugaddr',
  '--group',
  '--network-cidr',
  '--network-name',
  '--oci-cni-binary-dir',
  '--oci-cni-config-path',
  '--oci-cni-pool-size',
  '--oci-max-parallelism',
  '--oci-worker-apparmor-profile',
  '--oci-worker-binary',
  '--oci-worker-gc-keepstorage',
  '--oci-worker-labels',
  '--oci-worker-net',
  '--oci-worker-platform',
  '--oci-worker-proxy-snapshotter-path',
  '--oci-worker-snapshotter',
  '--root',
  '--tlscacert',
  '--tlscert',
  '--tlskey',
];

/** Flags that would undo what the library sets up, with what to use instead. */
const OWNED: { readonly [flag: string]: string } = {
  '--addr': 'the library opens ports and keeps the sockets: use listener',
  '--config': 'the library mounts the configuration: use engineToml',
  '--root': 'the cache volume is mounted where engine.toml says: use root of engineToml',
  '--tlscacert': 'TLS is a matter of the listener, whose clients have to know: use listener: Listener.tls(...)',
  '--tlscert': 'TLS is a matter of the listener, whose clients have to know: use listener: Listener.tls(...)',
  '--tlskey': 'TLS is a matter of the listener, whose clients have to know: use listener: Listener.tls(...)',
};

/** Flags that the sources mention but no release registers: the engine exits on them. */
const UNREGISTERED = ['--oci-worker-rootless', '--oci-worker-no-process-sandbox'];

/** One flag as it was given. */
interface Flag {
  readonly index: number;
  /** As it was written. */
  readonly argument: string;
  /** With two dashes, without value. */
  readonly name: string;
  readonly value: string | undefined;
}

/** Checks the flags that a user gives to the engine. */
export function checkArgs(args: readonly string[], version: EngineVersion, problems: Problems): void {
  const flags = readFlags(args, problems);
  const has = (flag: string): boolean => flags.some(({ name }) => name === flag);
  for (const { index, argument, name, value } of flags) {
    const property = `[${index}]`;
    const owned = OWNED[name];
    if (name === '--tlscert' && has('--tlskey') && !version.supports(EngineCapability.ENGINE_TLS)) {
      problems.add(property, {
        wrong: `no Dagger client can connect to the TLS that ${version.tag} serves itself`,
        got: argument,
        allowed: EngineCapability.ENGINE_TLS.availability,
        fix: 'use listener: Listener.tls(...)',
        risk: 'engine-tls',
      });
    } else if (owned !== undefined) {
      problems.add(property, {
        wrong: owned,
        got: argument,
        allowed: 'other flags',
        fix: 'remove it',
        risk: 'unmanaged-flag',
      });
    } else if (UNREGISTERED.includes(name)) {
      problems.add(property, {
        wrong: 'the engine has no such flag, and exits',
        got: argument,
        allowed: 'flags that dagger-engine has',
        fix: "remove it: the engine can't run rootless",
        risk: 'unknown-flag',
      });
    } else if (!FLAGS.includes(name)) {
      problems.add(property, {
        wrong: 'the engine has no such flag, and exits',
        got: name,
        allowed: 'flags that dagger-engine has',
        fix: `the nearest is ${nearest(name, FLAGS)}`,
        risk: 'unknown-flag',
      });
    } else if (name === '--wcprof' && !version.supports(EngineCapability.WCPROF_FLAG)) {
      problems.add(property, {
        wrong: `${version.tag} has no such flag, and exits`,
        got: argument,
        allowed: EngineCapability.WCPROF_FLAG.availability,
        fix: 'remove it',
        risk: 'unknown-flag',
      });
    } else if (name === '--debugaddr') {
      checkDebugAddress(value ?? '', property, problems);
    } else if (name === '--oci-max-parallelism' && !version.supports(EngineCapability.MAX_PARALLELISM)) {
      problems.warn(
        EngineWarning.IGNORED_BY_ENGINE,
        property,
        `${version.tag} parses ${name} and ignores it (honoured ${EngineCapability.MAX_PARALLELISM.availability})`,
      );
    } else if (name === '--rootless') {
      problems.warn(
        EngineWarning.IGNORED_BY_ENGINE,
        property,
        'the engine parses --rootless and ignores it: it has no rootless mode',
      );
    }
  }
}

/** Where a flag has the engine keep its state, whatever engine.toml says. */
export function rootFlag(args: readonly string[]): string | undefined {
  return readFlags(args, new Problems())
    .filter(({ name }) => name === '--root')
    .at(-1)?.value;
}

/** The flags without the values that are arguments of their own. */
function readFlags(args: readonly string[], problems: Problems): Flag[] {
  const flags: Flag[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] as string;
    const [, word, given] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (word === undefined) {
      // Go's flag package stops at the first argument that is no flag.
      problems.add(`[${index}]`, {
        wrong: 'not a flag: the engine ignores it and everything after it',
        got: argument,
        allowed: '--FLAG, --FLAG=VALUE, or --FLAG followed by its value',
        fix: 'remove it',
        risk: 'unknown-flag',
      });
      return flags;
    }
    const name = `--${word}`;
    const valueFollows =
      given === undefined &&
      !SWITCHES.includes(name) &&
      (FLAGS.includes(name) || args[index + 1]?.startsWith('-') === false);
    flags.push({ index, argument, name, value: valueFollows ? args[index + 1] : given });
    if (valueFollows) {
      index += 1;
    }
  }
  return flags;
}
