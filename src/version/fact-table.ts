import { Availability } from './availability';
import { DOCUMENTED_FACTS } from './documented-facts';
import { EngineCapability } from './engine-capability';
import type { EngineImageVariant } from './engine-image-variant';
import { VALUES } from './engine-values';
import { evidenceOf, type Evidence } from './evidence';
import { release, type Release } from './release';

/** A row in the table of facts about releases. */
export interface Fact {
  readonly id: string;
  /** Whether a check of the library depends on the fact. */
  readonly isChecked: boolean;
  readonly summary: string;
  readonly releases: Availability;
  readonly evidence: Evidence;
  readonly source: string;
}

/** Returns all facts that apply only to some releases. */
export function facts(): Fact[] {
  return [
    ...EngineCapability.values().map((row) => ({
      ...{ id: row.id, isChecked: true, summary: row.summary, source: row.source },
      ...{ releases: row._releases, evidence: evidenceOf(row.id) },
    })),
    ...Object.entries(DOCUMENTED_FACTS).map(([id, { one, source, summary, zero }]) => ({
      ...{ id, isChecked: false, summary, source },
      ...{ releases: new Availability(zero, one), evidence: evidenceOf(id) },
    })),
  ];
}

/** Whether a fact applies to a release. `unknown` means that the first release that the fact applies to isn't known. */
export type Verdict = 'yes' | 'no' | 'unknown';

export function verdict({ releases }: Fact, version: Release): Verdict {
  if (releases.isUncertainFor(version)) {
    return 'unknown';
  }
  return releases.includes(version) ? 'yes' : 'no';
}

/** A row in the table of values that differ between releases. */
export interface Value {
  /** The property of `EngineVersion`. */
  readonly id: string;
  readonly summary: string;
  readonly releases: Availability;
  readonly value: string | number | readonly EngineImageVariant[];
  readonly evidence: Evidence;
  readonly source: string;
}

/** Returns all values, each with the releases that have it. */
export function values(): Value[] {
  return Object.entries(VALUES).flatMap(([id, { source, summary, values: rows }]) =>
    rows.map(([releases, value]) => ({
      id,
      summary,
      releases,
      value,
      evidence: evidenceOfValue(id, releases),
      source,
    })),
  );
}

/** Returns the evidence for a value of these releases. Runs on other releases are not evidence for it. */
function evidenceOfValue(id: string, releases: Availability): Evidence {
  const { kind, runOn } = evidenceOf(id);
  return { kind, runOn: runOn.filter((tag) => releases.includes(release(tag))) };
}

export function showValue(value: Value['value']): string {
  return typeof value === 'object'
    ? value.map((one) => `vX${one.suffix} (${one.distribution}; ${one.architectures.join(', ')})`).join(', ')
    : String(value);
}
