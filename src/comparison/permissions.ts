import { FindingSeverity } from '../findings/finding';
import type { Field } from '../reading/field';
import type { Inventory, ManifestObject } from '../reading/inventory';
import type { Changes, Side } from './change';
import type { Comparison } from './comparison';
import { listed } from './english';

const RBAC = 'rbac.authorization.k8s.io';

/** A permission of a subject. */
interface Permission {
  readonly subject: string;
  /** The text, such as `create pods/exec in namespace ci`. */
  readonly text: string;
  readonly field: Field;
}

/** Reports permissions that subjects gain or lose. */
export function reportPermissions({ after, before }: Comparison, changes: Changes): void {
  const [old, current] = [permissions(before), permissions(after)];
  report('access-gained', 'after', missing(current, old), changes);
  report('access-lost', 'before', missing(old, current), changes);
}

/** Returns the permissions in the first list that the second list doesn't contain. */
function missing(all: readonly Permission[], others: readonly Permission[]): Permission[] {
  const known = new Set(others.map(key));
  return all.filter((one) => !known.has(key(one)));
}

function key({ subject, text }: Permission): string {
  return `${subject} ${text}`;
}

function report(
  name: 'access-gained' | 'access-lost',
  side: Side,
  found: readonly Permission[],
  changes: Changes,
): void {
  for (const subject of new Set(found.map((one) => one.subject))) {
    const own = found.filter((one) => one.subject === subject);
    const texts = [...new Set(own.map(({ text }) => text))];
    const isExec = texts.some((text) => /pods\/exec|^every permission/.test(text));
    changes.add(name, [side, own[0]!.field], {
      effect: `${subject} ${name === 'access-gained' ? 'gets' : 'loses'} the permission to ${listed(texts)}`,
      ...(name === 'access-gained' &&
        isExec && {
          reasons: [
            'A subject that can run commands in the pod of an engine can do everything that root can do on its node.',
          ],
        }),
      severity: FindingSeverity.WARNING,
    });
  }
}

/** Returns the permissions that the bindings in manifests grant with the roles in the same manifests. */
function permissions(inventory: Inventory): Permission[] {
  const bindings = [
    ...inventory.of(`${RBAC}/RoleBinding`, undefined),
    ...inventory.of(`${RBAC}/ClusterRoleBinding`, undefined),
  ];
  return bindings.flatMap((binding) => {
    const reference = binding.root.at('roleRef');
    const kind = reference.at('kind').text ?? 'Role';
    const name = reference.at('name').text;
    const place = binding.kind === 'RoleBinding' ? ` in namespace ${binding.namespace ?? 'default'}` : '';
    const role = inventory.named(`${RBAC}/${kind}`, kind === 'Role' ? binding.namespace : undefined, name);
    const grants =
      role === undefined
        ? [{ text: `use the ${kind} ${name ?? ''}${place}`, field: reference }]
        : role.root
            .at('rules')
            .items.flatMap((rule) => texts(rule).map((text) => ({ text: `${text}${place}`, field: rule })));
    return binding.root
      .at('subjects')
      .items.map((subject) => subjectText(subject, binding))
      .flatMap((subject) => grants.map((grant) => ({ subject, ...grant })));
  });
}

function subjectText(subject: Field, { namespace }: ManifestObject): string {
  const kind = subject.at('kind').text ?? 'Subject';
  const name = subject.at('name').text ?? '';
  const place = kind === 'ServiceAccount' ? (subject.at('namespace').text ?? namespace) : undefined;
  return `${kind} ${[place, name].filter((part) => part !== undefined).join('/')}`;
}

/** Returns one text for each verb and resource of a rule. */
function texts(rule: Field): string[] {
  const values = (field: string): string[] => rule.at(field).items.map(({ text = '' }) => text);
  const names = values('resourceNames');
  const resources = [...values('resources'), ...values('nonResourceURLs')];
  return values('verbs').flatMap((verb) =>
    resources.map((resource) =>
      verb === '*' && resource === '*'
        ? 'use every resource in every way'
        : `${verb === '*' ? 'use' : verb} ${resource === '*' ? 'every resource' : resource}${names.length === 0 ? '' : ` named ${listed(names)}`}`,
    ),
  );
}
