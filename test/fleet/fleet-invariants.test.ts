import * as fc from 'fast-check';
import { FLEET_INVARIANTS } from './fleet-invariants';
import { fleets, synthesize } from './fleets';

test.each(Object.entries(FLEET_INVARIANTS))('%s', (_rule, holds) => {
  fc.assert(
    fc.property(fleets, (generated) => holds(synthesize(generated), generated)),
    { numRuns: 6 },
  );
});
