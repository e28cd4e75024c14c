import type { NodeSelectorRequirement } from 'kubernetes-types/core/v1';
import type { LabelSelector, LabelSelectorRequirement } from 'kubernetes-types/meta/v1';
import type { Problems } from '../../reporting/problems';
import { checkKey, checkLabels, checkLabelValue } from '../names';
import { checkOneOf, indexed } from './rules';

/** The operators that compare with a list of values. */
export const SET_OPERATORS: readonly string[] = ['In', 'NotIn'];
const OPERATORS = [...SET_OPERATORS, 'Exists', 'DoesNotExist'];
/** The operators that compare numbers. Only node labels support them. */
export const COMPARISONS: readonly string[] = ['Gt', 'Lt'];

/** Checks a label selector (apimachinery pkg/apis/meta/v1/validation, ValidateLabelSelector). */
export function checkSelector(problems: Problems, { matchExpressions, matchLabels }: LabelSelector): void {
  checkLabels(problems, 'matchLabels', matchLabels);
  checkLabelExpressions(problems.at('matchExpressions'), matchExpressions);
}

/** Checks conditions on labels. */
export function checkLabelExpressions(problems: Problems, expressions: LabelSelector['matchExpressions']): void {
  for (const [index, requirement] of indexed(expressions)) {
    checkRequirement(problems.at(`[${index}]`), requirement, OPERATORS);
    checkLabelValues(problems.at(`[${index}]`), requirement.values);
  }
}

/** Checks a condition on node labels. */
export function checkNodeRequirement(problems: Problems, requirement: NodeSelectorRequirement): void {
  checkRequirement(problems, requirement, [...OPERATORS, ...COMPARISONS]);
}

function checkRequirement(
  problems: Problems,
  { key, operator = '', values = [] }: NodeSelectorRequirement | LabelSelectorRequirement,
  operators: readonly string[],
): void {
  checkKey(problems, 'key', key ?? '');
  checkOneOf(problems, 'operator', operator, operators);
  const isSet = SET_OPERATORS.includes(operator);
  if (COMPARISONS.includes(operator) && operators.includes(operator)) {
    checkComparison(problems, operator, values);
  } else if (isSet !== values.length > 0 && OPERATORS.includes(operator)) {
    problems.add('values', {
      wrong: `the operator '${operator}' ${isSet ? 'requires values' : "doesn't support values"}`,
      got: values,
      allowed: "values only with 'In' and 'NotIn'",
      fix: isSet ? 'add a value' : 'remove them',
    });
  }
}

function checkComparison(problems: Problems, operator: string, values: readonly string[]): void {
  if (values.length !== 1 || !/^-?\d+$/.test(values[0]!)) {
    problems.add('values', {
      wrong: `the operator '${operator}' requires one whole number`,
      got: values,
      allowed: 'one whole number as a string',
      fix: "use a value such as ['4']",
    });
  }
}

/** Reports invalid label values. */
export function checkLabelValues(problems: Problems, values: readonly string[] | undefined): void {
  for (const [index, value] of indexed(values)) {
    checkLabelValue(problems, `values[${index}]`, value, 'remove it, because no label can have this value');
  }
}
