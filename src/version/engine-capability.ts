import type { Line, Release } from './release';
import { Availability, type SpanText } from './availability';
import { describeEvidence, evidenceOf } from './evidence';
import { checkCalls } from '../reporting/check-arguments';

/**
 * A feature or behavior of the Dagger Engine that only some releases have. The static members form a table of these
 * facts. Every version-dependent decision of the library uses it through `EngineVersion.supports`.
 *
 * Facts with values other than yes or no are properties of `EngineVersion`.
 */
export class EngineCapability {
  // Each row consists of the id, the summary, the releases of each line, and the source. evidence.ts lists the facts
  // with evidence other than the source code. Sources refer to github.com/dagger/dagger: path@tag, commit, #issue.
  // v1.0.0-beta.11 is commit 13d493ee6e. "by tag content": every tag since v0.12.0 was searched, not only the two tags
  // around the change.

  // ---- engine.json: the engine doesn't start with an unknown key (engine/config/load.go:11-22@v0.15.0)

  /** The engine reads `/etc/dagger/engine.json`. */
  public static readonly ENGINE_JSON = new EngineCapability(
    'engine-json',
    'The engine reads `/etc/dagger/engine.json`.',
    { '0.x': 'since 0.15.0', '1.0': 'always' },
    'engine/config/config.go@v0.15.0, absent @v0.14.0; 7efce52bcf (#8800)',
  );
  /** engine.json supports `gc.sweep`, the earlier name of `gc.sweepSize`. */
  public static readonly JSON_GC_SWEEP = new EngineCapability(
    'json-gc-sweep',
    'engine.json supports `gc.sweep`, the earlier name of `gc.sweepSize`.',
    { '0.x': '0.18.9 to 0.18.10', '1.0': 'never' },
    'engine/config/config.go, by tag content; bb7fee5b38 (#10420), renamed by 2994f5f714 (#10560)',
  );
  /** engine.json supports `gc.sweepSize`. */
  public static readonly JSON_GC_SWEEP_SIZE = new EngineCapability(
    'json-gc-sweep-size',
    'engine.json supports `gc.sweepSize`.',
    { '0.x': 'since 0.18.11', '1.0': 'always' },
    'engine/config/config.go, by tag content; 2994f5f714 (#10560)',
  );
  /** engine.json supports `gc.dagqlCache` with `maxEstimatedBytes` and `targetEstimatedBytes`. */
  public static readonly JSON_GC_DAGQL_CACHE = new EngineCapability(
    'json-gc-dagql-cache',
    'engine.json supports `gc.dagqlCache` with `maxEstimatedBytes` and `targetEstimatedBytes`.',
    { '0.x': 'since 0.21.9', '1.0': 'since 1.0.0-beta.10' },
    'engine/config/config.go, by tag content; 3755efceba (#13846); v0.21.9 by its release notes and the branch backport-0.21 at 00c993cbe4 (#13886)',
  );
  /** engine.json supports `registries` with `mirrors`, `http`, `insecure` and `ca` for each host. */
  public static readonly JSON_REGISTRIES = new EngineCapability(
    'json-registries',
    'engine.json supports `registries` with `mirrors`, `http`, `insecure` and `ca`.',
    { '0.x': 'since 0.19.0', '1.0': 'always' },
    'engine/config/config.go, by tag content; 004f829c75 (#11040)',
  );
  /**
   * The engine.json in the image sets mirror.gcr.io as the mirror of docker.io. A custom engine.json drops this mirror.
   */
  public static readonly SHIPPED_DOCKER_HUB_MIRROR = new EngineCapability(
    'shipped-docker-hub-mirror',
    'The engine.json in the image sets mirror.gcr.io as the mirror of docker.io. A custom engine.json drops this mirror.',
    { '0.x': 'never', '1.0': 'since 1.0.0-beta.5' },
    'toolchains/engine-dev/config.go:95@v1.0.0-beta.5, absent @v0.21.8; fe51126b3f (#13540)',
  );

