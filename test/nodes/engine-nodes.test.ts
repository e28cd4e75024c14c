import { Chart, Duration, Size } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import {
  ArcRunnerScaleSet,
  CacheVolume,
  DedicatedNodes,
  EngineAccess,
  EngineNodes,
  EngineRisk,
  KarpenterCapacityType,
  KarpenterConsolidation,
  KarpenterDisruptionReason,
  KarpenterNodeClass,
  NodeArchitecture,
  NodeRequirementOperator,
  NodeStopLimit,
  Drain,
  type Ec2NodeClassOptions,
  type KarpenterNodesProps,
} from '../../src/index';
import { drainSettingsOf } from '../../src/pod/drain-script';
import { accept, chart, container, daemonSet, objects, pod, refusal, statefulSet, warnings } from '../engines';

const EC2: Ec2NodeClassOptions = { clusterName: 'ci', role: 'KarpenterNodeRole-ci', amiAlias: 'al2023@v20260801' };

function nodes(props: Partial<KarpenterNodesProps> = {}, scope: Chart = chart()): EngineNodes {
  return EngineNodes.karpenter(scope, 'builds', { nodeClass: KarpenterNodeClass.ec2(EC2), ...props });
}

const LABELS = { 'app.kubernetes.io/instance': 'builds', 'app.kubernetes.io/name': 'dagger-engine' };

