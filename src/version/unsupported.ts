import type { Problem, Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { EngineVersion } from './engine-version';

/**
 * Reports something that a release doesn't support. For a release that is newer than all known releases this is a warning,
 * because the table of facts may be wrong about it.
 */
export function reportUnsupported(
  version: EngineVersion,
  problem: Problem,
  property: string,
  problems: Problems,
): void {
  if (!version._isNewerThanKnown) {
    problems.add(property, problem);
    return;
  }
  const allowed = problem.allowed === undefined ? '' : ` (allowed: ${problem.allowed})`;
  problems.warn(
    EngineRisk.UNCONFIRMED_FACT,
    property,
    `${problem.wrong}${allowed}; the newest release that this library knows is ${version._newestKnown}, so ${version.tag} may differ`,
  );
}
