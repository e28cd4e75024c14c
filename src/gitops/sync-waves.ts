import type { ApiObject } from 'cdk8s';

/** The annotation with the sync wave of an object (argoproj/argo-cd gitops-engine/pkg/sync/common/types.go@v3.4.11). */
export const SYNC_WAVE = 'argocd.argoproj.io/sync-wave';

/**
 * The kinds that Argo CD applies before or after all others, keyed by API group and kind. Argo CD waits until the
 * objects of a wave are healthy, except for the last wave.
 *
 * - Claims stay in the wave of their pods. With late binding, a claim is pending until a pod uses it, so a later wave
 *   would never start.
 * - Services stay there, too. Without a controller for load balancers, a Service never becomes healthy.
 */
const WAVES: { readonly [type: string]: number } = {
  'core/Namespace': -3,
  'storage.k8s.io/StorageClass': -3,
  'snapshot.storage.k8s.io/VolumeSnapshotClass': -3,
  'scheduling.k8s.io/PriorityClass': -3,
  'core/ConfigMap': -1,
  'core/Secret': -1,
  'core/ServiceAccount': -1,
  'networking.k8s.io/NetworkPolicy': -1,
  'rbac.authorization.k8s.io/ClusterRole': -1,
  'rbac.authorization.k8s.io/ClusterRoleBinding': -1,
  'rbac.authorization.k8s.io/Role': -1,
  'rbac.authorization.k8s.io/RoleBinding': -1,
  // An autoscaler without its workload is degraded, which fails the sync.
  'autoscaling/HorizontalPodAutoscaler': 1,
  'keda.sh/ScaledObject': 1,
  // Each new node makes a DaemonSet unhealthy for a while, so no wave follows.
  'apps/DaemonSet': 1,
};

/** Returns the sync wave of an object. */
export function waveOf(object: ApiObject): number {
  const { apiGroup, kind } = object;
  return apiGroup === 'cert-manager.io' ? certificateWave(object) : (WAVES[`${apiGroup}/${kind}`] ?? 0);
}

/** A CA issuer is degraded until its certificate exists, and a certificate until its issuer is ready. */
function certificateWave(object: ApiObject): number {
  const { spec } = object.toJson() as {
    readonly spec?: { readonly isCA?: boolean; readonly selfSigned?: object };
  };
  return spec?.isCA === true || spec?.selfSigned !== undefined ? -3 : object.kind === 'Certificate' ? -1 : -2;
}
