import { EngineCapability, EngineVersion } from '../../src/index';
import { Availability } from '../../src/version/availability';
import { DOCUMENTED_FACTS } from '../../src/version/documented-facts';
import { EVIDENCE } from '../../src/version/evidence';
import { VALUES } from '../../src/version/engine-values';
import { values } from '../../src/version/fact-table';
import { release } from '../../src/version/release';

/** Every release, listed independently of src/version. */
const RELEASES = [
  ...[
    [12, 7],
    [13, 7],
    [14, 0],
    [15, 4],
    [16, 3],
    [17, 2],
    [18, 19],
    [19, 11],
    [20, 8],
    [21, 11],
  ].flatMap(([minor, last]) => Array.from({ length: last + 1 }, (_, patch) => `v0.${minor}.${patch}`)),
  ...Array.from({ length: 21 }, (_, beta) => `v1.0.0-beta.${beta + 1}`),
];

/** The ranges of releases to which a fact applies, as first and last release, keyed by fact. From the engine's tags. */
const RUNS: Record<string, string[]> = {
  'engine-json': ['v0.15.0 v1.0.0-beta.21'],
  'json-log-level': ['v0.15.0 v1.0.0-beta.21'],
  'json-gc': ['v0.15.0 v1.0.0-beta.21'],
  'json-gc-sweep': ['v0.18.9 v0.18.10'],
  'json-gc-sweep-size': ['v0.18.11 v1.0.0-beta.21'],
  'json-gc-dagql-cache': ['v0.21.9 v0.21.11', 'v1.0.0-beta.10 v1.0.0-beta.21'],
  'json-security': ['v0.15.0 v1.0.0-beta.21'],
  'json-registries': ['v0.19.0 v1.0.0-beta.21'],
  'json-telemetry-resource-metrics': ['v0.21.10 v0.21.11', 'v1.0.0-beta.15 v1.0.0-beta.21'],
  'json-telemetry-engine-events': ['v1.0.0-beta.15 v1.0.0-beta.21'],
  'json-remote-cache': ['v1.0.0-beta.15 v1.0.0-beta.21'],
  'stop-waits-for-clients': ['v0.21.4 v0.21.11', 'v1.0.0-beta.3 v1.0.0-beta.21'],
  'engine-volumes': ['v1.0.0-beta.10 v1.0.0-beta.21'],
  'clients-query': ['v0.19.4 v1.0.0-beta.21'],
  'kube-pod-helper': ['v0.21.4 v0.21.11', 'v1.0.0-beta.3 v1.0.0-beta.21'],
  'step-process': ['v0.21.4 v0.21.11', 'v1.0.0-beta.3 v1.0.0-beta.21'],
  'stats-file': ['v1.0.0-beta.12 v1.0.0-beta.21'],
  'shipped-docker-hub-mirror': ['v1.0.0-beta.5 v1.0.0-beta.21'],
  'toml-registries': ['v0.12.0 v1.0.0-beta.21'],
  'toml-gc-space': ['v0.13.7 v1.0.0-beta.21'],
  'max-parallelism': ['v0.12.0 v0.20.8'],
  'wcprof-flag': ['v1.0.0-beta.4 v1.0.0-beta.21'],
  'toml-debug': ['v0.12.0 v0.14.0'],
  'toml-stargz': ['v0.12.0 v0.19.4'],
  'toml-bridge-network': ['v0.12.0 v0.20.8'],
  'toml-nameservers': [],
  'toml-buildkit-only': [],
  'shipped-toml-entitlements': ['v0.12.0 v0.15.4'],
  'root-capabilities-by-default': ['v0.16.0 v1.0.0-beta.21'],
  'json-security-replaces-toml': ['v0.16.0 v1.0.0-beta.21'],
  'host-network-entitlement': ['v0.21.0 v1.0.0-beta.21'],
  'dagger-socket': ['v0.17.0 v1.0.0-beta.21'],
  'addr-flag-appends': ['v0.17.0 v1.0.0-beta.21'],
  'toml-address-appends': ['v0.16.0 v1.0.0-beta.21'],
  'engine-tls': ['v0.12.0 v0.21.3', 'v1.0.0-beta.1 v1.0.0-beta.2'],
  'tls-client': ['v0.20.1 v1.0.0-beta.21'],
  'gc-filters-are-alternatives': ['v0.12.0 v0.20.8'],
  'disk-pressure-gc': ['v0.21.5 v0.21.11', 'v1.0.0-beta.4 v1.0.0-beta.21'],
  'engine-lock': ['v0.17.0 v1.0.0-beta.21'],
  'wipes-after-unclean-stop': ['v0.21.0 v1.0.0-beta.21'],
  magicache: ['v0.12.0 v0.18.14'],
  'client-cache-config': ['v0.12.0 v0.20.8'],
  'secret-salt': ['v1.0.0-beta.10 v1.0.0-beta.21'],
  metrics: ['v0.18.11 v1.0.0-beta.21'],
  'metric-connected-clients': ['v0.18.11 v1.0.0-beta.21'],
  'metric-cache-disk-size': ['v0.18.11 v1.0.0-beta.21'],
  'metric-cache-entries': ['v0.18.11 v1.0.0-beta.21'],
  'metric-corrupt-db-reset': ['v0.19.5 v1.0.0-beta.21'],
  'metric-dagql-cache-entries': ['v0.20.0 v1.0.0-beta.21'],
  'metric-dagql-cache-metadata': ['v0.21.9 v0.21.11', 'v1.0.0-beta.10 v1.0.0-beta.21'],
  'cli-in-image': ['v0.12.5 v1.0.0-beta.21'],
  'cli-core-deprecated': ['v1.0.0-beta.2 v1.0.0-beta.21'],
  tini: ['v0.20.7 v1.0.0-beta.21'],
  'gpu-image': ['v0.12.0 v1.0.0-beta.21'],
  'custom-ca': ['v0.12.0 v1.0.0-beta.21'],
  'writes-root-filesystem': ['v0.12.0 v1.0.0-beta.21'],
};

