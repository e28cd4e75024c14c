import { ApiObject, JsonPatch } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import {
  EngineServiceType,
  Listener,
  NetworkPeer,
  TrafficPolicy,
  type EngineDaemonSetProps,
  type EngineNetworkPolicyOptions,
  type EngineServiceOptions,
  EngineRisk,
} from '../../src/index';
import {
  chart,
  daemonSet,
  objects,
  problems,
  refusal,
  statefulSet,
  TOPOLOGIES,
  warnings,
  workload,
  accept,
} from '../engines';

const RUNNERS = NetworkPeer.pods({ labels: { app: 'runner' } });
const SCRAPER = NetworkPeer.namespace('monitoring');
const fromRunners = { podSelector: { matchLabels: { app: 'runner' } } };
const fromScraper = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };

describe('ingress', () => {
  test.each(Object.entries(TOPOLOGIES))(
    '%s with ports: admits clients to one port and scrapers to the other',
    (_kind, make) => {
      const engine = make({ listener: Listener.insecureTcp(), metrics: {} });
      engine.allowFrom(RUNNERS);
      engine.allowMetricsFrom(SCRAPER);
      const labels = { 'app.kubernetes.io/instance': 'engine', 'app.kubernetes.io/name': 'dagger-engine' };
      expect(objects(engine)['NetworkPolicy engine']).toEqual({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'engine', namespace: 'ci', labels },
        spec: {
          podSelector: { matchLabels: labels },
          policyTypes: ['Ingress'],
          ingress: [
            { from: [fromRunners], ports: [{ port: 1234, protocol: 'TCP' }] },
            { from: [fromScraper], ports: [{ port: 9090, protocol: 'TCP' }] },
          ],
        },
      });
      expect(warnings(engine)).toEqual([]);
    },
  );

  test('creates no policy for an engine without port', () => {
    expect(daemonSet().networkPolicy).toBeUndefined();
  });

  test('blocks all peers by default', () => {
    const engine = daemonSet({ listener: Listener.insecureTcp(), metrics: {} });
    expect(engine.networkPolicy!.toJson().spec).toEqual({
      podSelector: { matchLabels: engine.podSelector },
      policyTypes: ['Ingress'],
    });
    expect(warnings(engine)).toEqual([
      '[test/engine] warning no-client-admitted: listener: the network policy blocks all clients; fix: connect clients, or allow them with allowFrom(...)',
      '[test/engine] warning no-client-admitted: metrics: the network policy blocks all scrapers; fix: allow Prometheus with allowMetricsFrom(...)',
    ]);
  });

  test('selects pods by the selector of the engine', () => {
    const engine = daemonSet({
      listener: Listener.insecureTcp(),
      takeOver: true,
      podSelector: { name: 'dagger-dagger-helm-engine' },
    });
    expect(engine.networkPolicy!.toJson().spec.podSelector).toEqual({
      matchLabels: { name: 'dagger-dagger-helm-engine' },
    });
  });

  test('allows a peer only once', () => {
    const engine = statefulSet({ listener: Listener.insecureTcp() });
    engine.allowFrom(RUNNERS);
    engine.allowFrom(NetworkPeer.pods({ labels: { app: 'runner' }, namespace: 'ci' }));
    const runners = new Deployment(engine.node.scope!, 'runners', { containers: [{ image: 'runner:1' }] });
    const { podLabels } = engine.connect(runners);
    engine.connect(runners);
    engine.allowFrom(NetworkPeer.pods({ labels: podLabels }));
    expect(engine.networkPolicy!.toJson().spec.ingress[0].from).toEqual([
      fromRunners,
      { podSelector: { matchLabels: podLabels } },
    ]);
  });

  test('allows peers that are added after the object was read', () => {
    const engine = daemonSet({ listener: Listener.insecureTcp() });
    engine.networkPolicy!.toJson();
    engine.allowFrom(RUNNERS);
    expect(engine.networkPolicy!.toJson().spec.ingress).toHaveLength(1);
  });

  test('accepts JSON patches', () => {
    const engine = daemonSet({ listener: Listener.insecureTcp() });
    ApiObject.of(engine.networkPolicy!).addJsonPatch(JsonPatch.add('/spec/ingress', [{ from: [fromScraper] }]));
    expect(engine.networkPolicy!.toJson().spec.ingress).toEqual([{ from: [fromScraper] }]);
  });
});

