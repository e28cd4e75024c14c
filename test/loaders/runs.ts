/** Fixed, so that a failure is the same everywhere; FC_SEED tries others. */
const SEED = Number(process.env.FC_SEED ?? 20241122);

/** How many programs and texts of each kind; FC_RUNS tries others. */
const RUNS = Number(process.env.FC_RUNS ?? 4000);

/** What fast-check has to know of one of several tests that share the runs. */
export function runs(tests = 1): { seed: number; numRuns: number } {
  return { seed: SEED, numRuns: Math.ceil(RUNS / tests) };
}
