import { formatPath } from '../reporting/property-path';
import { FINDINGS } from '../findings/finding-kinds';
import type { LocatedFinding } from './located';
import type { YamlDocument } from './yaml-document';

const { severity, worst } = FINDINGS['duplicate-key'];

/** Returns findings about the keys that a document has twice. */
export function duplicateKeys({ repeated }: YamlDocument, file: string): LocatedFinding[] {
  return repeated.map(({ path, line, column, earlier, isSame }): LocatedFinding => ({
    name: 'duplicate-key',
    severity: isSame ? severity : worst,
    key: formatPath(path),
    why: `${file}:${earlier} already has this key${isSame ? ', with the same value' : '; the earlier value is ignored'}`,
    fix: 'keep one of them',
    place: { file, line, column },
  }));
}
