import { Duration } from 'cdk8s';
import {
  Certificates,
  EngineServiceType,
  IpFamily,
  IpFamilyPolicy,
  Listener,
  NetworkPeer,
  SessionAffinity,
  TrafficPolicy,
  Transport,
  type Engine,
  type EngineServiceOptions,
} from '../../src/index';
import {
  chart,
  daemonSet,
  deployment,
  objects,
  problems,
  refusal,
  statefulSet,
  TOPOLOGIES,
  warnings,
} from '../engines';

const SELECTOR = { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' };
const AFFINITY = { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } };
const { CLUSTER_IP, LOAD_BALANCER, NODE_PORT } = EngineServiceType;

const ENGINES = {
  'a DaemonSet': (service: EngineServiceOptions) => daemonSet({ listener: Listener.insecureTcp({ service }) }),
  'a StatefulSet with one pod': (service: EngineServiceOptions) =>
    statefulSet({ listener: Listener.insecureTcp({ service }) }),
  'a StatefulSet with three pods': (service: EngineServiceOptions) =>
    statefulSet({ replicas: 3, listener: Listener.insecureTcp({ service }) }),
  'a Deployment with one pod': (service: EngineServiceOptions) =>
    deployment({ listener: Listener.insecureTcp({ service }) }),
  'a Deployment with three pods': (service: EngineServiceOptions) =>
    deployment({ replicas: 3, listener: Listener.insecureTcp({ service }) }),
};

const SPREAD =
  '[test/engine] warning split-sessions: listener.service.sessionAffinity: without affinity, the connections of a session reach different engines, and the session fails (dagger/dagger #10128); fix: keep each client on one engine with ClientIP';
const BALANCED =
  '[test/engine] warning split-sessions: listener.service.type: a load balancer in front of several nodes can send the connections of one session to different nodes, and the session fails (dagger/dagger #10128); fix: ' +
  'configure it to keep each client on one node, or create one Service for each engine';

/** Returns the Service fields that determine the target of connections, and the warnings of the engine. */
function balancing(engine: keyof typeof ENGINES, service: EngineServiceOptions) {
  const made = ENGINES[engine](service);
  made.allowFrom(NetworkPeer.namespace('runners'));
  const { ports, selector, type, ...policies } = made.service?.toJson().spec;
  expect(selector).toEqual(SELECTOR);
  expect(type).toBe(service.type);
  return { policies, said: warnings(made) };
}

describe('the connections of a session reach one engine', () => {
  test.each<[keyof typeof ENGINES, EngineServiceOptions, object, string[]]>([
    // Clients inside the cluster.
    ['a DaemonSet', {}, { internalTrafficPolicy: 'Local' }, []],
    ['a StatefulSet with one pod', {}, {}, []],
    ['a StatefulSet with three pods', {}, AFFINITY, []],
    ['a Deployment with one pod', {}, {}, []],
    ['a Deployment with three pods', {}, AFFINITY, []],
    // Clients outside the cluster.
    [
      'a DaemonSet',
      { type: NODE_PORT },
      { ...AFFINITY, internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' },
      [BALANCED],
    ],
    ['a StatefulSet with one pod', { type: NODE_PORT }, {}, []],
    [
      'a StatefulSet with three pods',
      { type: LOAD_BALANCER },
      { ...AFFINITY, externalTrafficPolicy: 'Local' },
      [BALANCED],
    ],
    ['a Deployment with one pod', { type: LOAD_BALANCER }, {}, []],
    ['a Deployment with three pods', { type: NODE_PORT }, { ...AFFINITY, externalTrafficPolicy: 'Local' }, [BALANCED]],
    // User-defined options.
    [
      'a DaemonSet',
      { internalTrafficPolicy: TrafficPolicy.CLUSTER },
      { ...AFFINITY, internalTrafficPolicy: 'Cluster' },
      [],
    ],
    [
      'a DaemonSet',
      { internalTrafficPolicy: TrafficPolicy.CLUSTER, sessionAffinity: SessionAffinity.none() },
      { internalTrafficPolicy: 'Cluster' },
      [SPREAD],
    ],
    ['a DaemonSet', { sessionAffinity: SessionAffinity.none() }, { internalTrafficPolicy: 'Local' }, []],
    [
      'a DaemonSet',
      { type: NODE_PORT, sessionAffinity: SessionAffinity.none() },
      { internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' },
      [SPREAD, BALANCED],
    ],
    [
      'a StatefulSet with one pod',
      { sessionAffinity: SessionAffinity.clientIp(Duration.hours(24)) },
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86400 } } },
      [],
    ],
    ['a StatefulSet with three pods', { sessionAffinity: SessionAffinity.none() }, {}, [SPREAD]],
    [
      'a Deployment with three pods',
      { sessionAffinity: SessionAffinity.clientIp(Duration.seconds(60)) },
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
      [],
    ],
    [
      'a Deployment with three pods',
      { type: LOAD_BALANCER, externalTrafficPolicy: TrafficPolicy.CLUSTER },
      { ...AFFINITY, externalTrafficPolicy: 'Cluster' },
      [BALANCED],
    ],
    [
      'a StatefulSet with one pod',
      { internalTrafficPolicy: TrafficPolicy.LOCAL },
      { internalTrafficPolicy: 'Local' },
      [],
    ],
  ])('%s %j', (engine, service, policies, said) => {
    expect(balancing(engine, service)).toEqual({ policies, said });
  });
});

