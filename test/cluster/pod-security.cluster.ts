import { App, Chart, Size } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-28';
import {
  CacheVolume,
  Certificates,
  EngineDaemonSet,
  EngineDeployment,
  EngineNamespace,
  EngineStatefulSet,
  Listener,
  TlsTermination,
  type EngineProps,
} from '../../src/index';
import type { Manifest } from './client';
import { API_SERVER } from './programs';
import { controlPlane, onKubernetes } from './suite';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

const listener = Listener.tls({
  certificates: Certificates.issuedBy({ name: 'ca' }),
  termination: TlsTermination.sidecar({ native: false }),
});
const ENGINES: { readonly [title: string]: (chart: Chart, props: EngineProps) => unknown } = {
  'a DaemonSet': (chart, props) => new EngineDaemonSet(chart, 'engine', props),
  'a StatefulSet': (chart, props) =>
    new EngineStatefulSet(chart, 'engine', {
      ...props,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    }),
  'a Deployment on an NFS export': (chart, props) =>
    new EngineDeployment(chart, 'engine', {
      ...props,
      cache: CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger' }),
    }),
  'an engine with TLS': (chart, props) =>
    new EngineStatefulSet(chart, 'engine', { ...props, listener, cache: CacheVolume.emptyDir() }),
  'an engine with a GPU, on the network of its node': (chart, props) =>
    new EngineDaemonSet(chart, 'engine', { ...props, gpu: {}, hostNetwork: true }),
};

/** Returns the objects of an app with one engine, in the namespace of its chart. */
function objects(namespace: string, fill: (chart: Chart) => void): Manifest[] {
  const app = new App();
  const chart = new Chart(app, 'chart', { namespace });
  fill(chart);
  app.synthYaml();
  return chart.toJson();
}

/** Returns the pod that the controller would create for a workload. */
function podOf(all: readonly Manifest[]): Manifest {
  const {
    metadata,
    spec: { template },
  } = all.find(({ kind }) => ['DaemonSet', 'StatefulSet', 'Deployment'].includes(kind)) as any;
  // The controller of a StatefulSet adds a volume for each claim template.
  const claims = ['cache']
    .filter((name) => !template.spec.volumes?.some((volume: any) => volume.name === name))
    .map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: 'pod', namespace: metadata.namespace },
    spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] },
  };
}

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

onKubernetes(API_SERVER, (version) => {
  const server = controlPlane({ version });
  beforeAll(async () => {
    const [namespace] = objects('engines', (chart) => new EngineNamespace(chart, 'namespace'));
    await server().client.apply(namespace!);
    for (const level of ['privileged', 'baseline', 'restricted']) {
      await server().client.apply({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: level, labels: { [ENFORCE]: level } },
      });
    }
    // Engines with GPUs need this RuntimeClass.
    await server().client.apply({
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'nvidia' },
      handler: 'nvidia',
    });
  });

  describe.each(Object.entries(ENGINES))('%s', (_title, engine) => {
    const pod = (namespace: string): Manifest =>
      podOf(objects(namespace, (chart) => void engine(chart, { version: 'v0.21.7' })));

    test('is admitted to the namespace that the library creates, without a warning', async () => {
      expect((await server().client.apply(pod('engines'), { dryRun: true })).warnings).toEqual([]);
    });

    test.each(['baseline', 'restricted'])('is rejected in a namespace of the level %s', async (level) => {
      await expect(server().client.apply(pod(level), { dryRun: true })).rejects.toMatchObject({
        status: 403,
        message: expect.stringMatching(new RegExp(`violates PodSecurity "${level}.*privileged`)),
      });
    });
  });
});

test.each(['baseline', 'restricted'])('rejects an engine in a namespace of the app with the level %s', (level) => {
  const inNamespace = (chart: Chart): void => {
    new Namespace(chart, 'namespace', { metadata: { name: 'ci', labels: { [ENFORCE]: level } } });
    new EngineDaemonSet(chart, 'engine', { version: 'v0.21.7' });
  };
  expect(() => objects('ci', inNamespace)).toThrow(
    `engines are privileged, and the Pod Security level of this namespace forbids privileged pods; got "${level}"`,
  );
});
