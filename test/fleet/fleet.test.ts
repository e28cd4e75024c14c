import { Chart, Duration, Size, Testing } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import {
  ArcRunnerScaleSet,
  Autoscaling,
  CacheVolume,
  Certificates,
  ClaimRetention,
  CliInstall,
  ConnectionCheck,
  Drain,
  EngineAccess,
  EngineFleet,
  EngineNodes,
  EngineStatefulSet,
  FleetTopology,
  GitLabOperatorRunner,
  GitLabRunnerConfig,
  KarpenterNodeClass,
  Listener,
  Monitoring,
  NetworkPeer,
  NodeArchitecture,
  Retirement,
  ScaleIn,
  ScaleMetric,
  TrustLevel,
  type EngineFleetProps,
  type EngineStatefulSetProps,
  type FleetMemberOptions,
} from '../../src/index';
import { drawEngines } from '../../src/graph/draw-engines';
import { toMermaid } from '../../src/graph/mermaid';
import { chart, objects, pod, workload } from '../engines';

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

const PRIVATE_TLS = Listener.tls({ certificates: Certificates.privateCa() });

const POOL: EngineStatefulSetProps = {
  version: 'v0.21.11',
  cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
  listener: PRIVATE_TLS,
};

function pool(props: Partial<EngineStatefulSetProps> = {}): FleetTopology {
  return FleetTopology.statefulSet({ ...POOL, ...props });
}

function fleet(
  members: FleetMemberOptions[] = [],
  props: Partial<EngineFleetProps> = {},
  scope = chart(),
): EngineFleet {
  return new EngineFleet(scope, 'dagger', { topology: pool(), members, ...props });
}

const keys = (of: EngineFleet): string[] => of.members.map(({ key }) => key);

