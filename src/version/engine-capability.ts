import type { Release } from './release';
import { Availability, type SpanText } from './availability';

/**
 * One fact about the Dagger Engine that may hold for some releases only. The members are the
 * table of these facts, one row each; everything else in this library asks it by
 * `EngineVersion.supports`.
 *
 * A fact that is a value and not a yes or no is a property of `EngineVersion`.
 */
export class EngineCapability {
  // A row: id, what holds, for which releases of the 0.x line, for which of the 1.0 line, source.
  // Sources are of github.com/dagger/dagger: path@tag, commit, #issue. v1.0.0-beta.11 is commit 13d493ee6e.
  // "by tag content": every tag from v0.12.0 on was searched, not only the two around the change.

  // ---- engine.json: an unknown key stops the engine (engine/config/load.go:11-22@v0.15.0)

  /** Reads `/etc/dagger/engine.json`. */
  public static readonly ENGINE_JSON = new EngineCapability(
    'engine-json',
    'reads /etc/dagger/engine.json',
    'since 0.15.0',
    'always',
    'engine/config/config.go@v0.15.0, absent @v0.14.0; 7efce52bcf (#8800)',
  );
  /** engine.json has `logLevel`. */
  public static readonly JSON_LOG_LEVEL = new EngineCapability(
    'json-log-level',
    'engine.json has `logLevel`',
    'since 0.15.0',
    'always',
    'engine/config/config.go, by tag content',
  );
  /** engine.json has `gc` with `enabled`, `reservedSpace`, `maxUsedSpace`, `minFreeSpace` and `policies`. */
  public static readonly JSON_GC = new EngineCapability(
    'json-gc',
    'engine.json has `gc` with `enabled`, `reservedSpace`, `maxUsedSpace`, `minFreeSpace`, `policies`',
    'since 0.15.0',
    'always',
    'engine/config/config.go, by tag content',
  );
  /** engine.json has `gc.sweep`, which was renamed to `gc.sweepSize`. */
  public static readonly JSON_GC_SWEEP = new EngineCapability(
    'json-gc-sweep',
    'engine.json has `gc.sweep`, the first name of `gc.sweepSize`',
    '0.18.9 to 0.18.10',
    'never',
    'engine/config/config.go, by tag content; bb7fee5b38 (#10420), renamed by 2994f5f714 (#10560)',
  );
  /** engine.json has `gc.sweepSize`. */
  public static readonly JSON_GC_SWEEP_SIZE = new EngineCapability(
    'json-gc-sweep-size',
    'engine.json has `gc.sweepSize`',
    'since 0.18.11',
    'always',
    'engine/config/config.go, by tag content; 2994f5f714 (#10560)',
  );
  /** engine.json has `gc.dagqlCache` with `maxEstimatedBytes` and `targetEstimatedBytes`. */
  public static readonly JSON_GC_DAGQL_CACHE = new EngineCapability(
    'json-gc-dagql-cache',
    'engine.json has `gc.dagqlCache` with `maxEstimatedBytes`, `targetEstimatedBytes`',
    'never',
    'since 1.0.0-beta.10',
    'engine/config/config.go, by tag content; 3755efceba (#13846)',
  );
  /** engine.json has `security.insecureRootCapabilities`. */
  public static readonly JSON_SECURITY = new EngineCapability(
    'json-security',
    'engine.json has `security.insecureRootCapabilities`',
    'since 0.15.0',
    'always',
    'engine/config/config.go, by tag content',
  );
  /** engine.json has `registries` with `mirrors`, `http`, `insecure` and `ca` for each host. */
  public static readonly JSON_REGISTRIES = new EngineCapability(
    'json-registries',
    'engine.json has `registries` with `mirrors`, `http`, `insecure`, `ca`',
    'since 0.19.0',
    'always',
    'engine/config/config.go, by tag content; 004f829c75 (#11040)',
  );
  /** The image's engine.json makes mirror.gcr.io a mirror of docker.io. An own engine.json drops that. */
  public static readonly SHIPPED_DOCKER_HUB_MIRROR = new EngineCapability(
    'shipped-docker-hub-mirror',
    'the engine.json of the image makes mirror.gcr.io a mirror of docker.io, which an own engine.json drops',
    'never',
    'since 1.0.0-beta.5',
    'toolchains/engine-dev/config.go:95@v1.0.0-beta.5, absent @v0.21.8; fe51126b3f (#13540)',
  );

