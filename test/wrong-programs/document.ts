import { CATALOGUE } from './catalogue';
import { DOUBTFUL_PROGRAMS } from './warnings';

interface Row {
  readonly title: string;
  readonly says: string;
}

/** Returns the content of docs/reference/rejected-programs.md. */
export function document(): string {
  const rejected = Object.entries(CATALOGUE).map(([area, programs]) => `## ${area}\n\n${table(programs)}`);
  return `# Rejected programs and warnings

This page is generated from the tests. Programs in the first column don't synthesize, and produce the messages in the second.
One error lists all problems of an engine, after the path of the construct. [Errors](errors.md) explains them by topic.
If a message ends with \`or accept EngineRisk.X\`, you can keep the setting: \`acceptRisks: [{ risk: EngineRisk.X, reason: '...' }]\`.
[Findings and risks](findings.md) explains the risk.

${rejected.join('\n')}
## Warnings

These programs synthesize, and write a warning to standard error. Accept the risk to silence a warning, for one engine with
\`acceptRisks\`, or for a whole chart with \`Risks.of(chart).accept(EngineRisk.NFS_CACHE, 'a test cluster')\`.

${table(DOUBTFUL_PROGRAMS)}`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ says, title }) => `| ${cell(title)} | ${problems(says).map(code).join('<br>')} |`);
  return `| Program | Message |\n| --- | --- |\n${lines.join('\n')}\n`;
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
