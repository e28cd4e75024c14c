import { Size } from 'cdk8s';
import { k8s, PersistentVolumeAccessMode, PersistentVolumeClaim, PersistentVolumeMode } from 'cdk8s-plus-28';
import {
  CacheVolume,
  EngineRisk,
  EngineSidecar,
  HostSocket,
  VolumeAccessMode,
  VolumeMode,
  type ClaimTemplateCacheOptions,
} from '../../src/index';
import { daemonSet, deployment, statefulSet, untyped, VERSION, type WrongProgram } from './program';

const size = Size.gibibytes(100);
const claim =
  (options: Partial<ClaimTemplateCacheOptions>): WrongProgram['program'] =>
  (chart) =>
    statefulSet(chart, { cache: CacheVolume.claimTemplate({ size, ...options }) });

/** Returns properties that mount a user-defined volume at the state directory instead of a cache volume. */
const mounts = (source: Omit<k8s.Volume, 'name'>, mount: Partial<k8s.VolumeMount> = {}) => ({
  cache: CacheVolume.none(),
  volumes: [{ name: 'data', ...source }],
  volumeMounts: [{ name: 'data', mountPath: '/var/lib/dagger', ...mount }],
});

export const STORAGE_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'engine volumes on a release without them',
    program: (chart) =>
      statefulSet(chart, {
        version: 'v0.21.8',
        engineVolumes: [{ name: 'models', volume: { name: 'models', emptyDir: {} } }],
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - engineVolumes: is not supported by v0.21.8; allowed: v1.0.0-beta.10 and later; fix: choose a release that supports it, or remove engineVolumes',
  },
  {
    title: 'a reserved name of an engine volume',
    program: (chart) =>
      statefulSet(chart, {
        version: 'v1.0.0-beta.10',
        engineVolumes: [{ name: 'sets/fs', volume: { name: 'sets', emptyDir: {} } }],
      }),
    says: "[ci/engine] EngineStatefulSet has 1 problem:\n  - engineVolumes[0].name: must be a valid engine volume name; got \"sets/fs\"; allowed: components of letters, digits, '.', '_' and '-', at most 255 characters each, separated by slashes, other than 'fs'; fix: use a name such as 'datasets/images'",
  },
  {
    title: 'an engine without a volume',
    program: (chart) => statefulSet(chart, { cache: untyped(undefined) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache: is required; allowed: a CacheVolume; fix: use CacheVolume.claimTemplate({ size: Size.gibibytes(100) })',
  },
  {
    title: 'a custom volume mounted in another place',
    program: (chart) =>
      deployment(chart, {
        cache: CacheVolume.none(),
        volumes: [{ name: 'data', emptyDir: {} }],
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      }),
    says: "[ci/engine] EngineDeployment has 1 problem:\n  - cache: without a volume, the cache is in the writable layer of the container, where overlay mounts don't work and a restart loses it; allowed: a volume at /var/lib/dagger; fix: use CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) }); or accept EngineRisk.NO_CACHE_VOLUME",
  },
  {
    title: 'a cache in the directory of the socket',
    program: (chart) =>
      daemonSet(chart, {
        cache: CacheVolume.hostPath({ path: '/srv/dagger/cache' }),
        hostSocket: HostSocket.fromPath('/srv/dagger'),
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - hostSocket: clients mount this directory, and it contains the cache in /srv/dagger/cache; got "/srv/dagger"; allowed: a directory that contains only the socket; fix: use another directory, or remove hostSocket; or accept EngineRisk.CACHE_IN_SOCKET_DIRECTORY',
  },
  {
    title: 'a claim template without a size',
    program: (chart) =>
      statefulSet(chart, {
        cache: CacheVolume.fromClaimTemplate({ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.template.spec: must have access modes and a size; got {"accessModes":["ReadWriteOnce"]}; allowed: a spec with accessModes and resources.requests.storage; fix: copy it from the StatefulSet',
  },
  {
    title: 'a claim template without a name',
    program: (chart) =>
      statefulSet(chart, {
        cache: CacheVolume.fromClaimTemplate({
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: k8s.Quantity.fromString('50Gi') } },
          },
        }),
      }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.template.metadata.name: must be a valid name; got ""; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set a name`,
  },
  {
    title: 'a relative path on the node',
    program: (chart) => daemonSet(chart, { cache: CacheVolume.hostPath({ path: 'var/lib/dagger' }) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - cache.path: must be a valid path for the cache; got "var/lib/dagger"; allowed: an absolute path other than '/', without '..'; fix: use a value such as '/mnt/nvme/dagger'`,
  },
  {
    title: "the node's root directory",
    program: (chart) => daemonSet(chart, { cache: CacheVolume.hostPath({ path: '/' }) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - cache.path: must be a valid path for the cache; got "/"; allowed: an absolute path other than '/', without '..'; fix: use a value such as '/mnt/nvme/dagger'`,
  },
  {
    title: 'a path with `..`',
    program: (chart) => daemonSet(chart, { cache: CacheVolume.hostPath({ path: '/mnt/../etc' }) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - cache.path: must be a valid path for the cache; got "/mnt/../etc"; allowed: an absolute path other than '/', without '..'; fix: use a value such as '/mnt/nvme/dagger'`,
  },
  {
    title: 'a claim template of a DaemonSet',
    program: (chart) => daemonSet(chart, { cache: CacheVolume.claimTemplate({ size }) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - cache: claim templates are not supported by a DaemonSet; got "a claim template"; allowed: hostPath, ephemeral, emptyDir; fix: use CacheVolume.ephemeral(...), or an EngineStatefulSet',
  },
  {
    title: 'a claim template of a Deployment',
    program: (chart) => deployment(chart, { cache: CacheVolume.claimTemplate({ size }) }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - cache: claim templates are not supported by a Deployment; got "a claim template"; allowed: ephemeral, emptyDir, or one replica on an existing claim; fix: use CacheVolume.ephemeral(...), or an EngineStatefulSet',
  },
  {
    title: 'one claim for the engines of all nodes',
    program: (chart) => daemonSet(chart, { cache: CacheVolume.fromClaimName('cache') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - cache: the engines on all nodes would share one volume, and all but the first would fail to lock it; got "the claim cache"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir; fix: use CacheVolume.hostPath(); or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'one NFS export for the engines of all nodes',
    program: (chart) => daemonSet(chart, { cache: CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger' }) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - cache: the engines on all nodes would share one volume, and all but the first would fail to lock it; got "the NFS export nfs.example.com:/dagger"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir; fix: use CacheVolume.hostPath(); or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'a volume with unknown sharing, for the engines of all nodes',
    program: (chart) =>
      daemonSet(chart, { cache: CacheVolume.fromVolume({ name: 'cache', csi: { driver: 'disk.example.com' } }) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - cache: the engines on all nodes would share one volume, and all but the first would fail to lock it; got "the volume cache"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir; fix: use CacheVolume.hostPath(); or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'one claim for three engines',
    program: (chart) => statefulSet(chart, { replicas: 3, cache: CacheVolume.fromClaimName('cache') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache: 3 engines would share one volume, and all but the first would fail to lock it; got "the claim cache"; allowed: a volume for each pod: claimTemplate, ephemeral, emptyDir; fix: use CacheVolume.claimTemplate(...), or replicas: 1; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'one NFS export for two engines',
    program: (chart) =>
      deployment(chart, { replicas: 2, cache: CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger' }) }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - cache: 2 engines would share one volume, and all but the first would fail to lock it; got "the NFS export nfs.example.com:/dagger"; allowed: a volume for each pod: ephemeral, emptyDir; fix: use CacheVolume.ephemeral(...), an EngineStatefulSet with a claim template, or replicas: 1; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'one host directory for two engines',
    program: (chart) => deployment(chart, { replicas: 2, cache: CacheVolume.hostPath() }),
    says: `[ci/engine] EngineDeployment has 1 problem:\n  - cache: 2 engines would share one volume, and all but the first would fail to lock it; got "the node's directory /var/lib/dagger-ci_engine"; allowed: a volume for each pod: ephemeral, emptyDir; fix: use CacheVolume.ephemeral(...), an EngineStatefulSet with a claim template, or replicas: 1; or accept EngineRisk.SHARED_CACHE`,
  },
  {
    title: 'one claim for two constructs',
    program: (chart) => {
      statefulSet(chart, { cache: CacheVolume.fromClaimName('cache') }, 'old');
      statefulSet(chart, { cache: CacheVolume.fromClaimName('cache') }, 'new');
    },
    says: 'Validation failed with the following errors:\n  [ci/new] cache: ci/old uses the same volume, and the second engine fails to lock it; got "the claim cache"; allowed: a separate volume for each engine; fix: give each engine its own claim or path, or use Cluster.separate(chart) if they are for different clusters; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'one claim for an engine and the engines of jobs',
    program: (chart) => {
      const cache = CacheVolume.fromClaimName('cache');
      statefulSet(chart, { cache });
      new EngineSidecar(chart, 'builder', {
        version: VERSION,
        cache,
        acceptRisks: [{ risk: EngineRisk.SHARED_SIDECAR_CACHE, reason: 'one job at a time' }],
      });
    },
    says: 'Validation failed with the following errors:\n  [ci/engine] cache: ci/builder uses the same volume, and the second engine fails to lock it; got "the claim cache"; allowed: a separate volume for each engine; fix: give each engine its own claim or path, or use Cluster.separate(chart) if they are for different clusters; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'one host directory for two engines of every node',
    program: (chart) => {
      daemonSet(chart, { cache: CacheVolume.hostPath({ path: '/mnt/nvme' }) }, 'all');
      daemonSet(chart, { cache: CacheVolume.hostPath({ path: '/mnt/nvme/' }), nodeSelector: { gpu: 'true' } }, 'gpu');
    },
    says: 'Validation failed with the following errors:\n  [ci/gpu] cache: ci/all uses the same directory on the same nodes, and the second engine fails to lock it; got "the node\'s directory /mnt/nvme/"; allowed: a separate directory for each engine on a node; fix: give each engine its own path or its own nodes, or use Cluster.separate(chart) if they are for different clusters; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'one host directory for two engines of one host',
    program: (chart) => {
      const cache = CacheVolume.hostPath({ path: '/mnt/nvme' });
      const nodeSelector = { 'kubernetes.io/hostname': 'builder-1' };
      statefulSet(chart, { cache, nodeSelector }, 'one');
      statefulSet(chart, { cache, nodeSelector }, 'two');
    },
    says: 'Validation failed with the following errors:\n  [ci/two] cache: ci/one uses the same directory on the same nodes, and the second engine fails to lock it; got "the node\'s directory /mnt/nvme"; allowed: a separate directory for each engine on a node; fix: give each engine its own path or its own nodes, or use Cluster.separate(chart) if they are for different clusters; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'one host socket for two engines of every node',
    program: (chart) => {
      daemonSet(chart, { hostSocket: HostSocket.fromPath('/run/dagger') }, 'one');
      daemonSet(chart, { hostSocket: HostSocket.fromPath('/run/dagger') }, 'two');
    },
    says: 'Validation failed with the following errors:\n  [ci/two] hostSocket: ci/one uses the same directory on the same nodes, and the second engine silently replaces its socket; got "/run/dagger"; allowed: a separate directory for each engine on a node; fix: give each engine its own directory or its own nodes, or use HostSocket.none(), or use Cluster.separate(chart) if they are for different clusters; or accept EngineRisk.SHARED_SOCKET',
  },
  {
    title: 'a volume of size zero',
    program: claim({ size: Size.gibibytes(0) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.size: must be a valid volume size; got "0 KiB"; allowed: a whole number of kibibytes above 0; fix: use a value such as Size.gibibytes(200)',
  },
  {
    title: 'a volume of half a KiB',
    program: claim({ size: Size.kibibytes(0.5) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.size: must be a valid volume size; got "0.5 KiB"; allowed: a whole number of kibibytes above 0; fix: use a value such as Size.gibibytes(200)',
  },
  {
    title: 'an empty list of access modes',
    program: claim({ accessModes: [] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.accessModes: must be a list of access modes that the API server accepts; got []; allowed: at least one access mode, and ReadWriteOncePod only by itself; fix: use [VolumeAccessMode.READ_WRITE_ONCE]',
  },
  {
    title: 'ReadWriteOncePod together with another access mode',
    program: claim({ accessModes: [VolumeAccessMode.READ_WRITE_ONCE_POD, VolumeAccessMode.READ_WRITE_ONCE] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.accessModes: must be a list of access modes that the API server accepts; got ["ReadWriteOncePod","ReadWriteOnce"]; allowed: at least one access mode, and ReadWriteOncePod only by itself; fix: use [VolumeAccessMode.READ_WRITE_ONCE]',
  },
  {
    title: 'an invalid storage class name',
    program: claim({ storageClassName: 'Fast SSD' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.storageClassName: must be a valid object name; got "Fast SSD"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "fast-ssd"`,
  },
  {
    title: 'an invalid claim name',
    program: (chart) => statefulSet(chart, { cache: CacheVolume.fromClaimName('Cache_1') }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.claimName: must be a valid object name; got "Cache_1"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "cache-1"`,
  },
  {
    title: 'an invalid claim label',
    program: claim({ labels: { team: 'build & test' } }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.labels["team"]: must be a valid label value; got "build & test"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text`,
  },
  {
    title: 'an invalid volume name',
    program: claim({ volumeName: 'var.lib.dagger' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.volumeName: must be a valid name; got "var.lib.dagger"; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "var-lib-dagger"`,
  },
  {
    title: "the name of the library's volume",
    program: claim({ volumeName: 'config' }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.volumeName: the pod already has a volume with this name; got "config"; allowed: unused names; fix: rename one of them',
  },
  {
    title: 'a raw device',
    program: claim({ volumeMode: VolumeMode.BLOCK }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.volumeMode: must be Filesystem, because the engine needs a directory; got "Block"; allowed: Filesystem; fix: remove it',
  },
  {
    title: 'a volume without a source',
    program: (chart) => statefulSet(chart, { cache: CacheVolume.fromVolume({ name: 'cache' }) }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache: the volume has no source; got {"name":"cache"}; allowed: a volume with one source; fix: use a value such as { name: 'cache', csi: { driver: ... } }`,
  },
  {
    title: 'a Ceph image without monitors',
    program: (chart) =>
      statefulSet(chart, { cache: CacheVolume.fromVolume({ name: 'cache', rbd: { image: 'dagger', monitors: [] } }) }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.rbd.monitors: is required; got []; allowed: the addresses of the Ceph monitors; fix: use a value such as ['10.0.0.1:6789']`,
  },
  {
    title: 'a relative path on NFS',
    program: (chart) => statefulSet(chart, { cache: CacheVolume.nfs({ server: 'nfs.example.com', path: 'dagger' }) }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.path: must be a valid path for the cache; got "dagger"; allowed: an absolute path other than '/', without '..'; fix: use a value such as '/mnt/nvme/dagger'`,
  },
  {
    title: 'a ConfigMap as the cache',
    program: (chart) =>
      daemonSet(chart, { cache: CacheVolume.fromVolume({ name: 'cache', configMap: { name: 'cache' } }) }),
    says: '[ci/engine] EngineDaemonSet has 2 problems:\n  - cache.configMap: the engine must be able to write to its cache; got "a configMap volume"; allowed: a volume that pods can write to; fix: remove readOnly, or use another volume, for example CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })\n  - cache: the engines on all nodes would share one volume, and all but the first would fail to lock it; got "the volume cache"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir; fix: use CacheVolume.hostPath(); or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'a Secret as the cache',
    program: (chart) =>
      daemonSet(chart, { cache: CacheVolume.fromVolume({ name: 'cache', secret: { secretName: 'cache' } }) }),
    says: '[ci/engine] EngineDaemonSet has 2 problems:\n  - cache.secret: the engine must be able to write to its cache; got "a secret volume"; allowed: a volume that pods can write to; fix: remove readOnly, or use another volume, for example CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })\n  - cache: the engines on all nodes would share one volume, and all but the first would fail to lock it; got "the volume cache"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir; fix: use CacheVolume.hostPath(); or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'a read-only claim as the cache',
    program: (chart) =>
      deployment(chart, {
        cache: CacheVolume.fromVolume({ name: 'cache', persistentVolumeClaim: { claimName: 'cache', readOnly: true } }),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - cache.persistentVolumeClaim.readOnly: the engine must be able to write to its cache; got true; allowed: a volume that pods can write to; fix: remove readOnly, or use another volume, for example CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })',
  },
  {
    title: 'a read-only NFS export as the cache',
    program: (chart) =>
      deployment(chart, {
        cache: CacheVolume.fromVolume({
          name: 'cache',
          nfs: { server: 'nfs.example.com', path: '/dagger', readOnly: true },
        }),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - cache.nfs.readOnly: the engine must be able to write to its cache; got true; allowed: a volume that pods can write to; fix: remove readOnly, or use another volume, for example CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })',
  },
  {
    title: 'a file of the node as the cache',
    program: (chart) =>
      daemonSet(chart, {
        cache: CacheVolume.fromVolume({ name: 'cache', hostPath: { path: '/mnt/cache', type: 'File' } }),
      }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - cache.hostPath.type: must be a directory type; got "File"; allowed: 'Directory', 'DirectoryOrCreate', or none; fix: use 'DirectoryOrCreate'`,
  },
  {
    title: 'a claim template of a raw device',
    program: (chart) =>
      statefulSet(chart, {
        cache: CacheVolume.fromClaimTemplate({
          metadata: { name: 'cache' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            volumeMode: 'Block',
            resources: { requests: { storage: untyped('100Gi') } },
          },
        }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.template.spec.volumeMode: must be Filesystem, because the engine needs a directory; got "Block"; allowed: Filesystem; fix: remove it',
  },
  {
    title: 'a claim template that no pod can write to',
    program: (chart) =>
      statefulSet(chart, {
        cache: CacheVolume.fromClaimTemplate({
          metadata: { name: 'cache' },
          spec: { accessModes: ['ReadOnlyMany'], resources: { requests: { storage: untyped('100Gi') } } },
        }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.template.spec.accessModes: the engine must be able to write to its cache; got ["ReadOnlyMany"]; allowed: ReadWriteOnce, ReadWriteOncePod, ReadWriteMany; fix: use ReadWriteOnce',
  },
  {
    title: 'an additional claim whose size has no unit',
    program: (chart) =>
      statefulSet(chart, {
        claimTemplates: [
          {
            metadata: { name: 'logs' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: k8s.Quantity.fromString('100') } },
            },
          },
        ],
      }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:
  - claimTemplates[0].spec.resources.requests["storage"]: is too small for a volume, probably because the unit is missing; got "100"; allowed: at least '1Mi'; fix: write "100Gi"`,
  },
  {
    title: 'a claim template whose size has no unit',
    program: (chart) =>
      statefulSet(chart, {
        cache: CacheVolume.fromClaimTemplate({
          metadata: { name: 'cache' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: untyped('100') } } },
        }),
      }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.template.spec.resources.requests.storage: is too small for a cache, probably because the unit is missing; got "100"; allowed: at least 1Gi; fix: write '100Gi'`,
  },
  {
    title: 'a raw device of cdk8s-plus-28',
    program: (chart) =>
      deployment(chart, {
        cache: CacheVolume.fromClaim(
          new PersistentVolumeClaim(chart, 'device', {
            volumeMode: PersistentVolumeMode.BLOCK,
            storage: Size.gibibytes(100),
            accessModes: [PersistentVolumeAccessMode.READ_WRITE_ONCE],
          }),
        ),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - cache.volumeMode: must be Filesystem, because the engine needs a directory; got "Block"; allowed: Filesystem; fix: remove it',
  },
  {
    title: 'a read-only claim of cdk8s-plus-28',
    program: (chart) =>
      deployment(chart, {
        cache: CacheVolume.fromClaim(
          new PersistentVolumeClaim(chart, 'shared', {
            storage: Size.gibibytes(100),
            accessModes: [PersistentVolumeAccessMode.READ_ONLY_MANY],
          }),
        ),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - cache.accessModes: the engine must be able to write to its cache; got ["ReadOnlyMany"]; allowed: ReadWriteOnce, ReadWriteOncePod, ReadWriteMany; fix: use ReadWriteOnce',
  },
  {
    title: 'two different sources of data',
    program: (chart) =>
      statefulSet(chart, {
        cache: CacheVolume.claimTemplate({
          size: Size.gibibytes(100),
          dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'a' },
          dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'b' },
        }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.dataSource: conflicts with dataSourceRef; got {"apiGroup":"snapshot.storage.k8s.io","kind":"VolumeSnapshot","name":"a"}; allowed: the same object in both, or one of them; fix: remove it',
  },
  {
    title: 'a claim that the engines of a pool mount instead of a cache',
    program: (chart) =>
      statefulSet(chart, { ...mounts({ persistentVolumeClaim: { claimName: 'warm' } }), replicas: 3 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache: 3 engines would share one volume, and all but the first would fail to lock it; got "the volume data"; allowed: a volume for each pod: claimTemplate, ephemeral, emptyDir; fix: use CacheVolume.claimTemplate(...), or replicas: 1; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'a claim that the engines of all nodes mount instead of a cache',
    program: (chart) => daemonSet(chart, mounts({ persistentVolumeClaim: { claimName: 'warm' } })),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - cache: the engines on all nodes would share one volume, and all but the first would fail to lock it; got "the volume data"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir; fix: use CacheVolume.hostPath(); or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'a claim that two engines mount, one of them instead of a cache',
    program: (chart) => {
      statefulSet(chart, { cache: CacheVolume.fromClaimName('warm') }, 'one');
      statefulSet(chart, mounts({ persistentVolumeClaim: { claimName: 'warm' } }), 'two');
    },
    says: 'Validation failed with the following errors:\n  [ci/two] cache: ci/one uses the same volume, and the second engine fails to lock it; got "the volume data"; allowed: a separate volume for each engine; fix: give each engine its own claim or path, or use Cluster.separate(chart) if they are for different clusters; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'a read-only mount instead of a cache',
    program: (chart) => daemonSet(chart, mounts({ hostPath: { path: '/mnt/nvme' } }, { readOnly: true })),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - volumeMounts[0].readOnly: the engine must be able to write to its cache; got true; allowed: false; fix: remove readOnly',
  },
  {
    title: 'a Secret that is mounted instead of a cache',
    program: (chart) => statefulSet(chart, mounts({ secret: { secretName: 'cache' } })),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - volumes[0].secret: the engine must be able to write to its cache; got "a secret volume"; allowed: a volume that pods can write to; fix: remove readOnly, or use another volume, for example CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })',
  },
  {
    title: 'an emptyDir with a limit that is mounted instead of a cache',
    program: (chart) => statefulSet(chart, mounts({ emptyDir: { sizeLimit: k8s.Quantity.fromString('20Gi') } })),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - engineJson.gc: the cache can outgrow the limit of the emptyDir, at which the kubelet evicts the pod; got {}; allowed: a maxUsedSpace of less than 20GiB, for all records; fix: set maxUsedSpace to 15GiB, or remove sizeLimit; or accept EngineRisk.CACHE_OUTGROWS_LIMIT',
  },
];
