import type { IConstruct } from 'constructs';
import { trimSlash } from '../pod/pod-parts';
import { EngineWarning } from '../warnings';
import { clusterOf } from './cluster';
import type { EnginePlan } from './engine-plan';

const ENGINES = Symbol.for('cdk8s-dagger.engines');

/** Reports where an engine gets in the way of another one of its cluster. */
export function checkAgainstOtherEngines(engine: IConstruct, plan: EnginePlan): void {
  const cluster = clusterOf(engine) as IConstruct & { [ENGINES]?: Map<string, string> };
  const taken = (cluster[ENGINES] ??= new Map());
  const other = (kind: string, ...what: Array<string | undefined>): string | undefined => {
    const key = JSON.stringify([kind, ...what]);
    const found = taken.get(key);
    if (found === undefined) {
      taken.set(key, engine.node.path);
    }
    return found;
  };
  checkSelector(plan, other('selector', plan.namespace, JSON.stringify(Object.entries(plan.selector).sort())));
  checkVolume(plan, other);
}

function checkSelector({ problems, selector }: EnginePlan, other: string | undefined): void {
  if (other !== undefined) {
    problems.add('selector', {
      wrong: `${other} selects the same pods, so the Services and workloads of both would take each other's`,
      got: selector,
      allowed: 'a selector of its own in its namespace',
      fix: 'give one of them another name or namespace, or say that they are for different clusters: Cluster.separate(chart)',
    });
  }
}

function checkVolume({ cache, hostSocket, namespace, problems }: EnginePlan, other: (kind: string, ...what: Array<string | undefined>) => string | undefined): void {
  const { hostPath, nfs, persistentVolumeClaim: claim } = cache?.volume ?? {};
  const shared = (claim && other('claim', namespace, claim.claimName)) ?? (nfs && other('nfs', nfs.server, nfs.path));
  if (shared !== undefined) {
    problems.add('cache', {
      wrong: `${shared} uses the same volume, and the second engine fails to lock it`, got: cache?.title, allowed: 'a volume for each engine', fix: 'give each a claim or a path of its own, or say that they are for different clusters: Cluster.separate(chart)',
    });
  }
  // Not an error: node selectors may keep the two apart.
  const sharedPath = hostPath && other('hostPath', trimSlash(hostPath.path));
  if (sharedPath !== undefined) {
    problems.warn(EngineWarning.SHARED_HOST_PATH, 'cache', `${sharedPath} uses ${cache?.title} too; on one node the second engine can't take the lock and crash-loops`);
  }
  const sharedSocket = hostSocket && other('hostSocket', trimSlash(hostSocket));
  if (sharedSocket !== undefined) {
    problems.warn(EngineWarning.SHARED_HOST_PATH, 'hostSocket', `${sharedSocket} uses the node's directory ${JSON.stringify(hostSocket)} too; on one node the second engine takes the socket over without a word`);
  }
}
