import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1';
import { checkAnnotations, checkDnsSubdomain, checkLabels } from '../internal/names';
import type { Problems } from '../internal/problems';
import { checkSize, toQuantity } from '../internal/quantity';
import { toWire } from '../internal/wire';
import { VolumeAccessMode, VolumeMode, type ClaimOptions } from './cache-volume-options';

/** Spells out what the API server would default, so that GitOps tools see no difference afterwards. */
export function claimSpec(options: ClaimOptions, problems: Problems): PersistentVolumeClaimSpec {
  checkLabels(problems, 'labels', options.labels);
  checkAnnotations(problems, 'annotations', options.annotations);
  if (options.storageClassName !== undefined && options.storageClassName !== '') {
    checkDnsSubdomain(problems, 'storageClassName', options.storageClassName);
  }
  const accessModes = options.accessModes ?? [VolumeAccessMode.READ_WRITE_ONCE];
  if (accessModes.length === 0 || (accessModes.includes(VolumeAccessMode.READ_WRITE_ONCE_POD) && accessModes.length > 1)) {
    problems.add('accessModes', {
      wrong: 'the API server refuses these access modes', got: accessModes, allowed: 'one or more; ReadWriteOncePod only alone', fix: 'use [VolumeAccessMode.READ_WRITE_ONCE]',
    });
  }
  const volumeMode = options.volumeMode ?? VolumeMode.FILESYSTEM;
  if (volumeMode !== VolumeMode.FILESYSTEM) {
    problems.add('volumeMode', {
      wrong: 'the engine keeps its state in a directory, and a raw device has none', got: volumeMode, allowed: 'Filesystem', fix: 'remove it',
    });
  }
  return {
    accessModes,
    ...(options.storageClassName !== undefined && { storageClassName: options.storageClassName }),
    volumeMode,
    resources: { requests: { storage: checkSize(problems, 'size', options.size) ? toQuantity(options.size) : '0' } },
    ...(options.selector && { selector: toWire(options.selector) }),
    ...(options.dataSource && { dataSource: toWire(options.dataSource) }),
  };
}
