import type { Client } from './client';

export interface StorageOptions {
  /** The name of the StorageClass. @default 'test' */
  readonly name?: string;
  /** Whether this is the default StorageClass of the cluster. @default true */
  readonly default?: boolean;
  /** @default 'WaitForFirstConsumer' */
  readonly volumeBindingMode?: 'Immediate' | 'WaitForFirstConsumer';
  /** @default 'Delete' */
  readonly reclaimPolicy?: 'Delete' | 'Retain';
  /** @default - paths on the host that don't exist */
  readonly volumes?: Volumes;
}

/**
 * Callbacks that create and remove volumes for a test provisioner. `uid` is the UID of the claim, and `size` is its
 * requested size.
 */
export interface Volumes {
  /** Creates a volume, and returns the source and other fields of the PersistentVolume. */
  readonly create: (uid: string, size: string) => object;
  readonly remove: (uid: string) => void;
}

interface Cluster {
  readonly client: Client;
  beforeStop(ending: () => void | Promise<void>): void;
}

/** Creates a StorageClass, and starts a stand-in for its provisioner. */
export async function startStorage(cluster: Cluster, options: StorageOptions = {}): Promise<void> {
  const { name = 'test', volumeBindingMode = 'WaitForFirstConsumer', reclaimPolicy = 'Delete', volumes } = options;
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': `${options.default ?? true}` } },
    provisioner: `${name}.cdk8s-dagger`,
    volumeBindingMode,
    reclaimPolicy,
  };
  await cluster.client.apply(storageClass);
  await startProvisioner(cluster, storageClass, volumes);
}

/**
 * Starts a stand-in for the provisioner of a StorageClass. It works like an external provisioner
 * (kubernetes-sigs/sig-storage-lib-external-provisioner). kube-controller-manager binds and releases the volumes. By
 * default, no process mounts them. The provisioner stops with the cluster, whose `stop` method throws the provisioner's
 * errors.
 */
export async function startProvisioner(cluster: Cluster, storageClass: any, given?: Volumes): Promise<void> {
  const { client } = cluster;
  const {
    metadata: { name },
    provisioner,
    reclaimPolicy,
    volumeBindingMode,
  } = storageClass;
  const volumes = given ?? {
    create: (uid: string) => ({ hostPath: { path: `/var/lib/${provisioner}/${uid}` } }),
    remove: () => {},
  };
  const failures: unknown[] = [];
  const working = new Set<Promise<unknown>>();
  const work = (task: Promise<unknown>): void => {
    const settled: Promise<unknown> = task
      .catch((error) => failures.push(error))
      .finally(() => working.delete(settled));
    working.add(settled);
  };

  const provisioned = new Set<string>();
  const stopClaims = await client.watch('v1', 'PersistentVolumeClaim', {}, ({ type, object: claim }) => {
    const annotations = claim.metadata.annotations ?? {};
    const due =
      annotations['volume.kubernetes.io/storage-provisioner'] === provisioner &&
      claim.spec.volumeName === undefined &&
      (volumeBindingMode === 'Immediate' || annotations['volume.kubernetes.io/selected-node'] !== undefined);
    if (type !== 'DELETED' && due && !provisioned.has(claim.metadata.uid)) {
      provisioned.add(claim.metadata.uid);
      const volume = volumes.create(claim.metadata.uid, claim.spec.resources.requests.storage);
      work(client.apply(volumeFor(claim, volume, name, provisioner, reclaimPolicy)));
    }
  });
  const stopVolumes = await client.watch('v1', 'PersistentVolume', {}, ({ type, object: volume }) => {
    const released =
      volume.status?.phase === 'Released' &&
      volume.spec.persistentVolumeReclaimPolicy === 'Delete' &&
      volume.metadata.deletionTimestamp === undefined;
    if (type !== 'DELETED' && released && volume.spec.storageClassName === name) {
      volumes.remove(volume.spec.claimRef.uid);
      work(client.delete(volume));
    }
  });
  cluster.beforeStop(async () => {
    stopClaims();
    stopVolumes();
    await Promise.all(working);
    if (failures.length > 0) {
      throw failures[0];
    }
  });
}

function volumeFor(
  claim: any,
  volume: object,
  storageClassName: string,
  provisioner: string,
  persistentVolumeReclaimPolicy: string,
): any {
  const { name, namespace, uid } = claim.metadata;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: claim.spec.resources.requests.storage },
      volumeMode: claim.spec.volumeMode,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
      persistentVolumeReclaimPolicy,
      storageClassName,
      ...volume,
    },
  };
}