describe('behind a load balancer', () => {
  const served = (service: EngineServiceOptions) =>
    statefulSet({
      listener: Listener.insecureTcp({
        service: { type: EngineServiceType.LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.0/8'], ...service },
      }),
    });

  test('allows the source ranges of the load balancer', () => {
    const engine = served({ externalTrafficPolicy: TrafficPolicy.LOCAL });
    expect(engine.networkPolicy!.toJson().spec.ingress[0].from).toEqual([{ ipBlock: { cidr: '10.0.0.0/8' } }]);
    expect(warnings(engine)).toEqual([]);
  });

  test.each([{}, { externalTrafficPolicy: TrafficPolicy.CLUSTER }])(
    'warns that %j hides the addresses of clients',
    (service) => {
      expect(warnings(served(service))).toEqual([
        '[test/engine] warning hidden-client-address: listener.service.externalTrafficPolicy: the Service replaces client addresses with node addresses, so the policy does not match clients; fix: set TrafficPolicy.LOCAL',
      ]);
    },
  );
});

describe('egress', () => {
  const DNS = {
    ports: [
      { port: 53, protocol: 'TCP' },
      { port: 53, protocol: 'UDP' },
      { port: 5353, protocol: 'TCP' },
      { port: 5353, protocol: 'UDP' },
    ],
  };
  const egress = (options: EngineNetworkPolicyOptions['egress']) =>
    daemonSet({ networkPolicy: { egress: options } }).networkPolicy!.toJson().spec;

  test('allows the public internet and DNS', () => {
    expect(egress({})).toEqual({
      podSelector: {
        matchLabels: { 'app.kubernetes.io/instance': 'engine', 'app.kubernetes.io/name': 'dagger-engine' },
      },
      // Without a port, there is no ingress to restrict.
      policyTypes: ['Egress'],
      egress: [
        DNS,
        {
          to: [
            {
              ipBlock: {
                cidr: '0.0.0.0/0',
                except: [
                  '10.0.0.0/8',
                  '100.64.0.0/10',
                  '168.63.129.16/32',
                  '169.254.0.0/16',
                  '172.16.0.0/12',
                  '192.0.0.0/24',
                  '192.168.0.0/16',
                  '198.18.0.0/15',
                  '240.0.0.0/4',
                ],
              },
            },
            {
              ipBlock: {
                cidr: '::/0',
                except: [
                  '64:ff9b:1::/48',
                  '64:ff9b::6440:0/106',
                  '64:ff9b::a00:0/104',
                  '64:ff9b::a83f:8110/128',
                  '64:ff9b::a9fe:0/112',
                  '64:ff9b::ac10:0/108',
                  '64:ff9b::c000:0/120',
                  '64:ff9b::c0a8:0/112',
                  '64:ff9b::c612:0/111',
                  '64:ff9b::f000:0/100',
                  'fc00::/7',
                  'fe80::/10',
                ],
              },
            },
          ],
        },
      ],
    });
  });

  test('allows private networks without the metadata service', () => {
    expect(egress({ privateNetworks: true }).egress[1].to).toEqual([
      { ipBlock: { cidr: '0.0.0.0/0', except: ['168.63.129.16/32', '169.254.0.0/16'] } },
      {
        ipBlock: {
          cidr: '::/0',
          except: ['64:ff9b::a83f:8110/128', '64:ff9b::a9fe:0/112', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
        },
      },
    ]);
  });

  test('allows the metadata service without private networks', () => {
    expect(egress({ cloudMetadata: true }).egress[1].to).toEqual([
      {
        ipBlock: {
          cidr: '0.0.0.0/0',
          except: [
            '10.0.0.0/8',
            '100.64.0.0/10',
            '172.16.0.0/12',
            '192.0.0.0/24',
            '192.168.0.0/16',
            '198.18.0.0/15',
            '240.0.0.0/4',
          ],
        },
      },
      {
        ipBlock: {
          cidr: '::/0',
          except: [
            '64:ff9b:1::/48',
            '64:ff9b::6440:0/106',
            '64:ff9b::a00:0/104',
            '64:ff9b::ac10:0/108',
            '64:ff9b::c000:0/120',
            '64:ff9b::c0a8:0/112',
            '64:ff9b::c612:0/111',
            '64:ff9b::f000:0/100',
            'fc00::/7',
            'fe80::/10',
          ],
        },
      },
      { ipBlock: { cidr: 'fd00:ec2::254/128' } },
      { ipBlock: { cidr: 'fd20:ce::254/128' } },
    ]);
  });

  test('allows an additional registry', () => {
    expect(
      egress({
        allowTo: [
          NetworkPeer.pods({ labels: { app: 'registry' }, namespace: 'registry' }),
          NetworkPeer.cidr('10.9.0.0/24'),
        ],
      }).egress[2],
    ).toEqual({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'registry' } },
          podSelector: { matchLabels: { app: 'registry' } },
        },
        { ipBlock: { cidr: '10.9.0.0/24' } },
      ],
    });
  });

  const CLUSTER_DNS = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  };

  test("allows only the cluster's DNS without the public internet", () => {
    expect(egress({ publicInternet: false }).egress).toEqual([{ ...DNS, to: [CLUSTER_DNS] }]);
  });

  test('allows other DNS servers, or none', () => {
    const cache = NetworkPeer.cidr('169.254.20.10/32');
    const rules = egress({ dnsServers: [NetworkPeer.clusterDns(), cache] }).egress;
    expect(rules[0]).toEqual({ ...DNS, to: [CLUSTER_DNS, { ipBlock: { cidr: '169.254.20.10/32' } }] });
    expect(rules).toHaveLength(2);
    const spec = egress({ publicInternet: false, dnsServers: [] });
    expect(spec.policyTypes).toContain('Egress');
    expect(spec).not.toHaveProperty('egress');
  });

  const BLOCKED = (property: string, text: string, fix: string): string =>
    `[test/engine] warning blocked-destination: ${property}: ${text}; fix: ${fix}`;
  const ADD = 'add it to networkPolicy.egress.dnsServers';

  test.each<[string, Partial<EngineDaemonSetProps>, NonNullable<EngineNetworkPolicyOptions['egress']>, string[]]>([
    [
      'of the node',
      { dnsPolicy: 'Default' },
      { publicInternet: false },
      [
        BLOCKED(
          'dnsPolicy',
          "networkPolicy.egress allows only the cluster's DNS, but the pods use the DNS servers of their nodes",
          'add their addresses to networkPolicy.egress.dnsServers',
        ),
      ],
    ],
    [
      'of the node that the policy names',
      { dnsPolicy: 'Default' },
      { publicInternet: false, dnsServers: [NetworkPeer.cidr('10.0.0.2/32')] },
      [],
    ],
    [
      'on the node',
      { dnsConfig: { nameservers: ['169.254.20.10'] } },
      { publicInternet: false },
      [BLOCKED('dnsConfig.nameservers[0]', 'networkPolicy.egress blocks the DNS server 169.254.20.10', ADD)],
    ],
    [
      'on the node that the policy names',
      { dnsConfig: { nameservers: ['169.254.20.10'] } },
      { publicInternet: false, dnsServers: [NetworkPeer.cidr('169.254.20.10/32')] },
      [],
    ],
    ['in the internet', { dnsConfig: { nameservers: ['8.8.8.8'] } }, { dnsServers: [NetworkPeer.clusterDns()] }, []],
    [
      'in the blocked internet',
      { dnsConfig: { nameservers: ['8.8.8.8'] } },
      { publicInternet: false },
      [BLOCKED('dnsConfig.nameservers[0]', 'networkPolicy.egress blocks the DNS server 8.8.8.8', ADD)],
    ],
    ['that may be a Service', { dnsConfig: { nameservers: ['10.96.0.10'] } }, { publicInternet: false }, []],
    [
      'in a private network',
      { dnsConfig: { nameservers: ['10.9.9.9'] } },
      { dnsServers: [NetworkPeer.cidr('10.0.0.2/32')] },
      [BLOCKED('dnsConfig.nameservers[0]', 'networkPolicy.egress blocks the DNS server 10.9.9.9', ADD)],
    ],
    ['at an allowed address', { dnsConfig: { nameservers: ['10.9.9.9'] } }, {}, []],
  ])('warns about a blocked DNS server: %s', (_, props, options, expected) => {
    expect(warnings(daemonSet({ ...props, networkPolicy: { egress: options } }))).toEqual(expected);
  });

  test('restricts both directions for an engine with a port', () => {
    expect(
      daemonSet({ listener: Listener.insecureTcp(), networkPolicy: { egress: {} } }).networkPolicy!.toJson().spec,
    ).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
  });
});

