import * as kplus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { LabelOperator, Listener, NetworkPeer, type INetworkPeer } from '../../src/index';
import { chart, daemonSet, problems, warnings } from '../engines';

/** Returns the peers in the network policy of an engine that allows `peer`. */
function admitted(peer: INetworkPeer, scope = chart()): any[] {
  const engine = daemonSet({ listener: Listener.insecureTcp() }, scope);
  engine.allowFrom(peer);
  return engine.networkPolicy!.toJson().spec.ingress[0].from;
}

const named = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const app = { matchLabels: { app: 'runner' } };

describe('NetworkPeer', () => {
  const labels = { app: 'runner' };

  test.each<[string, NetworkPeer, unknown]>([
    ["pods of the engine's namespace", NetworkPeer.pods({ labels }), { podSelector: app }],
    [
      "pods of the engine's namespace, by its name",
      NetworkPeer.pods({ labels, namespace: 'ci' }),
      { podSelector: app },
    ],
    [
      'pods of another namespace',
      NetworkPeer.pods({ labels, namespace: 'arc-runners' }),
      { namespaceSelector: named('arc-runners'), podSelector: app },
    ],
    [
      'pods of namespaces with a label',
      NetworkPeer.pods({ labels, namespaceLabels: { tenant: 'a' } }),
      { namespaceSelector: { matchLabels: { tenant: 'a' } }, podSelector: app },
    ],
    [
      'pods of a namespace, selected by name and label',
      NetworkPeer.pods({ labels, namespace: 'ci', namespaceLabels: { tenant: 'a' } }),
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ci', tenant: 'a' } },
        podSelector: app,
      },
    ],
    [
      'pods of every namespace',
      NetworkPeer.pods({ labels, namespaceLabels: {} }),
      { namespaceSelector: {}, podSelector: app },
    ],
    [
      'pods by label expressions',
      NetworkPeer.pods({
        labelExpressions: [
          { key: 'runner', operator: LabelOperator.EXISTS },
          { key: 'tier', operator: LabelOperator.NOT_IN, values: ['test'] },
        ],
      }),
      {
        podSelector: {
          matchExpressions: [
            { key: 'runner', operator: 'Exists' },
            { key: 'tier', operator: 'NotIn', values: ['test'] },
          ],
        },
      },
    ],
    [
      'pods of namespaces by label expressions',
      NetworkPeer.pods({
        labels,
        namespaceLabels: { tenant: 'a' },
        namespaceLabelExpressions: [{ key: 'stage', operator: LabelOperator.IN, values: ['prod'] }],
      }),
      {
        namespaceSelector: {
          matchExpressions: [{ key: 'stage', operator: 'In', values: ['prod'] }],
          matchLabels: { tenant: 'a' },
        },
        podSelector: app,
      },
    ],
    ['a namespace', NetworkPeer.namespace('monitoring'), { namespaceSelector: named('monitoring') }],
    ["the engine's own namespace", NetworkPeer.namespace('ci'), { podSelector: {} }],
    ['a network', NetworkPeer.cidr('10.1.0.0/16'), { ipBlock: { cidr: '10.1.0.0/16' } }],
    [
      'a network with an exception',
      NetworkPeer.cidr('fd00::/8', ['fd00:1::/64']),
      { ipBlock: { cidr: 'fd00::/8', except: ['fd00:1::/64'] } },
    ],
  ])('%s', (_title, peer, wire) => {
    expect(admitted(peer)).toEqual([wire]);
  });

  test("selects a namespace by name if the engine's namespace isn't known", () => {
    expect(admitted(NetworkPeer.namespace('ci'), chart({}))).toEqual([{ namespaceSelector: named('ci') }]);
  });
});

