import { FindingSeverity } from '../findings/finding';
import type { Field } from '../reading/field';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import type { Changes, Side } from './change';
import type { Comparison } from './comparison';
import { listed } from './english';

const RBAC = 'rbac.authorization.k8s.io';
const EVERY = '*';

/** One verb for one resource, as in a rule of a role. */
interface Right {
  readonly verb: string;
  /** The resource, or the path of a URL. */
  readonly resource: string;
  /** The API group. The core group is an empty text, and a URL has none. */
  readonly group?: string;
  /** The names of the objects. An empty list means all of them. */
  readonly names: readonly string[];
}

/** A permission of a subject. */
interface Permission extends Right {
  readonly subject: string;
  /** The namespace, or undefined for the whole cluster. */
  readonly namespace: string | undefined;
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

/** Returns the permissions in the first list that no permission in the second list includes. */
function missing(all: readonly Permission[], others: readonly Permission[]): Permission[] {
  const bySubject = groupBySubject(others);
  return all.filter((one) => bySubject.get(one.subject)?.some((other) => includes(other, one)) !== true);
}

function groupBySubject(permissions: readonly Permission[]): Map<string, Permission[]> {
  const groups = new Map<string, Permission[]>();
  for (const one of permissions) {
    const group = groups.get(one.subject) ?? [];
    group.push(one);
    groups.set(one.subject, group);
  }
  return groups;
}

/** Whether a permission includes another one of the same subject. */
function includes(wide: Permission, narrow: Permission): boolean {
  const matches = (a: string | undefined, b: string | undefined): boolean => a === b || a === EVERY;
  return (
    (wide.namespace === undefined || wide.namespace === narrow.namespace) &&
    (wide.group === undefined) === (narrow.group === undefined) &&
    matches(wide.group, narrow.group) &&
    matches(wide.verb, narrow.verb) &&
    includesResource(wide.resource, narrow.resource) &&
    (wide.names.length === 0 || (narrow.names.length > 0 && narrow.names.every((name) => wide.names.includes(name))))
  );
}

/** Whether a resource of a rule includes another one. A rule can name a subresource of all resources. */
function includesResource(wide: string, narrow: string): boolean {
  return (
    wide === EVERY ||
    wide === narrow ||
    (wide.startsWith(`${EVERY}/`) && narrow.includes('/') && narrow.endsWith(wide.slice(1)))
  );
}

/** The subresources that run commands in a pod. */
const EXECUTES = ['pods/exec', 'pods/attach', 'pods/ephemeralcontainers'];

/** The roles of Kubernetes that allow commands in pods. */
const BUILT_IN = ['cluster-admin', 'admin', 'edit'];

function runsCommands({ group, resource, text }: Permission): boolean {
  return (
    (['', EVERY].includes(group ?? EVERY) && EXECUTES.some((one) => includesResource(resource, one))) ||
    BUILT_IN.some((name) => text.startsWith(`use the ClusterRole ${name} `))
  );
}

function isEverything({ group, resource, verb }: Right): boolean {
  return [group, resource, verb].every((part) => part === EVERY);
}

/** Matches the groups of all users, and of all service accounts. */
const ANYBODY = /^Group system:(authenticated|unauthenticated|serviceaccounts(:.*)?)$/;

function report(
  name: 'access-gained' | 'access-lost',
  side: Side,
  found: readonly Permission[],
  changes: Changes,
): void {
  for (const [subject, own] of groupBySubject(found)) {
    const texts = [...new Set(own.map(({ text }) => text))];
    const isRoot = name === 'access-gained' && own.some(runsCommands);
    changes.add(name, [side, own[0]!.field], {
      effect: `${subject} ${name === 'access-gained' ? 'gets' : 'loses'} the permission to ${listed(texts)}`,
      ...(isRoot && {
        reasons: [
          'A subject that can run commands in the pod of an engine can do everything that root can do on its node.',
        ],
      }),
      severity:
        isRoot && (own.some(isEverything) || ANYBODY.test(subject)) ? FindingSeverity.ERROR : FindingSeverity.WARNING,
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
    const namespace = binding.kind === 'RoleBinding' ? (binding.namespace ?? 'default') : undefined;
    const place = namespace === undefined ? ' in the whole cluster' : ` in namespace ${namespace}`;
    const role = inventory.named(`${RBAC}/${kind}`, kind === 'Role' ? binding.namespace : undefined, name);
    const grants =
      role === undefined
        ? [{ ...unknownRight(`${kind} ${name ?? ''}`), field: reference }]
        : role.root.at('rules').items.flatMap((rule) => rights(rule).map((right) => ({ ...right, field: rule })));
    return binding.root
      .at('subjects')
      .items.map((subject) => subjectText(subject, binding))
      .flatMap((subject) => grants.map((grant) => ({ ...grant, subject, namespace, text: `${grant.text}${place}` })));
  });
}

/** Returns the right of a role that isn't in the manifests. */
function unknownRight(role: string): Right & { readonly text: string } {
  const text = `use the ${role}`;
  return role === 'ClusterRole cluster-admin'
    ? { verb: EVERY, resource: EVERY, group: EVERY, names: [], text }
    : { verb: text, resource: text, group: text, names: [], text };
}

function subjectText(subject: Field, { namespace }: ManifestObject): string {
  const kind = subject.at('kind').text ?? 'Subject';
  const name = subject.at('name').text ?? '';
  const place = kind === 'ServiceAccount' ? (subject.at('namespace').text ?? namespace) : undefined;
  return `${kind} ${[place, name].filter((part) => part !== undefined).join('/')}`;
}

/** Returns one right for each verb and resource of a rule, with its text. */
function rights(rule: Field): Array<Right & { readonly text: string }> {
  const values = (field: string): string[] => rule.at(field).items.map(({ text = '' }) => text);
  const names = values('resourceNames');
  const resources = [
    ...values('resources').flatMap((resource) => values('apiGroups').map((group) => ({ resource, group }))),
    ...values('nonResourceURLs').map((resource) => ({ resource, group: undefined })),
  ];
  return values('verbs').flatMap((verb) =>
    resources.map(({ group, resource }) => {
      const right: Right = { verb, resource, names, ...(group !== undefined && { group }) };
      return { ...right, text: textOf(right) };
    }),
  );
}

function textOf({ group, names, resource, verb }: Right): string {
  const of =
    resource === EVERY
      ? `every ${group === undefined ? 'URL' : 'resource'}${group === undefined || group === EVERY ? '' : ` of API group ${group === '' ? 'core' : group}`}`
      : group === undefined || group === '' || group === EVERY
        ? resource
        : resource.replace(/(?=\/|$)/, `.${group}`);
  const suffix = verb === EVERY && resource === EVERY ? ' in every way' : '';
  return `${verb === EVERY ? 'use' : verb} ${of}${suffix}${names.length === 0 ? '' : ` named ${listed(names)}`}`;
}
