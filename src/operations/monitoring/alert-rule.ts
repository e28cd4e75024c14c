import type { AlertId, AlertSeverity } from './alert-options';

/** An alert about an engine, with its defaults. */
export interface AlertRule {
  readonly id: AlertId;
  readonly severity: AlertSeverity;
  readonly pendingSeconds: number;
  /** The PromQL expression, or undefined if the limit isn't known or the alert has nothing to observe. */
  readonly expr: string | undefined;
  /** The option that sets the limit if the library knows none. */
  readonly required?: { readonly option: string; readonly why: string; readonly allowed: string };
  readonly summary: string;
  readonly description: string;
}