describe('EngineNodes.karpenter', () => {
  it('creates a NodePool and an EC2NodeClass', () => {
    expect(objects(nodes())).toEqual({
      'EC2NodeClass builds': {
        apiVersion: 'karpenter.k8s.aws/v1',
        kind: 'EC2NodeClass',
        metadata: { labels: LABELS, name: 'builds' },
        spec: {
          role: 'KarpenterNodeRole-ci',
          amiSelectorTerms: [{ alias: 'al2023@v20260801' }],
          subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'ci' } }],
          securityGroupSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'ci' } }],
          instanceStorePolicy: 'RAID0',
          metadataOptions: {
            httpEndpoint: 'enabled',
            httpProtocolIPv6: 'disabled',
            httpPutResponseHopLimit: 1,
            httpTokens: 'required',
          },
        },
      },
      'NodePool builds': {
        apiVersion: 'karpenter.sh/v1',
        kind: 'NodePool',
        metadata: { labels: LABELS, name: 'builds' },
        spec: {
          template: {
            metadata: { labels: { 'dagger-node': 'builds' } },
            spec: {
              nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'builds' },
              requirements: [
                { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
                { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
                { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
                { key: 'karpenter.k8s.aws/instance-local-nvme', operator: 'Gt', values: ['99'] },
              ],
              taints: [{ key: 'dagger-node', value: 'builds', effect: 'NoSchedule' }],
              expireAfter: '168h',
              terminationGracePeriod: '1h',
            },
          },
          disruption: {
            consolidationPolicy: 'WhenEmpty',
            consolidateAfter: '30m',
            budgets: [{ nodes: '1', reasons: ['Drifted', 'Underutilized'] }],
          },
        },
      },
    });
  });

  it('renders every property', () => {
    const all: Required<KarpenterNodesProps> = {
      nodeClass: KarpenterNodeClass.ec2({ ...EC2, minLocalDisk: Size.gibibytes(400), tags: { team: 'builds' } }),
      name: 'fast',
      architectures: [NodeArchitecture.ARM64],
      capacityTypes: [KarpenterCapacityType.SPOT, KarpenterCapacityType.ON_DEMAND],
      requirements: [
        { key: 'karpenter.k8s.aws/instance-cpu', operator: NodeRequirementOperator.GT, values: ['7'] },
        { key: 'example.com/gpu', operator: NodeRequirementOperator.DOES_NOT_EXIST },
      ],
      limits: { cpu: '64', nodes: '4' },
      key: 'example.com/pool',
      consolidation: KarpenterConsolidation.WHEN_EMPTY_OR_UNDERUTILIZED,
      consolidateAfter: Duration.seconds(0),
      disruptionBudgets: [
        { nodes: '0', schedule: '0 8 * * mon-fri', duration: Duration.hours(10) },
        { nodes: '20%', reasons: [KarpenterDisruptionReason.EMPTY] },
      ],
      expireAfter: Duration.hours(12),
      terminationGracePeriod: Duration.minutes(90),
      labels: { team: 'builds' },
      acceptRisks: [accept(EngineRisk.UNSAFE_SCALE_IN)],
    };
    const made = objects(nodes(all));
    expect(made['EC2NodeClass fast']).toMatchObject({
      metadata: { labels: { team: 'builds' } },
      spec: { tags: { team: 'builds' } },
    });
    expect(made['NodePool fast']).toMatchObject({
      metadata: {
        labels: { team: 'builds' },
        annotations: { 'cdk8s-dagger.github.io/accepted-risks': 'unsafe-scale-in: fine in a test' },
      },
      spec: {
        template: {
          metadata: { labels: { 'example.com/pool': 'fast' } },
          spec: {
            requirements: [
              { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
              { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] },
              { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] },
              { key: 'karpenter.k8s.aws/instance-local-nvme', operator: 'Gt', values: ['399'] },
              { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Gt', values: ['7'] },
              { key: 'example.com/gpu', operator: 'DoesNotExist' },
            ],
            expireAfter: '12h',
            terminationGracePeriod: '90m',
          },
        },
        disruption: {
          consolidationPolicy: 'WhenEmptyOrUnderutilized',
          consolidateAfter: '0s',
          budgets: [
            { nodes: '0', schedule: '0 8 * * mon-fri', duration: '10h' },
            { nodes: '20%', reasons: ['Empty'] },
          ],
        },
        limits: { cpu: '64', nodes: '4' },
      },
    });
  });

  it('uses an existing node class', () => {
    const nodeClass = KarpenterNodeClass.fromName('default', {
      group: 'karpenter.azure.com',
      kind: 'AKSNodeClass',
      cacheDirectory: '/mnt/nvme',
      spotLimit: NodeStopLimit.azureSpot(),
    });
    const made = nodes({ nodeClass });
    expect(made.nodeClass).toBeUndefined();
    expect(made.cacheDirectory).toBe('/mnt/nvme');
    expect(made.nodePool.toJson().spec.template.spec.nodeClassRef).toEqual({
      group: 'karpenter.azure.com',
      kind: 'AKSNodeClass',
      name: 'default',
    });
  });

  it('reports all invalid properties', () => {
    expect(
      refusal(() =>
        nodes({
          name: 'Builds',
          nodeClass: KarpenterNodeClass.ec2({
            clusterName: '',
            role: ' ',
            amiAlias: 'bottlerocket@latest',
            minLocalDisk: Size.gibibytes(0),
          }),
          architectures: [],
          requirements: [
            { key: 'kubernetes.io/arch', operator: NodeRequirementOperator.IN, values: ['arm64'] },
            { key: 'example.com/cpus', operator: NodeRequirementOperator.GT, values: ['many'] },
            { key: 'example.com/gpu', operator: NodeRequirementOperator.EXISTS, values: ['yes'] },
            { key: 'example.com/zone', operator: NodeRequirementOperator.IN },
          ],
          disruptionBudgets: [
            { nodes: 'all', schedule: '@daily' },
            { nodes: '1', duration: Duration.seconds(90) },
          ],
          expireAfter: Duration.millis(1500),
          limits: { cpu: 'many' },
        }),
      ),
    ).toEqual([
      '[test/builds] EngineNodes has 16 problems:',
      'name: must be a valid name; got "Builds"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "builds"',
      'nodeClass.clusterName: must not be empty; got ""; allowed: the name of the cluster; fix: set it to the name of the cluster',
      'nodeClass.role: must not be empty; got " "; allowed: the name of an IAM role; fix: set it to the name of an IAM role',
      'nodeClass.amiAlias: must be a version of AL2023 or AL2, whose local disks the library knows; got "bottlerocket@latest"; allowed: al2023@VERSION, al2@VERSION; fix: use a value such as \'al2023@v20260801\', or KarpenterNodeClass.fromName(...) with cacheDirectory',
      'nodeClass.minLocalDisk: must be a valid volume size; got "0 KiB"; allowed: a whole number of kibibytes above 0; fix: use a value such as Size.gibibytes(200)',
      "limits[\"cpu\"]: must be a Kubernetes quantity; got \"many\"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: use a value such as '500m' or '16Gi'",
      'architectures: must not be empty, because no node would match; got []; allowed: at least one value; fix: add a value, or remove the property',
      'requirements[0].key: the property architectures sets this requirement; got "kubernetes.io/arch"; allowed: other labels; fix: remove it, and set architectures',
      'requirements[1].values: are invalid for the operator Gt; got ["many"]; allowed: one whole number; fix: use a value such as [\'7\']',
      'requirements[2].values: are invalid for the operator Exists; got ["yes"]; allowed: no values; fix: remove them',
      'requirements[3].values: are invalid for the operator In; got []; allowed: at least one value; fix: add a value',
      'expireAfter: must be a duration that Kubernetes supports; got "1.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(2)',
      "disruptionBudgets[0].nodes: must be a number or a percentage of nodes; got \"all\"; allowed: a whole number, or '0%' to '100%'; fix: use a value such as '1'",
      'disruptionBudgets[0].schedule: schedule and duration must be set together; got "@daily"; allowed: both or neither; fix: set duration too, or remove it',
      'disruptionBudgets[1].duration: schedule and duration must be set together; got "90 s"; allowed: both or neither; fix: set schedule too, or remove it',
      'disruptionBudgets[1].duration: must be a whole number of minutes; got "1.5 min"; allowed: at least 1 minute; fix: use Duration.minutes(2)',
    ]);
  });
});

