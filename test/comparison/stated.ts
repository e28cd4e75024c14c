import type { ChangeName } from '../../src/comparison/change-kinds';

/** A kind of statement that `diff` makes about a change. */
interface StatementKind {
  readonly name: ChangeName | readonly ChangeName[];
  /** Matches the effects of this kind. An effect belongs to the first kind that matches. */
  readonly pattern: RegExp;
  /** The statement, for readers. */
  readonly statement: string;
  /** The check on the control plane, or undefined if there is none. */
  readonly checked?: string;
  /** The reason that the control plane can't check the statement. */
  readonly unchecked?: string;
}

const NO_ENGINE = 'The pods of a control plane run no engine.';
const NO_NODES = 'The control plane of this check has no nodes.';
const NODE_TESTS = 'Engines on a real node confirm it for eleven changes.';
const KARPENTER =
  'Karpenter decides. Its rules are checked with its own code on simulated nodes, but not for these changes.';
const ANY = /./;

/** The kinds of statements, and the check of each on a control plane. */
export const STATEMENTS = {
  'rejected update': {
    name: 'rejected-update',
    pattern: ANY,
    statement: 'The API server rejects an update',
    checked: 'The API server rejects it, and accepts it after the suggested commands.',
  },
  'ignored update': {
    name: 'ignored-update',
    pattern: ANY,
    statement: 'The API server ignores the update of a field',
    checked: 'The stored object keeps the old value.',
  },
  'names of restarting pods': {
    name: 'restart',
    pattern: /^\d+ engines? restarts?: (\S+-\d+)$/,
    statement: 'Single pods restart',
    checked: 'Only these pods get the new revision.',
  },
  restart: {
    name: ['restart', 'manual-restart'],
    pattern: ANY,
    statement: 'Pods restart',
    checked:
      "The workload gets a new revision. Other workloads don't. The order and the times are checked with real engines only.",
  },
  'postponed restart': {
    name: 'postponed-restart',
    pattern: ANY,
    statement: 'Pods with an older template restart',
    unchecked: 'The manifests of the running pods are unknown, so the statement is conditional.',
  },
  configuration: {
    name: 'config-not-applied',
    pattern: ANY,
    statement: 'Pods keep an old configuration',
    checked: 'The workload gets no new revision.',
  },
  permission: {
    name: ['access-gained', 'access-lost'],
    pattern: /^(\w+) (\S+) (gets|loses) the permission to (?!use the )(.*)$/,
    statement: 'A subject gains or loses a permission',
    checked: 'The API server answers SubjectAccessReviews before and after the change.',
  },
  'permission of an unknown role': {
    name: ['access-gained', 'access-lost'],
    pattern: /^\w+ \S+ (gets|loses) the permission to use the /,
    statement: "A subject gains or loses a role that isn't in the manifests",
    unchecked: 'The permissions of the role are unknown.',
  },
  address: {
    name: 'access-lost',
    pattern: /^Clients that use (\S+) can no longer connect$/,
    statement: 'An address no longer leads to an engine',
    checked: 'The Service is deleted, selects no pod any more, or lacks the port.',
  },
  'clients of a policy': {
    name: 'access-gained',
    pattern: /^Clients can connect from (.*) on port (\d+)$/,
    statement: 'A network policy allows more clients',
    checked:
      'The stored policies allow the client after the change only. A stand-in by the authors of this project evaluates them, because a control plane has no network plugin.',
  },
  'no policy': {
    name: 'access-gained',
    pattern: /^Every pod in the cluster can connect to the open ports of the engines$/,
    statement: 'No network policy applies any more',
    checked: 'As above.',
  },
  'destinations of builds': {
    name: 'access-lost',
    pattern: /^Network policy \S+ restricts the destinations of builds$/,
    statement: 'A network policy restricts destinations',
    checked: 'As above, for an address in a private network.',
  },
  'clients outside the cluster': {
    name: ['access-gained', 'access-lost'],
    pattern: /^Clients outside the cluster can (no longer )?reach the engines through Service (\S+)$/,
    statement: 'Clients outside the cluster gain or lose access',
    checked: 'The API server allocates or releases the node port of the Service.',
  },
  'opened port': {
    name: 'access-gained',
    pattern: /^Port (\d+) (?:accepts clients over|serves) (plain TCP|mutual TLS|metrics)$/,
    statement: 'A port is opened',
    checked: 'A container of the stored template declares the port: the engine, or the TLS sidecar for mutual TLS.',
  },
  'closed port': {
    name: 'access-lost',
    pattern: /^Clients can no longer connect to port (\d+)$/,
    statement: 'A port is closed',
    checked: 'No container of the stored template declares the port.',
  },
  'protected port': {
    name: 'access-lost',
    pattern: /^Port (\d+) changes from plain TCP to mutual TLS$/,
    statement: 'A port changes its protection',
    checked: 'The TLS sidecar declares the port instead of the engine.',
  },
  'client certificate': {
    name: ['access-gained', 'access-lost'],
    pattern: /^Port \d+ (no longer )?accepts (the|every) client certificate/,
    statement: 'A port accepts other client certificates',
    unchecked: 'The TLS sidecar decides. `npm run test:tls` runs it with such arguments.',
  },
  socket: {
    name: ['access-gained', 'access-lost'],
    pattern: /^Pods that mount (\S+) of their node can (no longer )?use the engine$/,
    statement: 'The socket on the node moves, appears or disappears',
    checked: "The stored template mounts the directory of the node, or doesn't.",
  },
  'server certificate': {
    name: 'access-lost',
    pattern: /^The certificate (\S+) no longer covers (\S+)$/,
    statement: 'A certificate covers fewer names',
    checked: 'The stored Certificate lacks the name. cert-manager does not run.',
  },
  issuer: {
    name: 'access-lost',
    pattern: /^Clients and engines that don't trust Issuer (\S+) reject the certificate (\S+)$/,
    statement: 'Another CA signs a certificate',
    checked: 'The stored Certificate has the other issuer. cert-manager does not run.',
  },
  'cost of a workload': {
    name: 'higher-cost',
    pattern: /^(\w+) (\S+) requests (.*?)( on each node| for each engine)?$/,
    statement: 'Pods request more',
    checked:
      'The stored template and replicas request these totals of CPU and memory. The claims that controllers create have the disk space.',
  },
  'cost of a claim': {
    name: 'higher-cost',
    pattern: /^The claim (\S+) grows from (\S+) to (\S+)$/,
    statement: 'A claim grows',
    checked: 'The stored claim requests these sizes.',
  },
  'cost of an autoscaler': {
    name: 'higher-cost',
    pattern: /^The autoscaler can run up to (\d+) engines instead of (\d+)$/,
    statement: 'An autoscaler can add more engines',
    checked: 'The stored HorizontalPodAutoscaler has these limits.',
  },
  'cost of nodes': {
    name: 'higher-cost',
    pattern: /^The nodes of NodePool /,
    statement: 'A NodePool can have more nodes',
    unchecked: KARPENTER,
  },
  'names of added pods': {
    name: 'engines-added',
    pattern: /^\d+ engines? starts?: (\S+?)-(\d+)(?: to \S+?-(\d+))?$/,
    statement: 'Pods with certain names start',
    checked: 'The StatefulSet controller creates exactly these pods.',
  },
  'number of added pods': {
    name: 'engines-added',
    pattern: /^(?:(?:Deployment|StatefulSet) \S+ starts (\d+) engines?|(\d+) engines? starts? with an empty cache)$/,
    statement: 'A number of pods starts',
    checked: 'The controller creates this number of pods.',
  },
  'added pods of nodes': {
    name: 'engines-added',
    pattern: /^(An engine starts on each selected node|Engines can start on more nodes)$/,
    statement: 'Engines start on nodes',
    unchecked: `${NO_NODES} \`scenarios/retirement.cluster.ts\` checks it on simulated nodes.`,
  },
  'names of stopped pods': {
    name: 'scale-in',
    pattern: /^\d+ engines? stops?: (\S+?)-(\d+)(?: to \S+?-(\d+))?$/,
    statement: 'Pods with certain names stop',
    checked: 'The StatefulSet controller deletes exactly these pods.',
  },
  'number of stopped pods': {
    name: 'scale-in',
    pattern: /^(\d+) engines? stops?( at once, because the API server resets replicas to 1)?$/,
    statement: 'A number of pods stops',
    checked: 'The controller deletes this number of pods.',
  },
  'stopped pods of nodes': {
    name: 'scale-in',
    pattern: /^The engines stop on every node$/,
    statement: 'Engines stop on all nodes',
    unchecked: `${NO_NODES} \`scenarios/retirement.cluster.ts\` checks it on simulated nodes.`,
  },
  'removed engines': {
    name: 'engines-removed',
    pattern: /^(\w+) (\S+)( and its engines are| is) removed$/,
    statement: 'A workload and its pods are removed',
    checked: 'The workload and its pods are deleted.',
  },
  'removed namespace': {
    name: ['cache-at-risk', 'cache-deleted'],
    pattern: /^Namespace /,
    statement: 'A Namespace is removed',
    unchecked:
      'A limit of this test: it runs many changes in one cluster, in a namespace for each, so it never deletes the namespace of a manifest. A control plane could check it.',
  },
  'deleted cache': {
    name: 'cache-deleted',
    pattern: ANY,
    statement: 'Claims are deleted',
    checked: 'The controllers delete exactly these claims.',
  },
  'remaining directory': {
    name: 'cache-orphaned',
    pattern: / in directory /,
    statement: 'Directories of nodes remain',
    unchecked: NO_NODES,
  },
  'remaining cache': {
    name: 'cache-orphaned',
    pattern: ANY,
    statement: 'Claims or snapshots remain',
    checked: 'They still exist after the controllers have processed the change.',
  },
  'copied cache': {
    name: 'cache-lost',
    pattern: / start with a copy of VolumeSnapshot /,
    statement: 'Engines start with a copy of a seed',
    checked: 'The new claims have the snapshot as their source.',
  },
  'retention of claims': {
    name: 'cache-at-risk',
    pattern: /^From now on, /,
    statement: 'Kubernetes deletes claims from now on',
    unchecked: 'It happens at a later change. `scenarios/retention.cluster.ts` checks such changes.',
  },
  cache: {
    name: ['cache-at-risk', 'cache-kept', 'cache-limit-lowered', 'cache-lost', 'cache-moved', 'cache-wiped'],
    pattern: ANY,
    statement: 'Engines keep, move, shrink, lose or delete their cache',
    unchecked: `${NO_ENGINE} ${NODE_TESTS}`,
  },
  releases: {
    name: ['clients-cut-off', 'clients-too-new', 'clients-too-old', 'downgrade'],
    pattern: ANY,
    statement: 'Clients and engines of certain releases reject each other',
    unchecked: `${NO_ENGINE} The table of releases records what was run.`,
  },
  evictions: {
    name: 'evictions-changed',
    pattern: ANY,
    statement: 'Drains of nodes evict engines under other limits',
    unchecked:
      'Kubernetes always evicts pods that are not ready. `scenarios/disruption.cluster.ts` checks evictions on simulated nodes.',
  },
  nodes: {
    name: ['nodes-changed', 'nodes-removed', 'nodes-replaced'],
    pattern: ANY,
    statement: 'Karpenter removes or replaces nodes',
    unchecked: KARPENTER,
  },
} as const satisfies { readonly [id: string]: StatementKind };

/** The id of a kind of statement. */
export type StatementId = keyof typeof STATEMENTS;

/** The kinds of statements, with their ids. */
export const STATEMENT_KINDS = Object.entries(STATEMENTS) as unknown as ReadonlyArray<[StatementId, StatementKind]>;

/** Returns the kind of a statement, or undefined if it isn't listed. */
export function statementOf({
  effect,
  name,
}: {
  readonly effect: string;
  readonly name: ChangeName;
}): StatementId | undefined {
  return STATEMENT_KINDS.find(([, kind]) => [kind.name].flat().includes(name) && kind.pattern.test(effect))?.[0];
}
