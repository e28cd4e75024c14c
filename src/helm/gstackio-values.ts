import { COMMON_ENGINE_DEFAULTS, COMMON_KEYS, MAGICACHE_DEFAULTS } from './common-values';
import type { KnownKeys } from './known-keys';
import type { ValueMap } from './values';

/** The defaults of the chart (helm/dagger/values.yaml of github.com/gstackio/dagger-helm-chart, 0.12.3). */
export const GSTACKIO_DEFAULTS: ValueMap = {
  engine: {
    replicas: 2,
    config: `debug = true
# insecure-entitlements = [ "security.insecure" ]
# [registry."registry:5000"]
#   http = true
# [registry."docker.io"]
#   mirrors = [ "mirror.gcr.io" ]
[log]
  format = "json"
[grpc]
  address = [ "unix:///run/buildkit/buildkitd.sock", "tcp://0.0.0.0:2555" ]
  # [grpc.tls]
  #   cert = "/etc/buildkit/tls.crt"
  #   key = "/etc/buildkit/tls.key"
  #   ca = "/etc/buildkit/tlsca.crt"
`,
    args: ['--oci-max-parallelism', 'num-cpu'],
    image: { repository: 'registry.dagger.io/engine', pullPolicy: 'IfNotPresent' },
    readinessProbeSettings: {
      initialDelaySeconds: 5,
      timeoutSeconds: 30,
      periodSeconds: 15,
      successThreshold: 1,
      failureThreshold: 10,
    },
    ...COMMON_ENGINE_DEFAULTS,
    nfsCache: { server: 'nfs-volumes.kubernetes.internal', path: '/var/vcap/data/nfs-volumes/dagger-cache' },
  },
  magicache: MAGICACHE_DEFAULTS,
};

/** The keys that the chart's templates read. */
export const GSTACKIO_KEYS: KnownKeys = {
  ...COMMON_KEYS,
  'engine.replicas': 'count',
  'engine.image.repository': 'text',
  'engine.image.tag': 'text',
  'engine.affinity.nodeAffinity': 'map',
  'engine.readinessProbeSettings': 'map',
  'engine.nfsCache': 'map',
};
