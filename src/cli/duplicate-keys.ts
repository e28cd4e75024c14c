import { WORKLOAD_FINDINGS } from '../findings/finding-kinds';
import { keyPath, type LocatedFinding } from './located';
import type { YamlDocument } from './yaml';

const { severity, worst } = WORKLOAD_FINDINGS['duplicate-key'];

/** The keys of a document that are there twice. */
export function duplicateKeys({ repeated }: YamlDocument, file: string): LocatedFinding[] {
  return repeated.map(({ path, line, column, earlier, isSame }): LocatedFinding => ({
    name: 'duplicate-key',
    severity: isSame ? severity : worst,
    key: keyPath(path),
    why: `${file}:${earlier} has it already, and ${isSame ? 'says the same' : 'all that is said there is dropped: the later one counts'}`,
    fix: 'make one of them',
    place: { file, line, column },
  }));
}
