import type { Change } from './differences';

/** Maps patterns of changed fields to the reasons for patches. The first match applies. */
const REASONS: ReadonlyArray<readonly [field: RegExp, reason: string]> = [
  [/^metadata\.namespace$/, 'the object has no namespace: apply it with --namespace'],
  [/^metadata\.name$/, 'the name of the object differs from the default of the construct'],
  [/^metadata\.(labels|annotations)/, 'the labels or annotations of the object are different'],
  [/automountServiceAccountToken$/, "the service account's token is mounted, and the engine doesn't use it"],
  [/annotations(\.kubectl\.kubernetes\.io\/default-container)?$/, 'the pods have no default container for kubectl'],
  [/template\.metadata\.(labels|annotations)/, 'the labels or annotations of the pods are different'],
  [/^spec\.(ingress|egress|policyTypes)/, 'the network policy allows clients that the program does not connect'],
  [/ontainers\[\]\.env/, 'the property sets the variable in another form'],
  [/ontainers\[\]\.ports/, 'the property declares the port in another form'],
  [/ontainers\[\]\.name$/, 'the container has another name'],
  [/ontainers\[\]\.command$/, "the container has its own command instead of the image's"],
  [/ontainers\[\]\.args$/, 'the flags are in another form or order'],
  [/volumeMounts\[\]\.readOnly$/, 'ConfigMaps are always mounted read-only'],
  [/volumeMounts\[\]\.mountPath$/, 'the volume is mounted at another path'],
  [/volumeMounts\[\]/, 'the mounts are different'],
  [/volumes\[\]\.configMap\.items$/, 'the volume lists the keys of the configuration files'],
  [/volumes\[\]\.configMap\.name$/, 'the ConfigMap with the configuration files has another name'],
  [/volumes(\[\]|$)/, 'the volumes are different'],
  [/ontainers\[\]\.resources/, 'no property sets these resources'],
  [/securityContext/, 'the security context is different'],
  [/^spec\.(strategy|updateStrategy)/, 'the update strategy is different'],
  [/^spec\.replicas$/, 'an autoscaler or a person sets the number of replicas'],
  [/^spec\.progressDeadlineSeconds$/, 'the API server sets its default of ten minutes'],
  [/^spec\.volumeClaimTemplates/, 'the claim templates are different'],
  [/^spec\.serviceName$/, 'the StatefulSet has another headless Service, or none'],
  [/^spec\.selector/, 'the selector is different'],
];

const ORDER = 'the order is different, which has no effect, but restarts the pods';

/** Returns the reason for a patch of an engine's object. */
export function patchReason({ field, op }: Change): string {
  return op === 'move'
    ? ORDER
    : (REASONS.find(([pattern]) => pattern.test(field))?.[1] ?? 'no property sets this field');
}
