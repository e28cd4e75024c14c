import { FindingSeverity } from '../findings/finding';
import { keyPath, type LocatedFinding } from './located';
import type { YamlDocument } from './yaml';

/** The keys of a document that are there twice. */
export function duplicateKeys({ repeated }: YamlDocument, file: string): LocatedFinding[] {
  return repeated.map(({ path, line, column, earlier, isSame }): LocatedFinding => ({
    name: 'duplicate-key',
    severity: isSame ? FindingSeverity.INFO : FindingSeverity.ERROR,
    key: keyPath(path),
    why: `${file}:${earlier} has it already, and ${isSame ? 'says the same' : 'all that is said there is dropped: the later one counts'}`,
    fix: 'make one of them',
    place: { file, line, column },
  }));
}
