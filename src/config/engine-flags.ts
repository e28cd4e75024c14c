/**
 * The switches of `dagger-engine` in every supported release (dagger/dagger cmd/engine/main.go, `addFlags`, the same
 * @v0.12.0, v0.15.0, v0.18.0, v0.21.8 and v1.0.0-beta.10 except for `--wcprof`). A switch takes a value only after `=`.
 */
const SWITCHES: readonly string[] = [
  '--debug',
  '--extra-debug',
  '--oci-worker-gc',
  '--oci-worker-selinux',
  '--rootless',
  '--trace',
  '--wcprof',
];

export function isSwitch(name: string): boolean {
  return SWITCHES.includes(name);
}

/** All flags of `dagger-engine`. Those that aren't switches take the next argument as their value. */
export const ENGINE_FLAGS: readonly string[] = [
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

/** A flag in the arguments of `dagger-engine`. */
export interface EngineFlag {
  /** The index of the argument that names the flag. */
  readonly index: number;
  /** The argument that names the flag, as written. */
  readonly argument: string;
  /** The name of the flag, with two dashes. */
  readonly name: string;
  /** The value, or undefined for a switch without a value and for a flag whose value is missing. */
  readonly value: string | undefined;
  /**
   * The index of the argument that contains the value, which is `index` for `--FLAG=VALUE`, or undefined if there is no
   * value.
   */
  readonly valueIndex: number | undefined;
}

/** The arguments of `dagger-engine`, parsed as the engine parses them. */
export interface EngineFlags {
  readonly flags: readonly EngineFlag[];
  /** The index of the first argument that isn't a flag. The engine ignores it and all arguments after it. */
  readonly ignoredFrom: number | undefined;
}

/**
 * Parses the arguments of `dagger-engine`. Like Go's flag package, it stops at the first argument that isn't a flag.
 */
export function parseEngineFlags(args: readonly string[]): EngineFlags {
  const flags: EngineFlag[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index]!;
    const [, word, given] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (word === undefined) {
      return { flags, ignoredFrom: index };
    }
    const name = `--${word}`;
    const next = args[index + 1];
    // The engine exits if it gets an unknown flag. Whether an unknown flag takes a value is a guess, for better
    // messages.
    const takesNext = ENGINE_FLAGS.includes(name) ? !isSwitch(name) : next?.startsWith('-') === false;
    if (given === undefined && takesNext && next !== undefined) {
      flags.push({ index, argument, name, value: next, valueIndex: index + 1 });
      index += 1;
    } else {
      flags.push({ index, argument, name, value: given, valueIndex: given === undefined ? undefined : index });
    }
  }
  return { flags, ignoredFrom: undefined };
}

/** Returns the flag that takes effect if several have the same name: the last one that has a value. */
export function effectiveFlag(flags: readonly EngineFlag[], name: string): EngineFlag | undefined {
  return flags.filter((flag) => flag.name === name && flag.value !== undefined).at(-1);
}

/** Returns the `--group` flags whose value is a numeric group id. */
export function socketGroupFlags({ flags }: EngineFlags): EngineFlag[] {
  return flags.filter(({ name, value }) => name === '--group' && /^\d+$/.test(value ?? ''));
}