  // ---- engine.toml: an unknown key is ignored

  /** engine.toml has `registry."HOST"` with `mirrors`, `http`, `insecure`, `ca` and `keypair`. */
  public static readonly TOML_REGISTRIES = new EngineCapability(
    'toml-registries',
    'engine.toml has `registry."HOST"` with `mirrors`, `http`, `insecure`, `ca`, `keypair`',
    'always',
    'always',
    'engine/server/server.go:267@v0.12.0, engine/server/registryhosts.go@v0.21.8; github.com/moby/buildkit cmd/buildkitd/config as go.mod names it @v0.12.0, and read by it (docs/testing.md)',
  );
  /** engine.toml has `reservedSpace`, `maxUsedSpace` and `minFreeSpace`, in `worker.oci` and in each `gcpolicy`; before, only `gckeepstorage` and `keepBytes`. */
  public static readonly TOML_GC_SPACE = new EngineCapability(
    'toml-gc-space',
    'engine.toml `worker.oci` has `reservedSpace`, `maxUsedSpace`, `minFreeSpace`; before, only `gckeepstorage`',
    'since 0.13.7',
    'always',
    'engine/server/gc.go:139-180@v0.13.7, absent @v0.13.6; github.com/moby/buildkit cmd/buildkitd/config as go.mod names it @v0.13.6, and its fork as @v0.13.7, and read by them (docs/testing.md)',
  );
  /** Honours `worker.oci.max-parallelism` of engine.toml, and `--oci-max-parallelism`. */
  public static readonly MAX_PARALLELISM = new EngineCapability(
    'max-parallelism',
    'honours engine.toml `worker.oci.max-parallelism` and `--oci-max-parallelism`',
    'until 0.20.8',
    'never',
    'engine/server/server.go:418@v0.20.8, no reader @v0.21.0; aa719a10d5 (#11856)',
  );
  /** Has the flag `--wcprof`; without it, the flag stops the engine. */
  public static readonly WCPROF_FLAG = new EngineCapability(
    'wcprof-flag',
    'has the flag `--wcprof`; without it, the flag stops the engine',
    'never',
    'since 1.0.0-beta.4',
    'cmd/engine/main.go:166@v1.0.0-beta.4, absent @v1.0.0-beta.3 and @v0.21.8; 6499f42650 (#13393)',
  );
  /** Honours `debug` of engine.toml; later, both values log at debug level. */
  public static readonly TOML_DEBUG = new EngineCapability(
    'toml-debug',
    'honours engine.toml `debug`; later, both values log at debug level',
    'until 0.14.0',
    'never',
    'cmd/engine/main.go:305-319@v0.12.0, cmd/engine/main.go:311-323@v0.15.0',
  );
  /** Honours `worker.oci.stargzSnapshotter` of engine.toml, and the snapshotter `stargz`. */
  public static readonly TOML_STARGZ = new EngineCapability(
    'toml-stargz',
    'honours engine.toml `worker.oci.stargzSnapshotter`, and takes `stargz` as `worker.oci.snapshotter`',
    'until 0.19.4',
    'never',
    'engine/server/snapshotter.go:90-97@v0.19.4, absent @v0.19.5',
  );
  /** Takes `bridge` as `worker.oci.networkMode` of engine.toml; later, it stops the engine. */
  public static readonly TOML_BRIDGE_NETWORK = new EngineCapability(
    'toml-bridge-network',
    'takes `bridge` as engine.toml `worker.oci.networkMode`; later, it stops the engine',
    'until 0.20.8',
    'never',
    'internal/buildkit/util/network/netproviders/network.go:37@v0.20.8, absent @v0.21.0 and v1.0.0-beta.1; before v0.18.19 in the BuildKit that go.mod names, not read here',
  );
  /** Honours `dns.nameservers` of engine.toml. No release does: the engine's own dnsmasq takes its place. */
  public static readonly TOML_NAMESERVERS = new EngineCapability(
    'toml-nameservers',
    'honours engine.toml `dns.nameservers`; the engine puts its own dnsmasq in its place',
    'never',
    'never',
    'cmd/engine/config.go:63@v0.12.0, cmd/engine/config.go:59-61@v1.0.0-beta.11, and by tag content',
  );
  /**
   * Honours the keys of buildkitd.toml that no release of the engine reads: `log`, `otel`, `history`, `frontend`,
   * `system`, `grpc.securityDescriptor`, `worker.containerd`, and of `worker.oci`: `enabled`, `rootless`,
   * `noProcessSandbox`, `binary`, `userRemapUnsupported`, `bridgeName`, `bridgeSubnet`.
   */
  public static readonly TOML_BUILDKIT_ONLY = new EngineCapability(
    'toml-buildkit-only',
    'honours engine.toml `log`, `otel`, `history`, `frontend`, `system`, `grpc.securityDescriptor`, `worker.containerd`, ' +
      '`worker.oci.enabled`, `worker.oci.rootless`, `worker.oci.noProcessSandbox`, `worker.oci.binary`, `worker.oci.userRemapUnsupported`, `worker.oci.bridgeName`, `worker.oci.bridgeSubnet`',
    'never',
    'never',
    'no reader in cmd/engine/*.go and engine/server/*.go @v0.12.0, v0.15.0, v0.18.0, v0.20.8, v0.21.8, v1.0.0-beta.11',
  );

