// Compiles every ```ts block of the project's Markdown pages against src/, each block on its own.
//
// A block without imports gets those of the blocks above it on its page, and the constants of
// readme-fixture.d.ts need no declaration. A block that opens with "```ts nocheck" is left out.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { blocksOf, pagesIn } from './markdown-blocks.mjs';

const ROOT = resolve(import.meta.dirname, '..');
/** The blocks, as files that find the packages of the project. */
const FOLDER = join(ROOT, 'node_modules/.cache/markdown-blocks');

const blocks = new Map(pagesIn(ROOT).flatMap(filesOf));
rmSync(FOLDER, { recursive: true, force: true });
for (const [name, code] of blocks) {
  mkdirSync(dirname(join(FOLDER, name)), { recursive: true });
  writeFileSync(join(FOLDER, name), code);
}
writeFileSync(
  join(FOLDER, 'tsconfig.json'),
  JSON.stringify({
    extends: join(ROOT, 'tsconfig.dev.json'),
    compilerOptions: {
      incremental: false,
      isolatedModules: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      rootDir: ROOT,
      tsBuildInfoFile: null,
    },
    include: [],
    files: [join(import.meta.dirname, 'readme-fixture.d.ts'), ...blocks.keys()],
  }),
);
const tsc = join(ROOT, 'node_modules/typescript-7/bin/tsc');
const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', '.', '--pretty', 'false', '--singleThreaded'], {
  cwd: FOLDER,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
process.stderr.write(stdout.replaceAll(/^(.*)\/\d+\.ts\((\d+),\d+\): error TS\d+/gm, '$1:$2'));
console.log(`code blocks in Markdown pages: ${blocks.size} ${status === 0 ? 'compiled' : 'checked, with errors'}`);
process.exitCode = status ?? 1;

/** The blocks of a page as [name, text]. Their lines keep their numbers, so errors point into the page. */
function filesOf(page) {
  const imported = new Map();
  return blocksOf(page).map(({ code, line }) => {
    const own = [...code.matchAll(/^import \{([^}]*)\} from '([^']+)'/gm)];
    const inherited =
      own.length > 0
        ? ''
        : [...imported].map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}'; `).join('');
    for (const [, names, from] of own) {
      imported.set(
        from,
        new Set([
          ...(imported.get(from) ?? []),
          ...names
            .split(',')
            .map((name) => name.trim())
            .filter(Boolean),
        ]),
      );
    }
    return [`${relative(ROOT, page)}/${line}.ts`, `${inherited}export {};${'\n'.repeat(line)}${code}`];
  });
}