/** Returns the ranges of releases to which a fact applies. */
function runsOf(applies: (tag: string) => boolean): string[] {
  const has = RELEASES.map(applies);
  const starts = RELEASES.filter((_, i) => has[i] && !has[i - 1]);
  const ends = RELEASES.filter((_, i) => has[i] && !has[i + 1]);
  return starts.map((start, i) => `${start} ${ends[i]}`);
}

test.each(EngineCapability.values().map((row) => [row.id, row] as const))(
  '%s applies exactly from its first to its last release',
  (id, row) => {
    expect(runsOf((tag) => EngineVersion.of(tag).supports(row))).toEqual(RUNS[id]);
  },
);

test.each(Object.entries(DOCUMENTED_FACTS))(
  'the documented fact %s applies exactly from its first to its last release',
  (id, { zero, one }) => {
    const releases = new Availability(zero, one);
    expect(runsOf((tag) => releases.includes(release(tag)))).toEqual(RUNS[id]);
  },
);

test('the table contains each fact once', () => {
  const ids = [...EngineCapability.values().map(({ id }) => id), ...Object.keys(DOCUMENTED_FACTS)];
  expect(ids.sort()).toEqual(Object.keys(RUNS).sort());
});

test('the id of a row matches its name', () => {
  const names = Object.entries(EngineCapability)
    .filter(([, value]) => value instanceof EngineCapability)
    .map(([name, value]) => [name, value.id]);
  expect(names).toEqual(names.map(([, id]) => [id.toUpperCase().replaceAll('-', '_'), id]));
});

