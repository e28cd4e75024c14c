import type { CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1';
import type { Problems } from '../../reporting/problems';
import { checkPodTemplate } from './pod-spec';
import { checkOneOf } from './rules';

/** Checks the pod of a Job (pkg/apis/batch/validation, ValidateJobSpec). */
export function checkJob(problems: Problems, { template }: JobSpec): void {
  const at = problems.at('template');
  checkPodTemplate(at, template);
  checkOneOf(at, 'spec.restartPolicy', template.spec?.restartPolicy ?? 'Always', ['Never', 'OnFailure']);
}

/** Checks the pod of a CronJob (pkg/apis/batch/validation, ValidateCronJobSpec). */
export function checkCronJob(problems: Problems, { concurrencyPolicy, jobTemplate }: CronJobSpec): void {
  checkOneOf(problems, 'concurrencyPolicy', concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  if (jobTemplate?.spec !== undefined) {
    checkJob(problems.at('jobTemplate.spec'), jobTemplate.spec);
  }
}
