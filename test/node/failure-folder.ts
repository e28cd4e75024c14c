import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder for what helps to understand a failure. It is kept after the tests. */
export function failureFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cdk8s-dagger-failed-'));
}
