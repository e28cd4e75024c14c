import { DedicatedNodes, TaintEffect } from '../../src/index';
import { daemonSet, pod, refusal } from '../engines';

test('selects nodes with the label, and tolerates their taint', () => {
  expect(pod(daemonSet({ nodes: DedicatedNodes.of() }))).toMatchObject({
    nodeSelector: { 'dagger-node': 'true' },
    tolerations: [{ key: 'dagger-node', operator: 'Equal', value: 'true', effect: 'NoSchedule' }],
  });
});

test('describes the label and the taint of a node', () => {
  expect(
    DedicatedNodes.of({ key: 'example.com/builds', value: 'nvme', effect: TaintEffect.NO_EXECUTE }).markNodeCommands(
      '"$NODE"',
    ),
  ).toEqual([
    'kubectl label nodes "$NODE" example.com/builds=nvme',
    'kubectl taint nodes "$NODE" example.com/builds=nvme:NoExecute',
  ]);
});

test('keeps the node selector for the architecture of a GPU', () => {
  expect(pod(daemonSet({ gpu: {}, nodes: DedicatedNodes.of() })).nodeSelector).toEqual({
    'kubernetes.io/arch': 'amd64',
    'dagger-node': 'true',
  });
});

test('rejects an invalid label', () => {
  expect(refusal(() => DedicatedNodes.of({ key: 'a b', value: 'c d' }))).toEqual([
    '[DedicatedNodes.of] options has 2 problems:',
    "label: must be a valid key; got \"a b\"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
    "label[\"a b\"]: must be a valid label value; got \"c d\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text",
  ]);
});
