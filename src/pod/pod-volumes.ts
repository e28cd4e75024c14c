import type { Volume } from 'kubernetes-types/core/v1';
import { checkDnsLabel } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkVolumeSource } from '../kubernetes/volume-source';

/** Reports a user volume that the API server rejects, or that has no source and so would be an empty directory. */
export function checkVolume({ name, ...sources }: Volume, problems: Problems): void {
  checkDnsLabel(problems, 'name', name);
  if (Object.keys(sources).length !== 1) {
    problems.add('', {
      wrong: 'a volume has exactly one source',
      got: Object.keys(sources),
      allowed: 'one of emptyDir, secret, configMap, ...',
      fix: "for example { name: 'scratch', emptyDir: {} }",
    });
  }
  checkVolumeSource(sources, problems);
}
