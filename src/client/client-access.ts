import { Chart, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PolicyRule, Subject } from 'kubernetes-types/rbac/v1';
import { emit } from '../kubernetes/manifest';
import type { Transport } from '../network/transport';
import { stateOf } from '../reporting/construct-state';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { Client } from './client';
import type { EngineEndpoint } from './engine-endpoint';

/** The permissions of a client in the engine's namespace. */
export interface ClientAccess {
  readonly rules: PolicyRule[];
  /** The pod that the permissions are limited to, or undefined for all pods in the namespace. */
  readonly podName: string | undefined;
}

/**
 * Returns the permissions that `kubectl exec` needs. The command reads the pod, and then sends a POST request or, in
 * newer releases, a GET request that becomes a WebSocket. For the latter, newer clusters require `create` as well
 * (kubernetes/kubernetes#133515, kubernetes/kubernetes#134577). If pods have random names, clients must list them, and
 * the permissions can't be limited to one pod.
 */
export function kubePodAccess(
  { name, podNames }: EngineEndpoint,
  { _ordinal: ordinal, _podName: given }: Transport,
): ClientAccess {
  const podName = podNames.find((pod) => pod === (given ?? `${name}-${ordinal}`));
  const only = podName === undefined ? {} : { resourceNames: [podName] };
  return {
    rules: [
      { apiGroups: [''], resources: ['pods'], ...only, verbs: podName === undefined ? ['get', 'list'] : ['get'] },
      { apiGroups: [''], resources: ['pods/exec'], ...only, verbs: ['create', 'get'] },
    ],
    podName,
  };
}

/**
 * Reports a service account that must not get permissions to exec into an engine. These permissions make the account's
 * pods root on the engine's node.
 */
export function checkAccount(
  { namespace, serviceAccountName }: EngineEndpoint,
  { namespace: clientNamespace }: Client,
  account: string | undefined,
  problems: Problems,
): void {
  const report = (wrong: string): void => {
    problems.add('serviceAccountName', {
      wrong,
      got: account,
      allowed: 'a service account that only the client uses',
      fix: 'create a service account for the client, and set it on its pod',
    });
  };
  if (account === undefined || account === 'default') {
    report(
      'the default service account would allow every pod in the namespace to exec into the engine and become root on its node',
    );
  } else if (account === serviceAccountName && clientNamespace === namespace) {
    report("must not be the engine's own service account, because builds could use its permissions");
  }
}

/** A client that gets permissions. */
interface Grantee {
  readonly client: Client;
  /** Returns the service account of the client, or undefined if it has none. The library calls it at synth. */
  readonly account: () => string | undefined;
  /** The scope of the Role and the RoleBinding, or undefined for the engine. */
  readonly scope: Construct | undefined;
}

/**
 * Grants permissions to a client. Clients with the same permissions share a Role and a RoleBinding, unless they set a
 * scope.
 */
export function grant(engine: EngineEndpoint, { podName, rules }: ClientAccess, grantee: Grantee): void {
  const { client, scope = engine.scope } = grantee;
  const role = [podName ?? engine.name, 'client', ...(grantee.scope ? [client.name] : [])].join('-');
  const ofScope = stateOf(scope, 'grantees', () => new Map<string, Grantee[]>());
  const grantees = ofScope.get(role) ?? [];
  if (!ofScope.has(role)) {
    ofScope.set(role, grantees);
    const metadata = {
      name: role,
      ...(engine.namespace !== Chart.of(scope).namespace && { namespace: engine.namespace }),
      labels: { ...engine.labels },
    };
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
      // Clients can be added until synth.
      subjects: Lazy.any({ produce: () => subjects(grantees) }),
    } as Parameters<typeof emit>[2]);
  }
  grantees.push(grantee);
  if (podName === undefined) {
    engine.warn(
      EngineRisk.EXEC_IN_NAMESPACE,
      'connect',
      `the engine's pods have random names, so the client ${JSON.stringify(client.name)} can exec into every pod in the namespace`,
      'keep other pods out of the namespace, or use an EngineStatefulSet',
    );
  }
}

function subjects(grantees: readonly Grantee[]): Subject[] {
  const result: Subject[] = [];
  for (const { account, client } of grantees) {
    const name = account();
    if (name !== undefined && !result.some((other) => other.name === name && other.namespace === client.namespace)) {
      result.push({ kind: 'ServiceAccount', name, namespace: client.namespace });
    }
  }
  return result;
}
