import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVER_DEFAULTS, type ServerDefault } from './server-defaults';

const FILE = join(__dirname, '../../docs/testing.md');
const BEGIN = '| Why the library doesn\'t write it | Field, and what the server has |\n| --- | --- |\n';

function text(value: unknown): string {
  return value instanceof RegExp ? `like \`${value.source.replace(/\|/g, '\\|')}\`` : value === undefined ? 'nothing' : `\`${JSON.stringify(value)}\``;
}

function field({ kind, path, sent, stored }: ServerDefault): string {
  const where = `\`${kind === undefined ? '' : `${kind}: `}${path}\``;
  return sent === undefined ? `${where} ${text(stored)}` : `${where} ${text(stored)} for ${text(sent)}`;
}

/** The rows by their reason, in the order in which the reasons come first. */
function table(): string {
  const reasons = [...new Set(SERVER_DEFAULTS.map(({ why }) => why))];
  return BEGIN + reasons.map((reason) => `| ${reason} | ${SERVER_DEFAULTS.filter(({ why }) => why === reason).map(field).join('<br>')} |\n`).join('');
}

test('docs/testing.md lists the defaults of the API server (UPDATE_DOCS=1 writes them)', () => {
  const page = readFileSync(FILE, 'utf8');
  const [before, after] = page.split(BEGIN);
  const rest = after!.slice(after!.search(/^(?!\|)/m));
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(FILE, `${before}${table()}${rest}`);
  }
  expect(readFileSync(FILE, 'utf8')).toBe(`${before}${table()}${rest}`);
});
