import { Size, type ApiObject } from 'cdk8s';
import { Deployment, type AbstractPod } from 'cdk8s-plus-28';
import {
  CacheVolume,
  Certificates,
  EngineDaemonSet,
  EngineDeployment,
  EngineStatefulSet,
  HelmChart,
  HelmRelease,
  Listener,
  TlsSecret,
  TlsTermination,
  type Engine,
} from '../../../src/index';
import { addNodes } from '../nodes';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, labelSelector, program, seen, settled } from './scenario';

const NAMESPACE = 'shared';

onKubernetes(CONTROL_PLANE, (version) => {
  describe('engines of several kinds, releases and origins in one namespace, and their clients', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    const list = (apiVersion: string, kind: string, selector?: string): Promise<any[]> =>
      cluster().client.list(apiVersion, kind, { namespace: NAMESPACE, labelSelector: selector });
    const chart = program(NAMESPACE);
    const cache = CacheVolume.claimTemplate({ size: Size.gibibytes(200) });
    const insecure = Listener.insecureTcp();
    const tls = Listener.tls({
      certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('pool-tls') }),
      termination: TlsTermination.sidecar({ native: version !== '1.28' }),
    });
    const daemons = new EngineDaemonSet(chart, 'node', { version: 'v0.13.7', listener: insecure });
    // The names of these engines start with the names of other engines.
    const nextDaemons = new EngineDaemonSet(chart, 'node-next', {
      version: 'v0.21.7',
      listener: insecure,
      metrics: {},
    });
    const pool = new EngineStatefulSet(chart, 'pool', {
      version: 'v0.18.12',
      replicas: 3,
      cache,
      listener: insecure,
      metrics: {},
    });
    const nextPool = new EngineStatefulSet(chart, 'pool-next', {
      version: 'v1.0.0-beta.11',
      replicas: 2,
      cache,
      listener: tls,
      metrics: {},
    });
    const builds = new EngineDeployment(chart, 'builds', {
      version: 'v0.20.1',
      replicas: 2,
      cache: CacheVolume.ephemeral({ size: Size.gibibytes(200) }),
      listener: insecure,
    });
    const releases = [
      HelmRelease.fromValues(chart, 'official', {
        chart: HelmChart.OFFICIAL,
        chartVersion: '0.21.7',
        releaseName: 'dagger',
        values: { engine: { nodeSelector: { pool: 'helm' } } },
      }),
      HelmRelease.fromValues(chart, 'official-pool', {
        chart: HelmChart.OFFICIAL,
        chartVersion: '0.18.12',
        releaseName: 'ci',
        values: { engine: { kind: 'StatefulSet' } },
      }),
      HelmRelease.fromValues(chart, 'gstackio', { chart: HelmChart.GSTACKIO, releaseName: 'nfs' }),
      HelmRelease.fromValues(chart, 'kubiya', {
        chart: HelmChart.KUBIYA,
        releaseName: 'agents',
        values: { engine: { kind: 'StatefulSet' }, additionalResources: { service: { create: true } } },
      }),
    ];
    const kubiyaService = releases[3].others.find(({ kind }) => kind === 'Service')!;
    const engines: Engine[] = [daemons, nextDaemons, pool, nextPool, builds, ...releases.map(({ engine }) => engine)];
    const connected: [Engine, AbstractPod[]][] = [
      [pool, [client('runner'), client('pool')]],
      [builds, [client('runner-next')]],
      [nextDaemons, []],
    ];
    connected.forEach(([engine, clients]) => clients.forEach((one) => engine.connect(one)));

    /** Adds a client, which can have the same name as an engine. */
    function client(name: string): Deployment {
      return new Deployment(chart, `client-${name}`, {
        metadata: { name },
        replicas: 2,
        containers: [{ image: 'registry.example.com/runner:1' }],
      });
    }

    /** Names of pods, keyed by workload, such as `StatefulSet pool`. */
    const pods: { [workload: string]: string[] } = {};
    beforeAll(async () => {
      await startStorage(cluster());
      await addNodes(cluster(), 7);
      await addNodes(cluster(), 1, { name: 'helm', labels: { pool: 'helm' } });
      await apply(cluster(), chart);
      for (const engine of engines) {
        await settled(cluster(), engine);
      }
      await cluster().until(
        async () =>
          (await list('apps/v1', 'Deployment')).every(({ spec, status }) => status.readyReplicas === spec.replicas),
        'the clients to run',
      );
      const replicaSets = Object.fromEntries(
        (await list('apps/v1', 'ReplicaSet')).map(({ metadata }) => [metadata.name, metadata.ownerReferences[0]]),
      );
      for (const { metadata } of await list('v1', 'Pod')) {
        const [{ kind, name }] = metadata.ownerReferences;
        const owner = kind === 'ReplicaSet' ? replicaSets[name] : { kind, name };
        (pods[`${owner.kind} ${owner.name}`] ??= []).push(metadata.name);
      }
    });

    /** Returns the names of the pods that the API server selects. */
    async function matched(labels: { [key: string]: string }): Promise<string[]> {
      return (await list('v1', 'Pod', labelSelector(labels))).map(({ metadata }) => metadata.name);
    }

    const podsOf = (object: ApiObject): string[] => pods[`${object.kind} ${object.name}`] ?? [];

    test('every selector of an engine selects exactly its own pods', async () => {
      const of = (engine: Engine): ApiObject[] =>
        [engine.workload, engine.service, engine.headlessService, engine.metricsService, engine.networkPolicy].filter(
          (one) => one !== undefined,
        );
      const owned: [Engine, ApiObject][] = [
        ...engines.flatMap((engine) => of(engine).map((object): [Engine, ApiObject] => [engine, object])),
        ...releases.flatMap(({ engine, others }) =>
          others
            .filter((one) => one.kind === 'Service' && one !== kubiyaService)
            .map((object): [Engine, ApiObject] => [engine, object]),
        ),
      ];
      const found: { [object: string]: string[] } = {};
      const wanted: { [object: string]: string[] } = {};
      for (const [engine, object] of owned) {
        const { selector, podSelector } = object.toJson().spec;
        const title = `${object.kind} ${object.name}`;
        found[title] = await matched((podSelector ?? selector).matchLabels ?? selector);
        wanted[title] = podsOf(engine.workload);
        expect(wanted[title]).not.toEqual([]);
      }
      expect(found).toEqual(wanted);

      // These are all Services and policies in the namespace.
      const selecting = [
        ...(await list('v1', 'Service')),
        ...(await list('networking.k8s.io/v1', 'NetworkPolicy')),
      ].map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(selecting.filter((title) => !(title in wanted))).toEqual([`Service ${kubiyaService.name}`]);
      const count = Object.values(pods).flat().length;
      seen(
        cluster(),
        `${engines.length} engines (${new Set(engines.map(({ version: release }) => release.tag)).size} releases, 3 kinds, ${releases.length} of Helm charts), ${count} pods with those of clients: ${owned.length} selectors, each finds its own engine's pods and no others`,
      );
    });

    test('the Service of the kubiya chart selects the engines of every chart, because it selects only the name of the chart', async () => {
      const found = await matched(kubiyaService.toJson().spec.selector);
      expect(found.sort()).toEqual(releases.flatMap(({ engine }) => podsOf(engine.workload)).sort());
      seen(
        cluster(),
        `${kubiyaService.name} of the kubiya chart, as the chart makes it: ${found.length} pods of ${releases.length} releases`,
      );
    });

    test('the policy of an engine allows exactly the pods of its clients', async () => {
      for (const [engine, clients] of connected) {
        const peers = (engine.networkPolicy!.toJson().spec.ingress ?? []).flatMap(({ from }: any) => from);
        const admitted = await Promise.all(peers.map(({ podSelector }: any) => matched(podSelector.matchLabels)));
        expect(admitted.flat().sort()).toEqual(
          clients.flatMap((one) => podsOf(one.node.findChild('Resource') as ApiObject)).sort(),
        );
        expect(admitted.flat()).toHaveLength(2 * clients.length);
      }
      seen(
        cluster(),
        `policies admit ${connected.map(([engine, clients]) => `${2 * clients.length} pods to ${engine.name}`).join(', ')}: those of the clients that are connected`,
      );
    });
  });
});