  /** engine.json supports `telemetry.resourceMetrics`: metrics of the engine process over OTLP. */
  public static readonly JSON_TELEMETRY_RESOURCE_METRICS = new EngineCapability(
    'json-telemetry-resource-metrics',
    'engine.json supports `telemetry.resourceMetrics`: the engine sends metrics of its own process to `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`.',
    { '0.x': 'since 0.21.10', '1.0': 'after 1.0.0-beta.14' },
    'release notes of v0.21.10 (#14285); engine/config/config.go@0425b98129 of the 1.0 line, absent from the schema of v1.0.0-beta.14',
  );
  /** engine.json supports `telemetry.engineEvents`: cache events for Dagger Cloud. */
  public static readonly JSON_TELEMETRY_ENGINE_EVENTS = new EngineCapability(
    'json-telemetry-engine-events',
    'engine.json supports `telemetry.engineEvents`: the engine sends cache events to Dagger Cloud, with `DAGGER_CLOUD_TOKEN`. `_EXPERIMENTAL_DAGGER_ENGINE_EVENTS` enables it too.',
    { '0.x': 'never', '1.0': 'after 1.0.0-beta.14' },
    'engine/config/config.go@0425b98129 of the 1.0 line; not in the release notes of v0.21.10',
  );
  /** engine.json supports `remoteCache.url`. */
  public static readonly JSON_REMOTE_CACHE = new EngineCapability(
    'json-remote-cache',
    'engine.json supports `remoteCache.url`: the engine connects its cache to a Dagger service, with an engine token in `DAGGER_CLOUD_TOKEN`. `_EXPERIMENTAL_DAGGER_REMOTE_CACHE_URL` takes precedence over the key.',
    { '0.x': 'never', '1.0': 'after 1.0.0-beta.14' },
    'cmd/engine/remotecache.go@01dab6b013 and engine/config/config.go@0425b98129 of the 1.0 line; announced in #13405; not in the release notes of v0.21.10',
  );

  // ---- engine.toml: the engine ignores unknown keys

