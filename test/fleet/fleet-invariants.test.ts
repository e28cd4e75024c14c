import * as fc from 'fast-check';
import { FLEET_INVARIANTS } from './fleet-invariants';
import { fleets, synthesize } from './fleets';

/** The rules are checked for the same fleets, because creating a fleet takes most of the time. */
const FLEETS = fc.sample(fleets, 6).map((generated) => ({ generated, synthesized: synthesize(generated) }));

test.each(Object.entries(FLEET_INVARIANTS))('%s', (_rule, holds) => {
  for (const { generated, synthesized } of FLEETS) {
    holds(synthesized, generated);
  }
});