describe('members', () => {
  it('get their name from the fleet and the key', () => {
    const added = fleet([{ version: '0.21.8' }, { key: 'web' }], { name: 'ci' });
    added.addMember({ key: 'api', version: 'v1.0.0-beta.21' });
    expect(added.members.map(({ key, name, version }) => [key, name, version.tag])).toEqual([
      ['v0-21-8', 'ci-v0-21-8', 'v0.21.8'],
      ['web', 'ci-web', 'v0.21.11'],
      ['api', 'ci-api', 'v1.0.0-beta.21'],
    ]);
  });

  it('have the label of their fleet', () => {
    expect(fleet([{ key: 'web' }]).member('web').engine.labels).toEqual({
      'app.kubernetes.io/instance': 'dagger-web',
      'app.kubernetes.io/name': 'dagger-engine',
      'cdk8s-dagger.github.io/fleet': 'dagger',
    });
  });

  it('have the same objects as a separate engine, except for the label of the fleet', () => {
    const [inFleet, separate] = [chart(), chart()];
    fleet([{ key: 'web' }], {}, inFleet);
    new EngineStatefulSet(separate, 'engine', {
      ...POOL,
      name: 'dagger-web',
      labels: { 'cdk8s-dagger.github.io/fleet': 'dagger' },
    });
    expect(objects(inFleet)).toEqual(objects(separate));
  });

  it('depend only on their own properties, not on other members or their order', () => {
    const members: FleetMemberOptions[] = [
      { version: 'v0.21.8', retirement: Retirement.noNewClients('v0-21-11') },
      { version: 'v0.21.11' },
      { key: 'forks', trustLevel: TrustLevel.untrusted() },
      { key: 'arm64', architecture: NodeArchitecture.ARM64 },
    ];
    const all = chart();
    fleet(members, {}, all);
    const reversed = chart();
    fleet([...members].reverse(), {}, reversed);
    expect(objects(reversed)).toEqual(objects(all));
    const fewer = chart();
    fleet(members.slice(0, 2), {}, fewer);
    expect(objects(all)).toMatchObject(objects(fewer));
  });

  it('keep their order if another member is added between them', () => {
    const names = (members: FleetMemberOptions[]): string[] => {
      const scope = chart();
      fleet(members, {}, scope);
      return Testing.synth(scope).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    };
    const before = names([{ key: 'a' }, { key: 'c' }]);
    const after = names([{ key: 'a' }, { key: 'b' }, { key: 'c' }]);
    expect(after.filter((name) => !name.includes('dagger-b'))).toEqual(before);
  });

  it('can be in the namespace of another chart', () => {
    const ci = chart();
    const forks = new Chart(ci.node.root, 'forks', { namespace: 'dagger-forks' });
    fleet([{ key: 'web' }, { key: 'forks', scope: forks, trustLevel: TrustLevel.untrusted() }], {}, ci);
    expect(Object.keys(objects(ci)).filter((name) => name.includes('forks'))).toEqual([]);
    expect(objects(forks)['StatefulSet dagger-forks'].metadata.namespace).toBe('dagger-forks');
  });

  it('run on nodes of their architecture', () => {
    const [amd64, arm64] = fleet(
      [
        { key: 'amd64', architecture: NodeArchitecture.AMD64 },
        { key: 'arm64', architecture: NodeArchitecture.ARM64 },
      ],
      { topology: pool({ nodeSelector: { pool: 'ci' } }) },
    ).members;
    expect([amd64, arm64].map((member) => pod(member!.engine).nodeSelector)).toEqual([
      { pool: 'ci', 'kubernetes.io/arch': 'amd64' },
      { pool: 'ci', 'kubernetes.io/arch': 'arm64' },
    ]);
  });

  it('may use the same port and network of nodes with different architectures', () => {
    const scope = chart();
    fleet(
      [
        { key: 'amd64', architecture: NodeArchitecture.AMD64 },
        { key: 'arm64', architecture: NodeArchitecture.ARM64 },
      ],
      { topology: FleetTopology.daemonSet({ version: 'v0.21.11', hostNetwork: true, listener: PRIVATE_TLS }) },
      scope,
    );
    expect(() => objects(scope)).not.toThrow();
  });

  it('may use the same port on nodes that any common label separates', () => {
    const scope = chart();
    const on = (nodeSelector: { [key: string]: string }): FleetTopology =>
      FleetTopology.daemonSet({
        version: 'v0.21.11',
        listener: Listener.insecureTcp({ hostPort: 1234 }),
        nodeSelector,
      });
    fleet(
      [
        { key: 'a', topology: on({ zone: 'x', tier: '1' }) },
        { key: 'b', topology: on({ zone: 'y' }) },
        { key: 'c', topology: on({ zone: 'x', tier: '2' }) },
      ],
      {},
      scope,
    );
    expect(() => objects(scope)).not.toThrow();
  });

  it('have separate directories on the disk of Karpenter nodes', () => {
    const scope = chart();
    const nodes = EngineNodes.karpenter(scope, 'nodes', {
      nodeClass: KarpenterNodeClass.ec2({ clusterName: 'ci', role: 'nodes', amiAlias: 'al2023@v20260801' }),
    });
    const added = fleet(
      [{ version: 'v0.21.8' }, { version: 'v0.21.0' }],
      { topology: FleetTopology.daemonSet({ version: 'v0.21.11', nodes }) },
      scope,
    );
    expect(
      added.members.map(({ engine }) => pod(engine).volumes.flatMap(({ hostPath }: any) => hostPath?.path ?? [])),
    ).toEqual([
      ['/mnt/k8s-disks/0/dagger-ci_dagger-v0-21-8', '/run/dagger-ci_dagger-v0-21-8'],
      ['/mnt/k8s-disks/0/dagger-ci_dagger-v0-21-0', '/run/dagger-ci_dagger-v0-21-0'],
    ]);
  });
});

