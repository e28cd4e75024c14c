import { differences } from '../reading/differences';
import { quantityNanos } from '../kubernetes/quantity';
import type { Field } from '../reading/field';
import type { ManifestObject } from '../reading/manifest-object';
import type { Changes } from './change';
import type { ComparedObject, Comparison } from './comparison';
import { claimTemplates } from '../reading/engine-mounts';
import { namespaceOption, target } from './workload-facts';

/** A rule about a field that the API server doesn't let change. */
interface ImmutableField {
  /** The API group and kind, such as `apps/StatefulSet`. */
  readonly type: string;
  readonly path: readonly string[];
  /** Whether the API server rejects this change. The default is every change. */
  readonly rejects?: (before: Field, after: Field, pair: Required<ComparedObject>) => boolean;
  /** The explanation, as a sentence. */
  readonly reason: string;
  /** More sentences for this change. */
  readonly details?: (pair: Required<ComparedObject>) => readonly string[];
  readonly commands: (pair: Required<ComparedObject>) => readonly string[];
}

const recreate = ({ after }: Required<ComparedObject>): string[] => [
  `kubectl delete ${target(after)}${namespaceOption(after)}`,
  'kubectl apply --server-side --filename FILE',
];
const RECREATED = 'Delete the object and apply it again.';

const orphan = ({ after }: Required<ComparedObject>): string[] => [
  `kubectl delete ${target(after)}${namespaceOption(after)} --cascade=orphan`,
  'kubectl apply --server-side --filename FILE',
];

const RBAC = 'rbac.authorization.k8s.io';

/** Returns a rule for a field of a StatefulSet. Without its pods, the StatefulSet can be recreated. */
function ofStatefulSet(field: string, reason: string): ImmutableField {
  return {
    type: 'apps/StatefulSet',
    path: ['spec', field],
    reason: `${reason} Recreate the StatefulSet: with --cascade=orphan, its pods and claims stay.`,
    commands: orphan,
  };
}

/** The strategy that replaces a rolling update, and the patch after which the API server accepts it. */
function ofStrategy(kind: 'Deployment' | 'StatefulSet', field: string, type: string): ImmutableField {
  return {
    type: `apps/${kind}`,
    path: ['spec', field],
    rejects: (before, after) =>
      after.at('type').text === type &&
      (before.at('type').text ?? 'RollingUpdate') === 'RollingUpdate' &&
      before.at('rollingUpdate').entries.length < 2,
    reason: `With server-side apply, the API server keeps its defaults of the rolling update, and ${type} doesn't allow them. Remove them first.`,
    commands: ({ after }) => [
      `kubectl patch ${target(after)}${namespaceOption(after)} --type merge --patch '${JSON.stringify({ spec: { [field]: { type, rollingUpdate: null } } })}'`,
    ],
  };
}

/**
 * The fields that the API server rejects (kubernetes/kubernetes pkg/apis/apps/validation/validation.go,
 * pkg/apis/core/validation/validation.go, pkg/apis/batch/validation/validation.go, pkg/apis/rbac/validation@v1.37.2).
 * test/cluster/comparison.cluster.ts checks them with an API server.
 */
const IMMUTABLE: readonly ImmutableField[] = [
  ...['DaemonSet', 'Deployment'].map((kind): ImmutableField => ({
    type: `apps/${kind}`,
    path: ['spec', 'selector'],
    reason: `The selector of a ${kind} is immutable. ${RECREATED} This stops all its pods at once.`,
    commands: recreate,
  })),
  {
    ...ofStatefulSet('selector', ''),
    reason:
      'The selector of a StatefulSet is immutable. Recreate the StatefulSet. The new one ignores pods with the old labels, so delete them, too. Its claims stay.',
    commands: recreate,
  },
  ofStatefulSet('serviceName', 'The name of the headless Service is immutable.'),
  ofStatefulSet('podManagementPolicy', 'The pod management policy is immutable.'),
  {
    ...ofStatefulSet('volumeClaimTemplates', 'Claim templates are immutable.'),
    details: (pair) =>
      growth(pair).length === 0
        ? ['Existing claims keep their old template.']
        : [
            'Existing claims grow only if you patch them and their StorageClass allows expansion.',
            'Delete the StatefulSet after all claims have their new capacity: garbage collection limits for a larger disk let a smaller one fill up.',
          ],
    commands: (pair) => [...growth(pair), ...orphan(pair)],
  },
  ofStrategy('StatefulSet', 'updateStrategy', 'OnDelete'),
  ofStrategy('Deployment', 'strategy', 'Recreate'),
  {
    type: '/Service',
    path: ['spec', 'clusterIP'],
    rejects: (_, after) => after.exists,
    reason: `The cluster IP of a Service is immutable. ${RECREATED} Its clients can't connect in between.`,
    commands: recreate,
  },
  {
    type: '/Service',
    path: ['spec', 'loadBalancerClass'],
    rejects: (_, after, pair) =>
      [pair.before, pair.after].every(({ root }) => root.at('spec', 'type').text === 'LoadBalancer') && after.exists,
    reason: `The class of a load balancer is immutable. ${RECREATED} The load balancer gets a new address.`,
    commands: recreate,
  },
  {
    type: '/Service',
    path: ['spec', 'ipFamilies'],
    rejects: (before, after) => before.exists && after.exists && before.items[0]?.text !== after.items[0]?.text,
    reason: `The primary IP family of a Service is immutable. ${RECREATED}`,
    commands: recreate,
  },
  ...['accessModes', 'storageClassName', 'volumeMode', 'volumeName', 'selector', 'dataSource', 'dataSourceRef'].map(
    (field): ImmutableField => ({
      type: '/PersistentVolumeClaim',
      path: ['spec', field],
      // The cluster sets the default class and the volume.
      rejects: (_, after) => after.exists,
      reason: `The field ${field} of a claim is immutable. ${RECREATED} This deletes its content, unless its reclaim policy is Retain.`,
      commands: recreate,
    }),
  ),
  {
    type: '/PersistentVolumeClaim',
    path: ['spec', 'resources', 'requests', 'storage'],
    rejects: (before, after) => sizeOf(after) < sizeOf(before),
    reason: `A claim can grow, but not shrink. ${RECREATED} This deletes its content, unless its reclaim policy is Retain.`,
    commands: recreate,
  },
  {
    type: 'batch/Job',
    path: ['spec', 'template'],
    reason: `The pod template of a Job is immutable. ${RECREATED}`,
    commands: recreate,
  },
  ...['ConfigMap', 'Secret'].flatMap((kind) =>
    ['data', 'binaryData', 'stringData', 'immutable'].map((field): ImmutableField => ({
      type: `/${kind}`,
      path: [field],
      rejects: (_before, _after, pair) => pair.before.root.at('immutable').value === true,
      reason: `The ${kind} is immutable. Use another name, or delete the object and apply it again.`,
      commands: recreate,
    })),
  ),
  {
    type: '/Secret',
    path: ['type'],
    reason: `The type of a Secret is immutable. ${RECREATED}`,
    commands: recreate,
  },
  ...['RoleBinding', 'ClusterRoleBinding'].map((kind): ImmutableField => ({
    type: `${RBAC}/${kind}`,
    path: ['roleRef'],
    reason: `The role of a ${kind} is immutable. ${RECREATED}`,
    commands: recreate,
  })),
  ...['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'].map((field): ImmutableField => ({
    type: 'storage.k8s.io/StorageClass',
    path: [field],
    reason: `The field ${field} of a StorageClass is immutable. ${RECREATED} Existing volumes aren't affected.`,
    commands: recreate,
  })),
];

