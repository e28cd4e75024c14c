import { checkAnnotations, checkLabels } from '../../kubernetes/names';
import { checkCalls } from '../../reporting/check-arguments';
import { dashboardConfigMap, type DashboardConfigMap, type DashboardConfigMapOptions } from './dashboard';
import type { PlacedEngine } from './monitored-engine';

/** The Grafana dashboard of an engine. */
export class EngineDashboard {
  /**
   * Creates a ConfigMap with the dashboard, for Grafana's sidecar that loads dashboards.
   *
   * @param options labels and annotations of the ConfigMap
   */
  public static configMap(options: DashboardConfigMapOptions = {}): EngineDashboard {
    return new EngineDashboard((engine) => {
      const problems = engine.problems.at('dashboard');
      checkLabels(problems, 'labels', options.labels);
      checkAnnotations(problems, 'annotations', options.annotations);
      return dashboardConfigMap(engine, options);
    });
  }

  /** Creates no dashboard. */
  public static none(): EngineDashboard {
    return new EngineDashboard(() => undefined);
  }

  private constructor(
    /** @internal */
    public readonly _configMap: (engine: PlacedEngine) => DashboardConfigMap | undefined,
  ) {}
}

checkCalls('EngineDashboard', EngineDashboard);
