import { isDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { secretIn, secretNamed } from '../reporting/secret-detection';

/** Reports an invalid name of a Secret. It isn't shown, because it may be the secret itself. */
export function checkSecretName(problems: Problems, property: string, name: string): void {
  if (!isDnsSubdomain(name)) {
    problems.add(property, {
      wrong: 'not the name of a Secret',
      allowed: "lower-case letters, digits, '-' and '.', each part starting and ending with a letter or digit",
      fix: 'keep the secret in a Secret, and use the name of the Secret',
    });
  }
}

/** Reports an invalid URL of a web site. It isn't shown, because it may contain a password. */
export function checkUrl(problems: Problems, property: string, url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || new URL(url).username !== '') {
    problems.add(property, {
      wrong: 'not a URL of a web site',
      allowed: 'https://HOST/PATH, without user and password',
      fix: 'for example https://example.com/my-group',
    });
  }
}

/**
 * Reports variables of a job that the library sets itself, and variables that contain a secret.
 *
 * @param instead the way to pass secrets to the CI system
 */
export function checkVariables(
  problems: Problems,
  variables: { readonly [name: string]: string },
  own: readonly string[],
  instead: string,
): void {
  for (const [name, value] of Object.entries(variables)) {
    if (own.includes(name)) {
      problems.add(name, {
        wrong: 'the library sets this variable',
        got: value,
        allowed: 'other variables',
        fix: 'remove it',
      });
    }
    reportSecret(problems, name, isReference(value) ? undefined : secretNamed(name, value), instead);
  }
}

/** Reports a secret in the script of a job. */
export function checkScript(problems: Problems, property: string, script: string, instead: string): void {
  reportSecret(problems, property, secretIn(script), instead);
}

/**
 * Reports secrets anywhere in a value.
 *
 * @param isSecret describes the secret in a text, which has a key; undefined for other texts
 */
export function checkNoSecrets(
  problems: Problems,
  value: unknown,
  isSecret: (key: string, text: string) => string | undefined,
  instead: string,
): void {
  const check = (at: Problems, key: string, item: unknown): void => {
    if (typeof item === 'string') {
      reportSecret(at, '', isReference(item) ? undefined : isSecret(key, item), instead);
    } else if (Array.isArray(item)) {
      item.forEach((one, index) => check(at.at(`[${index}]`), key, one));
    } else if (typeof item === 'object' && item !== null) {
      Object.entries(item).forEach(([name, one]) => check(at.at(name), name, one));
    }
  };
  check(problems, '', value);
}

/** Reports fields of an object's `spec` that a property of the library sets. `properties` has the property of each field. */
export function checkNotSet(
  problems: Problems,
  property: string,
  spec: { readonly [field: string]: unknown },
  properties: { readonly [field: string]: string },
): void {
  for (const [field, instead] of Object.entries(properties)) {
    if (spec[field] !== undefined) {
      problems.add(`${property}.${field}`, {
        wrong: `the property ${instead} sets this field`,
        allowed: 'other fields',
        fix: `use ${instead}`,
      });
    }
  }
}

/** References that the CI system replaces: `((name))` of Concourse, `$NAME` of GitLab and others. */
function isReference(value: string): boolean {
  return /^(\(\(.*\)\)|\$[A-Za-z_]\w*)$/.test(value);
}

function reportSecret(problems: Problems, property: string, secret: string | undefined, instead: string): void {
  if (secret !== undefined) {
    problems.add(property, {
      wrong: `looks like ${secret}, and everyone who reads the configuration would see it`,
      allowed: 'references to secrets',
      fix: instead,
    });
  }
}