/** Reports fields that the API server rejects. */
export function reportRejectedFields(comparison: Comparison, changes: Changes): void {
  for (const pair of comparison.changed) {
    const found = IMMUTABLE.filter((rule) => rule.type === pair.after.type && isRejected(rule, pair));
    for (const rule of found) {
      const field = pair.after.root.at(...rule.path);
      changes.add('rejected-update', ['after', field], {
        effect: `The API server rejects the new ${rule.path.join('.')}, and applies nothing of this ${pair.after.kind}`,
        reasons: [rule.reason, ...(rule.details?.(pair) ?? [])],
        commands: rule.commands(pair),
      });
    }
    if (pair.after.type === '/Service') {
      reportKeptClusterIp(pair, changes);
    }
  }
}

/** Whether an update changes the selector of a workload, so that all its pods are replaced at once. */
export function rejectsSelector(pair: Required<ComparedObject>): boolean {
  return IMMUTABLE.some(
    (rule) => rule.type === pair.after.type && rule.path.at(-1) === 'selector' && isRejected(rule, pair),
  );
}

/** Whether the API server rejects an update of an object. */
export function isRejectedUpdate(pair: Required<ComparedObject>): boolean {
  return IMMUTABLE.some((rule) => rule.type === pair.after.type && isRejected(rule, pair));
}

function isRejected({ path, rejects = () => true }: ImmutableField, pair: Required<ComparedObject>): boolean {
  const [before, after] = [pair.before, pair.after].map(({ root }) => root.at(...path));
  const [from, to] = [nested(path, before!), nested(path, after!)];
  return differences(from, to, () => '').length > 0 && rejects(before!, after!, pair);
}

/** Returns an object that contains only the field at a path. */
function nested(path: readonly string[], { value }: Field): unknown {
  return path.reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
}

function sizeOf({ value }: Field): bigint {
  return quantityNanos(String(value ?? '0'));
}

/**
 * Returns the commands that grow the existing claims of the templates that grow. They find the claims by name, because
 * an autoscaler may have changed the number of pods, and stopped pods leave claims.
 */
function growth({ after, before }: Required<ComparedObject>): string[] {
  return claimTemplates(after.root).flatMap((template) => {
    const name = template.at('metadata', 'name').text;
    const old = claimTemplates(before.root).find((one) => one.at('metadata', 'name').text === name);
    const size = template.at('spec', 'resources', 'requests', 'storage');
    if (old === undefined || sizeOf(size) <= sizeOf(old.at('spec', 'resources', 'requests', 'storage'))) {
      return [];
    }
    const namespace = namespaceOption(after);
    const claims = `/${name}-${after.name}-[0-9]+$`.replaceAll('.', '[.]');
    const patch = JSON.stringify({ spec: { resources: { requests: { storage: size.value } } } });
    return [
      `kubectl get persistentvolumeclaim${namespace} --output name | grep -E '${claims}' | xargs -I % kubectl patch %${namespace} --type merge --patch '${patch}'`,
    ];
  });
}

/** Reports a headless Service that becomes a normal one. The API server keeps the old value of an absent field. */
function reportKeptClusterIp({ after, before }: Required<ComparedObject>, changes: Changes): void {
  const [from, to] = [before, after].map(({ root }: ManifestObject) => root.at('spec', 'clusterIP'));
  if (from!.text === 'None' && !to!.exists && after.root.at('spec', 'type').text !== 'ExternalName') {
    changes.add('ignored-update', ['after', to!], {
      effect: 'The Service stays headless',
      reasons: [
        'The manifest no longer contains clusterIP: None, but the API server keeps the value. Delete the Service and apply it again.',
      ],
      commands: [
        `kubectl delete ${target(after)}${namespaceOption(after)}`,
        'kubectl apply --server-side --filename FILE',
      ],
    });
  }
}
