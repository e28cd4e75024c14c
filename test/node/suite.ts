import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestCluster } from './cluster';
import { missing } from './requirements';

export interface Suite {
  /** The cluster, while tests run. */
  readonly cluster: () => TestCluster;
  /**
   * A test with a namespace of its own. If it fails, the error names a folder with the logs, events and pods. The namespace is
   * deleted after it.
   */
  readonly scenario: (title: string, body: (namespace: string) => Promise<void>, timeoutSeconds?: number) => void;
}

/** Tests that run pods for real. If something is missing, they are skipped, and log the reason. */
export function onCluster(title: string, tests: (suite: Suite) => void): void {
  const reason = missing();
  if (reason !== undefined) {
    console.warn(`skipped: "${title}" needs ${reason}`);
  }
  (reason === undefined ? describe : describe.skip)(title, () => {
    let running: TestCluster | undefined;
    const cluster = (): TestCluster => running!;
    beforeAll(async () => {
      running = await TestCluster.start();
    }, 300_000);
    afterAll(() => running?.stop(), 360_000);
    tests({
      cluster,
      scenario: (name, body, timeoutSeconds = 300) =>
        test(name, () => withDiagnostics(cluster(), timeoutSeconds, body), (timeoutSeconds + 120) * 1000),
    });
  });
}

/** Runs a test for a limited time, so that the diagnostics are kept of one that hangs, too. */
async function withDiagnostics(
  cluster: TestCluster,
  timeoutSeconds: number,
  body: (namespace: string) => Promise<void>,
): Promise<void> {
  const namespace = await cluster.createNamespace('test');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${timeoutSeconds} s`)), timeoutSeconds * 1000);
  });
  try {
    await Promise.race([body(namespace), timeout]);
  } catch (error) {
    const folder = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-failed-'));
    await cluster.keepDiagnostics(folder);
    (error as Error).message += `\nLogs, events and pods: ${folder}`;
    throw error;
  } finally {
    clearTimeout(timer);
    await cluster.client.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }
}
