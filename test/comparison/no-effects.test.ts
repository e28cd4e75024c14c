import * as fc from 'fast-check';
import { compareManifests } from '../../src/comparison/compare';
import { distributed } from '../manifests';
import type { KubernetesObject } from './cases';

const FILES = Object.entries(distributed());

/** Returns a copy in which the keys of all maps are in the opposite order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reordered);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reordered(inner)]),
      )
    : value;
}

test.each(FILES)('%s has no effects on itself', (_, objects) => {
  expect(compareManifests(objects, objects)).toEqual([]);
  expect(compareManifests(objects, reordered(objects) as unknown[])).toEqual([]);
  expect(compareManifests(objects, [...objects].reverse())).toEqual([]);
  expect(compareManifests(objects, [{ apiVersion: 'v1', kind: 'List', items: objects }])).toEqual([]);
});

const WORKLOADS = FILES.flatMap(([, objects]) =>
  objects.filter(({ kind }) => ['DaemonSet', 'Deployment', 'StatefulSet'].includes(kind)),
) as KubernetesObject[];

type Path = ReadonlyArray<string>;

/** Returns the paths of all strings, numbers and booleans. */
function leaves(value: unknown, path: Path = []): Path[] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
    : [path];
}

/** Returns a copy in which one value is different. */
function changed(object: KubernetesObject, path: Path): KubernetesObject {
  const copy = structuredClone(object) as any;
  const parent = path.slice(0, -1).reduce((value, key) => value[key], copy);
  const key = path.at(-1)!;
  const value: unknown = parent[key];
  parent[key] = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}x`;
  return copy;
}

/** The fields that identify an object. */
const IDENTITY = /^(apiVersion|kind|metadata,name|metadata,namespace)$/;

test('pods restart if and only if the pod template changes', () => {
  const changes = fc.constantFrom(...WORKLOADS).chain((object) =>
    fc.record({
      object: fc.constant(object),
      path: fc.constantFrom(...leaves(object).filter((path) => !IDENTITY.test(String(path)))),
    }),
  );
  fc.assert(
    fc.property(changes, ({ object, path }) => {
      const names = compareManifests([object], [changed(object, path)]).map(({ name }) => name);
      const restarts = names.includes('restart') || names.includes('manual-restart');
      expect(restarts).toBe(path[0] === 'spec' && path[1] === 'template');
    }),
    { numRuns: 300 },
  );
});