  /**
   * engine.toml supports `reservedSpace`, `maxUsedSpace` and `minFreeSpace` in `worker.oci` and in each `gcpolicy`.
   * Earlier releases support only `gckeepstorage` and `keepBytes`.
   */
  public static readonly TOML_GC_SPACE = new EngineCapability(
    'toml-gc-space',
    '`worker.oci` in engine.toml supports `reservedSpace`, `maxUsedSpace` and `minFreeSpace`. Earlier releases support only `gckeepstorage`.',
    { '0.x': 'since 0.13.7', '1.0': 'always' },
    'engine/server/gc.go:139-180@v0.13.7, absent @v0.13.6; cmd/buildkitd/config of BuildKit as in go.mod @v0.13.6, and of its fork as in go.mod @v0.13.7, confirmed with their loaders (docs/testing.md)',
  );
  /** The engine respects `worker.oci.max-parallelism` in engine.toml and `--oci-max-parallelism`. */
  public static readonly MAX_PARALLELISM = new EngineCapability(
    'max-parallelism',
    'The engine respects `worker.oci.max-parallelism` in engine.toml and `--oci-max-parallelism`.',
    { '0.x': 'until 0.20.8', '1.0': 'never' },
    'engine/server/server.go:418@v0.20.8, no reader @v0.21.0; aa719a10d5 (#11856)',
  );
  /** The engine has the flag `--wcprof`. Other releases exit if it is set. */
  public static readonly WCPROF_FLAG = new EngineCapability(
    'wcprof-flag',
    'The engine has the flag `--wcprof`. Other releases exit if it is set.',
    { '0.x': 'never', '1.0': 'since 1.0.0-beta.4' },
    'cmd/engine/main.go:166@v1.0.0-beta.4, absent @v1.0.0-beta.3 and @v0.21.8; 6499f42650 (#13393)',
  );
  /** The engine respects `debug` in engine.toml. Later releases log at debug level in any case. */
  public static readonly TOML_DEBUG = new EngineCapability(
    'toml-debug',
    'The engine respects `debug` in engine.toml. Later releases log at debug level in any case.',
    { '0.x': 'until 0.14.0', '1.0': 'never' },
    'cmd/engine/main.go:305-319@v0.12.0, cmd/engine/main.go:311-323@v0.15.0',
  );
  /** The engine supports `worker.oci.stargzSnapshotter` in engine.toml, and the snapshotter `stargz`. */
  public static readonly TOML_STARGZ = new EngineCapability(
    'toml-stargz',
    'The engine supports `worker.oci.stargzSnapshotter` in engine.toml, and `stargz` as `worker.oci.snapshotter`.',
    { '0.x': 'until 0.19.4', '1.0': 'never' },
    'engine/server/snapshotter.go:90-97@v0.19.4, absent @v0.19.5',
  );
  /** The engine supports `bridge` as `worker.oci.networkMode` in engine.toml. Later releases don't start with it. */
  public static readonly TOML_BRIDGE_NETWORK = new EngineCapability(
    'toml-bridge-network',
    'The engine supports `bridge` as `worker.oci.networkMode` in engine.toml. Later releases do not start with it.',
    { '0.x': 'until 0.20.8', '1.0': 'never' },
    'internal/buildkit/util/network/netproviders/network.go:37@v0.20.8, absent @v0.21.0 and v1.0.0-beta.1; before v0.18.19, the code is in the BuildKit version of go.mod, which was not read',
  );
  /** The engine respects `dns.nameservers` in engine.toml. No release does, because builds use the engine's dnsmasq. */
  public static readonly TOML_NAMESERVERS = new EngineCapability(
    'toml-nameservers',
    'The engine respects `dns.nameservers` in engine.toml. Builds use its dnsmasq instead.',
    { '0.x': 'never', '1.0': 'never' },
    'cmd/engine/config.go:63@v0.12.0, cmd/engine/config.go:59-61@v1.0.0-beta.11, and by tag content',
  );
  /**
   * The engine respects keys of buildkitd.toml that no release uses: `log`, `otel`, `history`, `frontend`, `system`,
   * `grpc.securityDescriptor`, `worker.containerd`, and these keys in `worker.oci`: `enabled`, `rootless`,
   * `noProcessSandbox`, `binary`, `userRemapUnsupported`, `bridgeName`, `bridgeSubnet`.
   */
  public static readonly TOML_BUILDKIT_ONLY = new EngineCapability(
    'toml-buildkit-only',
    'The engine respects `log`, `otel`, `history`, `frontend`, `system`, `grpc.securityDescriptor`, `worker.containerd`, ' +
      '`worker.oci.enabled`, `worker.oci.rootless`, `worker.oci.noProcessSandbox`, `worker.oci.binary`, `worker.oci.userRemapUnsupported`, `worker.oci.bridgeName` and `worker.oci.bridgeSubnet` in engine.toml.',
    { '0.x': 'never', '1.0': 'never' },
    'no reader in cmd/engine/*.go and engine/server/*.go @v0.12.0, v0.15.0, v0.18.0, v0.20.8, v0.21.8, v1.0.0-beta.11',
  );

  // ---- permissions of builds

  /**
   * The engine.toml in the image has `insecure-entitlements = ["security.insecure"]`. A custom engine.toml removes it.
   */
  public static readonly SHIPPED_TOML_ENTITLEMENTS = new EngineCapability(
    'shipped-toml-entitlements',
    'The engine.toml in the image has `insecure-entitlements = ["security.insecure"]`. A custom engine.toml removes it.',
    { '0.x': 'until 0.15.4', '1.0': 'never' },
    'dev/config.go:41-48@v0.12.0, .dagger/config.go@v0.15.4, absent @v0.16.0; bef7c08798 (#9513)',
  );
  /**
   * `security` in engine.json replaces `insecure-entitlements` in engine.toml, even if it is empty. In earlier
   * releases, only `insecureRootCapabilities` does.
   */
  public static readonly JSON_SECURITY_REPLACES_TOML = new EngineCapability(
    'json-security-replaces-toml',
    '`security` in engine.json replaces `insecure-entitlements` in engine.toml, even if it is empty. In earlier releases, only `insecureRootCapabilities` does.',
    { '0.x': 'since 0.16.0', '1.0': 'always' },
    'engine/server/server.go:250-268@v0.16.0, engine/server/server.go:258-265@v0.15.0',
  );

  // ---- listeners

