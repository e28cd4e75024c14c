import type { PolicyRule, Role, RoleBinding, RoleRef, Subject } from 'kubernetes-types/rbac/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsSubdomain } from '../names';
import { checkName } from './metadata';
import { checkAbsent, checkOneOf, checkPresent, indexed } from './rules';

const GROUP = 'rbac.authorization.k8s.io';

/** Checks a Role (pkg/apis/rbac/validation, ValidateRole). */
export function checkRole(problems: Problems, { rules }: Role): void {
  for (const [index, rule] of indexed(rules)) {
    checkRule(problems.at(`rules[${index}]`), rule);
  }
}

function checkRule(problems: Problems, { apiGroups, nonResourceURLs = [], resources, verbs }: PolicyRule): void {
  checkFilled(problems, 'verbs', verbs, "['get']");
  if (nonResourceURLs.length > 0) {
    problems.add('nonResourceURLs', {
      wrong: 'is not supported in a Role',
      got: nonResourceURLs,
      allowed: 'resources of the namespace',
      fix: 'use a ClusterRole',
    });
    return;
  }
  checkFilled(problems, 'apiGroups', apiGroups, "['']");
  checkFilled(problems, 'resources', resources, "['pods']");
}

function checkFilled(problems: Problems, property: string, list: readonly string[] = [], example: string): void {
  if (list.length === 0) {
    problems.add(property, {
      wrong: 'is required',
      got: list,
      allowed: 'a list with at least one item',
      fix: `use a value such as ${example}`,
    });
  }
}

/** Checks a RoleBinding (pkg/apis/rbac/validation, ValidateRoleBinding). */
export function checkRoleBinding(problems: Problems, { roleRef, subjects }: RoleBinding): void {
  checkRoleRef(problems.at('roleRef'), roleRef ?? {});
  for (const [index, subject] of indexed(subjects)) {
    checkSubject(problems.at(`subjects[${index}]`), subject);
  }
}

function checkRoleRef(problems: Problems, { apiGroup, kind = '', name = '' }: Partial<RoleRef>): void {
  checkOneOf(problems, 'apiGroup', apiGroup, [GROUP, '']);
  checkOneOf(problems, 'kind', kind, ['Role', 'ClusterRole']);
  checkName(problems, 'name', 'Role', name);
}

function checkSubject(problems: Problems, { apiGroup, kind = '', name }: Subject): void {
  const isPresent = checkPresent(problems, 'name', name, "'dagger'");
  if (kind !== 'ServiceAccount') {
    checkOneOf(problems, 'kind', kind, ['ServiceAccount', 'User', 'Group']);
    checkOneOf(problems, 'apiGroup', apiGroup, ['', GROUP]);
    return;
  }
  if (isPresent) {
    checkDnsSubdomain(problems, 'name', name);
  }
  checkAbsent(problems, 'apiGroup', apiGroup, {
    wrong: 'is not supported for a ServiceAccount',
    allowed: 'no group',
    fix: 'remove it',
  });
}
