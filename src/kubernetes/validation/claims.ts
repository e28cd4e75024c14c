import type { PersistentVolumeClaimSpec, TypedLocalObjectReference } from 'kubernetes-types/core/v1';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsLabel, checkDnsSubdomain } from '../names';
import { quantityNanos } from '../quantity';
import { checkTemplateMetadata } from './metadata';
import { checkOneOf, checkPresent, indexed } from './rules';
import { checkSelector } from './label-selectors';

/** The minimum size of a volume. A smaller quantity probably lacks its unit. */
const MINIMUM_NANOS = 1024n ** 2n * 1_000_000_000n;

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/**
 * Checks the spec of a volume claim or a claim template (pkg/apis/core/validation, ValidatePersistentVolumeClaimSpec).
 */
export function checkClaimSpec(problems: Problems, spec: PersistentVolumeClaimSpec): void {
  checkAccessModes(problems, spec.accessModes ?? []);
  checkSelector(problems.at('selector'), spec.selector ?? {});
  checkStorage(problems, spec.resources?.requests?.storage);
  checkOneOf(problems, 'volumeMode', spec.volumeMode, ['Block', 'Filesystem']);
  for (const field of ['storageClassName', 'volumeAttributesClassName'] as const) {
    if ((spec[field] ?? '') !== '') {
      checkDnsSubdomain(problems, field, spec[field]!);
    }
  }
  checkDataSources(problems, spec);
}

function checkAccessModes(problems: Problems, modes: readonly string[]): void {
  if (modes.length === 0) {
    problems.add('accessModes', {
      wrong: 'is required',
      got: modes,
      allowed: 'at least one access mode',
      fix: "use a value such as ['ReadWriteOnce']",
    });
  }
  for (const [index, mode] of modes.entries()) {
    checkOneOf(problems, `accessModes[${index}]`, mode, ACCESS_MODES);
  }
  if (modes.includes('ReadWriteOncePod') && new Set(modes).size > 1) {
    problems.add('accessModes', {
      wrong: 'ReadWriteOncePod conflicts with other access modes',
      got: modes,
      allowed: 'ReadWriteOncePod by itself, or only other access modes',
      fix: 'remove the others',
    });
  }
}

function checkStorage(problems: Problems, storage: string | undefined): void {
  if (storage === undefined || quantityNanos(storage) <= 0n) {
    problems.add('resources.requests["storage"]', {
      wrong: storage === undefined ? 'is required' : 'must be a valid volume size',
      got: storage,
      allowed: 'a quantity above 0',
      fix: "use a value such as '100Gi'",
    });
  } else if (quantityNanos(storage) < MINIMUM_NANOS) {
    problems.add('resources.requests["storage"]', {
      wrong: 'is too small for a volume, probably because the unit is missing',
      got: storage,
      allowed: "at least '1Mi'",
      fix: `write ${JSON.stringify(`${parseFloat(storage)}Gi`)}`,
    });
  }
}

function checkDataSources(problems: Problems, { dataSource, dataSourceRef }: PersistentVolumeClaimSpec): void {
  for (const [field, source] of Object.entries({ dataSource, dataSourceRef })) {
    if (source !== undefined) {
      checkDataSource(problems.at(field), source);
    }
  }
  const namespace = dataSourceRef?.namespace ?? '';
  if (namespace !== '') {
    checkDnsLabel(problems, 'dataSourceRef.namespace', namespace);
  }
  if (
    dataSource !== undefined &&
    dataSourceRef !== undefined &&
    (namespace !== '' || !isSame(dataSource, dataSourceRef))
  ) {
    problems.add('dataSource', {
      wrong: 'conflicts with dataSourceRef',
      got: dataSource,
      allowed: 'the same object in both, or one of them',
      fix: 'remove it',
    });
  }
}

function checkDataSource(problems: Problems, { apiGroup = '', kind, name }: TypedLocalObjectReference): void {
  checkPresent(problems, 'name', name, "'snapshot-1'");
  if (checkPresent(problems, 'kind', kind, "'VolumeSnapshot'") && apiGroup === '' && kind !== 'PersistentVolumeClaim') {
    problems.add('apiGroup', {
      wrong: 'is required for this kind',
      got: apiGroup,
      allowed: "the API group of the kind, or none for 'PersistentVolumeClaim'",
      fix: "use a value such as 'snapshot.storage.k8s.io'",
    });
  }
  if (apiGroup !== '') {
    checkDnsSubdomain(problems, 'apiGroup', apiGroup);
  }
}

function isSame(one: TypedLocalObjectReference, other: TypedLocalObjectReference): boolean {
  return one.apiGroup === other.apiGroup && one.kind === other.kind && one.name === other.name;
}

/** Checks the claim templates of a StatefulSet. */
export function checkClaimTemplates(
  problems: Problems,
  templates: ReadonlyArray<{ readonly metadata?: ObjectMeta; readonly spec?: PersistentVolumeClaimSpec }> | undefined,
): void {
  for (const [index, { metadata, spec }] of indexed(templates)) {
    // Each pod gets a volume with the name of the claim template, so the name must be a DNS label.
    checkDnsLabel(problems, `[${index}].metadata.name`, metadata?.name ?? '');
    if ((metadata?.generateName ?? '') !== '') {
      checkDnsSubdomain(problems, `[${index}].metadata.generateName`, metadata!.generateName!.replace(/-$/, 'a'));
    }
    checkTemplateMetadata(problems.at(`[${index}].metadata`), metadata ?? {});
    checkClaimSpec(problems.at(`[${index}].spec`), spec ?? {});
  }
}
