import type { Duration } from 'cdk8s';

/** An alert about engines. docs/reference/runbooks.md has a runbook for each alert. */
export enum EngineAlert {
  /** Prometheus can't read the metrics of an engine, so the engine is likely down. */
  DOWN = 'DaggerEngineDown',
  /** Some engines have not been ready for longer than one engine takes to stop and start. */
  NOT_READY = 'DaggerEngineNotReady',
  /** An engine started with less than a tenth of the cache entries that it had before. */
  CACHE_LOST = 'DaggerEngineCacheLost',
  /** The kernel or the kubelet killed an engine (exit code 137), which usually costs its cache. */
  KILLED = 'DaggerEngineKilled',
  /**
   * The cache volume has little free space or few free inodes. The threshold is the free space in bytes. The alert
   * exists only for caches on a PersistentVolumeClaim, because the kubelet doesn't measure other volumes.
   */
  VOLUME_FULL = 'DaggerEngineVolumeFull',
  /** The cache is larger than garbage collection allows. The threshold is the size of the cache in bytes. */
  GC_BEHIND = 'DaggerEngineGcBehind',
  /** An engine has many sessions for a long time. The threshold is the number of sessions. */
  BUSY = 'DaggerEngineBusy',
  /** A stopping engine has used most of its grace period. The threshold is the remaining time in seconds. */
  DRAIN_STUCK = 'DaggerEngineDrainStuck',
  /**
   * cert-manager has not renewed the certificate of an engine in time. The threshold is the remaining time in seconds.
   */
  CERTIFICATE_EXPIRES = 'DaggerEngineCertificateExpires',
}

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

/** Changes to one alert. */
export interface EngineAlertOptions {
  /** The alert to change. */
  readonly alert: EngineAlert;

  /**
   * Whether the alert exists.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The severity of the alert.
   *
   * @default - AlertSeverity.CRITICAL for `DOWN` and `CERTIFICATE_EXPIRES`, AlertSeverity.INFO for `BUSY`, otherwise
   * AlertSeverity.WARNING
   */
  readonly severity?: AlertSeverity;

  /**
   * The time that the condition must hold before the alert fires, in whole seconds (the field `for`).
   *
   * @default - from 0 to 30 minutes, depending on the alert
   */
  readonly pending?: Duration;

  /**
   * The limit, in the unit that the alert's documentation names. Only alerts with a threshold allow it.
   *
   * @default - computed from the properties of the engine
   */
  readonly threshold?: number;
}
