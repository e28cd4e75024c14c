import type { EngineResources } from '../../src/index';
import { container, problems, statefulSet, warnings } from '../engines';

test('sets no resources by default', () => {
  expect(container(statefulSet())).not.toHaveProperty('resources');
  expect(container(statefulSet({ resources: { requests: {}, limits: {} } }))).not.toHaveProperty('resources');
});

test('renders requests and limits unchanged', () => {
  const all: Required<EngineResources> = {
    requests: { cpu: '500m', memory: '16Gi', 'ephemeral-storage': '1e9' },
    limits: { memory: '0.5Ti', 'example.com/dongle': '1' },
  };
  expect(container(statefulSet({ resources: all })).resources).toEqual(all);
});

test('warns about limits on memory and CPU only', () => {
  const warning = (names: string) =>
    `[test/engine] warning limits-do-not-bound-builds: resources.limits: with cgroup v2, limits on ${names} apply only to the engine process, because ` +
    "build containers run in cgroups outside the pod's (dagger/dagger#10813); fix: run the engine on dedicated nodes instead";
  expect(warnings(statefulSet({ resources: { limits: { memory: '1Gi', cpu: '1' } } }))).toEqual([
    warning('cpu and memory'),
  ]);
  expect(warnings(statefulSet({ resources: { limits: { memory: '1Gi' } } }))).toEqual([warning('memory')]);
  expect(
    warnings(statefulSet({ resources: { requests: { memory: '1Gi' }, limits: { 'ephemeral-storage': '1Gi' } } })),
  ).toEqual([]);
});

test.each(['1.5 Gi', '16GiB', ''])('rejects the quantity %j', (memory) => {
  expect(problems(() => statefulSet({ resources: { requests: { memory } } }))).toEqual([
    `resources.requests["memory"]: must be a Kubernetes quantity; got ${JSON.stringify(memory)}; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: use a value such as '500m' or '16Gi'`,
  ]);
});

test('rejects a negative quantity', () => {
  expect(problems(() => statefulSet({ resources: { requests: { memory: '-1' } } }))).toEqual([
    'resources.requests["memory"]: must not be negative; got "-1"; allowed: a quantity of at least 0; fix: write "1"',
  ]);
});

test.each([
  ['2Gi', '2G'],
  ['2000000000m', '1999999'],
  ['2e6', '1999999'],
  ['1Ei', '1E'],
  ['2000Ki', '2000k'],
])('rejects a request of %s above a limit of %s', (request, limit) => {
  expect(
    problems(() => statefulSet({ resources: { requests: { memory: request }, limits: { memory: limit } } })),
  ).toEqual([
    `resources.requests["memory"]: must not exceed the limit; got "${request}"; allowed: at most ${limit}; fix: raise the limit or remove it`,
  ]);
});

test.each([
  ['2G', '2Gi'],
  ['2000000', '2000000000m'],
  ['2000000', '2000k'],
  ['1024Mi', '1Gi'],
])('accepts a request of %s with a limit of %s', (request, limit) => {
  expect(
    container(
      statefulSet({
        resources: { requests: { 'ephemeral-storage': request }, limits: { 'ephemeral-storage': limit } },
      }),
    ).resources.limits,
  ).toEqual({ 'ephemeral-storage': limit });
});

test('requires whole numbers of extended resources, with equal requests and limits', () => {
  const name = 'example.com/dongle';
  expect(problems(() => statefulSet({ resources: { requests: { [name]: '1' } } }))).toEqual([
    `resources.requests["${name}"]: must equal the limit of this resource; got "1"; allowed: a request only together with a limit; fix: set it in limits instead`,
  ]);
  expect(
    problems(() => statefulSet({ resources: { requests: { [name]: '500m' }, limits: { [name]: '500m' } } })),
  ).toEqual([
    `resources.limits["${name}"]: must be a whole number for an extended resource; got "500m"; allowed: a whole number; fix: round it`,
  ]);
  expect(
    container(statefulSet({ resources: { requests: { [name]: '1k' }, limits: { [name]: '1000' } } })).resources,
  ).toEqual({ requests: { [name]: '1k' }, limits: { [name]: '1000' } });
});
