import { EngineCapability } from '../../src/index';
import { DOCUMENTED_FACTS } from '../../src/version/documented-facts';
import { run } from './command';

async function answer(...args: string[]): Promise<any> {
  const { code, stdout, stderr } = await run(['versions', '--json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const verdictsOf = async (version: string): Promise<{ [id: string]: string }> =>
  Object.fromEntries(
    (await answer('--engine', version)).facts.map(({ applies, id, isConfirmed }: any) => [
      id,
      `${applies}${isConfirmed === true ? '' : ', not confirmed'}`,
    ]),
  );

test('prints every fact as JSON', async () => {
  const { engine, facts, known } = await answer();
  expect(engine).toBeUndefined();
  expect(known).toEqual({
    '0.x': { oldest: 'v0.12.0', read: 'v0.21.8', newest: 'v0.21.11' },
    '1.0': { oldest: 'v1.0.0-beta.1', read: 'v1.0.0-beta.11', newest: 'v1.0.0-beta.21' },
  });
  expect(facts.map(({ id }: any) => id)).toEqual([
    ...EngineCapability.values().map(({ id }) => id),
    ...Object.keys(DOCUMENTED_FACTS),
  ]);
  expect(facts.find(({ id }: any) => id === 'stop-waits-for-clients')).toEqual({
    id: 'stop-waits-for-clients',
    isChecked: true,
    summary: EngineCapability.STOP_WAITS_FOR_CLIENTS.summary,
    releases: 'v0.21.4 and later, v1.0.0-beta.3 and later',
    evidence: 'read',
    runOn: ['v0.18.19 (exits)', 'v0.21.3 (exits)', 'v0.21.8', 'v1.0.0-beta.10'],
    confirmedUntil: { '0.x': 'v0.21.8', '1.0': 'v1.0.0-beta.11' },
    source: EngineCapability.STOP_WAITS_FOR_CLIENTS.source,
  });
});

test('answers for a release that was read', async () => {
  const { engine, values } = await answer('--engine', '0.21.8');
  expect(engine).toEqual({ version: 'v0.21.8', isKnown: true, wasRead: true, notes: [] });
  expect(values.find(({ id }: any) => id === 'cacheSchema')).toMatchObject({ value: '16', isConfirmed: true });
  expect(await verdictsOf('v0.21.8')).toMatchObject({
    'json-gc-dagql-cache': 'no',
    'stop-waits-for-clients': 'yes',
    'json-remote-cache': 'no',
  });
});

test('answers for a release that was not read', async () => {
  const { engine } = await answer('--engine', 'v0.21.11');
  expect(engine).toEqual({
    version: 'v0.21.11',
    isKnown: true,
    wasRead: false,
    notes: [
      'the source code of releases after v0.21.8 was not read as a whole: rows with a question mark were not confirmed for this release',
    ],
  });
  expect(await verdictsOf('v0.21.11')).toMatchObject({
    'json-gc-dagql-cache': 'yes, not confirmed',
    'json-remote-cache': 'no, not confirmed',
  });
});

test('answers "unknown" for a fact whose first release is not known', async () => {
  expect(await verdictsOf('v1.0.0-beta.14')).toMatchObject({ 'json-remote-cache': 'no' });
  expect(await verdictsOf('v1.0.0-beta.15')).toMatchObject({ 'json-remote-cache': 'unknown, not confirmed' });
});

test.each([
  [
    'v0.22.0',
    'v0.22.0 is newer than v0.21.11, the newest 0.x release that this library knows, and is treated like that release; fix: update this library, or check the release notes of the engine for changed options',
  ],
  ['v0.20.9', 'v0.20.9 was never released; fix: use v0.20.8, the last release of that minor version'],
])('explains %s, which is not a known release', async (version, note) => {
  const { engine } = await answer('--engine', version);
  expect(engine).toMatchObject({ version, isKnown: false });
  expect(engine.notes).toContain(note);
});

test('prints the table as text', async () => {
  const { stdout } = await run(['versions']);
  expect(stdout).toMatch(/^Known releases\n {2}0\.x: v0\.12\.0 to v0\.21\.11, source code read up to v0\.21\.8\n/);
  expect(stdout).toContain(
    [
      'json-gc-dagql-cache  v0.21.9 and later, v1.0.0-beta.10 and later',
      '  engine.json supports `gc.dagqlCache` with `maxEstimatedBytes` and `targetEstimatedBytes`.',
      '  read, run on v0.18.19 (rejected), v0.21.3 (rejected), v0.21.8 (rejected), v1.0.0-beta.10; confirmed until v0.21.9, v1.0.0-beta.11',
    ].join('\n'),
  );
  expect(stdout).toContain('socketPath = /run/dagger/engine.sock  v0.17.0 and later\n');
});

test('prints one release as text', async () => {
  const { stdout } = await run(['versions', '--engine', 'v1.0.0-beta.15'], { terminal: 100 });
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('v1.0.0-beta.15');
  const verdicts = lines.filter((line) => /^(yes|no|\?)/.test(line)).map((line) => line.slice(0, 38).trimEnd());
  expect(verdicts).toContain('yes?  engine-json');
  expect(verdicts).toContain('no?   json-gc-sweep');
  expect(verdicts).toContain('?     json-remote-cache');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(stdout).toMatch(/\nsocketPath = \/run\/dagger\/engine\.sock\?\n/);
  expect(stdout).not.toContain('cacheSchema');
});

test.each([
  [
    ['--engine', 'latest'],
    'cdk8s-dagger versions has 1 problem:\n  - --engine: must be a release of the engine; got "latest"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: ',
  ],
  [
    ['--engine', 'v0.11.0'],
    'must not be older than v0.12.0, the oldest 0.x release that this library supports; got "v0.11.0"',
  ],
  [['--engine'], '--engine: requires a value; fix: use --engine VERSION'],
  [['--json=yes'], '--json: does not take a value; got "yes"; fix: use --json'],
  [['v0.21.8'], 'v0.21.8: is an unexpected argument; fix: remove it, or put its option before it'],
])('rejects %j', async (args, message) => {
  const { code, stdout, stderr } = await run(['versions', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});
