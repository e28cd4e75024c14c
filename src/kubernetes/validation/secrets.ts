import { EngineRisk } from '../../reporting/engine-risk';
import type { Problems } from '../../reporting/problems';
import { formatPath } from '../../reporting/property-path';
import { secretAt } from './read-texts';
import type { TextAt } from './texts';

/** Matches variables, commands and arguments of containers. */
const OF_CONTAINER = /ontainers\[\d+\]\.(args|command|env)\[/;

/**
 * Reports strings in an object that appear to contain a secret. The messages never contain the string itself.
 *
 * @param known the secrets that are reported elsewhere, or undefined for a new object
 * @returns all secrets in the object, so that a later check can skip them
 */
export function checkSecrets(
  problems: Problems,
  texts: readonly TextAt[],
  known?: ReadonlySet<string>,
): ReadonlySet<string> {
  const secrets = new Set<string>();
  for (const { path, text } of texts) {
    const what = secretAt({ path, text });
    if (what !== undefined) {
      secrets.add(text);
      const field = formatPath(path);
      // `SecretText` checks these strings, because it knows the names of variables and flags.
      const isReportedElsewhere = known === undefined ? OF_CONTAINER.test(field) : known.has(text);
      if (!isReportedElsewhere) {
        problems.add(field, {
          wrong: `looks like ${what}, which anyone who can read the manifest would see`,
          allowed: 'secrets by reference only',
          fix: 'keep it in a Secret, and refer to the Secret',
          risk: EngineRisk.SECRET_IN_PLAIN_TEXT,
        });
      }
    }
  }
  return secrets;
}
