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
   * @default - AlertSeverity.CRITICAL for `down` and `certificateExpires`, AlertSeverity.INFO for `busy`, otherwise
   * AlertSeverity.WARNING
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
   * @default - `maxUsedSpace` of garbage collection and 10 percent. If it isn't known, the alert doesn't exist.
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
   * @default - the part of the grace period that remains 75 seconds after the longest drain, or a fifth of the grace
   * period if this part is shorter than one minute
   */
  readonly remaining?: Duration;
}

/** Changes to the alert about certificates. */
export interface CertificateExpiresAlertOptions extends EngineAlertOptions {
  /**
   * The time before the expiry at which the alert fires, in whole seconds.
   *
   * @default - half of the time before the expiry at which cert-manager renews the certificate, or 14 days for a
   * certificate in an existing Secret
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
};
