/** Says that a test is skipped. Jest drops what `console` gets in a file without any test that runs. */
export function reportSkipped(title: string, reason: string): void {
  process.stderr.write(`skipped: ${title}: needs ${reason}\n`);
}
