/** The number of generated programs and of texts of each kind. FC_RUNS overrides it. */
const RUNS = Number(process.env.FC_RUNS ?? 4000);

/** Returns the fast-check parameters for one of several tests that share the runs. */
export function runs(tests = 1): { numRuns: number } {
  return { numRuns: Math.ceil(RUNS / tests) };
}
