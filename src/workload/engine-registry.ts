import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { takeAcceptedRisks } from '../reporting/acceptances';
import { oncePerSynth } from '../reporting/app-checks';
import { readState, stateOf } from '../reporting/construct-state';
import { Problems } from '../reporting/problems';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import { SIDECAR_CACHE, type SidecarCache } from '../client/sidecar-cache-state';
import { clusterOf } from '../kubernetes/cluster';
import type { EngineNetworkPolicy } from '../network/network-policy';
import type { CurrentEngine } from './current-engine';
import type { EnginePlan } from './engine-plan';
import { checkNamespacesOfEngines } from './namespaces-of-engines';
import { SEPARATE } from './separate-clusters';
import { checkHostPorts } from './shared-host-ports';
import { checkNodeNetworks } from './shared-node-networks';
import { checkSharedVolumes, type SidecarVolume } from './shared-volumes';
import { checkUserServices } from './user-services';

/** An engine in the app, and the problems found by comparing it with other engines. */
interface Compared {
  readonly path: string;
  /** The position among the engines of the app. */
  readonly order: number;
  readonly cluster: IConstruct;
  readonly plan: EnginePlan;
  readonly workload: ApiObject;
  readonly problems: Problems;
}

type Found = Map<IConstruct, Compared>;

/**
 * Compares an engine with the other engines in its cluster at synth, because the clusters of the engines are not known
 * earlier.
 */
export function compareAtSynth(engine: IConstruct, plan: EnginePlan, current: CurrentEngine): void {
  stateOf(engine, 'current-engine', () => current);
  reportAtSynth(engine, () => {
    const { problems } = oncePerSynth(engine, compare).get(engine)!;
    checkPeers(engine, plan.policy, problems);
    takeAcceptedRisks(engine, problems);
    const all = [plan.problems.cautions, plan.policy.cautionsAtSynth(), current.problems.cautions, problems.cautions];
    printWarnings(engine, all.flat());
    return [...current.problems.messages, ...problems.messages];
  });
}

/** Reports allowed peers in another cluster. A network policy selects only pods in its own cluster. */
function checkPeers(engine: IConstruct, { peers }: EngineNetworkPolicy, problems: Problems): void {
  const inApp = peers.filter(({ construct }) => construct.node.root === engine.node.root);
  for (const { construct, method } of inApp.filter((peer) => clusterOf(peer.construct) !== clusterOf(engine))) {
    problems.add(method, {
      wrong:
        'the engine and the peer are in different clusters, and a network policy selects only pods in its own cluster',
      got: construct.node.path,
      allowed: "pods in the engine's cluster",
      fix: 'allow the addresses of the peer with NetworkPeer.cidr(...)',
    });
  }
}

/** Returns the conflicts between the engines below a construct. */
export function comparedEngines(root: IConstruct): ReadonlyMap<IConstruct, Pick<Problems, 'found' | 'cautions'>> {
  return new Map([...compare(root)].map(([engine, { problems }]) => [engine, problems]));
}

function compare(root: IConstruct): Found {
  const found: Found = new Map();
  for (const engine of root.node.findAll()) {
    const current = readState<CurrentEngine>(engine, 'current-engine');
    if (current !== undefined) {
      found.set(engine, {
        path: engine.node.path,
        order: found.size,
        cluster: clusterOf(engine),
        plan: current.plan,
        workload: ApiObject.of(engine),
        problems: new Problems(),
      });
    }
  }
  checkSelectors([...found.values()]);
  checkSharedVolumes([...found.values()], sidecarsBelow(root));
  checkNodePorts([...found.values()]);
  checkHostPorts([...found.values()]);
  checkNodeNetworks([...found.values()]);
  checkNamespacesOfEngines(root, [...found.values()]);
  checkUserServices(root, [...found.values()]);
  return found;
}

/** Returns the caches of the sidecars below a construct. */
function sidecarsBelow(root: IConstruct): SidecarVolume[] {
  return root.node.findAll().flatMap((construct) => {
    const cache = readState<SidecarCache>(construct, SIDECAR_CACHE);
    return cache === undefined ? [] : [{ ...cache, path: construct.node.path, cluster: clusterOf(construct) }];
  });
}

/**
 * Reports selectors that match the pods of another engine. For each selector, the index uses the label that the fewest
 * pods have. Few engines share that label, so comparing thousands of engines is fast.
 */
function checkSelectors(engines: readonly Compared[]): void {
  const frequency = new Map<string, number>();
  for (const key of engines.flatMap((engine) => keys(engine, engine.plan.podLabels))) {
    frequency.set(key, (frequency.get(key) ?? 0) + 1);
  }
  const bySelector = new Map<string, Compared[]>();
  for (const engine of engines) {
    const rarest = keys(engine, engine.plan.selector).reduce((a, b) => (frequency.get(b)! < frequency.get(a)! ? b : a));
    const same = bySelector.get(rarest) ?? [];
    same.push(engine);
    bySelector.set(rarest, same);
  }
  const reported = new Set<Compared>();
  for (const engine of engines) {
    const pod = new Set(keys(engine, engine.plan.podLabels));
    const selectsIt = (other: Compared): boolean =>
      other !== engine && keys(other, other.plan.selector).every((key) => pod.has(key));
    const other = [...pod].map((key) => bySelector.get(key)?.find(selectsIt)).find((found) => found !== undefined);
    const later = other !== undefined && other.order > engine.order ? other : engine;
    if (other !== undefined && !reported.has(later)) {
      reported.add(later);
      later.problems.add('podSelector', {
        wrong: `the selector of ${other.path} also selects the pods of ${engine.path}, so its Services and workload would use them`,
        got: other.plan.selector,
        allowed: 'a selector that matches no pods of other engines in the namespace',
        fix: `give one of them another name or namespace, ${SEPARATE}`,
      });
    }
  }
}

/** Returns one key per label of an engine. The key is unique to the cluster, the namespace and the label. */
function keys({ cluster, plan: { namespace } }: Compared, labels: { readonly [key: string]: string }): string[] {
  return Object.entries(labels).map((label) => JSON.stringify([cluster.node.path, namespace, ...label]));
}

/** Reports node ports that two Services in a cluster use. */
function checkNodePorts(engines: readonly Compared[]): void {
  const first = new Map<string, string>();
  for (const {
    path,
    cluster,
    plan: { listener },
    problems,
  } of engines) {
    const nodePort = listener?.service.nodePort;
    const key = JSON.stringify([cluster.node.path, nodePort]);
    const other = nodePort === undefined ? undefined : first.get(key);
    if (other !== undefined) {
      problems.add('listener.service.nodePort', {
        wrong: `${other} uses the same node port, and the API server assigns it to only one Service in the cluster`,
        got: nodePort,
        allowed: 'a node port for each engine',
        fix: `choose another node port or remove it, ${SEPARATE}`,
      });
    } else {
      first.set(key, path);
    }
  }
}
