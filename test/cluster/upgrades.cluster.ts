import { App, Chart, Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import * as fc from 'fast-check';
import {
  CacheVolume,
  Certificates,
  ClaimRetention,
  EngineDaemonSet,
  EngineDaemonSetUpdateStrategy,
  EngineDeployment,
  EngineDeploymentUpdateStrategy,
  EngineImage,
  EngineJson,
  EngineServiceAccount,
  EngineServiceType,
  EngineStatefulSet,
  EngineStatefulSetUpdateStrategy,
  HostSocket,
  Listener,
  LogLevel,
  PodCount,
  PodManagementPolicy,
  SessionAffinity,
  TlsTermination,
  VolumeSharing,
  type EngineDaemonSetProps,
  type EngineDeploymentProps,
  type EngineStatefulSetProps,
} from '../../src/index';
import { changes } from '../invariants/programs';
import { inNamespacesOf } from './apply';
import { isPromised } from './bundles';
import { ApiError, type Client, type Manifest } from './client';
import { installDefinitions } from './definitions';
import { differences } from './differences';
import { NodePorts } from './node-ports';
import { inParallel } from './parallel';
import { API_SERVER } from './programs';
import { KEPT, REFUSED_CHANGES, type RefusedChange } from './refused-changes';
import { defaultOf } from './server-defaults';
import { controlPlane, onKubernetes } from './suite';

/** Types of the properties, keyed by class. */
interface Props {
  EngineDaemonSet: Partial<EngineDaemonSetProps>;
  EngineStatefulSet: Partial<EngineStatefulSetProps>;
  EngineDeployment: Partial<EngineDeploymentProps>;
}

const ENGINES = { EngineDaemonSet, EngineStatefulSet, EngineDeployment };
const NEEDED = {
  EngineDaemonSet: {},
  EngineStatefulSet: { cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }) },
  EngineDeployment: { cache: CacheVolume.emptyDir() },
};

/** An engine before and after a change to one property. */
interface Upgrade {
  readonly title: string;
  readonly className: keyof Props;
  readonly property: string;
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
}

function upgrade<C extends keyof Props>(
  title: string,
  className: C,
  property: keyof Props[C] & string,
  before: Props[C],
  after: Props[C],
): Upgrade {
  const objects = (props: Props[C]): Manifest[] =>
    synthesized(className, () => ({ version: 'v0.21.7', ...NEEDED[className], ...props }));
  return { title: `${className}: ${title}`, className, property, before: objects(before), after: objects(after) };
}

function synthesized(className: keyof Props, props: (chart: Chart) => object): Manifest[] {
  const chart = new Chart(new App(), 'ci', { namespace: 'ci' });
  new (ENGINES[className] as new (scope: Chart, id: string, props: any) => unknown)(chart, 'engine', props(chart));
  return chart.toJson();
}

const tcp = (service: Parameters<typeof Listener.insecureTcp>[0] = {}): Listener => Listener.insecureTcp(service);
const tls = (termination?: TlsTermination): Listener =>
  Listener.tls({ certificates: Certificates.issuedBy({ name: 'ca' }), termination });
const claims = (size: number, more: object = {}): CacheVolume =>
  CacheVolume.claimTemplate({ size: Size.gibibytes(size), ...more });
const { CLUSTER_IP, LOAD_BALANCER, NODE_PORT } = EngineServiceType;

const claimTemplate = (name: string): k8s.KubePersistentVolumeClaimProps => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString('10Gi') } } },
});