test.each([
  ...EngineCapability.values().map(({ id, source, summary }) => [id, { source, summary }] as const),
  ...Object.entries(DOCUMENTED_FACTS),
])('%s cites a file at a tag, a commit or an issue', (_, { source, summary }) => {
  expect(source).toMatch(/\.(go|yml)|#\d+|\b[0-9a-f]{10}\b/);
  expect(summary).toMatch(/^(engine\.|[A-Z`]).*\.$/);
});

test.each([
  [EngineCapability.ENGINE_JSON, 'v0.15.0 and later'],
  [EngineCapability.JSON_GC_SWEEP, 'v0.18.9 to v0.18.10'],
  [EngineCapability.JSON_GC_DAGQL_CACHE, 'v0.21.9 and later, v1.0.0-beta.10 and later'],
  [EngineCapability.JSON_TELEMETRY_RESOURCE_METRICS, 'v0.21.10 and later, after v1.0.0-beta.14'],
  [EngineCapability.MAX_PARALLELISM, 'until v0.20.8'],
  [EngineCapability.ENGINE_TLS, 'until v0.21.3, until v1.0.0-beta.2'],
  [EngineCapability.GPU_IMAGE, 'every supported release'],
  [EngineCapability.TOML_NAMESERVERS, 'no release'],
])('describes the availability: %#', (row, text) => {
  expect(row.availability).toBe(text);
});

test.each(Object.entries(VALUES))('%s has a value for each release that was read, from its first on', (_, value) => {
  const read = RELEASES.filter((tag) => EngineVersion.of(tag)._isConfirmed());
  const has = read.map((tag) => value.at(release(tag)) !== undefined);
  expect(has).toContain(true);
  expect(has.slice(has.indexOf(true))).not.toContain(false);
});

test('each entry of the evidence belongs to a row', () => {
  const ids = [...Object.keys(RUNS), ...Object.keys(VALUES)];
  expect(Object.keys(EVIDENCE).filter((id) => !ids.includes(id))).toEqual([]);
});

test.each([
  [
    'socketPath',
    {
      '/run/buildkit/buildkitd.sock': [],
      '/run/dagger/engine.sock': ['v0.18.19', 'v0.21.3', 'v0.21.8', 'v1.0.0-beta.10'],
    },
  ],
  ['minimumClient', { 'v0.12.0': [], 'v0.12.5': [], 'v0.16.0': [], 'v0.17.0': [], 'v0.19.0': ['v0.19.0', 'v0.21.8'] }],
  ['cacheSchema', { '16': ['v0.21.3', 'v0.21.8'], '17': ['v1.0.0-beta.10'] }],
])('a run is evidence only for the %s of its release', (id, expected) => {
  const found = values().filter((one) => one.id === id);
  expect(Object.fromEntries(found.map(({ evidence, value }) => [String(value), evidence.runOn]))).toEqual(expected);
});

test.each(Object.keys(VALUES))('each run of an engine is evidence for one value of %s', (id) => {
  const runs = values().filter((one) => one.id === id);
  expect(runs.flatMap(({ evidence }) => evidence.runOn).sort()).toEqual([...(EVIDENCE[id]?.runOn ?? [])].sort());
});

test.each([
  [EngineCapability.ENGINE_TLS, 'read, run on v0.21.3, v0.21.8 (clients hang), v1.0.0-beta.10 (clients hang)'],
  [EngineCapability.MAGICACHE, 'read'],
  [
    EngineCapability.JSON_REMOTE_CACHE,
    'reported, run on v0.18.19 (rejected), v0.21.3 (rejected), v0.21.8 (rejected), v1.0.0-beta.10 (rejected)',
  ],
])('describes the evidence: %#', (row, text) => {
  expect(row.evidence).toBe(text);
});

test.each([
  [EngineCapability.MAGICACHE, 'v0.21.8, v1.0.0-beta.11'],
  [EngineCapability.JSON_GC_DAGQL_CACHE, 'v0.21.9, v1.0.0-beta.11'],
  [EngineCapability.JSON_TELEMETRY_RESOURCE_METRICS, 'v0.21.10, v1.0.0-beta.14'],
])('names the last confirmed releases: %#', (row, text) => {
  expect(row.confirmedUntil).toBe(text);
});
