import { join } from 'node:path';
import { FindingSeverity, type FindingKind } from '../../src/findings/finding';
import { FINDINGS } from '../../src/findings/finding-kinds';

/** The page that lists the findings. */
export const PAGE = join(__dirname, '../../docs/how-to/check-manifests.md');

/** Returns the table of findings, most severe first. */
export function table(): string {
  const kinds: ReadonlyArray<readonly [string, FindingKind]> = Object.entries(FINDINGS);
  const rows = [FindingSeverity.ERROR, FindingSeverity.WARNING, FindingSeverity.INFO].flatMap((level) =>
    kinds
      .filter(([, { severity, worst = severity }]) => worst === level)
      .map(
        ([name, { severity, title }]) => `| \`${name}\` | ${[...new Set([level, severity])].join(' or ')} | ${title} |`,
      ),
  );
  return `| Finding | Severity | Description |\n|---|---|---|\n${rows.join('\n')}\n`;
}