/** Returns typical changes to running engines. */
function writtenUpgrades(): Upgrade[] {
  const ofEach = (
    title: string,
    property:
      | 'engineJson'
      | 'image'
      | 'labels'
      | 'listener'
      | 'metrics'
      | 'nodeSelector'
      | 'podAnnotations'
      | 'podLabels'
      | 'resources'
      | 'takeOver'
      | 'podSelector'
      | 'serviceAccount'
      | 'terminationGracePeriod'
      | 'version',
    before: Props['EngineDaemonSet'],
    after: Props['EngineDaemonSet'],
  ): Upgrade[] => [
    upgrade(title, 'EngineDaemonSet', property, before, after),
    upgrade(
      title,
      'EngineStatefulSet',
      property,
      before as Props['EngineStatefulSet'],
      after as Props['EngineStatefulSet'],
    ),
    upgrade(
      title,
      'EngineDeployment',
      property,
      before as Props['EngineDeployment'],
      after as Props['EngineDeployment'],
    ),
  ];
  return [
    ...ofEach('a patch of the engine', 'version', {}, { version: 'v0.21.8' }),
    ...ofEach(
      'from the oldest release to the newest',
      'version',
      { version: 'v0.12.0' },
      { version: 'v1.0.0-beta.11' },
    ),
    ...ofEach('back to an older release', 'version', {}, { version: 'v0.18.19' }),
    ...ofEach('another image', 'image', {}, { image: EngineImage.fromReference('registry.example.com/engine:ours') }),
    ...ofEach(
      'a configuration where there was none',
      'engineJson',
      {},
      { engineJson: EngineJson.of({ logLevel: LogLevel.DEBUG }) },
    ),
    ...ofEach(
      'other labels',
      'labels',
      { labels: { team: 'a' } },
      { labels: { team: 'b', 'example.com/cost-centre': '42' } },
    ),
    ...ofEach(
      'other labels of the pods',
      'podLabels',
      {},
      { podLabels: { team: 'b' }, nodeSelector: { pool: 'builds' } },
    ),
    ...ofEach(
      'other resources',
      'resources',
      { resources: { requests: { cpu: '1' } } },
      { resources: { requests: { memory: '16Gi' } } },
    ),
    ...ofEach('a longer grace period', 'terminationGracePeriod', {}, { terminationGracePeriod: Duration.minutes(30) }),
    ...ofEach('a dedicated account', 'serviceAccount', {}, { serviceAccount: EngineServiceAccount.create() }),
    ...ofEach('no dedicated account any more', 'serviceAccount', { serviceAccount: EngineServiceAccount.create() }, {}),
    ...ofEach(
      'the default account',
      'serviceAccount',
      { serviceAccount: EngineServiceAccount.create() },
      { serviceAccount: EngineServiceAccount.fromName('default') },
    ),
    ...ofEach('metrics', 'metrics', {}, { metrics: {} }),
    ...ofEach('no metrics any more', 'metrics', { metrics: {} }, {}),
    ...ofEach('a port', 'listener', {}, { listener: tcp() }),
    ...ofEach('another port', 'listener', { listener: tcp() }, { listener: tcp({ port: 5000 }) }),
    ...ofEach('no port any more', 'listener', { listener: tcp() }, {}),
    ...ofEach(
      'TLS instead of plain TCP',
      'listener',
      { listener: tcp() },
      { listener: tls(TlsTermination.sidecar({ native: false })) },
    ),
    ...ofEach(
      'a native sidecar',
      'listener',
      { listener: tls(TlsTermination.sidecar({ native: false })) },
      { listener: tls() },
    ),
    ...ofEach(
      'a load balancer',
      'listener',
      { listener: tcp({ service: { type: CLUSTER_IP } }) },
      { listener: tcp({ service: { type: LOAD_BALANCER, loadBalancerClass: 'a.example.com/lb' } }) },
    ),
    ...ofEach(
      'no load balancer any more',
      'listener',
      { listener: tcp({ service: { type: LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.0/8'] } }) },
      { listener: tcp() },
    ),
    ...ofEach(
      'a node port',
      'listener',
      { listener: tcp({ service: { type: LOAD_BALANCER } }) },
      { listener: tcp({ service: { type: NODE_PORT } }) },
    ),
    ...ofEach(
      'another class of load balancer',
      'listener',
      { listener: tcp({ service: { type: LOAD_BALANCER, loadBalancerClass: 'a.example.com/lb' } }) },
      { listener: tcp({ service: { type: LOAD_BALANCER, loadBalancerClass: 'b.example.com/lb' } }) },
    ),
    ...ofEach(
      'affinity',
      'listener',
      { listener: tcp({ service: { sessionAffinity: SessionAffinity.none() } }) },
      { listener: tcp({ service: { sessionAffinity: SessionAffinity.clientIp(Duration.hours(1)) } }) },
    ),
    ...ofEach(
      'no affinity any more',
      'listener',
      { listener: tcp({ service: { sessionAffinity: SessionAffinity.clientIp(Duration.hours(1)) } }) },
      { listener: tcp({ service: { sessionAffinity: SessionAffinity.none() } }) },
    ),
    ...ofEach('another selector', 'podSelector', {}, { takeOver: true, podSelector: { app: 'dagger' } }),
    upgrade(
      "a directory of the node's disk",
      'EngineDaemonSet',
      'cache',
      {},
      { cache: CacheVolume.hostPath({ path: '/mnt/nvme', mustExist: true }) },
    ),
    upgrade(
      'a claim for each pod',
      'EngineDaemonSet',
      'cache',
      {},
      { cache: CacheVolume.ephemeral({ size: Size.gibibytes(100) }) },
    ),
    upgrade(
      'a CSI volume',
      'EngineDaemonSet',
      'cache',
      { cache: CacheVolume.emptyDir() },
      {
        cache: CacheVolume.fromVolume(
          { name: 'cache', csi: { driver: 'local.example.com' } },
          { sharing: VolumeSharing.POD },
        ),
      },
    ),
    upgrade('no socket on the node', 'EngineDaemonSet', 'hostSocket', {}, { hostSocket: HostSocket.none() }),
    upgrade(
      'pods that are replaced by hand',
      'EngineDaemonSet',
      'updateStrategy',
      {},
      { updateStrategy: EngineDaemonSetUpdateStrategy.onDelete() },
    ),
    upgrade(
      'faster updates',
      'EngineDaemonSet',
      'updateStrategy',
      { updateStrategy: EngineDaemonSetUpdateStrategy.onDelete() },
      { updateStrategy: EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.percent(20) }) },
    ),
    upgrade('fewer revisions', 'EngineDaemonSet', 'revisionHistoryLimit', {}, { revisionHistoryLimit: 2 }),
    upgrade('more engines', 'EngineStatefulSet', 'replicas', {}, { replicas: 5 }),
    upgrade('no engines', 'EngineStatefulSet', 'replicas', { replicas: 3 }, { replicas: 0 }),
    upgrade('other ordinals', 'EngineStatefulSet', 'ordinalsStart', {}, { ordinalsStart: 3 }),
    upgrade(
      'another retention',
      'EngineStatefulSet',
      'cache',
      {},
      { cache: claims(100, { whenDeleted: ClaimRetention.DELETE, whenScaled: ClaimRetention.DELETE }) },
    ),
    upgrade('larger claims', 'EngineStatefulSet', 'cache', {}, { cache: claims(200) }),
    upgrade(
      'another storage class',
      'EngineStatefulSet',
      'cache',
      {},
      { cache: claims(100, { storageClassName: 'fast' }) },
    ),
    upgrade('no claims', 'EngineStatefulSet', 'cache', {}, { cache: CacheVolume.emptyDir() }),
    upgrade('another headless Service', 'EngineStatefulSet', 'serviceName', {}, { serviceName: 'pods' }),
    upgrade('no headless Service', 'EngineStatefulSet', 'headlessService', {}, { headlessService: false }),
    upgrade(
      'another claim template',
      'EngineStatefulSet',
      'claimTemplates',
      { claimTemplates: [claimTemplate('a')] },
      { claimTemplates: [claimTemplate('a'), claimTemplate('b')] },
    ),
    upgrade(
      'another order',
      'EngineStatefulSet',
      'podManagementPolicy',
      {},
      { podManagementPolicy: PodManagementPolicy.ORDERED_READY },
    ),
    upgrade(
      'a partition',
      'EngineStatefulSet',
      'updateStrategy',
      {},
      { updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 1 }) },
    ),
    upgrade(
      'pods that are replaced by hand',
      'EngineStatefulSet',
      'updateStrategy',
      {},
      { updateStrategy: EngineStatefulSetUpdateStrategy.onDelete() },
    ),
    upgrade('fewer revisions', 'EngineStatefulSet', 'revisionHistoryLimit', {}, { revisionHistoryLimit: 2 }),
    upgrade('a claim that exists', 'EngineDeployment', 'cache', {}, { cache: CacheVolume.fromClaimName('cache') }),
    upgrade(
      'a claim for each pod',
      'EngineDeployment',
      'cache',
      {},
      { cache: CacheVolume.ephemeral({ size: Size.gibibytes(100) }) },
    ),
    upgrade(
      'the old engine first',
      'EngineDeployment',
      'updateStrategy',
      {},
      { updateStrategy: EngineDeploymentUpdateStrategy.recreate() },
    ),
    upgrade(
      'the new engine first',
      'EngineDeployment',
      'updateStrategy',
      { updateStrategy: EngineDeploymentUpdateStrategy.recreate() },
      { updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate({ maxSurge: PodCount.absolute(1) }) },
    ),
    upgrade('more time', 'EngineDeployment', 'progressDeadline', {}, { progressDeadline: Duration.hours(1) }),
  ];
}