test('renders every property', () => {
  const all: Required<EngineServiceOptions> = {
    create: true,
    type: LOAD_BALANCER,
    name: 'builds',
    labels: { team: 'network', expose: 'yes' },
    annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' },
    port: 443,
    appProtocol: 'kubernetes.io/h2c',
    ipFamilies: [IpFamily.IPV6, IpFamily.IPV4],
    ipFamilyPolicy: IpFamilyPolicy.REQUIRE_DUAL_STACK,
    nodePort: 30123,
    allocateLoadBalancerNodePorts: true,
    loadBalancerClass: 'service.k8s.aws/nlb',
    loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'],
    sessionAffinity: SessionAffinity.clientIp(Duration.minutes(10)),
    internalTrafficPolicy: TrafficPolicy.CLUSTER,
    externalTrafficPolicy: TrafficPolicy.LOCAL,
  };
  const engine = statefulSet({
    labels: { team: 'builds', cost: '1' },
    listener: Listener.insecureTcp({ address: '[::]', service: all }),
  });
  expect(engine.service?.toJson()).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'builds',
      namespace: 'ci',
      labels: { ...SELECTOR, 'app.kubernetes.io/component': 'api', team: 'network', expose: 'yes', cost: '1' },
      annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' },
    },
    spec: {
      type: 'LoadBalancer',
      selector: SELECTOR,
      ports: [
        {
          name: 'tcp-engine',
          appProtocol: 'kubernetes.io/h2c',
          port: 443,
          targetPort: 'tcp-engine',
          nodePort: 30123,
        },
      ],
      ipFamilyPolicy: 'RequireDualStack',
      ipFamilies: ['IPv6', 'IPv4'],
      allocateLoadBalancerNodePorts: true,
      loadBalancerClass: 'service.k8s.aws/nlb',
      loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } },
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: 'Local',
    },
  });
});

test('omits empty lists and maps', () => {
  const plain = statefulSet({ listener: Listener.insecureTcp() }).service?.toJson();
  const engine = statefulSet({ listener: Listener.insecureTcp({ service: { labels: {}, annotations: {} } }) });
  expect(engine.service?.toJson()).toEqual(plain);
  const balanced = statefulSet({
    listener: Listener.insecureTcp({ service: { type: LOAD_BALANCER, loadBalancerSourceRanges: [] } }),
  });
  expect(balanced.service?.toJson().spec).not.toHaveProperty('loadBalancerSourceRanges');
});

