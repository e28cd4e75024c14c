import { join } from 'node:path';
import type { Client } from './client';
import { installDefinitions } from './definitions';
import type { Program } from './programs';

/** The name of the stand-in for a CSI driver (conformance/csi/main.go). */
export const CSI_DRIVER = 'folders.cdk8s-dagger';

/** The storage class of its volumes. */
export const CSI_STORAGE = 'folders';

/** The programs that provide volumes and snapshots. Only the driver is a stand-in. */
export const CSI: readonly Program[] = ['snapshot-controller', 'csi-snapshotter', 'csi-provisioner', 'csi-driver'];

export interface CsiOptions {
  /** The folder of the driver, which contains its socket, `volumes`, `snapshots` and `held`. */
  readonly folder: string;
  readonly kubeconfig: string;
  /** The name of the node whose kubelet mounts the volumes. @default - no kubelet mounts them */
  readonly node?: string;
  readonly run: (program: Program, args: readonly string[]) => void;
}

interface Cluster {
  readonly client: Client;
  until<T>(probe: () => T | Promise<T>, what: string): Promise<NonNullable<T>>;
}

/**
 * Starts the snapshot controller, the stand-in for a CSI driver, and its sidecars. Creates a storage class, and a
 * VolumeSnapshotClass that is the default.
 */
export async function startCsi(cluster: Cluster, { folder, kubeconfig, node, run }: CsiOptions): Promise<void> {
  const { client } = cluster;
  await installDefinitions(cluster, 'snapshot.storage.k8s.io', { all: true });
  await client.apply({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: CSI_DRIVER },
    spec: { attachRequired: false },
  });
  await client.apply({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: CSI_STORAGE },
    provisioner: CSI_DRIVER,
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  await client.apply({
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshotClass',
    metadata: {
      name: 'default',
      annotations: { 'snapshot.storage.kubernetes.io/is-default-class': 'true' },
    },
    driver: CSI_DRIVER,
    deletionPolicy: 'Delete',
  });
  const socket = join(folder, 'csi.sock');
  const server = [`--kubeconfig=${kubeconfig}`, '--kube-api-qps=100', '--kube-api-burst=100'];
  // Without an upper limit of a second, the sidecars would wait much longer than the snapshots take.
  const sidecar = [...server, `--csi-address=${socket}`, '--timeout=120s', '--retry-interval-max=1s'];
  run('csi-driver', [
    `--socket=${socket}`,
    `--folder=${folder}`,
    ...(node === undefined
      ? []
      : [`--node=${node}`, `--registration=/var/lib/kubelet/plugins_registry/${CSI_DRIVER}-reg.sock`]),
  ]);
  run('csi-snapshotter', [...sidecar, '--extra-create-metadata']);
  run('csi-provisioner', sidecar);
  run('snapshot-controller', [...server, '--retry-interval-max=1s']);
}
