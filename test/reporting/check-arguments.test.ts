import { spawnSync } from 'node:child_process';
import { App, Chart, Duration, Lazy, Size } from 'cdk8s';
import { EnvValue, Secret, Volume } from 'cdk8s-plus-28';
import * as library from '../../src/index';
import { parametersOf, propertiesOf, type Field } from '../../src/reporting/argument-fields';
import { CALLS, ENUMS, OPAQUE, STRUCTS } from '../../src/reporting/argument-types';
import { Problems, ValidationError } from '../../src/reporting/problems';

const { EngineDaemonSet, EngineStatefulSet, EnvVar, Listener } = library;
const anyLibrary = library as any;

function chart(): Chart {
  return new Chart(new App(), 'ci', { namespace: 'ci' });
}

/** Returns values of the wrong type. NaN isn't a number, and an empty object isn't an instance of a class. */
function wrongValues(type: string): unknown[] {
  if (type.endsWith('[]')) {
    return ['text', 5, {}, null];
  }
  if (type.endsWith('{}') || type.startsWith('k8s.') || Object.hasOwn(STRUCTS, type)) {
    return ['text', 5, ['text'], null, Volume.fromEmptyDir(chart(), 'volume', 'volume'), EnvVar.fromValue('text')];
  }
  return type === 'string' ? [5, {}, ['text'], null] : ['text', NaN, {}, ['text'], null, () => 5];
}

interface Case {
  readonly path: string;
  readonly argument: unknown;
  readonly says: string;
}

/** Yields every invalid value, and a misspelled property, for every property of a type. */
function* casesOf(path: string, type: string, place: (value: unknown) => unknown): Generator<Case> {
  if (type === 'unknown') {
    return;
  }
  for (const value of wrongValues(type)) {
    yield {
      path,
      argument: place(value),
      says:
        typeof value === 'string' && Object.hasOwn(ENUMS, type)
          ? `: is not a member of ${type}; `
          : ': has the wrong type; ',
    };
  }
  if (type.endsWith('[]')) {
    yield* casesOf(`${path}[0]`, type.slice(0, -2), (value) => place([value]));
  } else if (Object.hasOwn(STRUCTS, type)) {
    yield* propertyCases(path, type, place);
  }
}

function* propertyCases(path: string, struct: string, place: (value: unknown) => unknown): Generator<Case> {
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  for (const { name, optional, type } of propertiesOf(struct).values()) {
    const misspelled = `${name}s${name}`;
    yield {
      path: below(misspelled),
      argument: place({ [misspelled]: 1 }),
      says: `: ${struct} has no property with this name; allowed: `,
    };
    yield* casesOf(below(name), type, (value) => place({ [name]: value }));
    if (!optional) {
      yield { path: below(name), argument: place({}), says: ': is required; allowed: ' };
    }
  }
}

function* parameterCases({ name, type }: Field): Generator<Case> {
  if (Object.hasOwn(STRUCTS, type)) {
    yield* wrongValues(type).map((argument) => ({ path: name, argument, says: ': has the wrong type; ' }));
    yield* propertyCases('', type, (value) => value);
  } else {
    yield* casesOf(name, type, (value) => value);
  }
}

/** Calls a constructor or method. Returns its problems, any other error, or a text that there was no error. */
function messagesOf(type: string, call: string, args: readonly unknown[]): string {
  const found = anyLibrary[type];
  try {
    const result: any =
      call === 'new'
        ? new found(...args)
        : call.startsWith('#')
          ? Object.create(found.prototype)[call.slice(1)](...args)
          : found[call.replace('~', '')](...args);
    const invalid: unknown = result?.[Symbol.for('cdk8s-dagger.invalid-arguments')];
    return invalid instanceof Problems && OPAQUE.includes(type) ? invalid.messages.join('\n') : `returned ${result}`;
  } catch (error) {
    return error instanceof ValidationError ? error.message.replaceAll('\n  - ', '\n') : `threw ${error}`;
  }
}

