import type { Problems } from '../reporting/problems';
import { secretIn, secretNamed } from '../reporting/secret-detection';

const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** Reports what is no Secret's name. It isn't shown: it may be the secret itself. */
export function checkSecretName(problems: Problems, property: string, name: string): void {
  if (name.length > 253 || !OBJECT_NAME.test(name)) {
    problems.add(property, {
      wrong: 'not the name of a Secret',
      allowed: "lower-case letters, digits, '-' and '.'",
      fix: 'keep the secret in a Secret, and give its name',
    });
  }
}

/** Reports what is no address of a web site. */
export function checkUrl(problems: Problems, property: string, url: string): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || new URL(url).username !== '') {
    problems.add(property, {
      wrong: 'not an address',
      allowed: 'https://HOST/PATH, without user and password',
      fix: 'for example https://example.com/my-group',
    });
  }
}

/** Reports variables of a job that the library sets itself, and secrets among them. `instead` is where the CI system has those. */
export function checkVariables(
  problems: Problems,
  property: string,
  variables: { readonly [name: string]: string },
  own: readonly string[],
  instead: string,
): void {
  for (const [name, value] of Object.entries(variables)) {
    if (own.includes(name)) {
      problems.add(`${property}.${name}`, {
        wrong: 'the library sets that variable itself',
        got: value,
        allowed: 'other variables',
        fix: 'remove it',
      });
    }
    const secret = secretNamed(name, value);
    // `((name))` is filled in by Concourse.
    if (secret !== undefined && !/^\(\(.*\)\)$/.test(value)) {
      problems.add(`${property}.${name}`, {
        wrong: `looks like ${secret}, and everyone who reads the configuration would see it`,
        allowed: 'secrets by reference only',
        fix: instead,
      });
    }
  }
}

/** Reports a secret in the text of a job. */
export function checkScript(problems: Problems, property: string, script: string, instead: string): void {
  const secret = secretIn(script);
  if (secret !== undefined) {
    problems.add(property, {
      wrong: `looks like ${secret}, and everyone who reads the configuration would see it`,
      allowed: 'secrets by reference only',
      fix: instead,
    });
  }
}
