import type {
  Affinity,
  NodeSelectorTerm,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from 'kubernetes-types/core/v1';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsLabel, checkDnsSubdomain, checkKey, checkLabelValue } from '../names';
import { checkLabelValues, checkNodeRequirement, checkSelector, COMPARISONS, SET_OPERATORS } from './label-selectors';
import { checkOneOf, checkPresent, checkRange, checkUnique, indexed, INT32_MAX } from './rules';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const WEIGHTS = [1, 100] as const;

const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Checks the affinity of a pod (pkg/apis/core/validation, validateAffinity). */
export function checkAffinity(
  problems: Problems,
  { nodeAffinity = {}, podAffinity = {}, podAntiAffinity = {} }: Affinity,
): void {
  const required = nodeAffinity[REQUIRED];
  if (required !== undefined) {
    const at = problems.at(`nodeAffinity.${REQUIRED}.nodeSelectorTerms`);
    if ((required.nodeSelectorTerms ?? []).length === 0) {
      at.add('', {
        wrong: 'is required',
        got: required.nodeSelectorTerms,
        allowed: 'at least one term',
        fix: "use a value such as [{ matchExpressions: [{ key: 'pool', operator: 'Exists' }] }]",
      });
    }
    for (const [index, term] of indexed(required.nodeSelectorTerms)) {
      checkNodeTerm(at.at(`[${index}]`), term, true);
    }
  }
  for (const [index, { preference = {}, weight }] of indexed(nodeAffinity[PREFERRED])) {
    const at = problems.at(`nodeAffinity.${PREFERRED}[${index}]`);
    checkRange(at, 'weight', weight ?? 0, WEIGHTS);
    checkNodeTerm(at.at('preference'), preference, false);
  }
  for (const [kind, affinity] of [
    ['podAffinity', podAffinity],
    ['podAntiAffinity', podAntiAffinity],
  ] as const) {
    for (const [index, term] of indexed(affinity[REQUIRED])) {
      checkPodTerm(problems.at(`${kind}.${REQUIRED}[${index}]`), term);
    }
    for (const [index, { podAffinityTerm, weight }] of indexed(affinity[PREFERRED])) {
      const at = problems.at(`${kind}.${PREFERRED}[${index}]`);
      checkRange(at, 'weight', weight ?? 0, WEIGHTS);
      checkPodTerm(at.at('podAffinityTerm'), podAffinityTerm ?? {});
    }
  }
}

function checkNodeTerm(
  problems: Problems,
  { matchExpressions, matchFields }: NodeSelectorTerm,
  isRequired: boolean,
): void {
  for (const [index, requirement] of indexed(matchExpressions)) {
    const at = problems.at(`matchExpressions[${index}]`);
    checkNodeRequirement(at, requirement);
    // Kubernetes accepts any value in preferences. A value that isn't a valid label value never matches.
    if (isRequired || !COMPARISONS.includes(requirement.operator)) {
      checkLabelValues(at, requirement.values);
    }
  }
  for (const [index, { key, operator, values = [] }] of indexed(matchFields)) {
    const at = problems.at(`matchFields[${index}]`);
    checkOneOf(at, 'key', key ?? '', ['metadata.name']);
    checkOneOf(at, 'operator', operator ?? '', SET_OPERATORS);
    if (values.length !== 1) {
      at.add('values', {
        wrong: 'must have exactly one value',
        got: values,
        allowed: 'the name of one node',
        fix: 'add a term for each node',
      });
    }
    values.forEach((value, position) => checkDnsSubdomain(at, `values[${position}]`, value));
  }
}

function checkPodTerm(problems: Problems, term: Partial<PodAffinityTerm>): void {
  checkSelector(problems.at('labelSelector'), term.labelSelector ?? {});
  checkSelector(problems.at('namespaceSelector'), term.namespaceSelector ?? {});
  for (const [index, namespace] of indexed(term.namespaces)) {
    checkDnsLabel(problems, `namespaces[${index}]`, namespace);
  }
  const { matchLabelKeys, mismatchLabelKeys } = term;
  checkLabelKeys(problems, term.labelSelector, { matchLabelKeys, mismatchLabelKeys });
  if (checkPresent(problems, 'topologyKey', term.topologyKey, "'kubernetes.io/hostname'")) {
    checkKey(problems, 'topologyKey', term.topologyKey!);
  }
}

/**
 * Checks the label keys whose values Kubernetes reads from the pod's own labels (pkg/apis/core/validation,
 * ValidateMatchLabelKeysAndMismatchLabelKeys).
 */
