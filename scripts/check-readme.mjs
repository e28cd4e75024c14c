// Compiles every ```ts block of the project's Markdown pages against src/, each block on its own.
//
// A block without imports gets those of the blocks above it on its page, and the constants of
// readme-fixture.d.ts need no declaration. A block that opens with "```ts nocheck" is left out.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '..');
const IGNORED = ['node_modules', 'lib', 'dist', 'coverage', '.git', 'API.md'];

const blocks = new Map(pages(ROOT).flatMap(blocksOf));
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(ROOT, 'tsconfig.dev.json'), ts.sys.readFile).config,
  ts.sys,
  ROOT,
  {
    incremental: false,
    isolatedModules: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    tsBuildInfoFile: undefined,
  },
);
const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile } = host;
host.fileExists = (name) => blocks.has(name) || fileExists(name);
host.readFile = (name) => blocks.get(name) ?? readFile(name);
host.getSourceFile = (name, target, ...rest) =>
  blocks.has(name) ? ts.createSourceFile(name, blocks.get(name), target) : getSourceFile(name, target, ...rest);

const program = ts.createProgram([join(import.meta.dirname, 'readme-fixture.d.ts'), ...blocks.keys()], options, host);
const diagnostics = [...blocks.keys()].flatMap((name) => {
  const file = program.getSourceFile(name);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
});
for (const { file, start, messageText } of diagnostics) {
  const line = file.getLineAndCharacterOfPosition(start).line + 1;
  console.error(
    `${relative(ROOT, file.fileName)
      .replaceAll(sep, '/')
      .replace(/:\d+\.ts$/, '')}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  );
}
console.log(`code blocks in Markdown pages: ${blocks.size} compiled, ${diagnostics.length} errors`);
process.exitCode = diagnostics.length === 0 ? 0 : 1;

function pages(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !IGNORED.includes(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? pages(path) : path.endsWith('.md') ? [path] : [];
    });
}

/**
 * The blocks of a page as [name, text]. Their lines keep their numbers, so errors point into the page. The names
 * contain slashes, because TypeScript uses slashes on Windows, too.
 */
function blocksOf(page) {
  const markdown = readFileSync(page, 'utf8');
  const imported = new Map();
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 0: all, 1: code, index }) => {
    const line = markdown.slice(0, index + all.indexOf('\n')).split('\n').length;
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
    return [`${page.replaceAll(sep, '/')}:${line}.ts`, `${inherited}export {};${'\n'.repeat(line)}${code}`];
  });
}