describe('invalid options of the Service', () => {
  const refused = (service: EngineServiceOptions) =>
    refusal(() => deployment({ listener: Listener.insecureTcp({ service }) }));

  test("include options that a ClusterIP Service doesn't support", () => {
    expect(
      refused({
        type: CLUSTER_IP,
        nodePort: 30000,
        externalTrafficPolicy: TrafficPolicy.LOCAL,
        loadBalancerClass: 'nlb',
        loadBalancerSourceRanges: ['10.0.0.0/8'],
      }),
    ).toEqual([
      '[test/engine] EngineDeployment has 4 problems:',
      'listener.service.nodePort: is not supported by a ClusterIP Service; got 30000; allowed: a NodePort or LoadBalancer Service; fix: set type: EngineServiceType.NODE_PORT',
      'listener.service.externalTrafficPolicy: is not supported by a ClusterIP Service; got "Local"; allowed: a NodePort or LoadBalancer Service; fix: remove it',
      'listener.service.loadBalancerClass: requires a LoadBalancer Service, because the API server rejects or ignores it for other types; got "nlb"; allowed: a LoadBalancer Service; fix: set type: EngineServiceType.LOAD_BALANCER',
      'listener.service.loadBalancerSourceRanges: requires a LoadBalancer Service, because the API server rejects or ignores it for other types; got ["10.0.0.0/8"]; allowed: a LoadBalancer Service; fix: set type: EngineServiceType.LOAD_BALANCER',
    ]);
  });

  test('include names, labels, annotations, numbers and networks', () => {
    expect(
      refused({
        type: LOAD_BALANCER,
        name: '1st',
        labels: { a: ' ' },
        annotations: { '/a': 'b' },
        nodePort: 65536,
        loadBalancerSourceRanges: ['10.0.0.0'],
        sessionAffinity: SessionAffinity.clientIp(Duration.hours(25)),
      }),
    ).toEqual([
      '[test/engine] EngineDeployment has 6 problems:',
      'listener.service.name: must be a valid name; got "1st"; allowed: lower-case letters, digits and \'-\', starting with a letter and ending with a letter or digit, at most 63 characters; fix: set the name to "st"',
      "listener.service.labels[\"a\"]: must be a valid label value; got \" \"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text",
      "listener.service.annotations: must be a valid key; got \"/a\"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
      'listener.service.nodePort: must be a port number; got 65536; allowed: a whole number, 30000 to 32767 unless the cluster is configured otherwise; fix: choose another port',
      'listener.service.sessionAffinity: must not exceed one day, the maximum in Kubernetes; got "90000 s"; allowed: at most 86400 s; fix: use SessionAffinity.clientIp(Duration.hours(24))',
      "listener.service.loadBalancerSourceRanges[0]: must be a network in CIDR notation; got \"10.0.0.0\"; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address",
    ]);
  });

  test('include a session timeout of zero', () => {
    expect(
      problems(() =>
        deployment({
          listener: Listener.insecureTcp({
            service: { sessionAffinity: SessionAffinity.clientIp(Duration.seconds(0)) },
          }),
        }),
      ),
    ).toEqual([
      'listener.service.sessionAffinity: must be a duration that Kubernetes supports; got "0 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(1)',
    ]);
  });
});

describe('the IP families', () => {
  const families = (options: Pick<EngineServiceOptions, 'ipFamilies' | 'ipFamilyPolicy'>, address?: string): string[] =>
    problems(() => statefulSet({ listener: Listener.insecureTcp({ address, service: options }) }));

  test.each([
    [
      { ipFamilies: [IpFamily.IPV4, IpFamily.IPV4] },
      '[::]',
      'listener.service.ipFamilies: must not contain a family twice, because the API server rejects duplicates; got ["IPv4","IPv4"]; allowed: each family once; fix: remove one',
    ],
    [
      { ipFamilies: [IpFamily.IPV4, IpFamily.IPV6], ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK },
      '[::]',
      'listener.service.ipFamilyPolicy: conflicts with two ipFamilies, because a single-stack Service has only one; got "SingleStack"; allowed: IpFamilyPolicy.PREFER_DUAL_STACK, IpFamilyPolicy.REQUIRE_DUAL_STACK; fix: remove it',
    ],
    [
      { ipFamilies: [IpFamily.IPV6] },
      '0.0.0.0',
      'listener.service.ipFamilies: the Service has IPv6 addresses, but the engine listens only on IPv4; got ["IPv6"]; allowed: IPv4, unless the listener has an IPv6 address; fix: set address: \'[::]\' on the listener to listen on both families',
    ],
    [
      { ipFamilyPolicy: IpFamilyPolicy.PREFER_DUAL_STACK },
      undefined,
      'listener.service.ipFamilyPolicy: the Service has IPv6 addresses, but the engine listens only on IPv4; got "PreferDualStack"; allowed: IPv4, unless the listener has an IPv6 address; fix: set address: \'[::]\' on the listener to listen on both families',
    ],
    [
      { ipFamilies: ['IPv5' as IpFamily] },
      undefined,
      'listener.service.ipFamilies[0]: is not a member of IpFamily; got "IPv5"; allowed: IpFamily.IPV4, IpFamily.IPV6; fix: use IpFamily.IPV4',
    ],
  ])('rejects %j on %s', (options, address, message) => {
    expect(families(options, address)).toEqual([message]);
  });

  test.each([
    [{ ipFamilies: [IpFamily.IPV4] }, undefined],
    [{ ipFamilies: [IpFamily.IPV6, IpFamily.IPV4] }, '[::]'],
    [{ ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK }, undefined],
  ])('accepts %j on %s', (options, address) => {
    const engine = statefulSet({ listener: Listener.insecureTcp({ address, service: options }) });
    expect(engine.service?.toJson().spec).toMatchObject(options);
  });
});

