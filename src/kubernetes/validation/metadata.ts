import type { ObjectMeta, OwnerReference } from 'kubernetes-types/meta/v1';
import type { Problems } from '../../reporting/problems';
import { checkAnnotations, checkDnsLabel, checkDnsSubdomain, checkLabels, isQualifiedName } from '../names';
import { checkPresent, checkUnique, indexed } from './rules';

/** The maximum total size of the annotations of an object, in bytes (apimachinery pkg/api/validation/objectmeta.go). */
const ANNOTATIONS_MAX = 256 * 1024;

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Kinds whose names are a single DNS label. */
const LABEL_NAMED = ['Namespace', 'Service', 'StatefulSet'];

/** Kinds whose names can contain almost any character (pkg/apis/rbac/validation). */
const PATH_NAMED = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];

/** Checks the metadata of an object (apimachinery pkg/api/validation, ValidateObjectMeta). */
export function checkMetadata(problems: Problems, kind: string, metadata: ObjectMeta = {}): void {
  const { generateName = '', name = '', namespace } = metadata;
  if (name !== '' || generateName === '') {
    checkName(problems, 'name', kind, name);
  }
  if (generateName !== '') {
    // Kubernetes appends a random suffix, so a trailing dash is allowed.
    checkName(problems, 'generateName', kind, generateName.replace(/-$/, 'a'));
  }
  if (namespace !== undefined && namespace !== '') {
    checkDnsLabel(problems, 'namespace', namespace);
  }
  checkTemplateMetadata(problems, metadata);
}

/** Checks the metadata of a template. Kubernetes copies it to the objects that it creates from the template. */
export function checkTemplateMetadata(problems: Problems, metadata: ObjectMeta): void {
  const { annotations, finalizers, labels, ownerReferences } = metadata;
  checkLabels(problems, 'labels', labels);
  checkAnnotations(problems, 'annotations', annotations);
  if (annotations !== undefined) {
    checkAnnotationSize(problems, annotations);
  }
  if (finalizers !== undefined) {
    checkFinalizers(problems.at('finalizers'), finalizers);
  }
  if (ownerReferences !== undefined) {
    checkOwners(problems, ownerReferences);
  }
}

function checkFinalizers(problems: Problems, finalizers: readonly string[]): void {
  for (const [index, finalizer] of indexed(finalizers)) {
    if (!isQualifiedName(finalizer) || (!finalizer.includes('/') && !STANDARD_FINALIZERS.includes(finalizer))) {
      problems.add(`[${index}]`, {
        wrong: 'must be a finalizer name',
        got: finalizer,
        allowed: `a domain-qualified name, or one of ${STANDARD_FINALIZERS.join(', ')}`,
        fix: "use a value such as 'example.com/cleanup'",
      });
    }
  }
  checkUnique(problems, finalizers, (key) => ({ key, property: '' }), 'the finalizer is already listed');
}

function checkOwners(problems: Problems, owners: readonly OwnerReference[]): void {
  for (const [index, owner] of indexed(owners)) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      checkPresent(problems, `ownerReferences[${index}].${field}`, owner[field], `the ${field} of the owner`);
    }
  }
  checkUnique(
    problems.at('ownerReferences'),
    owners,
    ({ uid }) => ({ key: uid, property: 'uid' }),
    'the owner is already listed',
  );
  if (owners.filter(({ controller }) => controller === true).length > 1) {
    problems.add('ownerReferences', {
      wrong: 'must have only one controller',
      got: owners.map(({ name }) => name),
      allowed: 'one owner with controller: true',
      fix: 'remove controller from the others',
    });
  }
}

/** Reports a name that is invalid for objects of a kind. */
export function checkName(problems: Problems, property: 'generateName' | 'name', kind: string, name: string): void {
  if (LABEL_NAMED.includes(kind)) {
    checkDnsLabel(problems, property, name);
  } else if (!PATH_NAMED.includes(kind)) {
    checkDnsSubdomain(problems, property, name);
  } else if (name === '' || name === '.' || name === '..' || /[/%]/.test(name)) {
    problems.add(property, {
      wrong: 'must be a valid object name',
      got: name,
      allowed: "a name without '/' or '%'",
      fix: `use a value such as 'dagger'`,
    });
  }
}

function checkAnnotationSize(problems: Problems, annotations: { readonly [key: string]: string }): void {
  let size = 0;
  for (const key of Object.keys(annotations)) {
    size += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] ?? '');
  }
  if (size > ANNOTATIONS_MAX) {
    const largest = Object.keys(annotations).reduce((a, b) =>
      annotations[b]!.length > annotations[a]!.length ? b : a,
    );
    problems.add('annotations', {
      wrong: 'exceeds the size limit of annotations',
      got: `${size} bytes`,
      allowed: `at most ${ANNOTATIONS_MAX} bytes for all keys and values together`,
      fix: `shorten ${JSON.stringify(largest)}, or move it to a ConfigMap`,
    });
  }
}
