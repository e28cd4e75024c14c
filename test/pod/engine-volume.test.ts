import { type EngineVolume, EngineToml } from '../../src/index';
import { container, pod, problems, statefulSet, warnings } from '../engines';

/** The first release with engine volumes. */
const VERSION = 'v1.0.0-beta.10';
const CLAIM = { name: 'models', persistentVolumeClaim: { claimName: 'models' } };

const mountsOf = (engineVolumes: EngineVolume[]): unknown[] =>
  container(statefulSet({ version: VERSION, engineVolumes })).volumeMounts.filter(
    ({ mountPath }: { mountPath: string }) => mountPath.includes('/volumes/'),
  );

test('mounts volumes below the state directory', () => {
  const all: Required<EngineVolume> = {
    name: 'datasets/images-2.0',
    volume: { name: 'datasets', nfs: { server: 'nfs.example.com', path: '/datasets' } },
    subPath: 'images',
    readOnly: true,
  };
  const engine = statefulSet({ version: VERSION, engineVolumes: [{ name: 'models', volume: CLAIM }, all] });
  expect(mountsOf([{ name: 'models', volume: CLAIM }, all])).toEqual([
    { name: 'models', mountPath: '/var/lib/dagger/volumes/v1/models/fs' },
    {
      name: 'datasets',
      mountPath: '/var/lib/dagger/volumes/v1/datasets/images-2.0/fs',
      subPath: 'images',
      readOnly: true,
    },
  ]);
  expect(pod(engine).volumes).toEqual(
    expect.arrayContaining([CLAIM, { name: 'datasets', nfs: { server: 'nfs.example.com', path: '/datasets' } }]),
  );
  expect(warnings(engine)).toEqual([]);
});

test('mounts volumes below a custom state directory', () => {
  const engine = statefulSet({
    version: VERSION,
    engineToml: EngineToml.raw('root = "/state"'),
    engineVolumes: [{ name: 'models', volume: CLAIM }],
  });
  expect(container(engine).volumeMounts).toContainEqual({ name: 'models', mountPath: '/state/volumes/v1/models/fs' });
});

test('accepts a user-defined mount in the directory of engine volumes', () => {
  const engine = statefulSet({
    version: VERSION,
    volumes: [CLAIM],
    volumeMounts: [{ name: 'models', mountPath: '/var/lib/dagger/volumes/v1/models/fs' }],
  });
  expect(warnings(engine)).toEqual([]);
});

test.each(['v0.21.8', 'v1.0.0-beta.9'])('rejects engine volumes in %s', (version) => {
  expect(problems(() => statefulSet({ version, engineVolumes: [{ name: 'models', volume: CLAIM }] }))).toEqual([
    `engineVolumes: is not supported by ${version}; allowed: v1.0.0-beta.10 and later; fix: choose a release that supports it, or remove engineVolumes`,
  ]);
});

test.each(['', 'fs', 'a/fs', 'a//b', '/a', 'a/', '..', '.a', '-a', 'a b'])('rejects the name "%s"', (name) => {
  expect(problems(() => statefulSet({ version: VERSION, engineVolumes: [{ name, volume: CLAIM }] }))).toContain(
    `engineVolumes[0].name: must be a valid engine volume name; got ${JSON.stringify(name)}; allowed: components of letters, digits, '.', '_' and '-', at most 255 characters each, separated by slashes, other than 'fs'; fix: use a name such as 'datasets/images'`,
  );
});

test('rejects a name component of 256 characters', () => {
  const name = 'x'.repeat(256);
  expect(problems(() => statefulSet({ version: VERSION, engineVolumes: [{ name, volume: CLAIM }] }))).toEqual([
    expect.stringContaining('engineVolumes[0].name: must be a valid engine volume name; '),
  ]);
});

test('rejects duplicate names and volumes', () => {
  const volume = { name: 'models', volume: CLAIM };
  expect(problems(() => statefulSet({ version: VERSION, engineVolumes: [volume, volume] }))).toEqual([
    'engineVolumes[1].volume: the pod already has a volume with this name; got "models"; allowed: unused names; fix: rename one of them',
    'engineVolumes[1].name: the engine already has a mount at this path; got "/var/lib/dagger/volumes/v1/models/fs"; allowed: unused paths; fix: choose another path',
  ]);
});
