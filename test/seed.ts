import type * as FastCheck from 'fast-check';

/**
 * Gives fast-check a fixed seed, so that failures are reproducible. `FC_SEED=$RANDOM` tries other input. The mock loads
 * fast-check only for tests that import it.
 */
jest.mock('fast-check', () => {
  const fc = jest.requireActual<typeof FastCheck>('fast-check');
  fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20241122) });
  return fc;
});
