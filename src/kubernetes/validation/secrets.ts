import { EngineRisk } from '../../reporting/engine-risk';
import type { Problems } from '../../reporting/problems';
import { secretIn, secretNamed } from '../../reporting/secret-detection';
import { formatPath } from '../../reporting/property-path';
import { visitTexts } from './texts';

/** Maps with names that the user chooses. The names of other fields tell nothing: `token` can hold the name of a Secret. */
const MAPS: ReadonlyArray<string | number> = ['annotations', 'data', 'options', 'volumeAttributes'];

/** Variables, commands and arguments of containers. */
const OF_CONTAINER = /ontainers\[\d+\]\.(args|command|env)\[/;

/**
 * Reports text anywhere in an object that looks like a secret. The text itself is never shown.
 *
 * @param known the secrets that are reported elsewhere
 * @returns all secrets of the object, so that a later check can skip them
 */
export function checkSecrets(problems: Problems, object: object, known?: ReadonlySet<string>): ReadonlySet<string> {
  const secrets = new Set<string>();
  visitSecrets(object, (text, what, path) => {
    secrets.add(text);
    const field = formatPath(path);
    // `SecretText` checks these with the names of variables and flags.
    const isReportedElsewhere = known === undefined ? OF_CONTAINER.test(field) : known.has(text);
    if (!isReportedElsewhere) {
      problems.add(field, {
        wrong: `looks like ${what}, and everyone who reads the manifest would see it`,
        allowed: 'secrets by reference only',
        fix: 'keep it in a Secret, and refer to the Secret',
        risk: EngineRisk.SECRET_IN_PLAIN_TEXT,
      });
    }
  });
  return secrets;
}

function visitSecrets(
  object: object,
  visit: (text: string, what: string, path: ReadonlyArray<string | number>) => void,
): void {
  visitTexts(object, [], (text, path) => {
    const [map, key] = [path.at(-2), path.at(-1)];
    // `visitTexts` visits a key as a text, too.
    const what = MAPS.includes(map!) && key !== text ? secretNamed(String(key), text) : secretIn(text);
    if (what !== undefined) {
      visit(text, what, path);
    }
  });
}