  /** The engine always listens on `/run/dagger/engine.sock`. */
  public static readonly DAGGER_SOCKET = new EngineCapability(
    'dagger-socket',
    'The engine always listens on `/run/dagger/engine.sock`.',
    { '0.x': 'since 0.17.0', '1.0': 'always' },
    'cmd/engine/config.go:46@v0.17.0 (DefaultEngineSockAddr); 6e4ec04cbd (#9866), eaed4d2e76 (#9903)',
  );
  /**
   * `--addr` adds an address to the default sockets and to engine.toml. In earlier releases, it replaces all of them.
   */
  public static readonly ADDR_FLAG_APPENDS = new EngineCapability(
    'addr-flag-appends',
    '`--addr` adds an address to the default sockets and to engine.toml. In earlier releases, it replaces all of them.',
    { '0.x': 'since 0.17.0', '1.0': 'always' },
    'cmd/engine/main.go:555@v0.17.0, cmd/engine/main.go:538@v0.16.3',
  );
  /**
   * `grpc.address` in engine.toml adds addresses to the default socket. In earlier releases, it replaces the socket.
   */
  public static readonly TOML_ADDRESS_APPENDS = new EngineCapability(
    'toml-address-appends',
    '`grpc.address` in engine.toml adds addresses to the default socket. In earlier releases, it replaces the socket.',
    { '0.x': 'since 0.16.0', '1.0': 'always' },
    'cmd/engine/config.go:46-47@v0.16.0, cmd/engine/config.go:46@v0.15.4; bef7c08798 (#9513)',
  );
  /** Dagger clients can connect if the engine terminates TLS. In later releases, neither side negotiates HTTP/2. */
  public static readonly ENGINE_TLS = new EngineCapability(
    'engine-tls',
    'Dagger clients can connect if the engine terminates TLS. In later releases, neither side negotiates HTTP/2.',
    { '0.x': 'until 0.21.3', '1.0': 'until 1.0.0-beta.2' },
    'cmd/engine/main.go: h2c.NewHandler until v0.21.3 and v1.0.0-beta.2, http.Protocols from v0.21.4 and v1.0.0-beta.3, by tag content; b720144eb2 (#13306)',
  );
  /** The client supports `tls://` addresses. */
  public static readonly TLS_CLIENT = new EngineCapability(
    'tls-client',
    'The client supports `tls://` addresses.',
    { '0.x': 'since 0.20.1', '1.0': 'always' },
    'engine/client/drivers/tls.go@v0.20.1, by tag content; 9d6de441a8 (#11916)',
  );

  // ---- garbage collection

  /**
   * The filters of a garbage collection policy are alternatives, and a comma means "and". In later releases, all
   * filters must match, and a comma between types means "or".
   */
  public static readonly GC_FILTERS_ARE_ALTERNATIVES = new EngineCapability(
    'gc-filters-are-alternatives',
    'The filters of a garbage collection policy are alternatives, and a comma means "and". In later releases, all filters must match, and a comma between types means "or".',
    { '0.x': 'until 0.20.8', '1.0': 'never' },
    'internal/buildkit/cache/manager.go:1047@v0.20.8 (syntax of containerd), dagql/cache_prune.go:1042-1130@v1.0.0-beta.11; engine/server/gc.go calls baseWorker.Prune @v0.20.8, not @v0.21.0',
  );

  // ---- state

