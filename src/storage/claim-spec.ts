import type {
  PersistentVolumeClaimSpec,
  TypedLocalObjectReference,
  TypedObjectReference,
} from 'kubernetes-types/core/v1';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import { checkAnnotations, checkDnsSubdomain, checkLabels } from '../kubernetes/names';
import { checkSize, toQuantity } from '../kubernetes/quantity';
import { toWire } from '../kubernetes/wire-form';
import { seedSnapshot, type ClaimContext } from './cache-seed-rules';
import { checkClaim } from './cache-source-rules';
import { VolumeAccessMode, VolumeMode, type ClaimOptions } from './cache-volume-options';

/** Renders the spec of a claim. The spec includes the API server's defaults, so that GitOps tools show no drift. */
export function claimSpec(options: ClaimOptions, context: ClaimContext): PersistentVolumeClaimSpec {
  const { problems } = context;
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
      wrong: 'must be a list of access modes that the API server accepts',
      got: accessModes,
      allowed: 'at least one access mode, and ReadWriteOncePod only by itself',
      fix: 'use [VolumeAccessMode.READ_WRITE_ONCE]',
    });
  }
  const volumeMode = options.volumeMode ?? VolumeMode.FILESYSTEM;
  checkClaim({ volumeMode }, problems);
  const selector = options.selector && toWire<LabelSelector>(options.selector);
  const dataSource =
    seedSnapshot(options, context) ?? toWire<TypedLocalObjectReference | undefined>(options.dataSource);
  const dataSourceRef = options.dataSourceRef && toWire<TypedObjectReference>(options.dataSourceRef);
  return {
    accessModes,
    ...(options.storageClassName !== undefined && { storageClassName: options.storageClassName }),
    volumeMode,
    resources: { requests: { storage: checkSize(problems, 'size', options.size) ? toQuantity(options.size) : '0' } },
    ...(selector && { selector }),
    ...(dataSource && { dataSource }),
    ...(dataSourceRef && { dataSourceRef }),
    ...(options.volumeAttributesClassName !== undefined && {
      volumeAttributesClassName: options.volumeAttributesClassName,
    }),
  };
}