describe('nodes of an engine', () => {
  it('sets placement, cache directory and stop limits', () => {
    const scope = chart();
    const made = nodes({}, scope);
    const engine = daemonSet({ nodes: made, nodeSelector: { zone: 'a' } }, scope);
    const spec = pod(engine);
    expect(spec).toMatchObject({
      nodeSelector: { 'dagger-node': 'builds', zone: 'a' },
      tolerations: [{ key: 'dagger-node', operator: 'Equal', value: 'builds', effect: 'NoSchedule' }],
      terminationGracePeriodSeconds: 600,
    });
    expect(spec.volumes).toContainEqual({
      name: 'cache',
      hostPath: { path: '/mnt/k8s-disks/0/dagger-ci_engine', type: 'DirectoryOrCreate' },
    });
  });

  it('gives clients of the socket the placement', () => {
    const scope = chart();
    const engine = daemonSet({ nodes: nodes({}, scope) }, scope);
    const client = new Deployment(scope, 'client', { containers: [{ image: 'runner' }] });
    engine.connect(client);
    const runners = new ArcRunnerScaleSet({
      engine: EngineAccess.fromConnection(engine.addClient({ name: 'runners' })),
      githubConfigUrl: 'https://github.com/example',
      githubConfigSecret: 'github',
    });
    const placement = {
      nodeSelector: { 'dagger-node': 'builds' },
      tolerations: [{ key: 'dagger-node', operator: 'Equal', value: 'builds', effect: 'NoSchedule' }],
    };
    const deployment = Object.values(objects(engine)).find(({ kind }) => kind === 'Deployment');
    expect(deployment.spec.template.spec).toMatchObject(placement);
    expect((runners.values.template as any).spec).toMatchObject(placement);
  });

  it('fits the drain into the notice of a spot instance', () => {
    const scope = chart();
    const engine = daemonSet({ nodes: nodes({ capacityTypes: [KarpenterCapacityType.SPOT] }, scope) }, scope);
    expect(drainSettingsOf(container(engine).lifecycle.preStop.exec.command[2])?.atMost).toBe(45);
  });

  it('rejects a drain, a cache and a selector that conflict with the nodes', () => {
    const scope = chart();
    const made = nodes({ terminationGracePeriod: Duration.minutes(10) }, scope);
    expect(
      refusal(() =>
        statefulSet(
          {
            nodes: made,
            cache: CacheVolume.hostPath({ path: '/var/lib/dagger-ci' }),
            nodeSelector: { 'dagger-node': 'others' },
            drain: Drain.untilIdle({ atMost: Duration.minutes(20) }),
          },
          scope,
        ),
      ),
    ).toEqual([
      '[test/engine] EngineStatefulSet has 3 problems:',
      'cache: is not on the disk that nodes provide for caches, /mnt/k8s-disks/0; got "/var/lib/dagger-ci"; allowed: a directory in /mnt/k8s-disks/0; fix: use CacheVolume.hostPath() without a path',
      'drain.atMost: when Karpenter removes a node, pods have 600 s, and the engine needs up to 75 s after the drain; got "1200 s"; allowed: at most 525 s; fix: set Duration.seconds(525), or raise the limit of the nodes; or accept EngineRisk.STOP_EXCEEDS_NODE_LIMIT',
      'nodeSelector["dagger-node"]: conflicts with nodes, which have the label dagger-node: builds; got "others"; allowed: other labels; fix: remove it, or remove nodes',
    ]);
  });

  it('accepts claims on nodes with local disks', () => {
    const scope = chart();
    expect(() => statefulSet({ nodes: nodes({}, scope) }, scope)).not.toThrow();
  });

  it('uses the directory and the limits of dedicated nodes', () => {
    const dedicated = DedicatedNodes.of({
      cacheDirectory: '/mnt/disks/ssd0',
      stopLimits: [NodeStopLimit.clusterAutoscaler()],
    });
    expect(pod(daemonSet({ nodes: dedicated })).volumes).toContainEqual(
      expect.objectContaining({ hostPath: { path: '/mnt/disks/ssd0/dagger-ci_engine', type: 'DirectoryOrCreate' } }),
    );
  });
});

it('warns about the consolidation of busy nodes', () => {
  expect(warnings(nodes({ consolidation: KarpenterConsolidation.WHEN_EMPTY_OR_UNDERUTILIZED }))).toEqual([
    '[test/builds] warning unsafe-scale-in: consolidation: Karpenter evicts the clients on a node that it can replace with a cheaper one, and their builds fail, unless their pods have the annotation karpenter.sh/do-not-disrupt: "true"; fix: use KarpenterConsolidation.WHEN_EMPTY',
  ]);
});
