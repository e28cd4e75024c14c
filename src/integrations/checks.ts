import { isDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { secretIn, secretNamed } from '../reporting/secret-detection';

/**
 * Reports an invalid Secret name. The message doesn't show the value, because users may set the secret itself by
 * mistake.
 */
export function checkSecretName(problems: Problems, property: string, name: string): void {
  if (!isDnsSubdomain(name)) {
    problems.add(property, {
      wrong: 'must be the name of a Secret',
      allowed: "lower-case letters, digits, '-' and '.', each part starting and ending with a letter or digit",
      fix: 'store the value in a Secret, and set the name of the Secret',
    });
  }
}

/** Reports an invalid HTTP URL. The message doesn't show the URL, because it may contain a password. */
export function checkUrl(problems: Problems, property: string, url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || new URL(url).username !== '') {
    problems.add(property, {
      wrong: 'must be an HTTP or HTTPS URL',
      allowed: 'https://HOST/PATH, without a user or password',
      fix: 'use a URL such as https://example.com/my-group',
    });
  }
}

/**
 * Reports job variables that the library sets itself, and variables that contain a secret.
 *
 * @param fixForSecret the fix that the message suggests for a secret
 */
export function checkVariables(
  problems: Problems,
  variables: { readonly [name: string]: string },
  reserved: readonly string[],
  fixForSecret: string,
): void {
  for (const [name, value] of Object.entries(variables)) {
    if (reserved.includes(name)) {
      problems.add(name, {
        wrong: 'the library sets this variable',
        got: value,
        allowed: 'other variables',
        fix: 'remove it',
      });
    }
    reportSecret(problems, name, isReference(value) ? undefined : secretNamed(name, value), fixForSecret);
  }
}

/** Reports a secret in the script of a job. */
export function checkScript(problems: Problems, property: string, script: string, fixForSecret: string): void {
  reportSecret(problems, property, secretIn(script), fixForSecret);
}

/**
 * Reports secrets anywhere in a value.
 *
 * @param describe returns a description of the secret in a key's text, or undefined if the text contains none
 */
export function checkNoSecrets(
  problems: Problems,
  value: unknown,
  describe: (key: string, text: string) => string | undefined,
  fixForSecret: string,
): void {
  const check = (at: Problems, key: string, item: unknown): void => {
    if (typeof item === 'string') {
      reportSecret(at, '', isReference(item) ? undefined : describe(key, item), fixForSecret);
    } else if (Array.isArray(item)) {
      item.forEach((one, index) => check(at.at(`[${index}]`), key, one));
    } else if (typeof item === 'object' && item !== null) {
      Object.entries(item).forEach(([name, one]) => check(at.at(name), name, one));
    }
  };
  check(problems, '', value);
}

/** Reports fields that the library sets from a property. `properties` maps each field to its property. */
export function checkNotSet(
  problems: Problems,
  property: string,
  spec: { readonly [field: string]: unknown },
  properties: { readonly [field: string]: string },
): void {
  for (const [field, source] of Object.entries(properties)) {
    if (spec[field] !== undefined) {
      problems.add(`${property}.${field}`, {
        wrong: `the property ${source} sets this field`,
        allowed: 'other fields',
        fix: `use ${source}`,
      });
    }
  }
}

/**
 * Whether a value is a reference that the CI system resolves: `((name))` in Concourse, `$NAME` in GitLab and others.
 */
function isReference(value: string): boolean {
  return /^(\(\(.*\)\)|\$[A-Za-z_]\w*)$/.test(value);
}

function reportSecret(problems: Problems, property: string, secret: string | undefined, fix: string): void {
  if (secret !== undefined) {
    problems.add(property, {
      wrong: `looks like ${secret}, and everyone who reads the configuration would see it`,
      allowed: 'references to secrets',
      fix,
    });
  }
}

/** Reports variables of a connection whose values are in Secrets, for a system whose jobs can't read these Secrets. */
export function checkPlainEnv(
  env: ReadonlyArray<{ readonly name: string; readonly value?: string }>,
  system: string,
  problems: Problems,
): void {
  if (env.some(({ value }) => value === undefined)) {
    problems.add('engine', {
      wrong: `a ${system} can't read the Secret with the headers of its telemetry`,
      got: 'a connection with telemetry.headers',
      allowed: 'telemetry without headers',
      fix: 'remove headers, and set OTEL_EXPORTER_OTLP_HEADERS from a secret of the CI system',
    });
  }
}