describe('the port of the Service', () => {
  const listener = Listener.insecureTcp({ service: { port: 443 } });

  test('is in the address of the Service, and not in those of pods', () => {
    const engine = statefulSet({ listener });
    expect(engine.runnerHost(Transport.tcp())).toBe('tcp://engine.ci.svc:443');
    expect(engine.runnerHost(Transport.tcp({ ordinal: 0 }))).toBe('tcp://engine-0.engine-headless.ci.svc:1234');
    expect(engine.service?.toJson().spec.ports).toEqual([{ name: 'tcp-engine', port: 443, targetPort: 'tcp-engine' }]);
    expect(engine.headlessService?.toJson().spec.ports[0].port).toBe(1234);
  });

  test('of an existing Service is in its address', () => {
    const service = { create: false, name: 'others', port: 443 };
    expect(statefulSet({ listener: Listener.insecureTcp({ service }) }).runnerHost(Transport.tcp())).toBe(
      'tcp://others.ci.svc:443',
    );
  });

  test('does not change the port in the network policy', () => {
    const engine = statefulSet({ listener });
    engine.allowFrom(NetworkPeer.namespace('runners'));
    expect(engine.networkPolicy?.toJson().spec.ingress[0].ports).toEqual([{ protocol: 'TCP', port: 1234 }]);
  });

  test('must be a valid port', () => {
    expect(problems(() => statefulSet({ listener: Listener.insecureTcp({ service: { port: 0 } }) }))).toEqual([
      'listener.service.port: must be a TCP port; got 0; allowed: a whole number from 1 to 65535; fix: choose another port',
    ]);
  });
});

test('warns about a node port outside the default range', () => {
  const engine = statefulSet({ listener: Listener.insecureTcp({ service: { type: NODE_PORT, nodePort: 8080 } }) });
  engine.allowFrom(NetworkPeer.namespace('runners'));
  expect(warnings(engine)).toContain(
    '[test/engine] warning unusual-node-port: listener.service.nodePort: the API server rejects node port 8080 unless its --service-node-port-range differs from the default, 30000-32767; fix: choose a port in that range',
  );
});

test('can disable the node ports of a load balancer', () => {
  const service = { type: LOAD_BALANCER, allocateLoadBalancerNodePorts: false };
  const engine = statefulSet({ listener: Listener.insecureTcp({ service }) });
  expect(engine.service?.toJson().spec.allocateLoadBalancerNodePorts).toBe(false);
  expect(
    problems(() => statefulSet({ listener: Listener.insecureTcp({ service: { ...service, nodePort: 30123 } }) })),
  ).toEqual([
    'listener.service.nodePort: conflicts with allocateLoadBalancerNodePorts: false; got 30123; allowed: one of them; fix: remove allocateLoadBalancerNodePorts',
  ]);
});

describe('the headless Service of a StatefulSet', () => {
  const headless = (props: Parameters<typeof statefulSet>[0]) => objects(statefulSet(props))['Service engine-headless'];

  test("includes pods that aren't ready", () => {
    expect(headless({})).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'engine-headless',
        namespace: 'ci',
        labels: { ...SELECTOR, 'app.kubernetes.io/component': 'pods' },
      },
      spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector: SELECTOR },
    });
  });

  test('has the port of the listener', () => {
    expect(headless({ listener: Listener.insecureTcp({ port: 2555 }) }).spec.ports).toEqual([
      { name: 'tcp-engine', port: 2555, targetPort: 'tcp-engine' },
    ]);
  });

  test('is omitted if the StatefulSet names no Service', () => {
    const engine = statefulSet({ headlessService: false, listener: Listener.insecureTcp() });
    expect(engine.headlessService).toBeUndefined();
    expect(engine.workload.toJson().spec).not.toHaveProperty('serviceName');
    expect(Object.keys(objects(engine)).filter((name) => name.startsWith('Service'))).toEqual(['Service engine']);
  });

  test('rejects a name if it is omitted', () => {
    expect(problems(() => statefulSet({ headlessService: false, serviceName: 'pods' }))).toEqual([
      'serviceName: conflicts with headlessService: false; got "pods"; allowed: no value if headlessService is false; fix: remove serviceName, or remove headlessService: false',
    ]);
  });

  test('has the name that the StatefulSet refers to', () => {
    expect(statefulSet().workload.toJson().spec.serviceName).toBe('engine-headless');
    expect(daemonSet().headlessService).toBeUndefined();
    expect(deployment().headlessService).toBeUndefined();
  });
});

