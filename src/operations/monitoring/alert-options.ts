import type { Duration, Size } from 'cdk8s';

/**
 * The severity of an alert, which is the value of its label `severity`. Alertmanager can use the label to route alerts.
 */
export enum AlertSeverity {
  /** The alert needs attention now, because builds fail. */
  CRITICAL = 'critical',
  /** The alert needs attention soon. */
  WARNING = 'warning',
  /** The alert needs no action. */
  INFO = 'info',
}

/** Changes to an alert. */
export interface EngineAlertOptions {
  /**
   * Whether the alert exists.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The severity of the alert.
   *
   * @default - AlertSeverity.CRITICAL for `down`, `certificateExpires` and `clientCertificateExpires`,
   * AlertSeverity.INFO for `busy`, otherwise AlertSeverity.WARNING
   */
  readonly severity?: AlertSeverity;

  /**
   * The time that the condition must hold before the alert fires, in whole seconds (the field `for`).
   *
   * @default - from 0 to 30 minutes, depending on the alert
   */
  readonly pending?: Duration;
}

/** Changes to the alert about full volumes. */
export interface VolumeFullAlertOptions extends EngineAlertOptions {
  /**
   * The free space below which the alert fires. The alert also fires below 5 percent of free inodes.
   *
   * @default - half of `minFreeSpace` of garbage collection, or 5 percent of the volume if there is no such limit
   */
  readonly freeSpace?: Size;
}

/** Changes to the alert about garbage collection. */
export interface GcBehindAlertOptions extends EngineAlertOptions {
  /**
   * The size of the cache above which the alert fires.
   *
   * @default - `maxUsedSpace` of garbage collection plus 10 percent; no alert if the limit is unknown
   */
  readonly cacheSize?: Size;
}

/** Changes to the alert about busy engines. */
export interface BusyAlertOptions extends EngineAlertOptions {
  /**
   * The number of sessions of an engine above which the alert fires.
   *
   * @default - two for each requested CPU core and at least 4, or 8 without a CPU request
   */
  readonly sessions?: number;
}

/** Changes to the alert about engines that don't stop. */
export interface DrainStuckAlertOptions extends EngineAlertOptions {
  /**
   * The rest of the grace period below which the alert fires, in whole seconds.
   *
   * @default - half of the time between the longest drain and the end of the grace period, but at most the time that
   * remains 135 seconds after the drain, because an engine can need that long to stop. If less than 15 seconds remain,
   * the alert doesn't exist. Without a drain, it is a fifth of the grace period.
   */
  readonly remaining?: Duration;
}

/** Changes to an alert about certificates. */
export interface CertificateExpiresAlertOptions extends EngineAlertOptions {
  /**
   * The time before the expiry at which the alert fires, in whole seconds.
   *
   * @default - half of the time before the expiry at which cert-manager renews each certificate, or 14 days for
   * certificates in existing Secrets
   */
  readonly remaining?: Duration;
}

/** Options for the alerts about an engine. docs/reference/runbooks.md has a runbook for each alert. */
export interface EngineAlertsOptions {
  /**
   * Labels of all alerts, for example for the routes of Alertmanager. They can't contain `severity` and `namespace`.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * The URL of a page with runbooks. Each alert has the annotation `runbook_url`: this URL, `#` and the name of the
   * alert in lower case.
   *
   * @default - docs/reference/runbooks.md in the repository of this library
   */
  readonly runbookUrl?: string;

  /**
   * Changes to `DaggerEngineDown`: Prometheus can't read the metrics of an engine, so the engine is likely down.
   *
   * @default - no changes
   */
  readonly down?: EngineAlertOptions;

  /**
   * Changes to `DaggerEngineNotReady`: some engines have not been ready for longer than one engine takes to stop and
   * start.
   *
   * @default - no changes
   */
  readonly notReady?: EngineAlertOptions;

  /**
   * Changes to `DaggerEngineCacheLost`: an engine started with less than a tenth of the cache entries that it had
   * before.
   *
   * @default - no changes
   */
  readonly cacheLost?: EngineAlertOptions;

  /**
   * Changes to `DaggerEngineKilled`: the kernel or the kubelet killed an engine (exit code 137), which usually costs its
   * cache.
   *
   * @default - no changes
   */
  readonly killed?: EngineAlertOptions;

  /**
   * Changes to `DaggerEngineVolumeFull`: a cache volume has little free space or few free inodes. The alert exists only
   * for caches on a PersistentVolumeClaim, because the kubelet doesn't measure other volumes.
   *
   * @default - no changes
   */
  readonly volumeFull?: VolumeFullAlertOptions;

  /**
   * Changes to `DaggerEngineGcBehind`: the cache is larger than garbage collection allows.
   *
   * @default - no changes
   */
  readonly gcBehind?: GcBehindAlertOptions;

  /**
   * Changes to `DaggerEngineBusy`: an engine has many sessions for a long time.
   *
   * @default - no changes
   */
  readonly busy?: BusyAlertOptions;

  /**
   * Changes to `DaggerEngineDrainStuck`: a stopping engine has used most of its grace period.
   *
   * @default - no changes
   */
  readonly drainStuck?: DrainStuckAlertOptions;

  /**
   * Changes to `DaggerEngineCertificateExpires`: the certificate of an engine has not been renewed in time. For
   * certificates in existing Secrets, the alert needs the metrics of x509-certificate-exporter.
   *
   * @default - no changes
   */
  readonly certificateExpires?: CertificateExpiresAlertOptions;

  /**
   * Changes to `DaggerEngineClientCertificateExpires`: the certificate of a client has not been renewed in time. The
   * alert includes the clients that this program issues certificates for or connects, and doesn't exist without them.
   * For certificates in existing Secrets, it needs the metrics of x509-certificate-exporter.
   *
   * @default - no changes
   */
  readonly clientCertificateExpires?: CertificateExpiresAlertOptions;

  /**
   * Changes to `DaggerEngineCaExpires`: the CA of `Certificates.privateCa()` has not been renewed in time, or a CA in the
   * Secrets of `Certificates.fromSecrets()` has not been replaced in time. For existing Secrets, the alert needs the
   * metrics of x509-certificate-exporter. The CA of an existing issuer isn't included.
   *
   * @default - no changes
   */
  readonly caExpires?: CertificateExpiresAlertOptions;

  /**
   * Changes to `DaggerEngineSeedFailed`: the newest snapshot job of a `CacheSeed` failed. The alert exists only for the
   * engine of a seed, and needs kube-state-metrics.
   *
   * @default - no changes
   */
  readonly seedFailed?: EngineAlertOptions;
}

/** The property of an alert in `EngineAlertsOptions`. */
export type AlertId = Exclude<keyof EngineAlertsOptions, 'labels' | 'runbookUrl'>;

/** The names of the alerts in Prometheus. */
export const ALERT_NAMES: { readonly [id in AlertId]: string } = {
  down: 'DaggerEngineDown',
  notReady: 'DaggerEngineNotReady',
  cacheLost: 'DaggerEngineCacheLost',
  killed: 'DaggerEngineKilled',
  volumeFull: 'DaggerEngineVolumeFull',
  gcBehind: 'DaggerEngineGcBehind',
  busy: 'DaggerEngineBusy',
  drainStuck: 'DaggerEngineDrainStuck',
  certificateExpires: 'DaggerEngineCertificateExpires',
  clientCertificateExpires: 'DaggerEngineClientCertificateExpires',
  caExpires: 'DaggerEngineCaExpires',
  seedFailed: 'DaggerEngineSeedFailed',
};