  // ---- what builds may do

  /** The image's engine.toml has `insecure-entitlements = ["security.insecure"]`. An own engine.toml drops that. */
  public static readonly SHIPPED_TOML_ENTITLEMENTS = new EngineCapability(
    'shipped-toml-entitlements',
    'the engine.toml of the image has `insecure-entitlements = ["security.insecure"]`, which an own engine.toml drops',
    'until 0.15.4',
    'never',
    'dev/config.go:41-48@v0.12.0, .dagger/config.go@v0.15.4, absent @v0.16.0; bef7c08798 (#9513)',
  );
  /** Builds may have insecure root capabilities when neither file speaks of them. */
  public static readonly ROOT_CAPABILITIES_BY_DEFAULT = new EngineCapability(
    'root-capabilities-by-default',
    'builds may have insecure root capabilities when neither file speaks of them; before, they may not',
    'since 0.16.0',
    'always',
    'engine/server/server.go:250-268@v0.16.0, engine/server/server.go:251-265@v0.15.0; bef7c08798 (#9513)',
  );
  /** `security` in engine.json, even if empty, replaces `insecure-entitlements` of engine.toml; before, only a stated `insecureRootCapabilities` did. */
  public static readonly JSON_SECURITY_REPLACES_TOML = new EngineCapability(
    'json-security-replaces-toml',
    'engine.json `security`, even if empty, replaces engine.toml `insecure-entitlements`; before, only a stated `insecureRootCapabilities` does',
    'since 0.16.0',
    'always',
    'engine/server/server.go:250-268@v0.16.0, engine/server/server.go:258-265@v0.15.0',
  );
  /** The network of the host for builds goes with the insecure root capabilities; engine.toml has to allow it by `network.host`. */
  public static readonly HOST_NETWORK_ENTITLEMENT = new EngineCapability(
    'host-network-entitlement',
    'builds may use the host network where they may have root capabilities; engine.toml `insecure-entitlements` names it `network.host`',
    'since 0.21.0',
    'always',
    'engine/server/server.go:254-272@v0.21.8, by tag content; aa719a10d5 (#11856)',
  );

  // ---- listening

