// An example for each class of the API: the shortest compiled code of the documentation that creates it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { blocksOf, pagesIn } from '../../scripts/markdown-blocks.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
/** Pages with programs that the library rejects. */
const REJECTED = /^docs\/reference\/rejected-/;

const blocks = ['README.md', ...pagesIn(join(ROOT, 'docs')).map((page) => relative(ROOT, page))]
  .filter((page) => !REJECTED.test(page))
  .sort()
  .flatMap((page) => blocksOf(join(ROOT, page)).map((block) => ({ ...block, page })));

const charts = readdirSync(join(ROOT, 'examples'))
  .sort()
  .map((name) => ({ file: `examples/${name}/chart.ts`, page: `examples/${name}/README.md` }))
  .filter(({ file }) => existsSync(join(ROOT, file)))
  .map(({ file, page }) => ({ page, code: readFileSync(join(ROOT, file), 'utf8') }));

/**
 * Returns the shortest block that calls the constructor or a static member of the class, or else the shortest such chart
 * of examples/, with the page that it is on.
 */
export function exampleOf(name) {
  const called = new RegExp(`(?:\\bnew ${name}\\(|(?<![.\\w])${name}\\.\\w)`);
  const found =
    shortest(blocks.filter(({ code }) => called.test(program(code)))) ??
    shortest(charts.filter(({ code }) => called.test(program(code))));
  return found && { ...found, title: titleOf(found.page) };
}

function titleOf(page) {
  return /^# (.*)$/m.exec(readFileSync(join(ROOT, page), 'utf8'))[1];
}

/** Code without its imports and comments. */
function program(code) {
  return code.replaceAll(/^import [^;]*;$/gm, '').replaceAll(/(?<!:)\/\/.*$/gm, '');
}

function shortest(candidates) {
  return candidates.toSorted((a, b) => a.code.length - b.code.length)[0];
}
