import type { Findings } from './finding';
import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import { mayShare, type Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { typedKey } from '../reading/object-index';
import { report } from './finding-kinds';

const RBAC = 'rbac.authorization.k8s.io';
const EVERY_PERMISSION =
  "the engine doesn't call the Kubernetes API, but its service account has every permission on every resource, including Secrets";

/** Reports privileges that an engine lacks on its node, and permissions in the cluster that it doesn't need. */
export function reportPermissions(engine: DescribedEngine, findings: Findings): void {
  reportSecurityContext(engine, findings);
  reportAccount(engine, findings);
}

function reportSecurityContext({ container, spec }: DescribedEngine, findings: Findings): void {
  const context = container.at('securityContext');
  const effective = (field: string): Field =>
    context.at(field).exists ? context.at(field) : spec.at('securityContext', field);
  const missing = (key: string, why: string, fix: string): void =>
    report(findings, 'unprivileged-engine', { key, why, fix });
  if (context.at('privileged').value !== true) {
    missing(
      context.origin,
      "without privileges, the engine can't mount file systems, create network namespaces or run containers",
      'set privileged: true',
    );
  } else if (context.at('allowPrivilegeEscalation').value === false) {
    report(findings, 'invalid-manifest', {
      key: context.at('allowPrivilegeEscalation').origin,
      why: 'Kubernetes rejects a privileged container without allowPrivilegeEscalation',
      fix: 'remove it',
    });
  }
  const user = effective('runAsUser');
  if (user.exists && user.value !== 0) {
    missing(
      user.origin,
      `the engine exits unless it runs as root, but the container runs as user ${String(user.value)}`,
      'set runAsUser: 0',
    );
  } else if (effective('runAsNonRoot').value === true) {
    missing(effective('runAsNonRoot').origin, "the engine runs as root, so the kubelet doesn't start it", 'remove it');
  }
}

function reportAccount({ inventory, object: { namespace }, spec }: DescribedEngine, findings: Findings): void {
  const name = spec.at('serviceAccountName').text ?? 'default';
  const account = inventory.named('/ServiceAccount', namespace, name);
  const mounts = spec.at('automountServiceAccountToken').exists
    ? spec.at('automountServiceAccountToken').value
    : account?.root.at('automountServiceAccountToken').value;
  if (mounts !== false) {
    report(findings, 'token-mounted', {
      key: spec.at('automountServiceAccountToken').origin,
      why: "the token of the service account is mounted, although the engine doesn't need it, and every build with root capabilities can read it",
    });
  }
  const bindings = [
    ...inventory.find(subjectsOf, namespace, typedKey(`${RBAC}/RoleBinding`, name)),
    ...inventory.find(subjectsOf, undefined, typedKey(`${RBAC}/ClusterRoleBinding`, name)),
  ];
  for (const binding of bindings.filter(({ root }) =>
    root.at('subjects').items.some((subject) => isAccount(subject, name, namespace)),
  )) {
    const role = binding.root.at('roleRef');
    if (role.at('name').text === 'cluster-admin') {
      report(findings, 'broad-role', { key: role.origin, why: EVERY_PERMISSION });
    }
    for (const rule of rulesOf(binding, inventory)) {
      if (['resources', 'verbs'].every((field) => rule.at(field).items.some(({ text }) => text === '*'))) {
        report(findings, 'broad-role', { key: rule.origin, why: EVERY_PERMISSION });
      }
    }
  }
}

function isAccount(subject: Field, name: string, namespace: string | undefined): boolean {
  return (
    subject.at('kind').text === 'ServiceAccount' &&
    subject.at('name').text === name &&
    mayShare(subject.at('namespace').text, namespace)
  );
}

/** Returns the keys of a binding, one for each subject. */
function subjectsOf({ root, type }: ManifestObject): string[] {
  return root.at('subjects').items.flatMap((subject) => {
    const { text } = subject.at('name');
    return text === undefined ? [] : [typedKey(type, text)];
  });
}

function rulesOf({ namespace, root }: ManifestObject, inventory: Inventory): Field[] {
  const { kind, name } = root.at('roleRef').texts;
  return inventory
    .allNamed(`${RBAC}/${kind}`, kind === 'Role' ? namespace : undefined, name)
    .flatMap((role) => role.root.at('rules').items);
}
