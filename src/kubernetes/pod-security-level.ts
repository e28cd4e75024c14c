import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { oncePerSynth } from '../reporting/app-checks';
import { clusterOf } from './cluster';

/**
 * The label that sets the Pod Security level of a namespace
 * (kubernetes.io/docs/concepts/security/pod-security-admission).
 */
export const ENFORCE = 'pod-security.kubernetes.io/enforce';

/**
 * Returns the Pod Security level of a namespace in a cluster, or undefined if the app doesn't create the namespace or
 * doesn't set its level.
 */
type LevelOf = (cluster: IConstruct, namespace: string | undefined) => string | undefined;

/** Returns the Pod Security level of a namespace in the construct's cluster. Call it only from checks. */
export function podSecurityLevel(construct: IConstruct, namespace: string | undefined): string | undefined {
  return oncePerSynth(construct, podSecurityLevels)(clusterOf(construct), namespace);
}

/** Returns the Pod Security levels of all namespaces in an app. */
export function podSecurityLevels(root: IConstruct): LevelOf {
  const keyOf = (cluster: IConstruct, namespace: string | undefined): string =>
    JSON.stringify([cluster.node.path, namespace]);
  const levels = new Map<string, string | undefined>();
  for (const one of root.node.findAll()) {
    if (ApiObject.isApiObject(one) && one.kind === 'Namespace') {
      levels.set(keyOf(clusterOf(one), one.name), one.toJson().metadata?.labels?.[ENFORCE] as string | undefined);
    }
  }
  return (cluster, namespace) => levels.get(keyOf(cluster, namespace));
}