describe('an existing Service', () => {
  const elsewhere = (service: EngineServiceOptions): Listener =>
    Listener.insecureTcp({ port: 2555, service: { create: false, ...service } });

  test.each(Object.entries(TOPOLOGIES))('is the address for clients of %s', (_, engine) => {
    const made = engine({ listener: elsewhere({ name: 'builds' }) });
    expect(made.service).toBeUndefined();
    expect(Object.keys(objects(made))).not.toContain('Service builds');
    expect(made.runnerHost(Transport.tcp())).toBe('tcp://builds.ci.svc:2555');
    expect(objects(made)['NetworkPolicy engine'].spec.podSelector).toEqual({ matchLabels: SELECTOR });
  });

  test('is in the names of the certificate', () => {
    const engine = deployment({
      listener: Listener.tls({ certificates: Certificates.privateCa(), service: { create: false, name: 'builds' } }),
    });
    expect(objects(engine)['Certificate engine-tls'].spec.dnsNames).toEqual([
      'builds',
      'builds.ci',
      'builds.ci.svc',
      'builds.ci.svc.cluster.local',
    ]);
  });

  test('can be the Service of another engine', () => {
    expect(statefulSet({ listener: elsewhere({ name: 'engine-headless' }) }).runnerHost(Transport.tcp())).toBe(
      'tcp://engine-headless.ci.svc:2555',
    );
  });

  test('needs a name, and accepts no other options', () => {
    expect(problems(() => statefulSet({ listener: elsewhere({}) }))).toEqual([
      'listener.service.name: is required with create: false; allowed: the name of the existing Service; fix: set name, or remove create: false',
    ]);
    expect(problems(() => statefulSet({ listener: elsewhere({ name: '1st', type: NODE_PORT, labels: {} }) }))).toEqual([
      'listener.service.name: must be a valid name; got "1st"; allowed: lower-case letters, digits and \'-\', starting with a letter and ending with a letter or digit, at most 63 characters; fix: set the name to "st"',
      'listener.service.type: has no effect on an existing Service; got "NodePort"; allowed: create, name and port; fix: remove it',
      'listener.service.labels: has no effect on an existing Service; got {}; allowed: create, name and port; fix: remove it',
    ]);
  });

  test('needs session affinity in front of several engines', () => {
    const split = (engine: Engine) => warnings(engine).filter((line) => line.includes('split-sessions'));
    expect(split(statefulSet({ listener: elsewhere({ name: 'builds' }) }))).toEqual([]);
    expect(split(statefulSet({ replicas: 2, listener: elsewhere({ name: 'builds' }) }))).toEqual([
      '[test/engine] warning split-sessions: listener.service.create: a session opens four or more connections, and fails if they reach different engines (dagger/dagger #10128); fix: configure the existing Service to keep the connections of a client together',
    ]);
  });
});

test.each(Object.entries(TOPOLOGIES))(
  'every Service of %s selects the pods by the labels of their template',
  (_, engine) => {
    const scope = chart();
    const made = engine(
      {
        listener: Listener.insecureTcp(),
        metrics: {},
        takeOver: true,
        podSelector: { name: 'dagger-dagger-helm-engine' },
      },
      scope,
    );
    const { labels } = made.workload.toJson().spec.template.metadata;
    const services = Object.values(objects(made)).filter(({ kind }) => kind === 'Service');
    expect(services.length).toBeGreaterThanOrEqual(2);
    for (const service of services) {
      expect(service.spec.selector).toEqual({ name: 'dagger-dagger-helm-engine' });
      expect(labels).toMatchObject(service.spec.selector);
    }
  },
);