  /** Listens on `/run/dagger/engine.sock`, whatever else is set. */
  public static readonly DAGGER_SOCKET = new EngineCapability(
    'dagger-socket',
    'always listens on /run/dagger/engine.sock',
    'since 0.17.0',
    'always',
    'cmd/engine/config.go:46@v0.17.0 (DefaultEngineSockAddr); 6e4ec04cbd (#9866), eaed4d2e76 (#9903)',
  );
  /** `--addr` adds to the default sockets and to engine.toml; before, it replaces all of them. */
  public static readonly ADDR_FLAG_APPENDS = new EngineCapability(
    'addr-flag-appends',
    '`--addr` adds to the default sockets and to engine.toml; before, it replaces all of them',
    'since 0.17.0',
    'always',
    'cmd/engine/main.go:555@v0.17.0, cmd/engine/main.go:538@v0.16.3',
  );
  /** `grpc.address` in engine.toml adds to the default socket; before, it replaces it. */
  public static readonly TOML_ADDRESS_APPENDS = new EngineCapability(
    'toml-address-appends',
    'engine.toml `grpc.address` adds to the default socket; before, it replaces it',
    'since 0.16.0',
    'always',
    'cmd/engine/config.go:46-47@v0.16.0, cmd/engine/config.go:46@v0.15.4; bef7c08798 (#9513)',
  );
  /** TLS that the engine terminates works with Dagger clients; later, the connections fail, as neither end negotiates HTTP/2. */
  public static readonly ENGINE_TLS = new EngineCapability(
    'engine-tls',
    'TLS that the engine terminates works with Dagger clients; later, neither end negotiates HTTP/2',
    'until 0.21.3',
    'until 1.0.0-beta.2',
    'cmd/engine/main.go: h2c.NewHandler until v0.21.3 and v1.0.0-beta.2, http.Protocols from v0.21.4 and v1.0.0-beta.3, by tag content; b720144eb2 (#13306); shown with a server and a client of the same make, not with an engine',
  );
  /** The client of this release connects to `tls://`. */
  public static readonly TLS_CLIENT = new EngineCapability(
    'tls-client',
    'the client connects to tls:// runner hosts',
    'since 0.20.1',
    'always',
    'engine/client/drivers/tls.go@v0.20.1, by tag content; 9d6de441a8 (#11916)',
  );

  // ---- garbage collection

  /** The filters of a policy are alternatives, and a comma in one means both; later, all must match, and a comma between types means either. */
  public static readonly GC_FILTERS_ARE_ALTERNATIVES = new EngineCapability(
    'gc-filters-are-alternatives',
    'the `filters` of a GC policy are alternatives, and a comma in one means both; later, all must match, and a comma between types means either',
    'until 0.20.8',
    'never',
    'internal/buildkit/cache/manager.go:1047@v0.20.8 (syntax of containerd), dagql/cache_prune.go:1042-1130@v1.0.0-beta.11; engine/server/gc.go calls baseWorker.Prune @v0.20.8, not @v0.21.0',
  );
  /** Collects garbage while builds run, when free space falls below `minFreeSpace`; before, only after sessions. */
  public static readonly DISK_PRESSURE_GC = new EngineCapability(
    'disk-pressure-gc',
    'checks `minFreeSpace` every 5 s; before, only after sessions',
    'since 0.21.5',
    'since 1.0.0-beta.4',
    'engine/server/gc.go, by tag content; 78fc50e58a (#13375)',
  );

  // ---- state

