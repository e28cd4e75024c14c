import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
  Volume,
} from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsLabel, checkDnsSubdomain } from '../names';
import { checkEnvField, checkResourceField } from '../field-paths';
import { checkOneOf, checkPresent, checkSingle, checkUnique, hasBackstep, indexed } from './rules';
import { quantityNanos } from '../quantity';

const SOURCES = ['configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef'];

const BYTE_DIVISORS = [
  '1',
  ...['k', 'M', 'G', 'T', 'P', 'E'].flatMap((unit) => [`1${unit}`, `1${unit === 'k' ? 'K' : unit}i`]),
];

/** A reference to a key in a file on a volume (FileKeySelector in newer versions of Kubernetes). */
interface FileKeySelector {
  readonly key?: string;
  readonly path?: string;
  readonly volumeName?: string;
}

/** Checks the variables of a container (pkg/apis/core/validation, ValidateEnv). */
export function checkVariables(problems: Problems, env: readonly EnvVar[] | undefined): void {
  for (const [index, { name, value, valueFrom }] of indexed(env)) {
    const at = problems.at(`[${index}]`);
    if (checkPresent(at, 'name', name, "'LOG_LEVEL'")) {
      checkVariableName(at, 'name', name);
    }
    if (valueFrom !== undefined) {
      checkValueFrom(at.at('valueFrom'), valueFrom, value);
    }
  }
  checkUnique(
    problems,
    env,
    ({ name }) => ({ key: name, property: 'name' }),
    'another variable has this name, and server-side apply rejects duplicates',
  );
}

/**
 * Checks the volumes with files that the kubelet reads variables from, before the container starts
 * (validateFileKeyRefVolumes).
 */
export function checkVariableFiles(
  problems: Problems,
  env: readonly EnvVar[] | undefined,
  volumes: readonly Volume[],
): void {
  for (const [index, { valueFrom }] of indexed(env)) {
    const { fileKeyRef } = (valueFrom ?? {}) as { readonly fileKeyRef?: FileKeySelector };
    if (fileKeyRef !== undefined && !volumes.some(({ emptyDir, name }) => name === fileKeyRef.volumeName && emptyDir)) {
      problems.add(`[${index}].valueFrom.fileKeyRef.volumeName`, {
        wrong: 'the pod has no emptyDir with this name',
        got: fileKeyRef.volumeName,
        allowed: 'an emptyDir that an init container writes to',
        fix: 'add it to volumes',
      });
    }
  }
}

/**
 * Checks the Secrets and ConfigMaps whose keys become environment variables (pkg/apis/core/validation,
 * ValidateEnvFrom).
 */
export function checkVariableSources(problems: Problems, sources: readonly EnvFromSource[] | undefined): void {
  for (const [index, source] of indexed(sources)) {
    const at = problems.at(`[${index}]`);
    if ((source.prefix ?? '') !== '') {
      checkVariableName(at, 'prefix', source.prefix!);
    }
    if (checkSingle(at, source, ['configMapRef', 'secretRef'], 'source').length === 0) {
      at.add('', {
        wrong: 'must have a source',
        allowed: 'one of configMapRef, secretRef',
        fix: "use a value such as { secretRef: { name: 'ci' } }",
      });
    }
    for (const field of ['configMapRef', 'secretRef'] as const) {
      if (source[field] !== undefined) {
        checkDnsSubdomain(at, `${field}.name`, source[field].name ?? '');
      }
    }
  }
}

/**
 * Reports an invalid variable name. Kubernetes allows any printable ASCII character except `=` (apimachinery,
 * IsRelaxedEnvVarName).
 */
function checkVariableName(problems: Problems, property: string, name: string): void {
  if (!/^[ -<>-~]+$/.test(name)) {
    problems.add(property, {
      wrong: 'must be a valid environment variable name',
      got: name,
      allowed: "printable ASCII characters other than '='",
      fix: 'rename it',
    });
  }
}

