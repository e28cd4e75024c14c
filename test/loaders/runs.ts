/** How many programs and texts of each kind; FC_RUNS tries others. */
const RUNS = Number(process.env.FC_RUNS ?? 4000);

/** What fast-check has to know of one of several tests that share the runs. */
export function runs(tests = 1): { numRuns: number } {
  return { numRuns: Math.ceil(RUNS / tests) };
}
