import * as fc from 'fast-check';
import { FLEET_INVARIANTS } from '../fleet/fleet-invariants';
import { fleets, synthesize } from '../fleet/fleets';

const RUNS = Number(process.env.FC_RUNS ?? 20);

test.each(Object.entries(FLEET_INVARIANTS))('%s', (_rule, holds) => {
  fc.assert(
    fc.property(fleets, (generated) => holds(synthesize(generated), generated)),
    { numRuns: RUNS },
  );
});
