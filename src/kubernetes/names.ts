import { createHash } from 'node:crypto';
import type { Problems } from '../reporting/problems';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
/**
 * Matches the name of an environment variable. Since 1.30, Kubernetes accepts any bytes except `=`, but shells and the
 * engine require this form.
 */
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The maximum length of a DNS label (RFC 1123) and of a label value. */
export const LABEL_MAX = 63;

const SUBDOMAIN_MAX = 253;

/** Options for the check of a name. */
interface NameRule {
  /** The maximum number of characters. */
  readonly max?: number;
  /** A suffix for the message, which explains the origin of the name. */
  readonly why?: string;
}

/** Reports a name that isn't a DNS label. Returns whether it is valid. */
export function checkDnsLabel(
  problems: Problems,
  property: string,
  value: string,
  { max = LABEL_MAX, why = '' }: NameRule = {},
): boolean {
  if (typeof value === 'string' && value.length <= max && DNS_LABEL.test(value)) {
    return true;
  }
  problems.add(property, {
    wrong: `must be a valid name${why}`,
    got: value,
    allowed: `lower-case letters, digits and '-', starting and ending with a letter or digit, at most ${max} characters`,
    fix: suggestion(value, max),
  });
  return false;
}

/** Reports an invalid Service name. Unlike other names, it must not start with a digit (RFC 1035). */
export function checkServiceName(
  problems: Problems,
  property: string,
  value: string,
  { max = LABEL_MAX, why = '' }: NameRule = {},
): void {
  if (typeof value !== 'string' || value.length > max || !SERVICE_NAME.test(value)) {
    problems.add(property, {
      wrong: `must be a valid name${why}`,
      got: value,
      allowed: `lower-case letters, digits and '-', starting with a letter and ending with a letter or digit, at most ${max} characters`,
      fix: suggestion(value, max, /^[^a-z]+/),
    });
  }
}

/** Whether a string is a DNS subdomain (RFC 1123) of at most `max` characters. */
export function isDnsSubdomain(text: string, max = SUBDOMAIN_MAX): boolean {
  return typeof text === 'string' && text.length <= max && DNS_SUBDOMAIN.test(text);
}

/** Reports a name that isn't a DNS subdomain, as Secrets, ConfigMaps, claims and accounts require. */
export function checkDnsSubdomain(problems: Problems, property: string, value: string): boolean {
  if (isDnsSubdomain(value)) {
    return true;
  }
  problems.add(property, {
    wrong: 'must be a valid object name',
    got: value,
    allowed: "lower-case letters, digits, '-' and '.', at most 253 characters",
    fix: suggestion(value, 253),
  });
  return false;
}

/** Reports invalid label or annotation keys, and invalid label values. */
export function checkLabels(
  problems: Problems,
  property: string,
  labels: { readonly [key: string]: string } | undefined,
): void {
  checkKeys(problems, property, labels);
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (!isLabelValue(value)) {
      const at = `${property}[${JSON.stringify(key)}]`;
      if (checkString(problems, at, value)) {
        checkLabelValue(problems, at, value, 'use an annotation for other text');
      }
    }
  }
}

function isLabelValue(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LABEL_MAX && LABEL_VALUE.test(value);
}

/** Reports a label or annotation value that isn't a string, for example because an environment variable isn't set. */
function checkString(problems: Problems, property: string, value: unknown): value is string {
  if (typeof value === 'string') {
    return true;
  }
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  const isMissing = value === undefined || value === null;
  problems.add(property, {
    wrong: isMissing ? 'has no value' : 'has the wrong type',
    got: value,
    allowed: 'a string',
    fix: isScalar
      ? `write ${JSON.stringify(String(value))}`
      : isMissing
        ? 'set it, or remove the key'
        : 'write a string',
  });
  return false;
}

/** Reports an invalid label value. */
export function checkLabelValue(problems: Problems, property: string, value: string, fix: string): void {
  if (!isLabelValue(value)) {
    problems.add(property, {
      wrong: 'must be a valid label value',
      got: value,
      allowed: "letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters",
      fix,
    });
  }
}

/** Reports keys of user-defined labels or annotations that the library sets itself. */
export function checkNotOwned(
  problems: Problems,
  property: string,
  map: { readonly [key: string]: string } | undefined,
  owned: readonly string[],
): void {
  for (const key of Object.keys(map ?? {}).filter((name) => owned.includes(name))) {
    problems.add(property, {
      wrong: 'the library sets this key itself',
      got: key,
      allowed: 'other keys',
      fix: 'remove it',
    });
  }
}

/** Reports invalid annotation keys, and values that aren't strings. */
export function checkAnnotations(
  problems: Problems,
  property: string,
  annotations: { readonly [key: string]: string } | undefined,
): void {
  for (const [key, value] of Object.entries(annotations ?? {})) {
    // Prefixes of annotation keys can contain upper-case letters, but prefixes of label keys can't.
    if (!isQualifiedName(key.toLowerCase())) {
      checkKey(problems, property, key);
    }
    if (typeof value !== 'string') {
      checkString(problems, `${property}[${JSON.stringify(key)}]`, value);
    }
  }
}

/** Reports an invalid environment variable name. */
export function checkEnvName(problems: Problems, property: string, name: string): void {
  if (!ENV_NAME.test(name)) {
    problems.add(property, {
      wrong: 'must be a valid environment variable name',
      got: name,
      allowed: "letters, digits and '_', not starting with a digit",
      fix: 'rename it',
    });
  }
}

/** Reports an invalid label key. */
export function checkKey(problems: Problems, property: string, key: string): void {
  if (!isQualifiedName(key)) {
    problems.add(property, {
      wrong: 'must be a valid key',
      got: key,
      allowed: "an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'",
      fix: 'rename the key',
    });
  }
}

/**
 * Whether a string is a qualified name with or without a domain prefix, as used by labels, annotations and resources.
 */
export function isQualifiedName(text: string): boolean {
  if (typeof text !== 'string') {
    return false;
  }
  const [name, prefix] = text.includes('/')
    ? [text.slice(text.indexOf('/') + 1), text.slice(0, text.indexOf('/'))]
    : [text, undefined];
  const prefixFits = prefix === undefined || isDnsSubdomain(prefix);
  return prefixFits && name.length <= LABEL_MAX && QUALIFIED_NAME.test(name);
}

function checkKeys(problems: Problems, property: string, map: { readonly [key: string]: string } | undefined): void {
  for (const key of Object.keys(map ?? {})) {
    checkKey(problems, property, key);
  }
}

/** Returns a DNS label for a composed name: the name itself if it is valid, otherwise a truncated name with a hash. */
export function labelOf(name: string): string {
  if (name.length <= LABEL_MAX && !name.includes('.')) {
    return name;
  }
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name
    .replace(/\./g, '-')
    .slice(0, LABEL_MAX - hash.length - 1)
    .replace(/-+$/, '')}-${hash}`;
}

/** Returns the closest valid name, so that users can copy the fix from the error. */
function suggestion(value: unknown, max: number, leading = /^-+/): string {
  const name = String(value)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^-a-z0-9]+/g, '-')
    .replace(leading, '')
    .slice(0, max)
    .replace(/-+$/, '');
  return name === '' ? 'set a name' : `set the name to ${JSON.stringify(name)}`;
}