function checkValueFrom(problems: Problems, source: EnvVarSource, value: string | undefined): void {
  const set = checkSingle(problems, source, SOURCES, 'source');
  if (set.length === 0) {
    problems.add('', {
      wrong: 'must have a source',
      allowed: `one of ${SOURCES.join(', ')}`,
      fix: 'add a source, or set value',
    });
  } else if ((value ?? '') !== '') {
    problems.add('', {
      wrong: 'must have either a value or a source',
      got: set,
      allowed: 'one of them',
      fix: 'remove value',
    });
  }
  const { configMapKeyRef, fieldRef, resourceFieldRef, secretKeyRef } = source;
  const { fileKeyRef } = source as { readonly fileKeyRef?: FileKeySelector };
  for (const [field, reference] of Object.entries({ configMapKeyRef, secretKeyRef })) {
    if (reference !== undefined) {
      checkDnsSubdomain(problems, `${field}.name`, reference.name ?? '');
      checkKeyOfObject(problems, `${field}.key`, reference.key);
    }
  }
  if (fieldRef !== undefined) {
    checkFieldReference(problems.at('fieldRef'), fieldRef, checkEnvField);
  }
  if (resourceFieldRef !== undefined) {
    checkResourceReference(problems.at('resourceFieldRef'), resourceFieldRef);
  }
  if (fileKeyRef !== undefined) {
    checkFileKey(problems.at('fileKeyRef'), fileKeyRef);
  }
}

/** Reports an invalid key of a Secret or ConfigMap (apimachinery, IsConfigMapKey). */
export function checkKeyOfObject(problems: Problems, property: string, key: string | undefined): void {
  if (!checkPresent(problems, property, key, "'token'")) {
    return;
  }
  if (key!.length > 253 || !/^[-._a-zA-Z0-9]+$/.test(key!) || key === '.' || key!.startsWith('..')) {
    problems.add(property, {
      wrong: 'must be a valid key of a Secret or ConfigMap',
      got: key,
      allowed: "at most 253 letters, digits, '-', '_' and '.', not starting with '..'",
      fix: 'rename it',
    });
  }
}

/** Checks a reference to a pod field. */
export function checkFieldReference(
  problems: Problems,
  { apiVersion, fieldPath }: ObjectFieldSelector,
  checkField: (problems: Problems, property: string, path: string) => void,
): void {
  checkOneOf(problems, 'apiVersion', apiVersion, ['', 'v1']);
  if (checkPresent(problems, 'fieldPath', fieldPath, "'metadata.name'")) {
    checkField(problems, 'fieldPath', fieldPath);
  }
}

/** Checks a reference to a container resource (pkg/apis/core/validation, validateContainerResourceFieldSelector). */
export function checkResourceReference(problems: Problems, { divisor, resource }: ResourceFieldSelector): void {
  if (!checkPresent(problems, 'resource', resource, "'limits.memory'")) {
    return;
  }
  checkResourceField(problems, 'resource', resource);
  const divisors = resource.endsWith('.cpu') ? ['1', '1m'] : BYTE_DIVISORS;
  if (divisor !== undefined && quantityNanos(divisor) !== 0n && !divisors.some((one) => isSameUnit(one, divisor))) {
    problems.add('divisor', {
      wrong: 'must be a divisor that Kubernetes supports for this resource',
      got: divisor,
      allowed: divisors.join(', '),
      fix: `use a value such as ${JSON.stringify(divisors[0])}`,
    });
  }
}

/**
 * Whether two quantities have the same value and the same notation: decimal, binary, or with an exponent. Kubernetes
 * preserves the notation.
 */
function isSameUnit(one: string, other: string | number): boolean {
  const notation = (quantity: string | number): string => /i$|[eE][-+]?\d/.exec(String(quantity))?.[0].charAt(0) ?? '';
  return quantityNanos(one) === quantityNanos(other) && (one === '1' || notation(one) === notation(other));
}

function checkFileKey(problems: Problems, { key, path, volumeName }: FileKeySelector): void {
  if (checkPresent(problems, 'key', key, "'TOKEN'")) {
    checkVariableName(problems, 'key', key!);
  }
  checkDnsLabel(problems, 'volumeName', volumeName ?? '');
  if (checkPresent(problems, 'path', path, "'env'") && hasBackstep(path!)) {
    problems.add('path', {
      wrong: "must not contain '..'",
      got: path,
      allowed: "a path without '..'",
      fix: "use a value such as 'env'",
    });
  }
}