/** Generates changes of one property to another value. Changes that the library rejects become undefined. */
function generatedUpgrades(count: number): Array<Upgrade | undefined> {
  return fc.sample(changes, { numRuns: count }).map(({ after, before, className, which }) => {
    let property = '';
    const props = (chart: Chart): { before: object; after: object } => {
      const [given, other] = [before, after].map(
        (code) => code.evaluate(chart) as object as { [property: string]: unknown },
      );
      // Changing the name would create a second engine.
      const properties = [...new Set([...Object.keys(given!), ...Object.keys(other!)])]
        .filter((name) => name !== 'name')
        .sort();
      property = properties[which % properties.length]!;
      const { [property]: _old, ...rest } = given!;
      return {
        before: given!,
        after: other![property] === undefined ? rest : { ...rest, [property]: other![property] },
      };
    };
    try {
      return {
        before: synthesized(className, (chart) => props(chart).before),
        after: synthesized(className, (chart) => props(chart).after),
        className,
        property,
        title: `${className} ${property}\nof ${before}\nas in ${after}`,
      };
    } catch {
      return undefined;
    }
  });
}

const RUNS = Math.round(Number(process.env.FC_RUNS ?? 2000) / 4);

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

onKubernetes([...API_SERVER, 'definitions'], (version) => {
  const server = controlPlane({ version });
  const refused = new Set<RefusedChange>();
  const count = { upgrades: 0, 'rejected by the library': 0, 'rejected by the server, as documented': 0, applies: 0 };
  beforeAll(() => installDefinitions(server(), 'cert-manager.io'));
  afterAll(() => {
    process.stdout.write(
      `Kubernetes ${version}: ${Object.entries(count)
        .map(([what, number]) => `${number} ${what}`)
        .join(', ')}\n`,
    );
  });

  /** Expects that the server rejects only documented changes, and adds only known defaults. */
  async function check(what: string, upgrades: readonly Upgrade[]): Promise<void> {
    const { client } = server();
    const nodePorts = new NodePorts(client);
    const failures: string[] = [];
    const promised = upgrades.filter(({ before, after }) => isPromised([...before, ...after], version));
    expect(promised.length).toBeGreaterThan(upgrades.length / 2);
    await inParallel([...promised.entries()], 8, async ([index, one]) => {
      const [before, after] = [one.before, one.after].map((objects) =>
        objects.map((object) => inNamespacesOf(`${what}-${index}`, object)),
      );
      count.upgrades += 1;
      await nodePorts.during([...before!, ...after!], async () => {
        for (const name of new Set([...before!, ...after!].map(({ metadata }) => metadata.namespace!))) {
          await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
        }
        for (const object of before!) {
          await client.apply(object);
          count.applies += 1;
        }
        for (const object of after!) {
          const failure = await change(client, one.property, object);
          if (failure !== undefined) {
            failures.push(`${failure}\nin ${one.title}`);
          }
        }
      });
    });
    expect(failures).toEqual([]);
  }

  async function change(client: Client, property: string, object: Manifest): Promise<string | undefined> {
    count.applies += 1;
    try {
      const { object: stored } = await client.apply(object);
      const unlisted = differences(object, stored).filter(
        (difference) =>
          defaultOf(object.kind, difference) === undefined &&
          !(property === KEPT.property && difference.path === KEPT.path),
      );
      return unlisted.length > 0
        ? `${object.kind} ${object.metadata.name} keeps what it had: ${JSON.stringify(unlisted)}`
        : undefined;
    } catch (error) {
      const row = REFUSED_CHANGES.find(
        ({ kind, property: changed, says }) =>
          kind === object.kind && changed === property && says.test((error as Error).message),
      );
      if (!(error instanceof ApiError) || row === undefined) {
        return (error as Error).message;
      }
      count['rejected by the server, as documented'] += 1;
      refused.add(row);
      if (row.patch !== undefined) {
        await client.patch(object, row.patch);
        await client.apply(object);
      }
      return undefined;
    }
  }

  test('changes that users make to running engines', () => check('written', writtenUpgrades()));

  test('any property', async () => {
    const upgrades = generatedUpgrades(RUNS);
    const taken = upgrades.filter((one) => one !== undefined);
    count['rejected by the library'] = upgrades.length - taken.length;
    expect(taken.length).toBeGreaterThan(upgrades.length / 2);
    await check('any', taken);
  });

  test('every documented rejection occurs', () => {
    const minor = (release: string): number => Number(release.split('.')[1]);
    expect([...refused]).toEqual(
      expect.arrayContaining(REFUSED_CHANGES.filter(({ until = version }) => minor(version) <= minor(until))),
    );
  });
});
