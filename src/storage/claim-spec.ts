import type {
  PersistentVolumeClaimSpec,
  TypedLocalObjectReference,
  TypedObjectReference,
} from 'kubernetes-types/core/v1';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import { checkChoice } from '../reporting/choices';
import { checkAnnotations, checkDnsSubdomain, checkLabels } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkSize, toQuantity } from '../kubernetes/quantity';
import { checkSelector } from '../kubernetes/selectors';
import { toWire } from '../kubernetes/wire-form';
import { checkClaim } from './cache-source';
import { VolumeAccessMode, VolumeMode, type ClaimOptions } from './cache-volume-options';

/** Renders a claim with the defaults of the API server, so that GitOps tools show no drift. */
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
      wrong: 'the API server rejects these access modes',
      got: accessModes,
      allowed: 'at least one, and nothing in addition to ReadWriteOncePod',
      fix: 'use [VolumeAccessMode.READ_WRITE_ONCE]',
    });
  }
  accessModes.forEach((mode, index) =>
    checkChoice(problems, `accessModes[${index}]`, mode, Object.values(VolumeAccessMode)),
  );
  const volumeMode = options.volumeMode ?? VolumeMode.FILESYSTEM;
  checkChoice(problems, 'volumeMode', volumeMode, Object.values(VolumeMode));
  checkClaim({ volumeMode }, problems);
  const selector = options.selector && toWire<LabelSelector>(options.selector);
  const dataSource = options.dataSource && toWire<TypedLocalObjectReference>(options.dataSource);
  const dataSourceRef = options.dataSourceRef && toWire<TypedObjectReference>(options.dataSourceRef);
  checkSelector(problems.at('selector'), selector ?? {});
  checkDataSource(dataSource, problems.at('dataSource'));
  checkDataSource(dataSourceRef, problems.at('dataSourceRef'));
  if (dataSource !== undefined && dataSourceRef !== undefined && !isSameSource(dataSource, dataSourceRef)) {
    problems.add('dataSource', {
      wrong: 'differs from dataSourceRef; the API server rejects that',
      got: dataSource,
      allowed: 'one of the two',
      fix: 'remove it',
    });
  }
  if (options.volumeAttributesClassName !== undefined) {
    checkDnsSubdomain(problems, 'volumeAttributesClassName', options.volumeAttributesClassName);
  }
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

function isSameSource(source: TypedLocalObjectReference, ref: TypedObjectReference): boolean {
  return (
    ref.namespace === undefined &&
    ref.apiGroup === source.apiGroup &&
    ref.kind === source.kind &&
    ref.name === source.name
  );
}

function checkDataSource(source: TypedLocalObjectReference | undefined, problems: Problems): void {
  if (source?.apiGroup !== undefined) {
    checkDnsSubdomain(problems, 'apiGroup', source.apiGroup);
  }
  for (const part of ['kind', 'name'] as const) {
    if (source !== undefined && !source[part]) {
      problems.add(part, {
        wrong: 'a data source needs a kind and a name',
        got: source[part],
        allowed: 'for example VolumeSnapshot',
        fix: 'set it',
      });
    }
  }
}
