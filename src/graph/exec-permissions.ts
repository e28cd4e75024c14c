import type { DescribedEngine } from '../reading/described-engine';
import { serviceAccountsOf } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import { mayShare, type Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { NodeKind, type Graph } from './graph';
import { keyOf } from './objects';

/** Draws the subjects that may exec into an engine's pods, which makes them clients. */
export function drawExecPermissions(inventory: Inventory, engines: readonly DescribedEngine[], graph: Graph): void {
  for (const binding of inventory.objects.filter(({ type }) => type === 'rbac.authorization.k8s.io/RoleBinding')) {
    const role = inventory.named(
      `rbac.authorization.k8s.io/${binding.root.at('roleRef', 'kind').text}`,
      binding.namespace,
      binding.root.at('roleRef', 'name').text,
    );
    for (const { object } of engines.filter((engine) => mayShare(engine.object.namespace, binding.namespace))) {
      if (role?.root.at('rules').items.some((rule) => allowsExec(rule, object)) === true) {
        for (const subject of binding.root.at('subjects').items) {
          const from = subjectNode(subject, binding, inventory, graph);
          graph.edge({ from, to: keyOf(object), lines: ['may exec', `${role.kind} ${role.name}`] });
        }
      }
    }
  }
}

/** Whether a rule allows `kubectl exec` in a pod of a workload. */
function allowsExec(rule: Field, { name }: ManifestObject): boolean {
  const lists = (field: string, ...values: string[]): boolean =>
    rule.at(field).items.some(({ text }) => text === '*' || values.includes(text ?? ''));
  const pods = rule.at('resourceNames').items;
  return (
    lists('apiGroups', '') &&
    lists('resources', 'pods/exec') &&
    lists('verbs', 'create', 'get') &&
    (pods.length === 0 || pods.some(({ text }) => text?.startsWith(`${name}-`)))
  );
}

/** Adds the node for a subject, and returns its key. A workload with the service account is drawn instead of it. */
function subjectNode(subject: Field, binding: ManifestObject, inventory: Inventory, graph: Graph): string {
  const [kind, name] = [subject.at('kind').text ?? '', subject.at('name').text ?? ''];
  const namespace = kind === 'ServiceAccount' ? (subject.at('namespace').text ?? binding.namespace) : undefined;
  const users = kind === 'ServiceAccount' ? inventory.find(serviceAccountsOf, namespace, name) : [];
  const workload = users.find((object) => object.namespace === namespace);
  return workload !== undefined && graph.has(keyOf(workload))
    ? keyOf(workload)
    : graph.node({
        key: `${namespace ?? ''}/subject ${kind} ${name}`,
        kind: NodeKind.PEER,
        lines: [`${kind} ${name}`],
        ...(namespace !== undefined && { namespace }),
      });
}
