import type { PersistentVolumeClaimSpec, TypedLocalObjectReference } from 'kubernetes-types/core/v1';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import { checkChoice } from '../reporting/choices';
import { checkAnnotations, checkDnsSubdomain, checkLabels } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkSize, toQuantity } from '../kubernetes/quantity';
import { checkSelector } from '../kubernetes/selectors';
import { toWire } from '../kubernetes/wire-form';
import { VolumeAccessMode, VolumeMode, type ClaimOptions } from './cache-volume-options';

/** Spells out what the API server would default, so that GitOps tools see no difference afterwards. */
export function claimSpec(options: ClaimOptions, problems: Problems): PersistentVolumeClaimSpec {
  checkLabels(problems, 'labels', options.labels);
  checkAnnotations(problems, 'annotations', options.annotations);
  if (options.storageClassName !== undefined && options.storageClassName !== '') {
    checkDnsSubdomain(problems, 'storageClassName', options.storageClassName);
  }
  const accessModes = options.accessModes ?? [VolumeAccessMode.READ_WRITE_ONCE];
  if (
    accessModes.length === 0 ||
    (accessModes.includes(VolumeAccessMode.READ_WRITE_ONCE_POD) && new Set(accessModes).size > 1)
  ) {
    problems.add('accessModes', {
      wrong: 'the API server refuses these access modes',
      got: accessModes,
      allowed: 'one or more; ReadWriteOncePod only alone',
      fix: 'use [VolumeAccessMode.READ_WRITE_ONCE]',
    });
  }
  accessModes.forEach((mode, index) =>
    checkChoice(problems, `accessModes[${index}]`, mode, Object.values(VolumeAccessMode)),
  );
  const volumeMode = options.volumeMode ?? VolumeMode.FILESYSTEM;
  if (volumeMode !== VolumeMode.FILESYSTEM) {
    problems.add('volumeMode', {
      wrong: 'the engine keeps its state in a directory, and a raw device has none',
      got: volumeMode,
      allowed: 'Filesystem',
      fix: 'remove it',
    });
  }
  const selector = options.selector && toWire<LabelSelector>(options.selector);
  const dataSource = options.dataSource && toWire<TypedLocalObjectReference>(options.dataSource);
  checkSelector(problems.at('selector'), selector ?? {});
  if (dataSource?.apiGroup !== undefined) {
    checkDnsSubdomain(problems, 'dataSource.apiGroup', dataSource.apiGroup);
  }
  for (const part of ['kind', 'name'] as const) {
    if (dataSource !== undefined && !dataSource[part]) {
      problems.add(`dataSource.${part}`, {
        wrong: 'a source has a kind and a name',
        got: dataSource[part],
        allowed: 'for example VolumeSnapshot',
        fix: 'set it',
      });
    }
  }
  return {
    accessModes,
    ...(options.storageClassName !== undefined && { storageClassName: options.storageClassName }),
    volumeMode,
    resources: { requests: { storage: checkSize(problems, 'size', options.size) ? toQuantity(options.size) : '0' } },
    ...(selector && { selector }),
    ...(dataSource && { dataSource }),
  };
}
