import { Duration } from 'cdk8s';
import type { AbstractPod, ContainerProps, k8s, LabeledNode, TaintedNode, Volume } from 'cdk8s-plus-28';

/** cdk8s-plus-28, loaded only where it is used: by a program that has loaded it already. */
export function plus(): typeof import('cdk8s-plus-28') {
  return require('cdk8s-plus-28') as typeof import('cdk8s-plus-28');
}

/** A volume of a connection, other than a projected one, as cdk8s-plus-28 has it. */
export function plusVolume(workload: AbstractPod, { hostPath, name, secret }: k8s.Volume): Volume {
  const { HostPathVolumeType, Secret, Volume: PlusVolume } = plus();
  const id = `dagger-${name}`;
  if (hostPath !== undefined) {
    return PlusVolume.fromHostPath(workload, id, name, { path: hostPath.path, type: HostPathVolumeType.DIRECTORY });
  }
  if (secret !== undefined) {
    const items = Object.fromEntries((secret.items ?? []).map(({ key, path }) => [key, { path }]));
    return PlusVolume.fromSecret(
      workload,
      id,
      Secret.fromSecretName(workload, `${id}-secret`, secret.secretName ?? ''),
      { name, items },
    );
  }
  return PlusVolume.fromEmptyDir(workload, id, name);
}

/** The init container of a connection, without its mounts. */
export function plusInitContainer({
  command,
  image,
  imagePullPolicy,
  name,
  securityContext,
}: k8s.Container): ContainerProps {
  const { Capability, ImagePullPolicy, SeccompProfileType } = plus();
  return {
    name,
    image: image ?? '',
    imagePullPolicy:
      Object.values(ImagePullPolicy).find((policy) => policy === imagePullPolicy) ?? ImagePullPolicy.IF_NOT_PRESENT,
    command,
    // Without this, cdk8s-plus-28 sets requests and limits of its own.
    resources: {},
    securityContext: {
      user: securityContext?.runAsUser,
      capabilities: { drop: [Capability.ALL] },
      seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
    },
  };
}

export function plusTaint({ effect, key, operator, tolerationSeconds, value }: k8s.Toleration): TaintedNode {
  const { Node, NodeTaintQuery, TaintEffect } = plus();
  const options = {
    effect: Object.values(TaintEffect).find((one) => one === effect),
    ...(tolerationSeconds !== undefined && { evictAfter: Duration.seconds(tolerationSeconds) }),
  };
  if (key === undefined) {
    return Node.tainted(NodeTaintQuery.any());
  }
  return Node.tainted(
    operator === 'Exists' ? NodeTaintQuery.exists(key, options) : NodeTaintQuery.is(key, value ?? '', options),
  );
}

export function plusNode({ matchExpressions = [] }: k8s.NodeSelectorTerm): LabeledNode {
  const { Node, NodeLabelQuery } = plus();
  return Node.labeled(
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      switch (operator) {
        case 'NotIn':
          return NodeLabelQuery.notIn(key, values);
        case 'Exists':
          return NodeLabelQuery.exists(key);
        case 'DoesNotExist':
          return NodeLabelQuery.doesNotExist(key);
        case 'Gt':
          return NodeLabelQuery.gt(key, values);
        case 'Lt':
          return NodeLabelQuery.lt(key, values);
        default:
          return NodeLabelQuery.in(key, values);
      }
    }),
  );
}
