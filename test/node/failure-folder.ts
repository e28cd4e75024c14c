import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Creates a folder for the diagnostics of a failed test. The folder isn't deleted after the tests. */
export function failureFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cdk8s-dagger-failed-'));
}
