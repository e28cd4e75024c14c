import type { Problem, Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { EngineCapability } from './engine-capability';
import type { EngineVersion } from './engine-version';

/** A feature that only some releases support. */
interface Feature {
  readonly version: EngineVersion;
  /** The fact that denies the feature, or undefined if no release in the table has it. */
  readonly capability?: EngineCapability;
}

/**
 * Reports a feature that a release doesn't support. This is an error only if the fact was confirmed for the release.
 * For newer releases, it is a warning, because the table may be wrong about them.
 */
export function reportUnsupported(
  { version, capability }: Feature,
  problem: Problem,
  property: string,
  problems: Problems,
): void {
  if (version._isConfirmed(capability)) {
    problems.add(property, problem);
    return;
  }
  const allowed = problem.allowed === undefined ? '' : ` (allowed: ${problem.allowed})`;
  const fact = capability === undefined ? 'this' : `the fact ${capability.id}`;
  problems.warn(
    EngineRisk.UNCONFIRMED_FACT,
    property,
    `${problem.wrong}${allowed}; ${fact} is confirmed up to ${version._confirmedUntil(capability)}, so ${version.tag} may differ`,
    'check its release notes',
  );
}

/** Warns about a feature that a release may not support yet, because the first release that supports it isn't known. */
export function warnIfUncertain(
  { version, capability }: Required<Feature>,
  consequence: string,
  property: string,
  problems: Problems,
): void {
  if (version._isUncertain(capability)) {
    problems.warn(
      EngineRisk.UNCONFIRMED_FACT,
      property,
      `${version.tag} may not support this: the fact ${capability.id} applies ${capability.availability}, and its first release isn't known; ${consequence}`,
    );
  }
}