describe('an untrusted member', () => {
  it("can reach the cluster's DNS only, and has no root capabilities", () => {
    const scope = chart();
    fleet(
      [{ key: 'forks', trustLevel: TrustLevel.untrusted() }],
      { topology: pool({ insecureRootCapabilities: true }) },
      scope,
    );
    const found = objects(scope);
    expect(found['NetworkPolicy dagger-forks'].spec.egress).toEqual([
      {
        ports: [
          { port: 53, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
          { port: 5353, protocol: 'TCP' },
          { port: 5353, protocol: 'UDP' },
        ],
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          },
        ],
      },
    ]);
    expect(JSON.parse(found['ConfigMap dagger-forks-config'].data['engine.json']).security).toEqual({
      insecureRootCapabilities: false,
    });
  });

  it('can reach the destinations in its options', () => {
    const scope = chart();
    const trustLevel = TrustLevel.untrusted({
      publicInternet: true,
      allowTo: [NetworkPeer.cidr('10.1.2.3/32')],
      dnsServers: [NetworkPeer.namespace('openshift-dns')],
    });
    fleet([{ key: 'forks', trustLevel }], {}, scope);
    const [dns, internet, mirror] = objects(scope)['NetworkPolicy dagger-forks'].spec.egress;
    expect(dns.to).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } } },
    ]);
    expect(internet.to.map(({ ipBlock }: any) => ipBlock.cidr)).toEqual(['0.0.0.0/0', '::/0']);
    expect(internet.to[0].ipBlock.except).toEqual([
      '10.0.0.0/8',
      '100.64.0.0/10',
      '168.63.129.16/32',
      '169.254.0.0/16',
      '172.16.0.0/12',
      '192.0.0.0/24',
      '192.168.0.0/16',
      '198.18.0.0/15',
      '240.0.0.0/4',
    ]);
    expect(mirror).toEqual({ to: [{ ipBlock: { cidr: '10.1.2.3/32' } }] });
  });

  it.each<[string, { [key: string]: string }, Partial<EngineStatefulSetProps>]>([
    ['nodes with a taint', {}, { tolerations: [{ key: 'forks', operator: 'Exists' }] }],
    ['nodes with another value of a label', { pool: 'ci' }, {}],
  ])('causes no warning on separate %s', (_title, nodeSelector, props) => {
    const scope = chart();
    const topology = pool({ nodeSelector: { pool: 'forks' }, ...props });
    fleet(
      [{ key: 'web' }, { key: 'forks', trustLevel: TrustLevel.untrusted(), topology }],
      { topology: pool({ nodeSelector }) },
      scope,
    );
    objects(scope);
    expect(jest.mocked(console.warn).mock.calls.flat().join()).not.toContain('untrusted-on-shared-node');
  });

  it.each([
    ['of no member', 'cache-dagger-0'],
    ['of another volume', 'data-dagger-web-0'],
    ['of an engine with a longer name', 'cache-dagger-web-2-0'],
    ['of another untrusted member', 'cache-dagger-gists-0'],
  ])('may start from a copy of a claim %s', (_title, name) => {
    const scope = chart();
    const trustLevel = TrustLevel.untrusted();
    const cache = CacheVolume.claimTemplate({
      size: Size.gibibytes(100),
      dataSource: { kind: 'PersistentVolumeClaim', name },
    });
    fleet(
      [{ key: 'web' }, { key: 'gists', trustLevel }, { key: 'forks', trustLevel, topology: pool({ cache }) }],
      {},
      scope,
    );
    expect(() => objects(scope)).not.toThrow();
  });

  it('must not start from a copy of a claim of a removed pod of a trusted member', () => {
    const scope = chart();
    const cache = CacheVolume.claimTemplate({
      size: Size.gibibytes(100),
      dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'cache-dagger-web-17', namespace: 'ci' },
    });
    fleet([{ key: 'web' }, { key: 'forks', trustLevel: TrustLevel.untrusted(), topology: pool({ cache }) }], {}, scope);
    expect(() => objects(scope)).toThrow(
      'members["forks"].cache: an untrusted member must not use the PersistentVolumeClaim cache-dagger-web-17, which the trusted member "web" uses',
    );
  });

  it('may share nothing with trusted members, but settings without secrets', () => {
    const scope = chart();
    fleet([{ key: 'web' }, { key: 'forks', trustLevel: TrustLevel.untrusted() }], {}, scope);
    expect(() => objects(scope)).not.toThrow();
  });
});

