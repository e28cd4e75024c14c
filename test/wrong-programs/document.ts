import { docsOfErrors, SITE } from '../../src/reporting/documentation';
import { CATALOGUE } from './catalogue';
import { DOUBTFUL_PROGRAMS } from './warnings';

interface Row {
  readonly title: string;
  readonly says: string;
}

const PAGE = `${SITE}reference/rejected-programs#`;

/** The first row about each kind of error, by the anchor that messages link to. */
const FIRST: ReadonlyMap<string, Row> = new Map(
  Object.values(CATALOGUE)
    .flat()
    .flatMap((row) => anchorsOf(row).map((anchor) => [anchor, row] as const))
    .reverse(),
);

/** Returns the content of docs/reference/rejected-programs.md. */
export function document(): string {
  const rejected = Object.entries(CATALOGUE).map(([area, programs]) => `## ${area}\n\n${table(programs)}`);
  return `# Rejected programs and warnings

This page is generated from the tests. Programs in the first column don't synthesize, and produce the messages in the second.
One error lists all problems of an engine, after the path of the construct. The stack of the error, which Node prints, links to this page.
If a message ends with \`or accept EngineRisk.X\`, you can keep the setting: \`acceptRisks: [{ risk: EngineRisk.X, reason: '...' }]\`.
[Findings and risks](findings.md) explains the risk.

${rejected.join('\n')}
## Warnings

These programs synthesize, and write a warning to standard error. Accept the risk to silence a warning, for one engine with
\`acceptRisks\`, or for a whole chart with \`Risks.of(chart).accept(EngineRisk.NFS_CACHE, 'a test cluster')\`.

${table(DOUBTFUL_PROGRAMS)}`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const anchors = anchorsOf(row).filter((anchor) => FIRST.get(anchor) === row);
    const title = `${anchors.map((anchor) => `<a id="${anchor}"></a>`).join('')}${cell(row.title)}`;
    return `| ${title} | ${problems(row.says).map(code).join('<br>')} |`;
  });
  return `| Program | Message |\n| --- | --- |\n${lines.join('\n')}\n`;
}

/** Returns the anchors on this page that an error links to. Errors about risks link to the page of findings. */
function anchorsOf({ says }: Row): string[] {
  return docsOfErrors(says)
    .filter((address) => address.startsWith(PAGE))
    .map((address) => address.slice(PAGE.length));
}

/** Returns the problems in an error message without its first line, or the message if it has only one line. */
function problems(says: string): string[] {
  const [first, ...others] = says.split('\n');
  return others.length === 0
    ? [first!.replace(/^\[ci\/\w+\] /, '')]
    : others.map((line) => line.replace(/^ *(- |\[\S*\] )/, ''));
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${cell(text)} \`\`` : `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