  /** Locks the state directory by `dagger-engine.lock`; before, by `buildkitd.lock`, so that one of each kind would run on the same volume. */
  public static readonly ENGINE_LOCK = new EngineCapability(
    'engine-lock',
    'locks the state directory by dagger-engine.lock; before, by buildkitd.lock',
    'since 0.17.0',
    'always',
    'cmd/engine/main.go, by tag content; 6e4ec04cbd (#9866)',
  );
  /** Writes its cache at a clean stop, and at the start after an unclean one deletes all of it, cache volumes included. */
  public static readonly WIPES_AFTER_UNCLEAN_STOP = new EngineCapability(
    'wipes-after-unclean-stop',
    'writes its cache at a clean stop, and deletes all of it at the start after an unclean one',
    'since 0.21.0',
    'always',
    'dagql/cache.go and engine/server/server.go (clean_shutdown), by tag content; 9a3341d4b5 (#13173)',
  );
  /** Magicache: `_EXPERIMENTAL_DAGGER_CACHESERVICE_URL` and `_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN`. */
  public static readonly MAGICACHE = new EngineCapability(
    'magicache',
    'has Magicache: `_EXPERIMENTAL_DAGGER_CACHESERVICE_URL`, `_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN`',
    'until 0.18.14',
    'never',
    'engine/cache/cachemanager/service.go@v0.18.14, absent @v0.18.15; 558c85c2df (#10774)',
  );
  /** Honours the clients' variables for cache import and export. */
  public static readonly CLIENT_CACHE_CONFIG = new EngineCapability(
    'client-cache-config',
    "honours the clients' `_EXPERIMENTAL_DAGGER_CACHE_CONFIG`, `_EXPERIMENTAL_DAGGER_CACHE_IMPORT_CONFIG`, `_EXPERIMENTAL_DAGGER_CACHE_EXPORT_CONFIG`",
    'until 0.20.8',
    'never',
    'engine/server/session.go:309@v0.20.8, no reader @v0.21.0, by tag content; aa719a10d5 (#11856)',
  );
  /** Reads `DAGGER_SECRET_SALT`. */
  public static readonly SECRET_SALT = new EngineCapability(
    'secret-salt',
    'reads DAGGER_SECRET_SALT',
    'never',
    'since 1.0.0-beta.10',
    'engine/server/server.go, by tag content; 51ee2a3594 (#13925)',
  );

  // ---- metrics

  /** Serves Prometheus metrics at the address in `_EXPERIMENTAL_DAGGER_METRICS_ADDR`. */
  public static readonly METRICS = new EngineCapability(
    'metrics',
    'serves Prometheus metrics at `_EXPERIMENTAL_DAGGER_METRICS_ADDR`',
    'since 0.18.11',
    'always',
    'cmd/engine/metrics.go, by tag content; eac70cb839 (#10555)',
  );
  /** Has the metric `dagger_connected_clients`. */
  public static readonly METRIC_CONNECTED_CLIENTS = new EngineCapability(
    'metric-connected-clients',
    'metric `dagger_connected_clients`',
    'since 0.18.11',
    'always',
    'cmd/engine/metrics.go, by tag content; eac70cb839 (#10555)',
  );
  /** Has the metric `dagger_local_cache_total_disk_size_bytes`. */
  public static readonly METRIC_CACHE_DISK_SIZE = new EngineCapability(
    'metric-cache-disk-size',
    'metric `dagger_local_cache_total_disk_size_bytes`',
    'since 0.18.11',
    'always',
    'cmd/engine/metrics.go, by tag content; eac70cb839 (#10555)',
  );
  /** Has the metric `dagger_local_cache_entries`. */
  public static readonly METRIC_CACHE_ENTRIES = new EngineCapability(
    'metric-cache-entries',
    'metric `dagger_local_cache_entries`',
    'since 0.18.11',
    'always',
    'cmd/engine/metrics.go, by tag content; eac70cb839 (#10555)',
  );
  /** Has the metric `dagger_local_cache_corrupt_db_reset`. */
  public static readonly METRIC_CORRUPT_DB_RESET = new EngineCapability(
    'metric-corrupt-db-reset',
    'metric `dagger_local_cache_corrupt_db_reset`',
    'since 0.19.5',
    'always',
    'cmd/engine/metrics.go, by tag content; 37cbde7d67 (#11336)',
  );
  /** Has the metric `dagger_dagql_cache_entries`. */
  public static readonly METRIC_DAGQL_CACHE_ENTRIES = new EngineCapability(
    'metric-dagql-cache-entries',
    'metric `dagger_dagql_cache_entries`',
    'since 0.20.0',
    'always',
    'cmd/engine/metrics.go, by tag content; 62e5e5c2ee (#11838)',
  );
  /** Has the metric `dagger_dagql_cache_metadata_estimated_bytes`. */
  public static readonly METRIC_DAGQL_CACHE_METADATA = new EngineCapability(
    'metric-dagql-cache-metadata',
    'metric `dagger_dagql_cache_metadata_estimated_bytes`',
    'never',
    'since 1.0.0-beta.10',
    'cmd/engine/metrics.go, by tag content; 3755efceba (#13846)',
  );

  // ---- image

