import { UNKNOWN_FIELD } from '../kubernetes/validation/decode';
import { invalid } from '../kubernetes/validation/report-invalid';
import type { Problems } from '../reporting/problems';

/**
 * Reports everything for which the API server rejects an object with a pod that the library has added something to. The server may
 * know fields that this library doesn't know yet.
 */
export function reportInvalidPod(object: object, problems: Problems): void {
  for (const { problem, property } of invalid(object)) {
    if (!problem.wrong.startsWith(UNKNOWN_FIELD)) {
      problems.add(property, problem);
    }
  }
}