const calls = Object.entries(CALLS).flatMap(([type, methods]) =>
  Object.keys(methods)
    .filter((call) => parametersOf(type, call).length > 0)
    .map((call): [string, string] => [type, call]),
);

describe('every public method and constructor', () => {
  it.each(calls)('%s.%s rejects wrong types and unknown properties of each parameter', (type, call) => {
    const parameters = parametersOf(type, call);
    const failures = parameters.flatMap((parameter, index) =>
      [...parameterCases(parameter)].flatMap(({ argument, path, says }) => {
        const args = parameters.map(({ name }) => (name === 'scope' ? chart() : name === 'id' ? 'engine' : undefined));
        args[index] = argument as any;
        const message = messagesOf(type, call, args);
        return message.split('\n').some((line) => line.startsWith(`${path}${says}`) && line.includes('; fix: '))
          ? []
          : [`${path} = ${String(argument)}: ${message}`];
      }),
    );
    expect(failures).toEqual([]);
  });
});

it('has the types of the declarations', () => {
  const script = spawnSync('node', ['scripts/argument-types.mjs', '--check'], { encoding: 'utf8' });
  expect(script.stderr).toBe('');
});

describe('the fix', () => {
  const fixOf = (properties: object): string => {
    try {
      new EngineStatefulSet(chart(), 'pool', {
        version: 'v0.21.7',
        cache: library.CacheVolume.emptyDir(),
        ...properties,
      } as any);
    } catch (error) {
      return /; fix: (.*)/.exec((error as Error).message)![1]!;
    }
    return 'accepted';
  };

  it.each<[string, object, string]>([
    ['a number in quotes', { replicas: '3' }, 'write 3'],
    ['another text for a number', { replicas: 'three' }, 'use a number'],
    ['NaN', { replicas: NaN }, 'check how the number is computed'],
    ['a number for a text', { version: 0.21 }, 'write "0.21"'],
    ['a boolean in quotes', { hostNetwork: 'true' }, 'write true'],
    ['flags in one text', { args: '--debug --trace' }, 'write ["--debug","--trace"]'],
    [
      'one item for a list',
      { caCertificates: library.KeySelector.fromSecretName('ca', 'ca.crt') },
      'put it in brackets',
    ],
    [
      'a size as in Kubernetes',
      { cache: library.CacheVolume.claimTemplate({ size: '100Gi' as any }) },
      'use Size.gibibytes(100)',
    ],
    [
      'a size without unit',
      { cache: library.CacheVolume.claimTemplate({ size: 100 as any }) },
      'use a value such as Size.gibibytes(200)',
    ],
    [
      'a size that is not a number',
      { cache: library.CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(NaN) }) },
      'check how the program computes the number',
    ],
    ['a number of seconds', { terminationGracePeriod: 600 }, 'use Duration.seconds(600)'],
    ['a duration as in Go', { terminationGracePeriod: '10m' }, 'use Duration.minutes(10)'],
    [
      'a duration that is not a number',
      { terminationGracePeriod: Duration.seconds(NaN) },
      'check how the program computes the number',
    ],
    ['a path for a HostSocket', { hostSocket: '/run/dagger' }, 'use HostSocket.fromPath("/run/dagger")'],
    ['the name of a factory', { cache: 'claimTemplate' }, 'use CacheVolume.claimTemplate(...)'],
    [
      'the options of a factory',
      { cache: { size: Size.gibibytes(1), storageClassName: 'gp3' } },
      'use CacheVolume.claimTemplate(...) or CacheVolume.ephemeral(...)',
    ],
    ['an object for engine.json', { engineJson: { gc: {} } }, 'use EngineJson.of(...)'],
    [
      'a text for a variable',
      { env: { LEVEL: 'debug' } },
      'use EnvVar.fromValue(...), EnvVar.fromKey(...), EnvVar.fromField(...) or another factory of EnvVar',
    ],
    ['the value of an enum in other letters', { imagePullPolicy: 'always' }, 'use ImagePullPolicy.ALWAYS'],
    ['a variable that is not set', { labels: { team: undefined } }, 'set it, or remove the key'],
    ['null', { name: null }, 'remove it, or set it'],
    [
      'a Lazy',
      { name: Lazy.any({ produce: () => 'pool' }) },
      'use the value instead of a Lazy, because the library reads it when the construct is created',
    ],
    [
      'a volume of cdk8s-plus-28',
      { volumes: [Volume.fromEmptyDir(chart(), 'volume', 'scratch')] },
      'write an object with the fields of a manifest',
    ],
    ['a misspelled property', { replcas: 3 }, 'write replicas'],
    ['a property of another construct', { progressDeadline: Duration.minutes(1) }, 'remove it'],
  ])('fits %s', (_title, properties, fix) => {
    expect(fixOf(properties)).toBe(fix);
  });
});

