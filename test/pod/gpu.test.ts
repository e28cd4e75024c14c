import { EngineImage, type EngineGpu } from '../../src/index';
import { container, pod, problems, statefulSet } from '../engines';

test('renders the defaults', () => {
  const engine = statefulSet({ gpu: {} });
  expect(container(engine).image).toBe('registry.dagger.io/engine:v0.21.7-gpu');
  expect(container(engine).resources).toEqual({ limits: { 'nvidia.com/gpu': '1' } });
  expect(container(engine).env).toEqual([{ name: '_EXPERIMENTAL_DAGGER_GPU_SUPPORT', value: '1' }]);
  expect(pod(engine)).toMatchObject({ runtimeClassName: 'nvidia', nodeSelector: { 'kubernetes.io/arch': 'amd64' } });
});

test('renders every property', () => {
  const all: Required<EngineGpu> = { count: 2, resourceName: 'nvidia.com/mig-1g.5gb', runtimeClassName: 'nvidia-cdi' };
  const engine = statefulSet({
    gpu: all,
    resources: { requests: { cpu: '4' } },
    nodeSelector: { pool: 'gpu' },
  });
  expect(container(engine).resources).toEqual({ limits: { 'nvidia.com/mig-1g.5gb': '2' }, requests: { cpu: '4' } });
  expect(pod(engine)).toMatchObject({
    runtimeClassName: 'nvidia-cdi',
    nodeSelector: { 'kubernetes.io/arch': 'amd64', pool: 'gpu' },
  });
});

test('omits an empty runtime class', () => {
  expect(pod(statefulSet({ gpu: { runtimeClassName: '' } }))).not.toHaveProperty('runtimeClassName');
  expect(pod(statefulSet({ gpu: { runtimeClassName: '' }, runtimeClassName: 'kata' })).runtimeClassName).toBe('kata');
});

test('adds the suffix to the tag of a mirror, but not to a custom image', () => {
  expect(
    container(statefulSet({ gpu: {}, image: EngineImage.fromRepository('mirror.example.com/engine') })).image,
  ).toBe('mirror.example.com/engine:v0.21.7-gpu');
  expect(
    container(statefulSet({ gpu: {}, image: EngineImage.fromReference('registry.example.com/engine:ours') })).image,
  ).toBe('registry.example.com/engine:ours');
});

test('reports all contradictions at once', () => {
  expect(
    problems(() =>
      statefulSet({
        gpu: { count: 0.5 },
        resources: { limits: { 'nvidia.com/gpu': '2' } },
        runtimeClassName: 'kata',
        nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      }),
    ),
  ).toEqual([
    'gpu.count: must be a positive whole number; got 0.5; allowed: a whole number of at least 1; fix: set it to 1',
    'resources.limits["nvidia.com/gpu"]: is already set by the property gpu; got "2"; allowed: other resources; fix: set gpu.count instead',
    'runtimeClassName: conflicts with the runtime class of gpu; got "kata"; allowed: nvidia; fix: set gpu.runtimeClassName instead',
    'nodeSelector["kubernetes.io/arch"]: GPU images do not run on these nodes; got "arm64"; allowed: amd64; fix: remove it',
  ]);
});

test('uses a request next to the GPU as its limit', () => {
  const resources = (request: string) => ({ requests: { 'nvidia.com/gpu': request } });
  expect(container(statefulSet({ gpu: { count: 2 }, resources: resources('2') })).resources).toEqual({
    requests: { 'nvidia.com/gpu': '2' },
    limits: { 'nvidia.com/gpu': '2' },
  });
  expect(problems(() => statefulSet({ gpu: { count: 2 }, resources: resources('1') }))).toEqual([
    'resources.requests["nvidia.com/gpu"]: must equal the limit of this resource; got "1"; allowed: 2; fix: remove it, because the limit is also the request',
  ]);
});

test('rejects an invalid name of a runtime class', () => {
  const allowed = "allowed: lower-case letters, digits, '-' and '.', at most 253 characters";
  expect(problems(() => statefulSet({ gpu: { runtimeClassName: 'NVIDIA' } }))).toEqual([
    `gpu.runtimeClassName: must be a valid object name; got "NVIDIA"; ${allowed}; fix: set the name to "nvidia"`,
  ]);
  expect(problems(() => statefulSet({ runtimeClassName: 'Kata' }))).toEqual([
    `runtimeClassName: must be a valid object name; got "Kata"; ${allowed}; fix: set the name to "kata"`,
  ]);
});