  /**
   * The engine saves its cache when it stops cleanly. After an unclean stop, it starts with an empty cache and without
   * cache volumes.
   */
  public static readonly WIPES_AFTER_UNCLEAN_STOP = new EngineCapability(
    'wipes-after-unclean-stop',
    'The engine saves its cache when it stops cleanly. After an unclean stop, it deletes the cache at the next start.',
    { '0.x': 'since 0.21.0', '1.0': 'always' },
    'dagql/cache.go and engine/server/server.go (clean_shutdown), by tag content; 9a3341d4b5 (#13173)',
  );
  /**
   * After SIGTERM, an engine with connected clients doesn't exit. The engine cancels the builds and waits until every
   * client has disconnected, while the clients wait for the engine.
   */
  public static readonly STOP_WAITS_FOR_CLIENTS = new EngineCapability(
    'stop-waits-for-clients',
    'After SIGTERM, an engine with connected clients does not exit: it waits until they have disconnected, and they wait for it. When the grace period ends, Kubernetes kills the engine, and the cache is lost.',
    { '0.x': 'since 0.21.4', '1.0': 'since 1.0.0-beta.3' },
    'cmd/engine/main.go:485 (http.Server.Shutdown without a deadline) and engine/server/telemetry.go:641 @v0.21.8; connections are hijacked until v0.21.3 and v1.0.0-beta.2, by tag content; b720144eb2 (#13306)',
  );
  /**
   * The engine supports engine volumes: storage that the operator provides below `/var/lib/dagger/volumes/v1`, and that
   * builds can mount.
   */
  public static readonly ENGINE_VOLUMES = new EngineCapability(
    'engine-volumes',
    'Builds can mount engine volumes: storage that the operator provides at `/var/lib/dagger/volumes/v1/NAME/fs`. Garbage collection ignores it, and it survives the deletion of the cache.',
    { '0.x': 'never', '1.0': 'since 1.0.0-beta.10' },
    'core/volume.go:79-108 and core/volume_mount.go:103-121 @v1.0.0-beta.10, absent @v1.0.0-beta.9; 6fe2777bbd (#13719); not in the SDK of v0.21.11',
  );
  /**
   * The engine supports Magicache: `_EXPERIMENTAL_DAGGER_CACHESERVICE_URL` and
   * `_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN`.
   */
  public static readonly MAGICACHE = new EngineCapability(
    'magicache',
    'The engine supports Magicache: `_EXPERIMENTAL_DAGGER_CACHESERVICE_URL` and `_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN`.',
    { '0.x': 'until 0.18.14', '1.0': 'never' },
    'engine/cache/cachemanager/service.go@v0.18.14, absent @v0.18.15; 558c85c2df (#10774)',
  );
  /** The engine respects the environment variables of clients for cache import and export. */
  public static readonly CLIENT_CACHE_CONFIG = new EngineCapability(
    'client-cache-config',
    'The engine respects `_EXPERIMENTAL_DAGGER_CACHE_CONFIG`, `_EXPERIMENTAL_DAGGER_CACHE_IMPORT_CONFIG` and `_EXPERIMENTAL_DAGGER_CACHE_EXPORT_CONFIG`, which clients set.',
    { '0.x': 'until 0.20.8', '1.0': 'never' },
    'engine/server/session.go:309@v0.20.8, no reader @v0.21.0, by tag content; aa719a10d5 (#11856)',
  );
  /** The engine reads `DAGGER_SECRET_SALT`. */
  public static readonly SECRET_SALT = new EngineCapability(
    'secret-salt',
    'The engine reads `DAGGER_SECRET_SALT`.',
    { '0.x': 'never', '1.0': 'since 1.0.0-beta.10' },
    'engine/server/server.go, by tag content; 51ee2a3594 (#13925)',
  );

  // ---- metrics

  /** The engine serves Prometheus metrics at the address in `_EXPERIMENTAL_DAGGER_METRICS_ADDR`. */
  public static readonly METRICS = new EngineCapability(
    'metrics',
    'The engine serves Prometheus metrics at the address in `_EXPERIMENTAL_DAGGER_METRICS_ADDR`.',
    { '0.x': 'since 0.18.11', '1.0': 'always' },
    'cmd/engine/metrics.go, by tag content; eac70cb839 (#10555)',
  );
  /** The engine has the metric `dagger_local_cache_corrupt_db_reset`. */
  public static readonly METRIC_CORRUPT_DB_RESET = new EngineCapability(
    'metric-corrupt-db-reset',
    'The engine has the metric `dagger_local_cache_corrupt_db_reset`.',
    { '0.x': 'since 0.19.5', '1.0': 'always' },
    'cmd/engine/metrics.go, by tag content; 37cbde7d67 (#11336)',
  );
  /** The engine has the metric `dagger_dagql_cache_entries`. */
  public static readonly METRIC_DAGQL_CACHE_ENTRIES = new EngineCapability(
    'metric-dagql-cache-entries',
    'The engine has the metric `dagger_dagql_cache_entries`.',
    { '0.x': 'since 0.20.0', '1.0': 'always' },
    'cmd/engine/metrics.go, by tag content; 62e5e5c2ee (#11838)',
  );
  /** The engine has the metric `dagger_dagql_cache_metadata_estimated_bytes`. */
  public static readonly METRIC_DAGQL_CACHE_METADATA = new EngineCapability(
    'metric-dagql-cache-metadata',
    'The engine has the metric `dagger_dagql_cache_metadata_estimated_bytes`.',
    { '0.x': 'since 0.21.9', '1.0': 'since 1.0.0-beta.10' },
    'cmd/engine/metrics.go, by tag content; 3755efceba (#13846); v0.21.9 by its release notes and the branch backport-0.21 at 00c993cbe4 (#13886)',
  );