describe('options', () => {
  test('turns the policy off and keeps the reason in the annotation of the workload', () => {
    const engine = daemonSet({
      listener: Listener.insecureTcp(),
      networkPolicy: { enabled: false },
      acceptRisks: [{ risk: EngineRisk.NO_NETWORK_POLICY, reason: 'Cilium policies of the platform team' }],
      annotations: { team: 'builds' },
    });
    expect(engine.networkPolicy).toBeUndefined();
    expect(workload(engine).metadata.annotations).toEqual({
      'cdk8s-dagger.github.io/accepted-risks': 'no-network-policy: Cilium policies of the platform team',
      team: 'builds',
    });
    expect(warnings(engine)).toEqual([]);
  });

  test('turns the policy off for an engine without ports', () => {
    expect(daemonSet({ networkPolicy: { enabled: false } }).networkPolicy).toBeUndefined();
  });

  test('creates an empty policy for an engine without port', () => {
    expect(daemonSet({ networkPolicy: { enabled: true } }).networkPolicy!.toJson().spec).toMatchObject({
      policyTypes: ['Ingress'],
    });
  });

  test.each<[EngineNetworkPolicyOptions, string[]]>([
    [
      { enabled: false },
      [
        "networkPolicy.enabled: without a policy, every pod in the cluster can reach the engine's ports; got false; allowed: true; fix: remove enabled: false",
      ],
    ],
    [
      { enabled: false, egress: {} },
      [
        "networkPolicy.enabled: without a policy, every pod in the cluster can reach the engine's ports; got false; allowed: true; fix: remove enabled: false",
        'networkPolicy.egress: the policy is disabled, so its rules have no effect; got "egress and enabled: false"; allowed: one of them; fix: remove enabled: false',
      ],
    ],
    [
      { egress: { privateNetworks: true, cloudMetadata: true } },
      [
        'networkPolicy.egress: the policy would not block anything; got {"cloudMetadata":true,"privateNetworks":true}; allowed: cloudMetadata or privateNetworks, not both; fix: remove egress',
      ],
    ],
    [
      { egress: { allowTo: [NetworkPeer.cidr('registry')] } },
      [
        "networkPolicy.egress.allowTo[0].cidr: must be a network in CIDR notation; got \"registry\"; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address",
      ],
    ],
  ])('%j', (networkPolicy, says) => {
    expect(problems(() => daemonSet({ listener: Listener.insecureTcp(), networkPolicy }))).toEqual(says);
  });

  test("warns that the policy has no effect on the node's network", () => {
    const engine = daemonSet({ listener: Listener.insecureTcp(), hostNetwork: true });
    engine.allowFrom(RUNNERS);
    expect(warnings(engine)).toEqual([
      "[test/engine] warning policy-not-enforced: networkPolicy: network policies don't apply to pods in the node's network, so any client that can reach the node can reach the engine's ports; fix: block the ports with a firewall on the nodes",
    ]);
  });
});

