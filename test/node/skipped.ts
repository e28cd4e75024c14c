/**
 * Reports that a test is skipped. Writes to stderr directly, because Jest hides the console output of files whose tests
 * are all skipped.
 */
export function reportSkipped(title: string, reason: string): void {
  process.stderr.write(`skipped: ${title}: needs ${reason}\n`);
}
