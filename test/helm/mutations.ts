import * as fc from 'fast-check';
import { HelmChart } from '../../src/index';
import { GSTACKIO_KEYS } from '../../src/helm/gstackio-values';
import { KUBIYA_KEYS } from '../../src/helm/kubiya-values';
import { officialKeys } from '../../src/helm/official-values';
import type { KnownKeys } from '../../src/helm/known-keys';
import { parseRelease } from '../../src/version/release';
import type { ChartValues } from './chart-values';

/** The path to a value: map keys and list indexes. */
export type Path = readonly (string | number)[];

/** A change of one value. */
export interface Mutation {
  readonly path: Path;
  readonly value: unknown;
}

/** Returns the keys that a chart version knows. */
export function keysOf(chart: HelmChart, version: string): KnownKeys {
  return chart === HelmChart.GSTACKIO
    ? GSTACKIO_KEYS
    : chart === HelmChart.KUBIYA
      ? KUBIYA_KEYS
      : officialKeys({ text: version, release: parseRelease(version)!, isNewer: false });
}

/** Plausible new values, used in addition to arbitrary JSON. */
const PLAUSIBLE: readonly unknown[] = [
  true,
  false,
  0,
  1,
  42,
  600,
  1234,
  '1234',
  '',
  'a',
  'text',
  'true',
  'DaemonSet',
  'StatefulSet',
  'Always',
  'NodePort',
  'Parallel',
  'Delete',
  '10Gi',
  [],
  {},
  null,
  ['--debug'],
  ['a', 'b'],
  { a: 'b' },
  { name: 'x' },
  { enabled: true },
  { enabled: false },
  [{ name: 'x' }],
  [{ name: 'X', value: '1' }],
  [{ name: 'x', emptyDir: {} }],
  [{ name: 'x', image: 'busybox' }],
  [{ name: 'x', containerPort: 1 }],
  { requests: { cpu: '1' } },
  { exec: { command: ['true'] } },
  'debug = true\n',
  '{"logLevel": "info"}',
];

const WORDS = [
  'enable',
  'replica',
  'tolerations',
  'image',
  'pullpolicy',
  'constructor',
  '__proto__',
  'toString',
  'a.b',
  'with space',
  '',
  'extraEnv',
  'ref',
  'name',
  'size',
];

/**
 * Generates a change at an existing path, a known key of the chart, or an unknown key. The value is plausible or
 * arbitrary.
 */
export function mutationsOf(values: ChartValues, keys: KnownKeys): fc.Arbitrary<Mutation> {
  const known = Object.keys(keys).map((key): Path =>
    key.split('.').flatMap((word) => (word.endsWith('[]') ? [word.slice(0, -2), 0] : [word])),
  );
  const places = [...mapsIn(values), ...known.map((path) => path.slice(0, -1))];
  return fc.record({
    path: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...known) },
      { weight: 1, arbitrary: fc.constantFrom(...valuesIn(values), ['engine']) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...places), fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 8 })))
          .map(([place, word]): Path => [...place, word]),
      },
    ),
    value: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PLAUSIBLE) },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    ),
  });
}

/** Returns the changed values, or undefined if a step of the path isn't in a map or list of the expected type. */
export function mutated(values: ChartValues, { path, value }: Mutation): ChartValues | undefined {
  const copy = structuredClone(values);
  let at: any = copy;
  for (const [index, step] of path.slice(0, -1).entries()) {
    if (!Object.hasOwn(at, step)) {
      own(at, step, typeof path[index + 1] === 'number' ? [] : {});
    }
    at = at[step];
    if (typeof at !== 'object' || at === null || Array.isArray(at) !== (typeof path[index + 1] === 'number')) {
      return undefined;
    }
  }
  own(at, path.at(-1)!, structuredClone(value));
  return copy;
}

/** Sets a key as `JSON.parse` does, even `__proto__`. */
function own(map: object, key: string | number, value: unknown): void {
  Object.defineProperty(map, key, { value, configurable: true, enumerable: true, writable: true });
}

/** Returns the paths to all values, including maps and lists. */
export function valuesIn(value: unknown, path: Path = []): Path[] {
  const here = path.length === 0 ? [] : [path];
  if (typeof value !== 'object' || value === null) {
    return here;
  }
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...here, ...inner.flatMap(([key, item]) => valuesIn(item, [...path, key]))];
}

function mapsIn(values: ChartValues): Path[] {
  return [[], ...valuesIn(values).filter((path) => isMapAt(values, path))];
}

function isMapAt(values: ChartValues, path: Path): boolean {
  const value = path.reduce<any>((at, step) => at[step], values);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
