import { isPlainObject } from '../reporting/plain-object';
import type { Rendered } from '../program/engine-program';
import { isServerDefault } from './server-defaults';

/** The annotations that the API server, controllers and kubectl set. */
export const SERVER_ANNOTATIONS = [
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'kubectl.kubernetes.io/last-applied-configuration',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/selected-node',
  'volume.kubernetes.io/storage-provisioner',
];

const SERVER_METADATA = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];

/** Maps each kind to the fields of its `spec` that a cluster allocates or completes. */
const SERVER_SPEC: { readonly [kind: string]: readonly string[] } = {
  Namespace: ['finalizers'],
  PersistentVolumeClaim: ['volumeName'],
  Service: ['clusterIP', 'clusterIPs', 'healthCheckNodePort', 'ipFamilies', 'ipFamilyPolicy'],
};

/** Whether a controller created an object, as a Deployment creates a ReplicaSet. */
export function hasController({ metadata }: Rendered): boolean {
  const owners = metadata?.ownerReferences;
  return Array.isArray(owners) && owners.some((owner) => owner?.controller === true);
}

/**
 * Returns an object of a manifest, or undefined if a controller created it. An object from a cluster is returned as it
 * was applied.
 */
export function asWritten(value: unknown): unknown {
  if (!isPlainObject(value)) {
    return value;
  }
  return hasController(value) ? undefined : asApplied(value);
}

/**
 * Returns an object from a cluster as it was applied: without its status, without fields that the cluster sets, and
 * without defaults. An object that isn't from a cluster is returned unchanged.
 */
export function asApplied(object: Rendered): Rendered {
  const { metadata, status: _status, ...rest } = object;
  if (!isPlainObject(metadata) || metadata.uid === undefined) {
    return object;
  }
  const spec = isPlainObject(rest['spec']) ? withoutAllocated(rest['kind'], rest['spec']) : undefined;
  const templates = spec?.['volumeClaimTemplates'] as Rendered[] | undefined;
  return {
    ...rest,
    metadata: withoutServerMetadata(metadata),
    ...(spec && {
      spec: withoutDefaults(
        Array.isArray(templates) ? { ...spec, volumeClaimTemplates: templates.map(withoutStatus) } : spec,
        'spec',
      ),
    }),
  };
}

function withoutStatus(template: Rendered): Rendered {
  const { status: _, ...rest } = template ?? {};
  return rest;
}

function withoutServerMetadata({ annotations, finalizers, ...metadata }: Rendered): Rendered {
  const kept = Object.entries((annotations ?? {}) as Rendered).filter(([key]) => !SERVER_ANNOTATIONS.includes(key));
  const own = (Array.isArray(finalizers) ? finalizers : []).filter(
    (name) => !/^kubernetes(\.io\/|$)/.test(String(name)),
  );
  return {
    ...Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_METADATA.includes(key))),
    ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    ...(own.length > 0 && { finalizers: own }),
  };
}

function withoutAllocated(kind: unknown, spec: Rendered): Rendered {
  const allocated = Object.hasOwn(SERVER_SPEC, String(kind)) ? SERVER_SPEC[String(kind)]! : [];
  return Object.fromEntries(
    // The cluster IP `None` makes a Service headless. The API server doesn't allocate it.
    Object.entries(spec).filter(
      ([key, value]) => !allocated.includes(key) || (key === 'clusterIP' && value === 'None'),
    ),
  );
}

/** Returns a value without the fields that have the API server's default. The path is that of the value in its object. */
export function withoutDefaults(value: unknown, path: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => withoutDefaults(item, `${path}[]`));
  }
  if (!isPlainObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !isServerDefault(`${path}.${key}`, inner) && !isUsualPullPolicy(key, value))
      // `serviceAccount` is the deprecated name of `serviceAccountName`.
      .filter(([key]) => key !== 'serviceAccount' || value['serviceAccountName'] === undefined)
      .map(([key, inner]) => [key, withoutDefaults(inner, `${path}.${key}`)]),
  );
}

/** Whether the field is `imagePullPolicy` with the value that Kubernetes defaults to for the image tag. */
function isUsualPullPolicy(key: string, { image, imagePullPolicy }: Rendered): boolean {
  const isLatest = !/[:@][^/]*$/.test(String(image)) || /:latest$/.test(String(image));
  return key === 'imagePullPolicy' && imagePullPolicy === (isLatest ? 'Always' : 'IfNotPresent');
}
