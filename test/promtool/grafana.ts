import { spawnSync } from 'node:child_process';
import { moduleProgram } from '../go-program';

/** Returns the path of the program with Grafana's dashboard types. Builds it once. */
export function grafana(): string {
  return moduleProgram('grafana', '.', 'grafana');
}

/**
 * Checks dashboards against Grafana's schema, with the types of Grafana's foundation SDK. Returns an error or an empty
 * string for each dashboard.
 */
export function checkDashboards(dashboards: readonly object[]): string[] {
  const { error, status, stderr, stdout } = spawnSync(grafana(), {
    input: JSON.stringify(dashboards),
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw error ?? new Error(stderr);
  }
  return JSON.parse(stdout);
}