describe('a client', () => {
  const members: FleetMemberOptions[] = [
    { version: 'v0.21.8' },
    { version: 'v0.21.11' },
    { key: 'forks', version: 'v0.21.9', trustLevel: TrustLevel.untrusted() },
    { key: 'old', version: 'v0.18.12' },
  ];
  const host = (options: Parameters<EngineFleet['addClient']>[0]): string =>
    fleet(members)
      .addClient(options)
      .runnerHost.replace(/^tls:\/\/([^.:]+).*/, '$1');

  it('gets the member with its key', () => {
    expect(host({ key: 'forks' })).toBe('dagger-forks');
    expect(host({ key: 'v0-21-8', clientVersion: 'v0.21.11' })).toBe('dagger-v0-21-8');
  });

  it('gets the member whose key is its release, even if others have the same release', () => {
    const added = fleet([{ key: 'web' }, { version: 'v0.21.11' }, { key: 'api' }]);
    expect(added.addClient({ clientVersion: '0.21.11' }).runnerHost).toContain('dagger-v0-21-11.');
  });

  it('gets the only member with its release', () => {
    expect(
      fleet([{ key: 'web' }, { version: 'v0.21.8' }]).addClient({ clientVersion: 'v0.21.11' }).runnerHost,
    ).toContain('dagger-web.');
  });

  it('gets the member with its release', () => {
    expect(host({ clientVersion: 'v0.21.8' })).toBe('dagger-v0-21-8');
    expect(host({ clientVersion: 'v0.21.11' })).toBe('dagger-v0-21-11');
  });

  it('gets the only member that accepts its release', () => {
    const connection = fleet([{ version: 'v0.21.8' }, { version: 'v0.18.12' }], {
      topology: pool({ listener: Listener.insecureTcp() }),
    }).addClient({ clientVersion: 'v0.18.14' });
    expect(connection.runnerHost).toContain('dagger-v0-18-12');
  });

  it('gets the member that is not being retired', () => {
    const added = fleet([
      { version: 'v0.21.8', retirement: Retirement.noNewClients('v0-21-11') },
      { version: 'v0.21.11' },
    ]);
    expect(added.addClient({ clientVersion: 'v0.21.8' }).runnerHost).toContain('dagger-v0-21-11');
  });

  it('can be a workload', () => {
    const scope = chart();
    const added = fleet(members, {}, scope);
    const runner = new Deployment(scope, 'runner', { containers: [{ image: 'runner:1' }] });
    added.connect(runner, { key: 'v0-21-11' });
    const labels = objects(scope)[`Deployment ${runner.name}`].spec.template.metadata.labels;
    expect(labels).toHaveProperty(['cdk8s-dagger.github.io/client-of-dagger-v0-21-11'], 'ci');
    expect(keys(added)).toEqual(['v0-21-8', 'v0-21-11', 'forks', 'old']);
  });
});

