import type { PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import { invalidFields } from '../kubernetes/validation/report-invalid';
import { hasRules } from '../kubernetes/validation/validate-object';
import { toWire } from '../kubernetes/wire-form';
import type { Problem, Problems } from '../reporting/problems';
import { addToPodSpec } from './add-to-pod';
import { warnAboutPriority } from './placement';
import type { PodAdditions } from './pod-additions';
import { podTemplateAt } from './pod-template-path';

/**
 * Reports the values that make the API server reject an object whose pod the library has changed. For kinds without
 * rules, only types and metadata are checked. Unknown fields are skipped, because the server may be newer than this
 * library.
 */
export function reportInvalidPod(object: object, problems: Problems): void {
  report(object, problems, () => true);
}

/**
 * Reports invalid values in the pod template at a JSON pointer, if the library has no rules for the kind of the object.
 * Missing values aren't reported, because the kind may supply them.
 */
export function reportInvalidTemplate(object: object, pointer: string, problems: Problems): void {
  const template = hasRules(object) ? undefined : podTemplateAt(object, pointer);
  if (template !== undefined) {
    report(toPod(template), problems.at(pointer.slice(1).replaceAll('/', '.')), isWrong);
  }
}

/**
 * Returns a copy of a pod's `spec` with additions, for a pod that a CI system creates. Reports values that make the API
 * server reject the pod. The CI system may supply missing values, and expand expressions such as `{{...}}` and `$X`.
 */
export function addToJobPodSpec(
  spec: PodSpec,
  additions: PodAdditions,
  users: readonly string[] | undefined,
  problems: Problems,
): PodSpec {
  const before = problems.found.length;
  warnAboutPriority(spec, additions, { pod: 'the job', property: 'podSpec.priorityClassName' }, problems);
  const result = addToPodSpec(spec, additions, users, problems);
  if (problems.found.length === before) {
    reportInvalidSpec(result, problems, (problem) => isWrong(problem) && !isExpanded(problem));
  }
  return result;
}

/** Reports the values that make the API server reject a pod with this spec. */
export function reportInvalidSpec(
  spec: PodSpec,
  problems: Problems,
  isReported: (problem: Problem) => boolean = () => true,
): void {
  report(toPod({ spec: toWire<PodSpec>(spec) }), problems, isReported);
}

function report(object: object, problems: Problems, isReported: (problem: Problem) => boolean): void {
  for (const { problem, property } of invalidFields(object)) {
    if (isReported(problem)) {
      problems.add(property, problem);
    }
  }
}

function toPod({ metadata, spec }: PodTemplateSpec): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'pod' }, spec };
}

function isWrong({ got }: Problem): boolean {
  return got !== undefined;
}

function isExpanded({ got }: Problem): boolean {
  return typeof got === 'string' && /\{\{|\$/.test(got);
}
