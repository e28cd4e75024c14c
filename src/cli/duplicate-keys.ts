import { formatPath } from '../reporting/property-path';
import { FINDINGS } from '../findings/finding-kinds';
import type { LocatedFinding } from './located';
import type { YamlDocument } from './yaml-document';

const { severity, worst } = FINDINGS['duplicate-key'];

/** Returns a finding for each duplicate key in a document. */
export function duplicateKeys({ repeated }: YamlDocument, file: string): LocatedFinding[] {
  return repeated.map(({ path, line, column, earlier, isSame }): LocatedFinding => ({
    name: 'duplicate-key',
    severity: isSame ? severity : worst,
    key: formatPath(path),
    why: `${file}:${earlier} already has this key${isSame ? ', with the same value' : ', whose value is ignored'}`,
    fix: 'keep one of them',
    place: { file, line, column },
  }));
}