describe('peers of cdk8s-plus-28', () => {
  const deployment = (scope: Construct, namespace?: string) =>
    new kplus.Deployment(scope, 'runners', { metadata: { namespace }, containers: [{ image: 'runner:1' }] });

  test('accepts a workload in the same namespace', () => {
    const scope = chart();
    const [{ podSelector, ...rest }, ...others] = admitted(deployment(scope), scope);
    expect([rest, others]).toEqual([{}, []]);
    // cdk8s-plus-28 sets this label on the pods of a workload.
    const { labels } = (scope.toJson() as any[]).find(({ kind }) => kind === 'Deployment').spec.template.metadata;
    expect(labels).toMatchObject(podSelector.matchLabels);
    expect(Object.keys(podSelector.matchLabels)).toEqual(['cdk8s.io/metadata.addr']);
  });

  test('accepts a workload in another namespace', () => {
    const scope = chart();
    expect(admitted(deployment(scope, 'arc-runners'), scope)).toEqual([
      { namespaceSelector: named('arc-runners'), podSelector: { matchLabels: expect.any(Object) } },
    ]);
  });

  test.each<[string, (scope: Construct) => INetworkPeer, unknown[]]>([
    [
      'a namespace',
      (scope) => new kplus.Namespace(scope, 'given', { metadata: { name: 'monitoring' } }),
      [{ namespaceSelector: named('monitoring') }],
    ],
    [
      'namespaces by name',
      (scope) => kplus.Namespaces.select(scope, 'given', { names: ['a', 'b'] }),
      [{ namespaceSelector: named('a') }, { namespaceSelector: named('b') }],
    ],
    [
      'namespaces by label',
      (scope) => kplus.Namespaces.select(scope, 'given', { labels: { tenant: 'a' } }),
      [{ namespaceSelector: { matchLabels: { tenant: 'a' } } }],
    ],
    [
      'pods by expression',
      (scope) => kplus.Pods.select(scope, 'given', { expressions: [kplus.LabelExpression.exists('runner')] }),
      [{ podSelector: { matchExpressions: [{ key: 'runner', operator: 'Exists' }] } }],
    ],
    [
      'an IP block',
      (scope) => kplus.NetworkPolicyIpBlock.ipv4(scope, 'given', '10.0.0.0/8', ['10.1.0.0/16']),
      [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
    ],
  ])('accepts %s', (_title, make, wire) => {
    const scope = chart();
    expect(admitted(make(scope), scope)).toEqual(wire);
  });
});

describe('a peer that matches everything', () => {
  test.each<[string, INetworkPeer]>([
    ['every address', NetworkPeer.cidr('0.0.0.0/0')],
    ['every IPv6 address', NetworkPeer.cidr('::/0')],
    ['every pod', kplus.Namespaces.all(chart(), 'all')],
  ])('causes a warning: %s', (_title, peer) => {
    const engine = daemonSet({ listener: Listener.insecureTcp({ address: '[::]' }) });
    engine.allowFrom(peer);
    expect(warnings(engine)).toEqual([
      '[test/engine] warning admits-everyone: allowFrom: the peer matches everything, so the policy no longer restricts clients, and only authentication, if any, protects the engine: list the clients instead',
    ]);
  });

  test('also causes a warning for builds', () => {
    expect(warnings(daemonSet({ networkPolicy: { egress: { allowTo: [NetworkPeer.cidr('0.0.0.0/0')] } } }))).toEqual([
      '[test/engine] warning admits-everyone: networkPolicy.egress.allowTo[0]: the peer matches everything, so builds can reach all addresses',
    ]);
  });

  test('does not cause a warning if a network has an exception', () => {
    const engine = daemonSet({ listener: Listener.insecureTcp() });
    engine.allowFrom(NetworkPeer.cidr('0.0.0.0/0', ['10.0.0.0/8']));
    expect(warnings(engine)).toEqual([]);
  });
});

describe('rejected peers', () => {
  test.each<[string, NetworkPeer, string[]]>([
    [
      'no labels',
      NetworkPeer.pods({ labels: {} }),
      [
        'peer.labels: must not be empty, because the peer would match every pod; got {}; allowed: at least one label or label expression; fix: add a label, or use NetworkPeer.namespace(name) for a whole namespace',
      ],
    ],
    [
      'an invalid label',
      NetworkPeer.pods({ labels: { app: 'a b' } }),
      [
        "peer.labels[\"app\"]: must be a valid label value; got \"a b\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text",
      ],
    ],
    [
      'an invalid namespace',
      NetworkPeer.namespace('CI'),
      [
        'peer.namespace: must be a valid name; got "CI"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "ci"',
      ],
    ],
    [
      'an address without a mask',
      NetworkPeer.cidr('10.0.0.1'),
      [
        "peer.cidr: must be a network in CIDR notation; got \"10.0.0.1\"; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address",
      ],
    ],
    [
      'a mask that is too long',
      NetworkPeer.cidr('10.0.0.0/33'),
      [
        "peer.cidr: must be a network in CIDR notation; got \"10.0.0.0/33\"; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address",
      ],
    ],
    [
      'a network with host bits',
      NetworkPeer.cidr('10.1.2.3/8'),
      [
        "peer.cidr: the address has host bits (after the first 8); got \"10.1.2.3/8\"; allowed: ADDRESS/LENGTH; fix: write '10.0.0.0/8', or '10.1.2.3/32' for one address",
      ],
    ],
    [
      'two names for one namespace',
      NetworkPeer.pods({
        labels: { app: 'runner' },
        namespace: 'a',
        namespaceLabels: { 'kubernetes.io/metadata.name': 'b' },
      }),
      [
        'peer.namespaceLabels: no namespace has both names, "a" and "b"; got {"kubernetes.io/metadata.name":"b"}; allowed: one namespace; fix: use two peers, one for each namespace',
      ],
    ],
    [
      'label expressions without values',
      NetworkPeer.pods({
        labelExpressions: [{ key: 'app', operator: LabelOperator.IN }],
        namespaceLabelExpressions: [{ key: 'tenant', operator: LabelOperator.EXISTS, values: ['a'] }],
      }),
      [
        "peer.labelExpressions[0].values: the operator 'In' requires values; got []; allowed: values only with 'In' and 'NotIn'; fix: add a value",
        "peer.namespaceLabelExpressions[0].values: the operator 'Exists' doesn't support values; got [\"a\"]; allowed: values only with 'In' and 'NotIn'; fix: remove them",
      ],
    ],
    [
      'an exception outside the network',
      NetworkPeer.cidr('10.0.0.0/8', ['192.168.0.0/16']),
      [
        'peer.except[0]: must be inside the network in cidr, and smaller than it; got "192.168.0.0/16"; allowed: a smaller network within 10.0.0.0/8; fix: remove it',
      ],
    ],
    [
      'an exception that covers the network',
      NetworkPeer.cidr('10.0.0.0/8', ['10.0.0.0/8']),
      [
        'peer.except[0]: must be inside the network in cidr, and smaller than it; got "10.0.0.0/8"; allowed: a smaller network within 10.0.0.0/8; fix: remove it',
      ],
    ],
  ])('rejects %s', (_title, peer, says) => {
    const engine = daemonSet({ listener: Listener.insecureTcp() });
    expect(problems(() => engine.allowFrom(peer))).toEqual(says);
    // The engine doesn't add the rejected peer.
    expect(engine.networkPolicy!.toJson().spec.ingress).toBeUndefined();
  });
});