function checkLabelKeys(
  problems: Problems,
  selector: LabelSelector | undefined,
  lists: { readonly [property: string]: readonly string[] | undefined },
): void {
  const taken = new Set<string>();
  for (const [property, keys] of Object.entries(lists)) {
    if (keys !== undefined && keys.length > 0 && selector === undefined) {
      problems.add(property, {
        wrong: 'requires a labelSelector',
        got: keys,
        allowed: 'matchLabelKeys and mismatchLabelKeys only together with a labelSelector',
        fix: 'add the labelSelector',
      });
    }
    for (const [index, key] of indexed(keys)) {
      checkKey(problems, `${property}[${index}]`, key);
      if (taken.has(key) || selects(selector, key)) {
        problems.add(`${property}[${index}]`, {
          wrong: 'the selector already contains this key',
          got: key,
          allowed: 'each key once',
          fix: 'remove one of them',
        });
      }
    }
    keys?.forEach((key) => taken.add(key));
  }
}

/** Whether a selector already selects a key. Kubernetes adds an expression for the key, and rejects a second one. */
function selects({ matchExpressions = [], matchLabels = {} }: LabelSelector = {}, key: string): boolean {
  return Object.hasOwn(matchLabels, key) || matchExpressions.some((expression) => expression.key === key);
}

/** Checks tolerations (pkg/apis/core/validation, ValidateTolerations). */
export function checkTolerations(problems: Problems, tolerations: readonly Toleration[] | undefined): void {
  for (const [index, toleration] of indexed(tolerations)) {
    const at = problems.at(`[${index}]`);
    const { effect, key = '', operator = '', tolerationSeconds, value = '' } = toleration;
    if (key !== '') {
      checkKey(at, 'key', key);
    } else if (operator !== 'Exists') {
      at.add('key', {
        wrong: "must have a key unless the operator is 'Exists'",
        allowed: "a key, or the operator 'Exists' for every taint",
        fix: "set the key, or the operator 'Exists'",
      });
    }
    checkOneOf(at, 'operator', operator, ['', 'Equal', 'Exists']);
    if (operator === 'Exists' && value !== '') {
      at.add('value', {
        wrong: "must be empty if the operator is 'Exists'",
        got: value,
        allowed: 'no value',
        fix: "remove it, or use the operator 'Equal'",
      });
    } else if (operator !== 'Exists') {
      checkLabelValue(at, 'value', value, 'change it, because no taint can have this value');
    }
    checkOneOf(at, 'effect', effect, ['', ...EFFECTS]);
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      at.add('tolerationSeconds', {
        wrong: "is supported only with the effect 'NoExecute'",
        got: tolerationSeconds,
        allowed: "the effect 'NoExecute'",
        fix: 'remove it',
      });
    }
  }
}

/** Checks topology spread constraints (pkg/apis/core/validation, validateTopologySpreadConstraints). */
export function checkSpread(problems: Problems, constraints: readonly TopologySpreadConstraint[] | undefined): void {
  for (const [index, constraint] of indexed(constraints)) {
    const at = problems.at(`[${index}]`);
    checkRange(at, 'maxSkew', constraint.maxSkew ?? 0, [1, INT32_MAX]);
    checkPresent(at, 'topologyKey', constraint.topologyKey, "'topology.kubernetes.io/zone'");
    checkOneOf(at, 'whenUnsatisfiable', constraint.whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']);
    checkRange(at, 'minDomains', constraint.minDomains, [1, INT32_MAX]);
    if (constraint.minDomains !== undefined && constraint.whenUnsatisfiable !== 'DoNotSchedule') {
      at.add('minDomains', {
        wrong: "is supported only with whenUnsatisfiable 'DoNotSchedule'",
        got: constraint.minDomains,
        allowed: "whenUnsatisfiable: 'DoNotSchedule'",
        fix: 'remove it',
      });
    }
    checkOneOf(at, 'nodeAffinityPolicy', constraint.nodeAffinityPolicy, ['Honor', 'Ignore']);
    checkOneOf(at, 'nodeTaintsPolicy', constraint.nodeTaintsPolicy, ['Honor', 'Ignore']);
    checkSelector(at.at('labelSelector'), constraint.labelSelector ?? {});
    const { matchLabelKeys } = constraint;
    checkLabelKeys(at, constraint.labelSelector, { matchLabelKeys });
  }
  checkUnique(
    problems,
    constraints,
    ({ topologyKey, whenUnsatisfiable }) => ({
      key: `${topologyKey} ${whenUnsatisfiable}`,
      property: 'topologyKey',
      got: topologyKey,
    }),
    'another constraint has the same topologyKey and whenUnsatisfiable',
  );
}
