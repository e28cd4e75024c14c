import { Lazy } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Subject } from 'kubernetes-types/rbac/v1';
import { emit } from '../kubernetes/manifest';
import type { Transport } from '../network/transport';
import { EngineWarning } from '../reporting/warnings';
import type { Client } from './client';
import type { EngineEndpoint } from './engine-endpoint';

/** Rights in the engine's namespace, and who is to have them. */
export interface ClientAccess {
  readonly rules: k8s.PolicyRule[];
  /** Name of the Role that has them, and of its RoleBinding. */
  readonly role: string;
  /** Whether they reach further than the engine's own pods. */
  readonly allPods: boolean;
  readonly account?: string;
  readonly namespace?: string;
}

/**
 * The least that `kubectl exec` needs: to get the pod, and to exec by a POST or, as newer releases of kubectl do, by a GET that becomes a
 * WebSocket, for which newer clusters want `create` as well (kubernetes/kubernetes #133515, #134577). A pod with a random name has to
 * be looked up, and no right can be limited to it.
 */
export function kubePodAccess(
  { name, podNames }: EngineEndpoint,
  { account, namespace }: Client,
  { _kind: kind, _ordinal: ordinal, _pod: pod }: Transport,
): ClientAccess {
  const podName = kind === 'kubePodOrdinal' ? `${name}-${ordinal}` : podNames.find((known) => known === pod);
  const only = podName === undefined ? {} : { resourceNames: [podName] };
  return {
    rules: [
      { apiGroups: [''], resources: ['pods'], ...only, verbs: podName === undefined ? ['get', 'list'] : ['get'] },
      { apiGroups: [''], resources: ['pods/exec'], ...only, verbs: ['create', 'get'] },
    ],
    role: `${podName ?? name}-client`,
    allPods: podName === undefined,
    ...(account !== undefined && { account, namespace }),
  };
}

const SUBJECTS = new WeakMap<Construct, Map<string, Subject[]>>();

/** Grants the rights to the account: one Role and one RoleBinding for each pod, or for all of them, whoever comes. */
export function grant(engine: EngineEndpoint, { account, allPods, namespace, role, rules }: ClientAccess): void {
  if (account === undefined) {
    return;
  }
  const { labels, scope } = engine;
  const ofEngine = SUBJECTS.get(scope) ?? new Map<string, Subject[]>();
  SUBJECTS.set(scope, ofEngine);
  let subjects = ofEngine.get(role);
  if (subjects === undefined) {
    const bound: Subject[] = [];
    subjects = bound;
    ofEngine.set(role, bound);
    const metadata = { name: role, labels: { ...labels } };
    emit(scope, `Role ${role}`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules,
    } as Parameters<typeof emit>[2]);
    emit(scope, `RoleBinding ${role}`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
      // Clients come until synth.
      subjects: Lazy.any({ produce: () => bound }),
    } as Parameters<typeof emit>[2]);
  }
  if (!subjects.some((other) => other.name === account && other.namespace === namespace)) {
    subjects.push({ kind: 'ServiceAccount', name: account, namespace });
    if (allPods) {
      engine.warn(
        EngineWarning.EXEC_IN_NAMESPACE,
        'connect',
        `the engine's pods have random names, so the account ${JSON.stringify(`${namespace}/${account}`)} may exec into every pod of the namespace: keep other pods out of it, or use an EngineStatefulSet`,
      );
    }
  }
}
