import type { ManifestObject } from '../reading/manifest-object';
import { ACCEPTED_RISKS, readAcceptedRisks, type AcceptedRisk } from '../reporting/accepted-risk';

/** Returns the risks that an object accepts in its annotation. */
export function acceptedBy({ root }: ManifestObject): readonly AcceptedRisk[] {
  return readAcceptedRisks(root.at('metadata', 'annotations').texts[ACCEPTED_RISKS] ?? '');
}