describe('a client of several architectures', () => {
  const ARCHITECTURES: FleetMemberOptions[] = [
    { key: 'amd64', architecture: NodeArchitecture.AMD64 },
    { key: 'arm64', architecture: NodeArchitecture.ARM64 },
  ];
  const runner = (scope: Chart): Deployment =>
    new Deployment(scope, 'runner', { metadata: { name: 'runner' }, containers: [{ image: 'runner:1' }] });
  const podOf = (scope: Chart) => objects(scope)['Deployment runner'].spec.template;
  const variables = (scope: Chart): { [name: string]: string } =>
    Object.fromEntries(
      podOf(scope).spec.containers[0].env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );

  it('has an address, a certificate and a label for each, which the network policy of each engine allows', () => {
    const scope = chart();
    const connections = fleet(ARCHITECTURES, {}, scope).connectArchitectures(runner(scope));
    const { metadata, spec } = podOf(scope);
    const [amd64, arm64] = connections.map(({ runnerHost }) => runnerHost);
    expect(amd64).toMatch(
      /^tls:\/\/dagger-amd64\.ci\.svc:8443\?cert_path=\/etc\/dagger-client\/dagger-amd64\/tls.crt&/,
    );
    expect(variables(scope)).toEqual({ RUNNER_HOST_AMD64: amd64, RUNNER_HOST_ARM64: arm64 });
    expect(spec.volumes.map(({ secret }: { secret: { secretName: string } }) => secret.secretName)).toEqual([
      'dagger-amd64-client-runner',
      'dagger-arm64-client-runner',
    ]);
    for (const architecture of Object.values(NodeArchitecture)) {
      const policy = objects(scope)[`NetworkPolicy dagger-${architecture}`].spec.ingress[0].from[0];
      expect(metadata.labels).toMatchObject(policy.podSelector.matchLabels);
      const certificate = objects(scope)[`Certificate dagger-${architecture}-client-runner`].spec;
      expect(certificate).toMatchObject({
        commonName: 'runner',
        issuerRef: { name: `dagger-${architecture}-ca` },
        secretName: `dagger-${architecture}-client-runner`,
      });
    }
  });

  it('gets the architectures in its options', () => {
    const scope = chart();
    fleet(ARCHITECTURES, {}, scope).connectArchitectures(runner(scope), { architectures: [NodeArchitecture.ARM64] });
    expect(Object.keys(variables(scope))).toEqual(['RUNNER_HOST_ARM64']);
  });

  it('can also have a default engine', () => {
    const scope = chart();
    const added = fleet(ARCHITECTURES, {}, scope);
    const client = runner(scope);
    const [amd64] = added.connectArchitectures(client);
    added.connect(client, { architecture: NodeArchitecture.AMD64 });
    expect(variables(scope)).toMatchObject({ _EXPERIMENTAL_DAGGER_RUNNER_HOST: amd64!.runnerHost });
    expect(podOf(scope).spec.volumes).toHaveLength(2);
  });

  it('has one CLI, which all engines accept', () => {
    const scope = chart();
    const members: FleetMemberOptions[] = [
      { ...ARCHITECTURES[0]!, version: 'v0.21.11' },
      { ...ARCHITECTURES[1]!, version: 'v0.21.8' },
    ];
    fleet(members, {}, scope).connectArchitectures(runner(scope), { cli: CliInstall.fromEngineImage() });
    const { initContainers, volumes } = podOf(scope).spec;
    expect(initContainers.map(({ image }: { image: string }) => image)).toEqual(['registry.dagger.io/engine:v0.21.11']);
    expect(volumes.map(({ name }: { name: string }) => name)).toEqual([
      'tls-dagger-amd64',
      'cli-dagger-amd64',
      'tls-dagger-arm64',
    ]);
  });

  it('checks each connection with the variable that the CLI reads', () => {
    const scope = chart();
    const connections = fleet(ARCHITECTURES, {}, scope).connectArchitectures(runner(scope), {
      connectionCheck: ConnectionCheck.fromEngineImage(),
    });
    const { initContainers } = podOf(scope).spec;
    expect(initContainers.map(({ env, name }: { env: object[]; name: string }) => [name, env[0]])).toEqual(
      connections
        .reverse()
        .map(({ runnerHost }, index) => [
          `check-dagger-${['arm64', 'amd64'][index]}`,
          { name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: runnerHost },
        ]),
    );
  });

  it('can have a container for each architecture', () => {
    const scope = chart();
    const added = fleet(ARCHITECTURES, {}, scope);
    const client = new Deployment(scope, 'runner', {
      metadata: { name: 'runner' },
      containers: Object.values(NodeArchitecture).map((name) => ({ name, image: 'runner:1' })),
    });
    const connections = Object.values(NodeArchitecture).map((architecture) =>
      added.connect(client, { architecture, containers: [architecture] }),
    );
    expect(podOf(scope).spec.containers.map(({ env }: { env: object[] }) => env)).toEqual(
      connections.map(({ runnerHost }) => [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: runnerHost }]),
    );
  });

  it('can be an L1 pod, which each connection extends', () => {
    const added = fleet(ARCHITECTURES);
    const connections = Object.values(NodeArchitecture).map((architecture) =>
      added.addClient({ architecture, addressVariable: `ENGINE_${architecture}`, name: 'job' }),
    );
    const template = connections.reduce((pod, connection) => connection.podTemplate(pod) as object, {
      spec: { containers: [{ name: 'job', image: 'job:1' }] },
    } as object) as { metadata: object; spec: { containers: Array<{ env: object[] }> } };
    expect(template.spec.containers[0]!.env).toEqual([
      { name: 'ENGINE_amd64', value: connections[0]!.runnerHost },
      { name: 'ENGINE_arm64', value: connections[1]!.runnerHost },
    ]);
    expect(connections[1]!.shellExports).toBe(`export ENGINE_arm64='${connections[1]!.runnerHost}'\n`);
  });

  it('uses the members with the release of its CLI', () => {
    const scope = chart();
    const members = ['v0.21.8', 'v0.21.11'].flatMap((version) =>
      Object.values(NodeArchitecture).map((architecture) => ({
        key: `${architecture}-${version.replaceAll('.', '-')}`,
        architecture,
        version,
      })),
    );
    fleet(members, {}, scope).connectArchitectures(runner(scope), { clientVersion: 'v0.21.8' });
    expect(Object.values(variables(scope)).map((address) => new URL(address).hostname)).toEqual([
      'dagger-amd64-v0-21-8.ci.svc',
      'dagger-arm64-v0-21-8.ci.svc',
    ]);
  });

  it('finds the architecture in the node selector of a topology', () => {
    const added = fleet([
      { key: 'arm', topology: pool({ nodeSelector: { 'kubernetes.io/arch': 'arm64' } }) },
      { key: 'any' },
    ]);
    expect(added.members.map(({ architecture }) => architecture)).toEqual(['arm64', undefined]);
    expect(added.addClient({ architecture: NodeArchitecture.ARM64 }).runnerHost).toContain('//dagger-arm.');
  });

  it('is drawn as a client of each engine', () => {
    const scope = chart();
    fleet(ARCHITECTURES, {}, scope).connectArchitectures(runner(scope));
    const drawn = toMermaid(drawEngines(Object.values(objects(scope))));
    for (const architecture of Object.values(NodeArchitecture)) {
      expect(drawn).toContain(`NetworkPolicy dagger-${architecture}`);
    }
  });
});

