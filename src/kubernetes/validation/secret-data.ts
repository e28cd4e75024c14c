import type { Secret } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkDataSize } from './config-maps';
import { checkKeyOfObject } from './environment';

/** The keys that a type of Secret requires. */
const REQUIRED: { readonly [type: string]: readonly string[] } = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

const ACCOUNT = 'kubernetes.io/service-account.name';

/** Checks a Secret (pkg/apis/core/validation, ValidateSecret). No problem contains a value. */
export function checkSecretData(problems: Problems, { data, metadata, stringData, type = '' }: Secret): void {
  // The API server decodes null as empty text.
  const decoded = Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text ?? '', 'base64')] as const);
  const plain = Object.entries(stringData ?? {}).map(([key, text]) => [key, Buffer.from(text ?? '')] as const);
  const values = new Map([...decoded, ...plain]);
  const at = (key: string): string => `${key in (stringData ?? {}) ? 'stringData' : 'data'}[${JSON.stringify(key)}]`;
  values.forEach((_value, key) => checkKeyOfObject(problems, at(key), key));
  checkDataSize(
    problems,
    'Secret',
    [...values.values()].reduce((size, { length }) => size + length, 0),
  );
  for (const key of REQUIRED[type] ?? []) {
    const value = values.get(key);
    if (value === undefined || (type.endsWith('ssh-auth') && value.length === 0)) {
      addMissing(problems, at(key), type);
    } else if (key.startsWith('.docker') && !isJsonObject(value.toString())) {
      problems.add(at(key), {
        wrong: 'must be JSON',
        allowed: 'an object in JSON',
        fix: 'create it with kubectl create secret docker-registry',
      });
    }
  }
  if (type === 'kubernetes.io/basic-auth' && !values.has('username') && !values.has('password')) {
    addMissing(problems, at('password'), type);
  }
  if (type === 'kubernetes.io/service-account-token' && !metadata?.annotations?.[ACCOUNT]) {
    addMissing(problems, `metadata.annotations[${JSON.stringify(ACCOUNT)}]`, type);
  }
}

function addMissing(problems: Problems, property: string, type: string): void {
  problems.add(property, {
    wrong: `is required by the type ${type}`,
    allowed: 'a value',
    fix: 'add it, or use the type Opaque',
  });
}

/** Whether the API server reads the text as a JSON object. It accepts null. */
function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}
