// The pages of the API reference: lib/API.md, which jsii-docgen generates, with a page for each class, struct and enum, and
// an example for each class.
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import * as library from './assembly.mjs';
import { exampleOf } from './examples.mjs';
import { inLanguages } from './languages.mjs';

const KINDS = {
  Constructs: 'Constructs',
  Structs: 'Properties',
  Classes: 'Classes',
  Protocols: 'Interfaces',
  Enums: 'Enums',
};

const FILE = resolve(import.meta.dirname, '../../lib/API.md');
if (!existsSync(FILE)) {
  throw new Error(
    'the API reference needs lib/API.md: run "npm run build" and "npm run docgen" in the folder of the repository',
  );
}
const API = readFileSync(FILE, 'utf8');
const NAMES = new Set([...API.matchAll(/^### (\w+) </gm)].map(([, name]) => name));

/** Each type with its kind, its first sentence and its part of lib/API.md. */
export const types = API.split(/^## /m)
  .slice(1)
  .flatMap((group) => {
    const kind = KINDS[/^\w+/.exec(group)[0]];
    return group
      .split(/^### /m)
      .slice(1)
      .map((part) => {
        const [, name] = /^(\w+)/.exec(part);
        return { name, kind, content: contentOf(['Constructs', 'Classes'].includes(kind) ? withExample(part) : part) };
      });
  })
  .map((type) => ({ ...type, summary: summaryOf(type.content) }));

/** The page of a type, or of the class of a member: `cdk8s-dagger.EngineDaemonSet.connect`. */
function pageOfId(id) {
  const [, name] = id.split('.');
  return NAMES.has(name) ? `/reference/api/${name}#${id}` : '/reference/api/';
}

/** All types by kind, as Markdown. */
export function contents() {
  return Object.values(KINDS)
    .map((kind) => {
      const rows = types
        .filter((type) => type.kind === kind)
        .map(({ name, summary }) => `| [\`${name}\`](/reference/api/${name}) | ${summary.replaceAll('|', '\\|')} |`);
      return rows.length === 0 ? '' : `## ${kind}\n\n| Name | Purpose |\n| --- | --- |\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

/** The part of a class with an example above its first heading, unless the source has one. */
function withExample(part) {
  const [name] = /^\w+/.exec(part);
  const example = part.includes('\n*Example*\n') ? undefined : exampleOf(name);
  if (example === undefined) {
    return part;
  }
  const text = `*Example* from [${example.title}](${relative('docs/reference/api', example.page)}):\n\n\`\`\`ts\n${example.code.trimEnd()}\n\`\`\`\n\n`;
  return part.replace(/^#### /m, (heading) => `${text}${heading}`);
}

/** The part with headings of a page, explicit anchors, and links to other pages. */
function contentOf(part) {
  // The names of required properties, whose headings say so.
  const required = [...part.matchAll(/^##### `[^`]+`<sup>Required<\/sup> <a name="[^"]+" id="([^"]+)">/gm)].map(
    ([, id]) => id,
  );
  const [, owner] = /^(\w+)/.exec(part);
  return (
    part
      .replaceAll(/^```typescript\n([^]*?)^```$/gm, (all, code) => inLanguages(code, owner, library) ?? all)
      // Braces at the end of a line are attributes in the Markdown of the site.
      .replaceAll(/^(\||- \*Type:\*).*$/gm, (line) => line.replaceAll(/\{\[ key: string \]: (.*?)\}/g, 'map of $1'))
      .replaceAll(/^(.*?) <a name="[^"]*" id="([^"]+)"><\/a>$/gm, (all, heading, id) => `${heading} {#${id}}`)
      .replace(/^(\w+)/, '# $1')
      .replaceAll(/^####(#*) /gm, '##$1 ')
      .replaceAll(/<sup>(Required|Optional)<\/sup>/g, (all, word) => (word === 'Required' ? ' (required)' : ''))
      .replaceAll(
        /<a href="#([^"]+)">([^<]*)<\/a>/g,
        (all, id, text) => `[${text}](${pageOfId(id)})${required.includes(id) ? ' <b>required</b>' : ''}`,
      )
  );
}

function summaryOf(content) {
  const [, paragraph = ''] = /^(?!#|- |```|\||<|Extends|\* |---)([A-Z`][^\n]*(?:\n[^\n#|]+)*)/m.exec(content) ?? [];
  return paragraph.replaceAll('\n', ' ').split(/(?<=\.) /)[0];
}
