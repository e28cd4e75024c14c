import type { SpanText } from './availability';

/** A fact about the engine that only docs/reference/engine-versions.md shows, because no check depends on it. */
export interface DocumentedFact {
  readonly summary: string;
  /** The releases of the 0.x line. */
  readonly zero: SpanText;
  /** The releases of the 1.0 line. */
  readonly one: SpanText;
  /** The source, in the same form as the sources in `EngineCapability`. */
  readonly source: string;
}

/** The facts that only docs/reference/engine-versions.md shows, keyed by id. */
export const DOCUMENTED_FACTS: { readonly [id: string]: DocumentedFact } = {
  'json-log-level': {
    summary: 'engine.json supports `logLevel`.',
    zero: 'since 0.15.0',
    one: 'always',
    source: 'engine/config/config.go, by tag content',
  },
  'json-gc': {
    summary:
      'engine.json supports `gc` with `enabled`, `reservedSpace`, `maxUsedSpace`, `minFreeSpace` and `policies`.',
    zero: 'since 0.15.0',
    one: 'always',
    source: 'engine/config/config.go, by tag content',
  },
  'json-security': {
    summary: 'engine.json supports `security.insecureRootCapabilities`.',
    zero: 'since 0.15.0',
    one: 'always',
    source: 'engine/config/config.go, by tag content',
  },
  'toml-registries': {
    summary: 'engine.toml supports `registry."HOST"` with `mirrors`, `http`, `insecure`, `ca` and `keypair`.',
    zero: 'always',
    one: 'always',
    source:
      'engine/server/server.go:267@v0.12.0, engine/server/registryhosts.go@v0.21.8; cmd/buildkitd/config of BuildKit as in go.mod @v0.12.0, confirmed with its loader (docs/testing.md)',
  },
  'root-capabilities-by-default': {
    summary:
      'Builds may have insecure root capabilities if neither engine.json nor engine.toml sets them. Earlier releases deny them.',
    zero: 'since 0.16.0',
    one: 'always',
    source: 'engine/server/server.go:250-268@v0.16.0, engine/server/server.go:251-265@v0.15.0; bef7c08798 (#9513)',
  },
  'host-network-entitlement': {
    summary:
      'Builds that may have insecure root capabilities may also use the host network. Its name in `insecure-entitlements` in engine.toml is `network.host`.',
    zero: 'since 0.21.0',
    one: 'always',
    source: 'engine/server/server.go:254-272@v0.21.8, by tag content; aa719a10d5 (#11856)',
  },
  'disk-pressure-gc': {
    summary: 'The engine checks `minFreeSpace` every 5 s. Earlier releases check it only after sessions.',
    zero: 'since 0.21.5',
    one: 'since 1.0.0-beta.4',
    source: 'engine/server/gc.go, by tag content; 78fc50e58a (#13375)',
  },
  'engine-lock': {
    summary:
      'The engine locks its state directory with `dagger-engine.lock`. Earlier releases use `buildkitd.lock`, so two engines could share a volume.',
    zero: 'since 0.17.0',
    one: 'always',
    source: 'cmd/engine/main.go, by tag content; 6e4ec04cbd (#9866)',
  },
  'metric-connected-clients': {
    summary: 'The engine has the metric `dagger_connected_clients`.',
    zero: 'since 0.18.11',
    one: 'always',
    source: 'cmd/engine/metrics.go, by tag content; eac70cb839 (#10555)',
  },
  'metric-cache-disk-size': {
    summary: 'The engine has the metric `dagger_local_cache_total_disk_size_bytes`.',
    zero: 'since 0.18.11',
    one: 'always',
    source: 'cmd/engine/metrics.go, by tag content; eac70cb839 (#10555)',
  },
  'metric-cache-entries': {
    summary: 'The engine has the metric `dagger_local_cache_entries`.',
    zero: 'since 0.18.11',
    one: 'always',
    source: 'cmd/engine/metrics.go, by tag content; eac70cb839 (#10555)',
  },
  'clients-query': {
    summary:
      'GraphQL has `engine { clients }`, which returns the clients of the engine, including the one that sends the query. In v0.21.9 and later, the query does not wait for sessions that start or end.',
    zero: 'since 0.19.4',
    one: 'always',
    source: 'core/schema/engine.go:23@v0.19.4, absent @v0.19.3; 3e867fcf3b (#11308), #13542',
  },
  'kube-pod-helper': {
    summary:
      'Clients that use `kube-pod://` connect through `buildctl dial-stdio` processes in the container of the engine.',
    zero: 'since 0.21.4',
    one: 'since 1.0.0-beta.3',
    source:
      'internal/buildkit/client/connhelper/kubepod/kubepod.go and cmd/dialstdio@v0.21.8; not searched before v0.21.4, where nothing depends on it',
  },
  'step-process': {
    summary: 'Each build step runs as a `/.init` process, which is visible in the container of the engine.',
    zero: 'since 0.21.4',
    one: 'since 1.0.0-beta.3',
    source:
      'cmd/init and engine/engineutil/executor.go@v0.21.8; not searched before v0.21.4, where nothing depends on it',
  },
  'stats-file': {
    summary:
      'When the engine stops cleanly, it writes a statistics file next to its cache database. The file records whether the previous start kept the cache, and why not.',
    zero: 'never',
    one: 'after 1.0.0-beta.11',
    source: 'dagql/cache.go of a later, undated commit of the 1.0 line; absent at 13d493ee6e',
  },
  tini: {
    summary: 'The entrypoint runs the engine under tini, which reaps zombies.',
    zero: 'since 0.20.7',
    one: 'always',
    source: 'toolchains/engine-dev/config.go:47@v0.20.7, by tag content; 6e6a18036e (#12999)',
  },
  'custom-ca': {
    summary:
      'At start, the engine installs the certificates in `/usr/local/share/ca-certificates` for itself and for builds.',
    zero: 'always',
    one: 'always',
    source:
      'cmd/engine/main.go:257-263@v0.12.0, cmd/engine/main.go:331-347@v1.0.0-beta.11, by tag content; 5e933ab7f0 (#7067)',
  },
  'writes-root-filesystem': {
    summary:
      'At start, the engine writes to its root file system (`/etc/dnsmasq-resolv.conf`, and in v0.19.11 and later also the iptables links). It does not start if the file system is read-only.',
    zero: 'always',
    one: 'always',
    source:
      'network/netinst/resolvconf.go@v0.12.0, cmd/engine/main.go:784@v0.12.0, network/netinst/iptables.go:27-88@v0.19.11 (4a3156bb06, #11731)',
  },
};