describe('rejects peers without effect', () => {
  test.each<[string, () => void, string]>([
    [
      'no port',
      () => daemonSet().allowFrom(RUNNERS),
      'allowFrom has 1 problem:\npeer: the engine has no port for clients; allowed: an engine with a listener; fix: set listener',
    ],
    [
      'no metrics',
      () => daemonSet({ listener: Listener.insecureTcp() }).allowMetricsFrom(SCRAPER),
      'allowMetricsFrom has 1 problem:\npeer: the engine has no metrics; allowed: an engine with metrics; fix: set metrics: {}',
    ],
    [
      'no policy',
      () =>
        daemonSet({
          listener: Listener.insecureTcp(),
          networkPolicy: { enabled: false },
          acceptRisks: [accept(EngineRisk.NO_NETWORK_POLICY)],
        }).allowFrom(RUNNERS),
      'allowFrom has 1 problem:\npeer: the engine has no network policy, so it already accepts all clients; allowed: an engine with a network policy; fix: remove networkPolicy: { enabled: false }',
    ],
  ])('%s', (_title, program, says) => {
    expect(refusal(program).join('\n')).toBe(`[test/engine] ${says}`);
  });
});

test('creates a policy for each of two engines in a namespace', () => {
  const scope = chart();
  const other = statefulSet({ name: 'pool', listener: Listener.insecureTcp() }, scope);
  other.allowFrom(RUNNERS);
  expect(Object.keys(objects(other)).filter((object) => object.startsWith('NetworkPolicy'))).toEqual([
    'NetworkPolicy pool',
  ]);
});
