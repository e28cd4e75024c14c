import type { IConstruct } from 'constructs';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { EnginePlan } from './engine-plan';
import { hostPorts } from './rollout-rules';

/** An engine in the app. The check reports to `problems`. */
interface ComparedEngine {
  readonly path: string;
  readonly cluster: IConstruct;
  readonly plan: EnginePlan;
  readonly problems: Problems;
}

/**
 * Warns about two engines that need the same port on a node. This is only a warning, because node selectors may
 * separate the engines.
 */
export function checkHostPorts(engines: readonly ComparedEngine[]): void {
  const first = new Map<string, string>();
  for (const { cluster, path, plan, problems } of engines) {
    for (const port of new Set(hostPorts(plan.podTemplate.spec))) {
      const key = `${cluster.node.path} ${port}`;
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, path);
      } else {
        problems.warn(
          EngineRisk.SHARED_HOST_PORT,
          'listener',
          `${other} also uses port ${port} on its node, so a second engine on the same node never starts`,
          'use another port, or keep the engines on different nodes',
        );
      }
    }
  }
}
