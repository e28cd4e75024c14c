import type { Volume } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsLabel } from '../names';
import { checkUnique, indexed } from './rules';
import { checkVolumeSources, SOURCE_RULES } from './volume-sources';

/** Checks the volumes of a pod (pkg/apis/core/validation, ValidateVolumes). */
export function checkVolumes(problems: Problems, volumes: readonly Volume[] | undefined): void {
  for (const [index, volume] of indexed(volumes)) {
    checkVolume(problems.at(`[${index}]`), volume);
  }
  checkUnique(
    problems,
    volumes,
    ({ name }) => ({ key: name, property: 'name' }),
    'another volume of the pod has this name',
  );
}

function checkVolume(problems: Problems, volume: Volume): void {
  checkDnsLabel(problems, 'name', volume.name ?? '');
  const set = Object.keys(volume).filter(
    (field) => Object.hasOwn(SOURCE_RULES, field) && volume[field as keyof Volume] !== undefined,
  );
  // Kubernetes turns a volume without a source into an emptyDir, which hides a forgotten source.
  if (set.length !== 1) {
    problems.add('', {
      wrong: 'must have exactly one source',
      got: set,
      allowed: 'one of emptyDir, secret, configMap, ...',
      fix:
        set.length === 0
          ? "use a value such as { name: 'scratch', emptyDir: {} }"
          : `remove ${set.slice(1).join(', ')}`,
    });
  }
  checkVolumeSources(problems, volume);
}
