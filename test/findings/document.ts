import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RISKS } from '../../src/findings/engine-findings';
import { FindingSeverity, type FindingKind } from '../../src/findings/finding';
import { MANIFEST_FINDING_NAMES, MANIFEST_FINDINGS } from '../../src/findings/manifest-findings';

const ROOT = join(__dirname, '../..');

/** The page that lists the findings. */
export const PAGE = join(ROOT, 'docs/checking-manifests.md');

/** The docstring of each warning in the enum. */
const WARNINGS = new Map(
  [
    ...readFileSync(join(ROOT, 'src/reporting/engine-risk.ts'), 'utf8').matchAll(
      /\/\*\* (.*?)\.? \*\/\n +[A-Z_]+ = '(.*?)'/g,
    ),
  ].map(([, text, name]) => [name!, text!]),
);

function kindOf(name: string): FindingKind {
  const kinds: { readonly [name: string]: FindingKind } = { ...RISKS, ...MANIFEST_FINDINGS };
  return kinds[name] ?? { severity: FindingSeverity.WARNING, title: lower(WARNINGS.get(name)!) };
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The table of findings, most severe first. */
export function table(): string {
  const kinds = MANIFEST_FINDING_NAMES.map((name) => ({ name, ...kindOf(name) }));
  const rows = [FindingSeverity.ERROR, FindingSeverity.WARNING, FindingSeverity.INFO].flatMap((level) =>
    kinds
      .filter(({ severity, worst = severity }) => worst === level)
      .map(
        ({ name, severity, title }) => `| \`${name}\` | ${[...new Set([level, severity])].join(' or ')} | ${title} |`,
      ),
  );
  return `| Finding | Severity | Description |\n|---|---|---|\n${rows.join('\n')}\n`;
}
