import type { Change } from '../comparison/change';
import type { Place, Reported } from './located';

/** An effect of a change, and its location. */
export interface LocatedChange extends Change, Reported {
  readonly name: Change['name'];
  readonly severity: Change['severity'];
  readonly place: Place;
}
