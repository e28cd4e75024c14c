import { Lazy } from 'cdk8s';
import { checkCalls } from '../../reporting/check-arguments';
import type { EngineAlertsOptions } from './alert-options';
import type { PlacedEngine } from './monitored-engine';
import { checkAlertOptions, ruleSpec, type RuleSpec } from './prometheus-rule';

/** The alerts about an engine. */
export class EngineAlerts {
  /**
   * Creates a PrometheusRule. The limits of the alerts depend on the engine's properties, such as the size of the cache.
   * Alerts about pods also need kube-state-metrics. Alerts about volumes need the kubelet's metrics, and alerts about
   * certificates need the metrics of cert-manager or x509-certificate-exporter.
   *
   * @param options changes to alerts, and labels of all alerts
   */
  public static prometheusRule(options: EngineAlertsOptions = {}): EngineAlerts {
    return new EngineAlerts((engine) => {
      checkAlertOptions(engine, options);
      // The program can add clients with certificates until synth.
      return Lazy.any({ produce: () => ruleSpec(engine, options) }) as RuleSpec;
    });
  }

  /** Creates no alerts. */
  public static none(): EngineAlerts {
    return new EngineAlerts(() => undefined);
  }

  private constructor(
    /** @internal */
    public readonly _spec: (engine: PlacedEngine) => RuleSpec | undefined,
  ) {}
}

checkCalls('EngineAlerts', EngineAlerts);
