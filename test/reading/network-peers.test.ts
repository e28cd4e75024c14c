import { Field } from '../../src/reading/field';
import { describePeer } from '../../src/reading/network-peers';

test.each([
  [{ podSelector: {} }, { who: 'all pods', isLocal: true }],
  [{ podSelector: { matchLabels: { b: '2', a: '1' } } }, { who: 'pods with a=1 and b=2', isLocal: true }],
  [{ namespaceSelector: {} }, { who: 'all pods', where: 'in any namespace', isLocal: false }],
  [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ci' } } },
    { who: 'all pods', where: 'in namespace ci', isLocal: false },
  ],
  [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ci', team: 'web' } } },
    { who: 'all pods', where: 'in namespaces with kubernetes.io/metadata.name=ci and team=web', isLocal: false },
  ],
  [
    { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] }, namespaceSelector: {} },
    { who: 'pods with app In a, b', where: 'in any namespace', isLocal: false },
  ],
  [{ ipBlock: { cidr: '10.0.0.0/8' } }, { who: 'addresses in 10.0.0.0/8', isLocal: false }],
  [
    { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '192.168.0.0/16'] } },
    { who: 'addresses in 0.0.0.0/0 except 10.0.0.0/8 and 192.168.0.0/16', isLocal: false },
  ],
])('describes %j', (peer, described) => {
  expect(describePeer(Field.root(peer, (path) => path))).toEqual(described);
});
