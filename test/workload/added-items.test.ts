import { Chart, JsonPatch, Testing, Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import * as fc from 'fast-check';
import { CacheVolume, EngineRisk, EnvVar, KeySelector, Risks, type Engine, type EngineProps } from '../../src/index';
import { accept, chart, daemonSet, podTemplate, problems, TOPOLOGIES, warnings } from '../engines';

const scratch: k8s.Volume = { name: 'scratch', emptyDir: {} };
const sidecar = (name: string): k8s.Container => ({ name, image: `registry.example.com/${name}:1` });

/** Two calls of each method that adds an item. */
const CALLS: ReadonlyArray<(engine: Engine) => void> = [
  (engine) => engine.addVolume(scratch),
  (engine) => engine.addVolume({ name: 'data', emptyDir: {} }),
  (engine) => engine.addVolumeMount({ name: 'scratch', mountPath: '/scratch' }),
  (engine) => engine.addVolumeMount({ name: 'data', mountPath: '/data' }),
  (engine) => engine.addSidecar(sidecar('shipper')),
  (engine) => engine.addSidecar(sidecar('exporter')),
  (engine) => engine.addInitContainer(sidecar('prepare')),
  (engine) => engine.addInitContainer(sidecar('check')),
  (engine) => engine.addEnv('DO_NOT_TRACK', EnvVar.fromValue('1')),
  (engine) => engine.addEnv('APP', EnvVar.fromKey(KeySelector.fromSecretName('app', 'key'))),
  (engine) => engine.addCaCertificate(KeySelector.fromConfigMapName('company-ca', 'ca.crt')),
  (engine) => engine.addCaCertificate(KeySelector.fromSecretName('partner-ca', 'ca.crt')),
  (engine) => engine.addPodLabel('team', 'builds'),
  (engine) => engine.addPodLabel('area', 'ci'),
  (engine) => engine.addPodAnnotation('example.com/owner', 'platform'),
  (engine) => engine.addPodAnnotation('example.com/alert', 'builds'),
];

const PROPS: Partial<EngineProps> = {
  volumes: [{ name: 'zone', emptyDir: {} }],
  volumeMounts: [{ name: 'zone', mountPath: '/zone' }],
  sidecars: [sidecar('watcher')],
  initContainers: [sidecar('wait')],
  env: { ZONE: EnvVar.fromValue('a') },
  caCertificates: [KeySelector.fromConfigMapName('zone-ca', 'ca.crt')],
  podLabels: { zone: 'a' },
  podAnnotations: { zone: 'a' },
};

function synth(engine: Engine): string {
  return Yaml.stringify(...Testing.synth(Chart.of(engine)));
}

/** Returns the problems of an engine at synth after a call. */
function problemsAfter(call: (engine: Engine) => void): string[] {
  const engine = daemonSet(PROPS);
  call(engine);
  return problems(() => synth(engine)).map((line) => line.trim());
}

describe.each(Object.entries(TOPOLOGIES))('items that are added to an %s', (_, create) => {
  it('follow those of the properties, sorted by name', () => {
    const engine = create(PROPS);
    CALLS.forEach((call) => call(engine));
    const { metadata, spec } = podTemplate(engine);
    const names = (items: ReadonlyArray<{ readonly name: string }>): string[] => items.map(({ name }) => name);
    expect(names(spec.initContainers)).toEqual(['wait', 'check', 'prepare']);
    expect(names(spec.containers)).toEqual(['dagger-engine', 'watcher', 'exporter', 'shipper']);
    expect(names(spec.containers[0].env)).toEqual(['ZONE', 'APP', 'DO_NOT_TRACK']);
    expect(names(spec.volumes).filter((name) => !['cache', 'config', 'run'].includes(name))).toEqual([
      ...(engine.hostSocketDirectory === undefined ? [] : ['socket']),
      'configmap-zone-ca',
      'configmap-company-ca',
      'secret-partner-ca',
      'zone',
      'data',
      'scratch',
    ]);
    expect(spec.containers[0].volumeMounts.slice(-3)).toEqual([
      { mountPath: '/zone', name: 'zone' },
      { mountPath: '/data', name: 'data' },
      { mountPath: '/scratch', name: 'scratch' },
    ]);
    expect(metadata.labels).toMatchObject({ team: 'builds', area: 'ci', zone: 'a' });
    expect(metadata.annotations).toMatchObject({ 'example.com/owner': 'platform', zone: 'a' });
  });

  it('produce the same manifest as the properties', () => {
    const [added, given] = [create(), create(PROPS)];
    PROPS.volumes!.forEach((volume) => added.addVolume(volume));
    PROPS.volumeMounts!.forEach((mount) => added.addVolumeMount(mount));
    PROPS.sidecars!.forEach((container) => added.addSidecar(container));
    PROPS.initContainers!.forEach((container) => added.addInitContainer(container));
    Object.entries(PROPS.env!).forEach(([name, value]) => added.addEnv(name, value));
    PROPS.caCertificates!.forEach((certificate) => added.addCaCertificate(certificate));
    added.addPodLabel('zone', 'a');
    added.addPodAnnotation('zone', 'a');
    expect(synth(added)).toBe(synth(given));
  });

  it('produce the same bytes in any order, and if they are added again', () => {
    const first = create(PROPS);
    CALLS.forEach((call) => call(first));
    const expected = synth(first);
    fc.assert(
      fc.property(fc.shuffledSubarray([...CALLS, ...CALLS], { minLength: 2 * CALLS.length }), (calls) => {
        const engine = create(PROPS);
        calls.forEach((call) => call(engine));
        expect(synth(engine)).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe('added items are checked at synth', () => {
  it.each<[string, (engine: Engine) => void, string[]]>([
    [
      'a volume that Kubernetes rejects',
      (engine) => engine.addVolume({ name: 'scratch', hostPath: { path: '' } }),
      [
        `[test/engine] addVolume("scratch").hostPath.path: is required; allowed: a non-empty string; fix: use a value such as '/var/lib/dagger'`,
      ],
    ],
    [
      'the name of a volume of the library',
      (engine) => engine.addVolume({ name: 'cache', emptyDir: {} }),
      [
        '[test/engine] addVolume("cache"): the pod already has a volume with this name; got "cache"; allowed: unused names; fix: rename one of them',
      ],
    ],
    [
      'two volumes with one name',
      (engine) => {
        engine.addVolume({ name: 'scratch', hostPath: { path: '/scratch' } });
        engine.addVolume(scratch);
      },
      [
        '[test/engine] addVolume("scratch"): the pod already has a volume with this name; got "scratch"; allowed: unused names; fix: rename one of them',
      ],
    ],
    [
      'a mount of a volume that the pod does not have',
      (engine) => engine.addVolumeMount({ name: 'scratch', mountPath: '/scratch' }),
      [
        '[test/engine] addVolumeMount("/scratch").name: the pod has no volume with this name; got "scratch"; allowed: cache, configmap-zone-ca, socket, zone; fix: add the volume to volumes',
      ],
    ],
    [
      'a container with the name of the engine',
      (engine) => engine.addSidecar(sidecar('dagger-engine')),
      [
        '[test/engine] addSidecar("dagger-engine").name: the pod already has a container with this name; got "dagger-engine"; allowed: unused names; fix: rename it',
      ],
    ],
    [
      'an init container without an image',
      (engine) => engine.addInitContainer({ name: 'prepare' }),
      [
        `[test/engine] addInitContainer("prepare").image: is required; allowed: a non-empty string; fix: use a value such as 'registry.example.com/app:1'`,
      ],
    ],
    [
      'a variable that a property sets',
      (engine) => engine.addEnv('ZONE', EnvVar.fromValue('b')),
      [
        '[test/engine] addEnv("ZONE"): already has a different value; got "ZONE"; allowed: unused names; fix: remove one of them',
      ],
    ],
    [
      'an invalid variable',
      (engine) => engine.addEnv('A B', EnvVar.fromValue('1')),
      [
        `[test/engine] addEnv: must be a valid environment variable name; got "A B"; allowed: letters, digits and '_', not starting with a digit; fix: rename it`,
      ],
    ],
    [
      'a secret in plain text',
      (engine) => engine.addEnv('SAMPLE_TOKEN', EnvVar.fromValue('abc')),
      [
        '[test/engine] addEnv("SAMPLE_TOKEN"): looks like a secret, judging by its name, which anyone who can read the manifest would see; allowed: secrets by reference only; fix: use EnvVar.fromKey(KeySelector.fromSecretName(name, key))',
      ],
    ],
    [
      'an invalid key of a CA certificate',
      (engine) => engine.addCaCertificate(KeySelector.fromSecretName('ca', 'a/b')),
      [
        `[test/engine] addCaCertificate("ca/a/b"): must be a valid key of a Secret; got "a/b"; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of ca`,
      ],
    ],
    [
      'a label of the selector',
      (engine) => engine.addPodLabel('app.kubernetes.io/name', 'x'),
      [
        '[test/engine] addPodLabel: the library sets this key itself; got "app.kubernetes.io/name"; allowed: other keys; fix: remove it',
      ],
    ],
    [
      'an invalid label',
      (engine) => engine.addPodLabel('team', 'a b'),
      [
        `[test/engine] addPodLabel("team"): must be a valid label value; got "a b"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text`,
      ],
    ],
    [
      'an invalid annotation',
      (engine) => engine.addPodAnnotation('a/b/c', 'x'),
      [
        `[test/engine] addPodAnnotation: must be a valid key; got "a/b/c"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key`,
      ],
    ],
  ])('%s', (_title, call, expected) => {
    expect(problemsAfter(call)).toEqual(expected);
  });

  it.each<[string, (engine: Engine) => void, RegExp]>([
    ['volume', (engine) => engine.addVolume(undefined as never), /addVolume/],
    ['volume', (engine) => engine.addVolume(5 as never), /addVolume/],
    ['mount', (engine) => engine.addVolumeMount(null as never), /addVolumeMount/],
    ['variable', (engine) => engine.addEnv('A', 'hunter2' as never), /addEnv/],
    ['certificate', (engine) => engine.addCaCertificate({} as never), /addCaCertificate/],
    ['sidecar', (engine) => engine.addSidecar([] as never), /addSidecar/],
    ['label', (engine) => engine.addPodLabel('team', 5 as never), /addPodLabel/],
  ])('a %s of the wrong type', (_title, call, expected) => {
    expect(() => call(daemonSet())).toThrow(expected);
    expect(() => call(daemonSet())).toThrow(/^((?!hunter2)[\s\S])*$/);
  });

  it('rejects invalid items when a workload is rendered before synth', () => {
    const engine = daemonSet();
    engine.addVolume({ name: 'cache', emptyDir: {} });
    expect(() => engine.workload.toJson()).toThrow('addVolume("cache"): the pod already has a volume with this name');
  });

  it('accepts risks that name the call as their property', () => {
    const engine = daemonSet({ acceptRisks: [] });
    Risks.of(engine).accept(EngineRisk.SECRET_IN_PLAIN_TEXT, 'a sample');
    engine.addEnv('SAMPLE_TOKEN', EnvVar.fromValue('abc'));
    expect(synth(engine)).toContain('secret-in-plain-text: a sample');
  });

  it('keeps accepting a secret if the workload has a patch', () => {
    const engine = daemonSet({
      acceptRisks: [accept(EngineRisk.SECRET_IN_PLAIN_TEXT, 'addPodAnnotation("note")')],
    });
    engine.addPodAnnotation('note', `ghp_${'a1B2'.repeat(9)}`);
    engine.workload.addJsonPatch(JsonPatch.add('/spec/minReadySeconds', 3));
    expect(synth(engine)).toContain('secret-in-plain-text (addPodAnnotation("note")): fine in a test');
  });

  it('keeps accepting risks of the properties', () => {
    const engine = daemonSet({
      cache: CacheVolume.none(),
      acceptRisks: [accept(EngineRisk.NO_CACHE_VOLUME)],
    });
    engine.addVolume(scratch);
    expect(synth(engine)).toContain('name: scratch');
  });

  it('prints each warning once', () => {
    const engine = daemonSet({}, chart());
    engine.addEnv('OTEL_SERVICE_NAME', EnvVar.fromValue('engine'));
    const lines = warnings(engine).map((line) => line.split(': ')[1]);
    expect(lines).toContain('addEnv("OTEL_SERVICE_NAME")');
    expect(new Set(lines).size).toBe(lines.length);
  });
});
