import { join } from 'node:path';
import { CHANGE_KINDS, CHANGE_NAMES } from '../../src/comparison/change-kinds';
import { compareManifests } from '../../src/comparison/compare';
import { table } from '../markdown';
import { CASES, UNAPPLIED_CASES, type ChangeCase } from './cases';
import { STATEMENT_KINDS } from './stated';

/** The page that lists the effects of changes. */
export const PAGE = join(__dirname, '../../docs/reference/effects-of-changes.md');

/** Returns the text of the page. */
export function document(): string {
  return [
    '# Effects of changes',
    '',
    'This page is generated from the tests. It lists the effects that [`npx cdk8s-dagger diff`](cli.md#compare-two-versions) reports.',
    'Each change in the second table was applied to a real API server and its controllers, which [confirmed many of the effects](#checked-statements).',
    'Engines on a real node confirmed the order of restarts and the caches of eleven similar changes ([tests](../testing.md#engines-on-a-real-node)).',
    '[Review changes](../how-to/review-changes.md) explains the command.',
    '',
    '## Kinds of effects',
    '',
    'Some effects are more or less severe than usual. For example, a restart without a drain is a warning.',
    '',
    table(
      ['Effect', 'Usual severity', 'Meaning'],
      CHANGE_NAMES.map((name) => [`\`${name}\``, CHANGE_KINDS[name].severity, CHANGE_KINDS[name].title]),
    ),
    '## Changes and their effects',
    '',
    changes(CASES),
    '## Checked statements',
    '',
    'A test fails if an effect above belongs to none of these kinds.',
    '',
    table(
      ['Effect', 'Statement', 'Check on the control plane'],
      STATEMENT_KINDS.flatMap(([, { checked, name, statement }]) =>
        checked === undefined ? [] : [[names(name), statement, checked]],
      ),
    ),
    'These statements are not checked on the control plane:',
    '',
    table(
      ['Effect', 'Statement', 'Reason'],
      STATEMENT_KINDS.flatMap(([, { name, statement, unchecked }]) =>
        unchecked === undefined ? [] : [[names(name), statement, unchecked]],
      ),
    ),
    '## Other changes',
    '',
    'These changes were not applied to a cluster.',
    '',
    changes(UNAPPLIED_CASES),
  ].join('\n');
}

function names(name: string | readonly string[]): string {
  return [name]
    .flat()
    .map((one) => `\`${one}\``)
    .join(', ');
}

/** Returns a table of changes. */
function changes(cases: readonly ChangeCase[]): string {
  return table(
    ['Change', 'Effects'],
    cases.map(({ after, before, title }) => [
      title,
      compareManifests(before, after)
        .map(({ effect, name, severity }) => `${severity} \`${name}\`: ${effect.replaceAll('*', '\\*')}`)
        .join('<br>') || 'none',
    ]),
  );
}