  /** The `dagger` CLI is in the image, with `dagger core`. */
  public static readonly CLI_IN_IMAGE = new EngineCapability(
    'cli-in-image',
    'the dagger CLI is in the image, with `dagger core`',
    'since 0.12.5',
    'always',
    '.dagger/engine.go:121-127@v0.12.5, cmd/dagger/call.go:21@v0.12.5, absent @v0.12.4; 3c52de5cd5 (#8147)',
  );
  /** `dagger core` is deprecated, but works. */
  public static readonly CLI_CORE_DEPRECATED = new EngineCapability(
    'cli-core-deprecated',
    '`dagger core` is deprecated in favour of `dagger -m core api call` (before v1.0.0-beta.4: `dagger -m core function call`), but works',
    'never',
    'since 1.0.0-beta.2',
    'cmd/dagger/call.go:31-32@v1.0.0-beta.2, internal/cmd/dagger/call.go:31-32@v1.0.0-beta.4, absent @v1.0.0-beta.1 and @v0.21.8; 8a4e7cde8c',
  );
  /** The entrypoint runs the engine below `tini`, which reaps zombies. */
  public static readonly TINI = new EngineCapability(
    'tini',
    'the entrypoint runs the engine below tini',
    'since 0.20.7',
    'always',
    'toolchains/engine-dev/config.go:47@v0.20.7, by tag content; 6e6a18036e (#12999)',
  );
  /** There is an image with the suffix `-gpu`, for amd64 only. */
  public static readonly GPU_IMAGE = new EngineCapability(
    'gpu-image',
    'there is an image with the suffix -gpu, for amd64 only',
    'always',
    'always',
    '.github/workflows/engine-and-cli-publish.yml:48-57@v0.12.0, .dagger/engine.go:239-263@v0.13.0, .dagger/modules/engine-dev/main.go:442-459@v1.0.0-beta.11',
  );
  /** Installs the certificates in `/usr/local/share/ca-certificates` at start, for itself and for builds. */
  public static readonly CUSTOM_CA = new EngineCapability(
    'custom-ca',
    'installs the certificates in /usr/local/share/ca-certificates at start, for itself and for builds',
    'always',
    'always',
    'cmd/engine/main.go:257-263@v0.12.0, cmd/engine/main.go:331-347@v1.0.0-beta.11, by tag content; 5e933ab7f0 (#7067)',
  );
  /** Writes to the root file system at start: a read-only one stops the engine. */
  public static readonly WRITES_ROOT_FILESYSTEM = new EngineCapability(
    'writes-root-filesystem',
    'writes to its root file system at start (/etc/dnsmasq-resolv.conf; from v0.19.11 also the iptables links): a read-only one stops it',
    'always',
    'always',
    'network/netinst/resolvconf.go@v0.12.0, cmd/engine/main.go:784@v0.12.0, network/netinst/iptables.go:27-88@v0.19.11 (4a3156bb06, #11731)',
  );

  /** All rows of the table, in its order. */
  public static values(): EngineCapability[] {
    return Object.values(EngineCapability).filter(
      (value): value is EngineCapability => value instanceof EngineCapability,
    );
  }

  /** A short name, in lower case with dashes; unique in the table. */
  public readonly id: string;

  /** What holds for the releases that have this, as a clause. */
  public readonly summary: string;

  /** Where the fact was found, in github.com/dagger/dagger: `path@tag`, commits, issues; and what of it is not verified. */
  public readonly source: string;

  private readonly releases: Availability;

  private constructor(id: string, summary: string, zero: SpanText, one: SpanText, source: string) {
    this.id = id;
    this.summary = summary;
    this.source = source;
    this.releases = new Availability(zero, one);
  }

  /**
   * The releases that have this, in words: `v0.18.11 and later`,
   * `v0.21.5 and later, v1.0.0-beta.4 and later`, `until v0.20.8`.
   */
  public get availability(): string {
    return this.releases.toString();
  }

  /**
   * Whether there is a release that has this.
   *
   * @internal
   */
  public get _isOfSomeRelease(): boolean {
    return !this.releases.isEmpty;
  }

  /** @internal */
  public _includes(release: Release): boolean {
    return this.releases.includes(release);
  }
}
