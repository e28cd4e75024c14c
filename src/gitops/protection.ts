import type { ApiObject } from 'cdk8s';

/** The kinds whose deletion deletes caches, keyed by API group and kind. */
const PROTECTED = new Set([
  'core/Namespace',
  'core/PersistentVolume',
  'core/PersistentVolumeClaim',
  'snapshot.storage.k8s.io/VolumeSnapshot',
  'snapshot.storage.k8s.io/VolumeSnapshotContent',
]);

/** Whether the deletion of an object deletes caches. */
export function isProtected({ apiGroup, kind }: ApiObject): boolean {
  return PROTECTED.has(`${apiGroup}/${kind}`);
}

/** The annotation with the options of an object (argoproj/argo-cd gitops-engine/pkg/sync/common/types.go@v3.4.11). */
export const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';

/** The options that keep Argo CD from deleting an object: during a sync, and with its Application. */
const OPTIONS = ['Prune', 'Delete'] as const;

/** The value of an annotation with the protection added, and a setting of the program that prevents it. */
export interface Protected {
  readonly value: string;
  readonly conflict?: string;
}

/**
 * Adds the protection to the sync options of an object. Argo CD reads the first value of an option, so existing values
 * stay effective. `confirm` protects the object, too: a person confirms the deletion.
 */
export function protectFromArgoCd(existing: string | undefined): Protected {
  const options = (existing ?? '').split(',').map((option) => option.trim());
  const written = options.filter((option) => option !== '');
  const added = OPTIONS.filter((name) => !written.some((option) => option.startsWith(`${name}=`)));
  const conflict = written.find((option) => /^(Prune|Delete)=(?!false$|confirm$)/.test(option));
  return { value: [...written, ...added.map((name) => `${name}=false`)].join(','), conflict };
}

/** The annotation that excludes an object from pruning (fluxcd/kustomize-controller docs/spec/v1/kustomizations.md@v1.9.6). */
export const FLUX_PRUNE = 'kustomize.toolkit.fluxcd.io/prune';

/** Adds the protection from Flux. */
export function protectFromFlux(existing: string | undefined): Protected {
  return existing === undefined || existing.toLowerCase() === 'disabled'
    ? { value: existing ?? 'disabled' }
    : { value: existing, conflict: existing };
}
