import type { IConstruct } from 'constructs';
import { parseEngineFlags } from '../config/engine-flags';
import { CONTAINER_NAME } from '../pod/engine-container';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { EnginePlan } from './engine-plan';
import { meetings } from './node-overlap';

/** An engine in the app. The check reports to `problems`. */
interface ComparedEngine {
  readonly path: string;
  readonly cluster: IConstruct;
  readonly plan: EnginePlan;
  readonly problems: Problems;
}

/**
 * Warns about two engines on the host network that may share a node. Both would create the bridge dagger0 with the
 * network 10.87.0.0/16 on the node (dagger/dagger network/consts.go:11-14@v0.21.7).
 */
export function checkNodeNetworks(engines: readonly ComparedEngine[]): void {
  const clusters = new Map<IConstruct, Array<ComparedEngine & { readonly placement: EnginePlan }>>();
  for (const engine of engines.filter(({ plan }) => usesDefaultNetwork(plan))) {
    const others = clusters.get(engine.cluster) ?? [];
    others.push({ ...engine, placement: engine.plan });
    clusters.set(engine.cluster, others);
  }
  for (const { engine, first } of [...clusters.values()].flatMap(meetings)) {
    engine.problems.warn(
      EngineRisk.SHARED_NODE_NETWORK,
      'hostNetwork',
      `${first.path} also uses its node's network. On the same node, both engines create the bridge dagger0 and the network 10.87.0.0/16, and builds lose their network`,
      'keep the engines on different nodes, or set other values with the flags --network-name and --network-cidr',
    );
  }
}

/** Whether builds of an engine use the default bridge and network on the node. */
export function usesDefaultNetwork({ podTemplate: { spec } }: EnginePlan): boolean {
  const { args = [] } = spec.containers.find(({ name }) => name === CONTAINER_NAME) ?? {};
  const names = parseEngineFlags(args).flags.map(({ name }) => name);
  return spec.hostNetwork === true && !(names.includes('--network-name') && names.includes('--network-cidr'));
}
