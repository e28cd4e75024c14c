import { selects } from '../kubernetes/label-selector';
import type { PodTemplate } from '../pod/pod-template';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';

/** Warns about a topology spread constraint that counts other pods, but not the engine's pods. */
export function checkSpread({ metadata, spec }: PodTemplate, problems: Problems): void {
  for (const [index, { labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    if (!selects(labelSelector, metadata.labels)) {
      problems.warn(
        EngineRisk.SPREAD_IGNORES_PODS,
        `topologySpreadConstraints[${index}].labelSelector`,
        "the selector doesn't match the engine's pods, so they aren't spread",
        'remove labelSelector to select them',
      );
    }
  }
}
