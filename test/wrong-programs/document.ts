import { CATALOGUE } from './catalogue';
import { DOUBTFUL_PROGRAMS } from './warnings';

/** The catalogue as a page of the documentation. */
export function document(): string {
  const refused = Object.entries(CATALOGUE).map(([area, programs]) => section(area, programs));
  return `# What it refuses, and what it warns of

This page is made from the tests: each program on the left does not synthesize, and says what stands on the right. All
problems of one engine come in one error, which begins with the path of the construct. What Kubernetes itself takes can be
meant: \`acceptRisks\` of the engine, with the name of the property, makes it the warning \`EngineWarning.ACCEPTED_RISK\`.

${refused.join('\n')}
## Warnings

These synthesize, and write to standard error. A warning that is fine where it is can be silenced by its name:
\`Warnings.of(engine).acknowledge(EngineWarning.NFS_CACHE, 'a test bench')\`.

${table(DOUBTFUL_PROGRAMS)}`;
}

function section(area: string, programs: ReadonlyArray<{ readonly title: string; readonly says: string }>): string {
  return `## ${area}\n\n${table(programs)}`;
}

function table(programs: ReadonlyArray<{ readonly title: string; readonly says: string }>): string {
  const rows = programs.map(({ says, title }) => `| ${cell(title)} | ${problems(says).map(code).join('<br>')} |`);
  return `| What you wrote | What it says |\n| --- | --- |\n${rows.join('\n')}\n`;
}

/** The problems of an error, without the line above them, or the whole message. */
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
