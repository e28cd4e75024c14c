import { EngineImage, ImagePullPolicy } from '../../src/index';
import { container, pod, problems, statefulSet } from '../engines';

const image = (given?: EngineImage, version = 'v0.21.7') => container(statefulSet({ image: given, version })).image;
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

test('uses the published image of the version, in any spelling of the version', () => {
  expect(image()).toBe('registry.dagger.io/engine:v0.21.7');
  expect(image(undefined, '0.21.7')).toBe('registry.dagger.io/engine:v0.21.7');
  expect(image(undefined, 'v1.0.0-beta.10')).toBe('registry.dagger.io/engine:v1.0.0-beta.10');
});

test.each(['mirror.example.com/dagger/engine', 'localhost:5000/engine', 'engine'])(
  'uses the same image of the mirror %s',
  (repository) => {
    expect(image(EngineImage.fromRepository(repository))).toBe(`${repository}:v0.21.7`);
  },
);

test.each([
  'registry.example.com/engine:ours',
  'registry.example.com:5000/engine:v1',
  `registry.example.com/engine@${DIGEST}`,
  `registry.example.com/engine:v1@${DIGEST}`,
])('uses a custom image: %s', (reference) => {
  expect(image(EngineImage.fromReference(reference))).toBe(reference);
});

test('configures a custom image for the version', () => {
  expect(
    container(statefulSet({ image: EngineImage.fromReference('registry.example.com/engine:ours'), version: 'v0.12.4' }))
      .readinessProbe.exec.command,
  ).toEqual(['sh', '-c', 'buildctl dial-stdio </dev/null']);
});

test.each(['latest', 'main', 'v0.21'])('rejects the version %s', (version) => {
  expect(problems(() => statefulSet({ version }))).toEqual([
    `version: must be a release of the engine; got "${version}"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; ` +
      "fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')",
  ]);
});

test.each([
  [
    'an invalid reference',
    EngineImage.fromReference('registry.example.com/engine:'),
    'must be an image reference; got "registry.example.com/engine:"; allowed: REGISTRY/PATH[:TAG][@sha256:DIGEST]; fix: use a value such as \'registry.dagger.io/engine:v0.21.7\'',
  ],
  [
    'neither tag nor digest',
    EngineImage.fromReference('registry.example.com:5000/engine'),
    'the reference has neither a tag nor a digest, so the node would run the tag latest; got "registry.example.com:5000/engine"; allowed: a reference with a tag or digest; ' +
      "fix: use EngineImage.fromReference('registry.example.com:5000/engine:v0.21.7'), or EngineImage.fromRepository('registry.example.com:5000/engine')",
  ],
  [
    'a repository with a tag',
    EngineImage.fromRepository('mirror.example.com/engine:v1'),
    'must not have a tag or digest, because version determines the tag; got "mirror.example.com/engine:v1"; allowed: REGISTRY/PATH; fix: use EngineImage.fromReference(\'mirror.example.com/engine:v1\')',
  ],
  [
    'a URL',
    EngineImage.fromRepository('https://mirror.example.com/engine'),
    'must be an image reference; got "https://mirror.example.com/engine"; allowed: REGISTRY/PATH[:TAG][@sha256:DIGEST]; fix: use a value such as \'registry.dagger.io/engine:v0.21.7\'',
  ],
])('rejects %s', (_, given, message) => {
  expect(problems(() => statefulSet({ image: given }))).toEqual([`image: ${message}`]);
});

test('renders the pull policy and pull secrets', () => {
  const engine = statefulSet({
    imagePullPolicy: ImagePullPolicy.ALWAYS,
    imagePullSecrets: ['registry', 'other'],
  });
  expect(container(engine).imagePullPolicy).toBe('Always');
  expect(pod(engine).imagePullSecrets).toEqual([{ name: 'registry' }, { name: 'other' }]);
  expect(container(statefulSet())).not.toHaveProperty('imagePullPolicy');
});
