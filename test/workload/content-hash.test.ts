import { Duration, Size } from 'cdk8s';
import {
  CacheVolume,
  EngineJson,
  EngineToml,
  EngineVersion,
  KeySelector,
  Listener,
  LogLevel,
  PemFile,
  type EngineStatefulSetProps,
} from '../../src/index';
import { container, podTemplate, statefulSet } from '../engines';

const BASE: Partial<EngineStatefulSetProps> = {
  engineJson: EngineJson.of({ logLevel: LogLevel.INFO }),
  engineToml: EngineToml.of({ trace: false }),
};
const hash = (props: Partial<EngineStatefulSetProps> = {}): string =>
  podTemplate(statefulSet({ ...BASE, ...props })).metadata.annotations['checksum/config'];

test('the annotation is the hash of the files', () => {
  expect(hash()).toMatch(/^[0-9a-f]{64}$/);
  expect(hash()).toBe(hash());
});

test.each<[string, Partial<EngineStatefulSetProps>]>([
  ['engine.json', { engineJson: EngineJson.of({ logLevel: LogLevel.WARN }) }],
  ['engine.toml', { engineToml: EngineToml.of({ trace: true }) }],
  ['no engine.toml', { engineToml: undefined }],
  [
    'the size that sets the limits of garbage collection',
    { cache: CacheVolume.claimTemplate({ size: Size.gibibytes(300) }) },
  ],
])('changes with %s', (_, props) => {
  expect(hash(props)).not.toBe(hash());
});

test.each<[string, Partial<EngineStatefulSetProps>]>([
  ['the release', { version: 'v0.21.8' }],
  ['the number of engines', { replicas: 3 }],
  ['the name', { name: 'other' }],
  ['labels', { labels: { team: 'builds' }, podLabels: { team: 'builds' } }],
  ['the port', { listener: Listener.insecureTcp(), metrics: {} }],
  ['resources', { resources: { requests: { cpu: '4' } } }],
  ['the grace period', { terminationGracePeriod: Duration.minutes(20) }],
  ['certificates', { caCertificates: [KeySelector.fromConfigMapName('ca', 'ca.crt')] }],
  [
    'the class of the volume',
    { cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }) },
  ],
])('does not change with %s', (_, props) => {
  expect(hash(props)).toBe(hash());
});

test('does not depend on the order of properties', () => {
  const registries = { 'a.example.com': { mirrors: ['m'], http: true }, 'b.example.com': {} };
  const reversed = { 'b.example.com': {}, 'a.example.com': { http: true, mirrors: ['m'] } };
  expect(hash({ engineJson: EngineJson.of({ registries, logLevel: LogLevel.INFO }) })).toBe(
    hash({ engineJson: EngineJson.of({ logLevel: LogLevel.INFO, registries: reversed }) }),
  );
});

test('the annotation and the ConfigMap are omitted if there are no files', () => {
  const engine = statefulSet({ cache: CacheVolume.emptyDir() });
  expect(podTemplate(engine).metadata).not.toHaveProperty('annotations');
  expect(engine.configMap).toBeUndefined();
});

test('mounts each file separately, to keep the other files of the image', () => {
  const engine = statefulSet(BASE);
  expect(engine.configMap?.name).toBe('engine-config');
  expect(Object.keys(engine.configMap?.toJson().data)).toEqual(['engine.json', 'engine.toml']);
  expect(container(engine).volumeMounts.slice(1)).toEqual([
    { name: 'config', mountPath: '/etc/dagger/engine.toml', subPath: 'engine.toml', readOnly: true },
    { name: 'config', mountPath: '/etc/dagger/engine.json', subPath: 'engine.json', readOnly: true },
  ]);
});

test('mounts an object that both files use only once', () => {
  const registries = {
    'registry.example.com': { ca: [PemFile.fromSelector(KeySelector.fromSecretName('ca', 'ca.crt'))] },
  };
  const engine = statefulSet({ engineJson: EngineJson.of({ registries }), engineToml: EngineToml.of({ registries }) });
  const mounts = container(engine).volumeMounts.filter(({ name }: { name: string }) => name === 'secret-ca');
  expect(mounts).toEqual([
    {
      name: 'secret-ca',
      mountPath: '/etc/dagger/certs/registry.example.com/secret/ca/ca.crt',
      subPath: 'ca.crt',
      readOnly: true,
    },
  ]);
});

test('exposes the version of the engine', () => {
  expect(statefulSet().version.tag).toBe(EngineVersion.of('v0.21.7').tag);
});
