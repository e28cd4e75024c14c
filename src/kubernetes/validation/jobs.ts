import type { CronJob, Job, JobSpec } from 'kubernetes-types/batch/v1';
import type { Problems } from '../../reporting/problems';
import { checkPodTemplate } from './pod-spec';
import { checkOneOf } from './rules';

/** Checks the name and the pod of a Job (pkg/apis/batch/validation, ValidateJob). */
export function checkJob(problems: Problems, { metadata, spec }: Job): void {
  // The name becomes a label of the pod.
  checkNameLength(problems, metadata?.name, 63);
  checkJobSpec(problems.at('spec'), spec);
}

/** Checks the name and the pod of a CronJob (pkg/apis/batch/validation, ValidateCronJobCreate). */
export function checkCronJob(problems: Problems, { metadata, spec }: CronJob): void {
  // Names of Jobs are this name and a time.
  checkNameLength(problems, metadata?.name, 52);
  checkOneOf(problems, 'spec.concurrencyPolicy', spec?.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  checkJobSpec(problems.at('spec.jobTemplate.spec'), spec?.jobTemplate?.spec);
}

function checkJobSpec(problems: Problems, { template = {} }: Partial<JobSpec> = {}): void {
  const at = problems.at('template');
  checkPodTemplate(at, template);
  checkOneOf(at, 'spec.restartPolicy', template.spec?.restartPolicy ?? 'Always', ['Never', 'OnFailure']);
}

function checkNameLength(problems: Problems, name: string | undefined, max: number): void {
  if (name !== undefined && name.length > max) {
    problems.add('metadata.name', {
      wrong: 'is too long',
      got: name,
      allowed: `at most ${max} characters`,
      fix: 'use a shorter name',
    });
  }
}
