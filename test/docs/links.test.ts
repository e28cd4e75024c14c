import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as library from '../../src/index';
import { anchorOf } from '../markdown';

const ROOT = resolve(__dirname, '../..');
const IGNORED = ['node_modules', 'lib', 'dist', 'coverage', '.git'];

const pages = files(ROOT);

test('every link in a Markdown page leads to a file, and to a heading of it', () => {
  const broken = pages.flatMap((page) =>
    links(page)
      .filter((link) => !exists(page, link))
      .map((link) => `${relative(ROOT, page)}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('docs/README.md lists every page of its folder', () => {
  const docs = join(ROOT, 'docs');
  const listed = links(join(docs, 'README.md')).map((link) => resolve(docs, link.split('#')[0]!));
  // Files with names in brackets are templates of the site.
  const written = pages.filter((page) => page.startsWith(`${docs}/`) && !/\[\w+\]\.md$/.test(page));
  const missing = written.filter((page) => page !== join(docs, 'README.md') && !listed.includes(page));
  expect(missing.map((page) => relative(ROOT, page))).toEqual([]);
});

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !IGNORED.includes(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? files(path) : path.endsWith('.md') ? [path] : [];
    });
}

/** Returns the text of a page without code blocks, and without brackets in inline code. */
function prose(page: string): string {
  return readFileSync(page, 'utf8')
    .replaceAll(/^( *)```[^]*?^\1```$/gm, '')
    .replaceAll(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, (code) => code.replaceAll(/[[\]()]/g, ''));
}

/** Returns the targets of links within the repository. */
function links(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function exists(page: string, link: string): boolean {
  const [path, heading] = link.split('#') as [string, string?];
  const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(target)) {
    return false;
  }
  return heading === undefined || (statSync(target).isFile() && anchors(target).includes(heading));
}

const known = new Map<string, string[]>();

function anchors(page: string): string[] {
  if (!known.has(page)) {
    known.set(page, findAnchors(page));
  }
  return known.get(page)!;
}

/** Returns the anchors on a page: those that GitHub generates for its headings, and explicit ones. */
function findAnchors(page: string): string[] {
  const seen = new Map<string, number>();
  const explicit = [...readFileSync(page, 'utf8').matchAll(/<a [^>]*\bid="([^"]+)"/g)].map(([, id]) => id!);
  const headings = [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const anchor = anchorOf(heading!);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return [...headings, ...explicit];
}

/** Links to the API reference, which exists only on the site. */
test('every link to the API reference names a class of the library', () => {
  const { homepage } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly homepage: string };
  const linked = pages.flatMap((page) =>
    readFileSync(page, 'utf8')
      .split(`](${homepage}`)
      .slice(1)
      .map((rest) => /^reference\/api\/(\w*)\)/.exec(rest)?.[1])
      .filter((name) => name !== undefined),
  );
  expect(linked).toContain('EngineDaemonSet');
  expect(linked.filter((name) => name !== '' && !(name in library))).toEqual([]);
});

/** Files that quote the version of the package, and how often. CHANGELOG.md names all versions. */
const QUOTES = {
  'action.yml': 2,
  'docs/how-to/check-manifests.md': 1,
  'docs/how-to/check-without-typescript.md': 8,
  'docs/how-to/use-java.md': 1,
  'examples/apps/java/pom.xml': 1,
  'examples/apps/typescript/package.json': 1,
  'examples/validation/README.md': 1,
  'examples/validation/cdk8s.yaml': 1,
  'src/findings/engine-validation.ts': 1,
  'templates/check.yml': 1,
};

test.each(Object.entries(QUOTES))('%s quotes the version of the package', (file, count) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  const quoted = readFileSync(join(ROOT, file), 'utf8').matchAll(
    /(?:cdk8s-dagger(?:[@:/]v?|-|<\/artifactId>\s+<version>|[\s*]+version: )|(?:rev: |check@|tag `)v)(\d+\.\d+\.\d+)/g,
  );
  expect([...quoted].map(([, found]) => found)).toEqual(Array<string>(count).fill(version));
});