it('reports the arguments of all factories with the path of the construct', () => {
  const listener = Listener.insecureTcp({ port: '1234', service: { anotations: {} } } as any);
  expect(
    () =>
      new EngineDaemonSet(chart(), 'engine', {
        version: 'v0.21.7',
        listener,
        env: { RETRIES: EnvVar.fromValue(3 as any) },
      }),
  ).toThrow(
    '[ci/engine] EngineDaemonSet has 3 problems:\n' +
      '  - env.RETRIES.value: has the wrong type; got 3; allowed: a string; fix: write "3"\n' +
      '  - listener.port: has the wrong type; got "1234"; allowed: a number; fix: write 1234\n' +
      '  - listener.service.anotations: EngineServiceOptions has no property with this name; allowed: create, type, name, port, appProtocol, ipFamilies, ipFamilyPolicy, labels, annotations, nodePort, allocateLoadBalancerNodePorts, loadBalancerClass, loadBalancerSourceRanges, sessionAffinity, internalTrafficPolicy, externalTrafficPolicy; fix: write annotations',
  );
});

it('does not print a secret that has the wrong type', () => {
  const env = { DB_PASS: 'correct-horse-battery' } as any;
  expect(() => new EngineDaemonSet(chart(), 'engine', { version: 'v0.21.7', env })).toThrow(
    '[ci/engine] EngineDaemonSet has 1 problem:\n' +
      '  - env.DB_PASS: has the wrong type; allowed: an EnvVar; fix: use EnvVar.fromValue(...), EnvVar.fromKey(...), EnvVar.fromField(...) or another factory of EnvVar',
  );
});

it('accepts properties of a subclass, and rejects those that differ by a letter', () => {
  class TeamEngine extends EngineDaemonSet {}
  expect(() => new TeamEngine(chart(), 'engine', { version: 'v0.21.7', owner: 'a' } as any)).not.toThrow();
  expect(() => new TeamEngine(chart(), 'engine', { version: 'v0.21.7', lables: {} } as any)).toThrow('lables');
});

it('accepts structs that are objects of classes, and objects of other versions of a library', () => {
  class Properties {
    public readonly version = 'v0.21.7';
    public readonly env = { A: EnvVar.fromEnvValue(EnvValue.fromValue('a')) };
  }
  const secret = Secret.fromSecretName(chart(), 'secret', 'ca');
  expect(() => new EngineDaemonSet(chart(), 'engine', new Properties())).not.toThrow();
  expect(() => library.KeySelector.fromSecret({ name: secret.name } as any, 'ca.crt')).not.toThrow();
});

it('knows the values of each enum', () => {
  for (const [name, values] of Object.entries(ENUMS)) {
    expect(values.split(' ').map((value) => value.replace(/^.*=/, ''))).toEqual(Object.values(anyLibrary[name]));
  }
});
