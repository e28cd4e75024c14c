import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entries } from './chart-fates';
import { NOTICED_HEAD, UNNOTICED_HEAD, unnoticedRows } from './chart-fates-document';
import { expectOnPage, rowsOnPage } from './page';
import { KEPT, REFUSED_CHANGES } from './refused-changes';
import { SERVER_DEFAULTS, type ServerDefault } from './server-defaults';

function text(value: unknown): string {
  return value instanceof RegExp
    ? `like \`${value.source}\``
    : value === undefined
      ? 'nothing'
      : `\`${JSON.stringify(value)}\``;
}

function field({ kind, path, sent, stored }: ServerDefault): string {
  const where = `\`${kind === undefined ? '' : `${kind}: `}${path}\``;
  return sent === undefined ? `${where} ${text(stored)}` : `${where} ${text(stored)} for ${text(sent)}`;
}

test('docs/testing.md lists the defaults of the API server (UPDATE_DOCS=1 writes them)', () => {
  // The rows are grouped by reason, in the order in which the reasons first occur.
  const reasons = [...new Set(SERVER_DEFAULTS.map(({ why }) => why))];
  expectOnPage(
    ['Reason', 'Field and value on the server'],
    reasons.map((reason) => [
      reason,
      SERVER_DEFAULTS.filter(({ why }) => why === reason)
        .map(field)
        .join('<br>'),
    ]),
  );
});

test('docs/testing.md lists the values that only the library rejects (UPDATE_DOCS=1 writes it)', () => {
  expectOnPage(UNNOTICED_HEAD, unnoticedRows());
});

/** helm-charts.cluster.ts checks the messages with the real charts. */
test('docs/testing.md quotes messages for values of the catalogue only', () => {
  const titles = entries().map(({ title }) => title);
  const quoted = rowsOnPage(NOTICED_HEAD).map(([title]) => title!);
  expect(quoted.length).toBeGreaterThan(titles.length / 3);
  expect(quoted.filter((title) => !titles.includes(title))).toEqual([]);
});

describe('docstrings of properties whose change the API server rejects', () => {
  function docstring([file, line]: readonly [string, string]): string {
    const [before, after] = readFileSync(join(__dirname, '../..', file), 'utf8').split(line);
    expect(after).toBeDefined();
    return before!.slice(before!.lastIndexOf('/**')).replace(/\n\s*\*/g, '');
  }

  test.each(REFUSED_CHANGES)('$property of a $kind: documents the rejection', ({ declared }) => {
    expect(docstring(declared)).toMatch(/can't be changed|can only be changed|rejects this strategy/i);
  });

  test('the service account: says how to remove one', () => {
    expect(docstring(KEPT.declared)).toContain("EngineServiceAccount.fromName('default')");
  });
});