describe('CI systems', () => {
  it('label runners with the release of their member', () => {
    const { members } = fleet([{ version: 'v0.21.11' }, { key: 'web' }, { key: 'v0-21-11-large' }]);
    expect(members.map(({ runnerLabel }) => runnerLabel)).toEqual([
      'dagger-v0.21.11',
      'dagger-web',
      'dagger-v0-21-11-large',
    ]);
  });

  it('get one scale set of ARC for each member', () => {
    const added = fleet([{ version: 'v0.21.8' }, { version: 'v0.21.11' }]);
    const sets = added.members.map(
      ({ engine, runnerLabel }) =>
        new ArcRunnerScaleSet({
          engine: EngineAccess.fromConnection(engine.addClient({ name: 'arc' })),
          githubConfigUrl: 'https://github.com/example',
          githubConfigSecret: 'github-app',
          runnerScaleSetName: runnerLabel,
        }),
    );
    expect(sets.map(({ values }) => values.runnerScaleSetName)).toEqual(['dagger-v0.21.8', 'dagger-v0.21.11']);
  });

  it('get one GitLab runner with the tag of each member', () => {
    const scope = chart();
    for (const { engine, name, runnerLabel } of fleet([{ version: 'v0.21.11' }, { key: 'web' }], {}, scope).members) {
      new GitLabOperatorRunner(scope, `${name}-runner`, {
        config: new GitLabRunnerConfig({
          engine: EngineAccess.fromConnection(engine.addClient({ name: 'gitlab' })),
          image: 'dagger:1',
        }),
        gitlabUrl: 'https://gitlab.example.com',
        tokenSecret: 'gitlab-runner',
        spec: { tags: runnerLabel },
      });
    }
    const runners = Object.values(objects(scope)).filter(({ kind }) => kind === 'Runner');
    expect(runners.map(({ spec }) => spec.tags)).toEqual(['dagger-v0.21.11', 'dagger-web']);
  });
});

