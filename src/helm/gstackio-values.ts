import type { KnownKeys } from './known-keys';
import type { ValueMap, Values } from './values';

/** helm/dagger/values.yaml of github.com/gstackio/dagger-helm-chart, 0.12.3. */
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
    terminationGracePeriodSeconds: 300,
    newServiceAccount: { create: false },
    existingServiceAccount: {},
    nfsCache: { server: 'nfs-volumes.kubernetes.internal', path: '/var/vcap/data/nfs-volumes/dagger-cache' },
  },
  magicache: { enabled: false, url: 'https://api.dagger.cloud/magicache' },
};

/** The maps that the templates read without checking that they exist. The construct doesn't need `engine.affinity`. */
export function gstackioSections(values: Values): string[] {
  return [
    'engine',
    'engine.image',
    'engine.newServiceAccount',
    'magicache',
    ...(values.flag('engine.newServiceAccount.create') ? [] : ['engine.existingServiceAccount']),
  ];
}

/** The values that the templates read. */
export const GSTACKIO_KEYS: KnownKeys = {
  nameOverride: 'text',
  fullnameOverride: 'text',
  'engine.replicas': 'count',
  'engine.config': 'text',
  'engine.labels': 'textMap',
  'engine.args': 'texts',
  'engine.resources': 'map',
  'engine.image.repository': 'text',
  'engine.image.tag': 'text',
  'engine.image.pullPolicy': 'text',
  'engine.tolerations': 'maps',
  'engine.affinity.nodeAffinity': 'map',
  'engine.priorityClassName': 'text',
  'engine.readinessProbeSettings': 'map',
  'engine.terminationGracePeriodSeconds': 'count',
  'engine.newServiceAccount.name': 'text',
  'engine.newServiceAccount.create': 'flag',
  'engine.newServiceAccount.annotations': 'textMap',
  'engine.existingServiceAccount.name': 'text',
  'engine.nfsCache': 'map',
  'magicache.enabled': 'flag',
  'magicache.url': 'text',
  'magicache.token': 'text',
  'magicache.secretName': 'text',
};