  // ---- image

  /** The image contains the `dagger` CLI, with `dagger core`. */
  public static readonly CLI_IN_IMAGE = new EngineCapability(
    'cli-in-image',
    'The image contains the `dagger` CLI, with `dagger core`.',
    { '0.x': 'since 0.12.5', '1.0': 'always' },
    '.dagger/engine.go:121-127@v0.12.5, cmd/dagger/call.go:21@v0.12.5, absent @v0.12.4; 3c52de5cd5 (#8147)',
  );
  /** `dagger core` works, but is deprecated. */
  public static readonly CLI_CORE_DEPRECATED = new EngineCapability(
    'cli-core-deprecated',
    '`dagger core` works, but is deprecated in favor of `dagger -m core api call` (before v1.0.0-beta.4: `dagger -m core function call`).',
    { '0.x': 'never', '1.0': 'since 1.0.0-beta.2' },
    'cmd/dagger/call.go:31-32@v1.0.0-beta.2, internal/cmd/dagger/call.go:31-32@v1.0.0-beta.4, absent @v1.0.0-beta.1 and @v0.21.8; 8a4e7cde8c',
  );
  /** An image with the tag suffix `-gpu` is published, but only for amd64. */
  public static readonly GPU_IMAGE = new EngineCapability(
    'gpu-image',
    'An image with the tag suffix `-gpu` is published, but only for amd64.',
    { '0.x': 'always', '1.0': 'always' },
    '.github/workflows/engine-and-cli-publish.yml:48-57@v0.12.0, .dagger/engine.go:239-263@v0.13.0, .dagger/modules/engine-dev/main.go:442-459@v1.0.0-beta.11',
  );

  /** Returns all rows of the table, in order. */
  public static values(): EngineCapability[] {
    return Object.values(EngineCapability).filter(
      (value): value is EngineCapability => value instanceof EngineCapability,
    );
  }

  /** The unique id of the row, in lower case with dashes. */
  public readonly id: string;

  /** The description of the fact, in full sentences. */
  public readonly summary: string;

  /**
   * The source of the fact in github.com/dagger/dagger: `path@tag`, commits or issues. The source also names unverified
   * parts.
   */
  public readonly source: string;

  /** @internal */
  public readonly _releases: Availability;

  private constructor(id: string, summary: string, releases: Readonly<Record<Line, SpanText>>, source: string) {
    this.id = id;
    this.summary = summary;
    this.source = source;
    this._releases = new Availability(releases['0.x'], releases['1.0']);
  }

  /**
   * The releases that the fact applies to, such as `v0.18.11 and later`, `v0.21.5 and later, v1.0.0-beta.4 and later`
   * or `until v0.20.8`.
   */
  public get availability(): string {
    return this._releases.toString();
  }

  /**
   * Whether the fact applies to any release.
   *
   * @internal
   */
  public get _isOfSomeRelease(): boolean {
    return !this._releases.isEmpty;
  }

  /**
   * The evidence for the fact: `read` in the engine's source code, or only `reported`. Facts that were observed on real
   * engines name their releases, for example `read, run on v0.21.8`.
   */
  public get evidence(): string {
    return describeEvidence(evidenceOf(this.id));
  }

  /**
   * The newest release of each line that the fact was confirmed for, such as `v0.21.8, v1.0.0-beta.11`. The fact may be
   * wrong about later releases.
   */
  public get confirmedUntil(): string {
    return this._releases.confirmedUntilText;
  }

  /** @internal */
  public _confirmedUntil(line: Line): Release {
    return this._releases.confirmedUntil(line);
  }

  /** @internal */
  public _isUncertainFor(release: Release): boolean {
    return this._releases.isUncertainFor(release);
  }

  /** @internal */
  public _includes(release: Release): boolean {
    return this._releases.includes(release);
  }
}

checkCalls('EngineCapability', EngineCapability);
