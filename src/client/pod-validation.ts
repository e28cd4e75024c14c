import { UNKNOWN_FIELD } from '../kubernetes/validation/decode';
import { invalid } from '../kubernetes/validation/report-invalid';
import type { Problems } from '../reporting/problems';

/**
 * Reports all values for which the API server rejects an object after the library has changed its pod. Unknown fields
 * are skipped, because the server may be newer than this library.
 */
export function reportInvalidPod(object: object, problems: Problems): void {
  for (const { problem, property } of invalid(object)) {
    if (!problem.wrong.startsWith(UNKNOWN_FIELD)) {
      problems.add(property, problem);
    }
  }
}