describe('a retirement', () => {
  const old = (retirement?: Retirement): FleetMemberOptions => ({ key: 'old', ...(retirement && { retirement }) });
  const steps = (topology: FleetTopology, ...retirements: Array<Retirement | undefined>): any[] =>
    retirements.map((retirement) => {
      const scope = chart();
      fleet([old(retirement), { key: 'new' }], { topology }, scope);
      return objects(scope);
    });

  it('without new clients removes the pods from their Services, and changes no pod', () => {
    const [before, after] = steps(pool({ replicas: 2 }), undefined, Retirement.noNewClients('new'));
    for (const service of ['Service dagger-old', 'Service dagger-old-headless']) {
      expect(after[service].spec.selector).toEqual({
        ...before[service].spec.selector,
        'cdk8s-dagger.github.io/retired': 'true',
      });
      expect(after[service].metadata.annotations).toEqual({ 'cdk8s-dagger.github.io/retired-for': 'new' });
    }
    expect(after['StatefulSet dagger-old']).toEqual(before['StatefulSet dagger-old']);
  });

  it('admits running clients until the member is removed', () => {
    const options = { clientNamespaces: ['runners'] };
    for (const { 'NetworkPolicy dagger-old': policy } of steps(
      pool(),
      Retirement.noNewClients('new', options),
      Retirement.drained('new', options),
    )) {
      const client = { podSelector: { matchLabels: { 'cdk8s-dagger.github.io/client-of-dagger-old': 'ci' } } };
      expect(policy.spec.ingress[0].from).toEqual([
        client,
        { ...client, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'runners' } } },
      ]);
    }
  });

  it('stops the engines of a StatefulSet, and keeps their claims until the member is removed', () => {
    const [before, kept, deleted] = steps(
      pool({ replicas: 2 }),
      Retirement.noNewClients('new'),
      Retirement.drained('new'),
      Retirement.drained('new', { claims: ClaimRetention.DELETE }),
    );
    const name = 'StatefulSet dagger-old';
    const drained = { ...before[name].spec, replicas: 0 };
    expect(kept[name].spec).toEqual({
      ...drained,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    expect(deleted[name].spec).toEqual({
      ...drained,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
    });
    expect(Object.keys(kept[name].spec)).toEqual(Object.keys(kept[name].spec).sort());
    // Nothing else changes, in particular not the certificate with the names of the pods.
    expect({ ...kept, [name]: undefined }).toEqual({ ...before, [name]: undefined });
  });

  it('has no alert while the engines are stopped', () => {
    const [running, drained] = steps(
      pool({ replicas: 2, monitoring: Monitoring.prometheusOperator() }),
      Retirement.noNewClients('new'),
      Retirement.drained('new'),
    ).map((after) => after['PrometheusRule dagger-old'].spec.groups[0].rules[0].expr);
    const up = 'up{job="ci/dagger-old",container="dagger-engine"}';
    expect(running).toBe(`${up} == 0\nor\nabsent(${up})`);
    expect(drained).toBe(`${up} == 0`);
  });

  it('stops engines that an autoscaler starts', () => {
    const autoscaling = Autoscaling.horizontal({
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [ScaleMetric.cpu({ utilization: 80 })],
      scaleIn: ScaleIn.disabled(),
    });
    const topology = pool({
      autoscaling,
      drain: Drain.untilIdle({ atMost: Duration.minutes(3) }),
      resources: { requests: { cpu: '2', memory: '8Gi' } },
    });
    const [before, after] = steps(topology, Retirement.noNewClients('new'), Retirement.drained('new'));
    expect(before).toHaveProperty(['HorizontalPodAutoscaler dagger-old']);
    expect(after).not.toHaveProperty(['HorizontalPodAutoscaler dagger-old']);
    expect(after['StatefulSet dagger-old'].spec.replicas).toBe(0);
    expect(after['Certificate dagger-old-tls']).toEqual(before['Certificate dagger-old-tls']);
  });

  it('stops the engines of a Deployment and of a DaemonSet', () => {
    const version = 'v0.21.11';
    const [deployment] = steps(
      FleetTopology.deployment({ version, cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }) }),
      Retirement.drained('new'),
    );
    expect(deployment['Deployment dagger-old'].spec.replicas).toBe(0);
    const [daemonSet] = steps(
      FleetTopology.daemonSet({ version, nodeSelector: { pool: 'ci' } }),
      Retirement.drained('new'),
    );
    expect(daemonSet['DaemonSet dagger-old'].spec.template.spec.nodeSelector).toEqual({
      pool: 'ci',
      'cdk8s-dagger.github.io/retired': 'true',
    });
  });

  it('shows in the member', () => {
    const [retiring, successor] = fleet([old(Retirement.drained('new')), { key: 'new' }]).members;
    expect([retiring!.isRetiring, successor!.isRetiring]).toEqual([true, false]);
    expect(workload(retiring!.engine).spec.replicas).toBe(0);
  });
});
