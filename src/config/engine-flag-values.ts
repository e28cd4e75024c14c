import { parseCidr } from '../kubernetes/cidr';
import { isHostAndPort } from '../kubernetes/ip-addresses';
import type { Problem } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { isSwitch, type EngineFlag } from './engine-flags';

/** The valid values of a flag. */
interface FlagValues {
  readonly allowed: string;
  readonly fix: string;
  readonly test: (value: string) => boolean;
}

/** The values that Go's `strconv.ParseBool` accepts. */
const BOOLEANS = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];

const SWITCH: FlagValues = {
  allowed: 'true or false, after =',
  fix: 'write true or false, or remove the value',
  test: (value) => BOOLEANS.includes(value),
};

/**
 * The valid values of flags. With other values, the engine exits (dagger/dagger cmd/engine/main.go, `applyMainFlags`
 * and `setupNetwork`, @v0.21.8).
 */
const VALUES: { readonly [flag: string]: FlagValues } = {
  '--allow-insecure-entitlement': oneOf(['security.insecure', 'network.host']),
  '--debugaddr': {
    allowed: 'HOST:PORT',
    fix: "use a value such as '127.0.0.1:6060'",
    test: (value) => value === '' || isHostAndPort(value),
  },
  '--network-cidr': {
    allowed: 'an IPv4 network with at least 4 addresses',
    fix: "use a value such as '10.88.0.0/16'",
    test: (value) => {
      const cidr = parseCidr(value);
      return cidr?.family === 'ipv4' && cidr.length <= 30;
    },
  },
  // The engine names the bridge NAME0, and the kernel allows 15 characters.
  '--network-name': {
    allowed: "1 to 14 letters, digits, '-', '_' and '.'",
    fix: "use a value such as 'dagger'",
    test: (value) => /^[\w.-]{1,14}$/.test(value),
  },
  '--oci-cni-pool-size': wholeNumber(),
  '--oci-max-parallelism': wholeNumber('num-cpu'),
  '--oci-worker-labels': {
    allowed: 'KEY=VALUE',
    fix: "use a value such as 'com.example.team=ci'",
    test: (value) => value.includes('='),
  },
};

/** Values of flags that only some releases support. */
const VALUES_OF_RELEASES: { readonly [flag: string]: { readonly [value: string]: EngineCapability } | undefined } = {
  '--oci-worker-net': { bridge: EngineCapability.TOML_BRIDGE_NETWORK },
  '--oci-worker-snapshotter': { stargz: EngineCapability.TOML_STARGZ },
};

/** The values of these flags that every release supports. */
const VALUES_OF_ALL_RELEASES: { readonly [flag: string]: readonly string[] | undefined } = {
  '--oci-worker-net': ['cni', 'host', 'auto'],
  '--oci-worker-snapshotter': ['overlayfs', 'native'],
};

/**
 * Returns the capability that a release needs for the value of a flag, or undefined if every release supports the
 * value.
 */
export function capabilityOfFlagValue({ name, value = '' }: EngineFlag): EngineCapability | undefined {
  return VALUES_OF_RELEASES[name]?.[value];
}

/** Returns the problem if the engine exits because of the value of a flag, or undefined if the value is valid. */
export function wrongFlagValue({ argument, name, value }: EngineFlag, version: EngineVersion): Problem | undefined {
  if (value === undefined) {
    return isSwitch(name)
      ? undefined
      : {
          wrong: 'must have a value, otherwise the engine exits',
          got: argument,
          allowed: `${name}=VALUE`,
          fix: 'add a value, or remove the flag',
        };
  }
  const { allowed, fix, test } = isSwitch(name) ? SWITCH : (valuesOf(name, version) ?? ANY);
  return test(value)
    ? undefined
    : { wrong: `must be a valid value of ${name}, otherwise the engine exits`, got: value, allowed, fix };
}

const ANY: FlagValues = { allowed: 'any value', fix: 'set a value', test: () => true };

function valuesOf(name: string, version: EngineVersion): FlagValues | undefined {
  const ofReleases = Object.entries(VALUES_OF_RELEASES[name] ?? {});
  const ofThisRelease = ofReleases.filter(([, capability]) => version.supports(capability)).map(([value]) => value);
  const always = VALUES_OF_ALL_RELEASES[name];
  return always === undefined ? VALUES[name] : oneOf([...always, ...ofThisRelease]);
}

function oneOf(values: readonly string[]): FlagValues {
  return {
    allowed: values.join(', '),
    fix: `use a value such as '${values[0]}'`,
    test: (value) => values.includes(value),
  };
}

function wholeNumber(...words: readonly string[]): FlagValues {
  return {
    allowed: ['a whole number of at least 0', ...words].join(', or '),
    fix: "use a value such as '4'",
    test: (value) => /^\+?\d{1,9}$/.test(value) || words.includes(value),
  };
}
