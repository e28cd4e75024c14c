import { missing } from './requirements';
import { reportSkipped } from './skipped';
import { failureFolder } from './failure-folder';
import { TestCluster, type ClusterOptions } from './cluster';
import type { LocalNode } from './local-node';

export interface Suite {
  /** Returns the cluster. It exists only while tests run. */
  readonly cluster: () => TestCluster;
  /**
   * Defines a test with a namespace, which is deleted after the test. If the test fails, the error names a folder with
   * logs, events and pods. Scenarios of the same `describe` run at the same time.
   */
  readonly scenario: (title: string, body: (namespace: string) => Promise<void>, timeoutSeconds?: number) => void;
  /** Defines a scenario that runs alone, because it would disturb others. */
  readonly aloneScenario: Suite['scenario'];
  /** Defines a scenario that needs access to the node. It is skipped on the cluster in `KUBECONFIG`. */
  readonly localScenario: LocalScenario;
  /** Defines a local scenario that runs alone, because it would disturb others. */
  readonly disturbingScenario: LocalScenario;
}

type LocalScenario = (
  title: string,
  body: (namespace: string, node: LocalNode) => Promise<void>,
  timeoutSeconds?: number,
) => void;

/** Defines tests that run real pods. If a requirement is missing, the tests are skipped and log the reason. */
export function onCluster(title: string, tests: (suite: Suite) => void, options: ClusterOptions = {}): void {
  const reason = missing();
  (reason === undefined ? describe : describe.skip)(title, () => {
    let running: TestCluster | undefined;
    const cluster = (): TestCluster => running!;
    beforeAll(async () => {
      running = await TestCluster.start(options);
    }, 300_000);
    afterAll(() => running?.stop(), 360_000);
    const scenarioOf =
      (define: (name: string, body: () => Promise<void>, timeout: number) => void): Suite['scenario'] =>
      (name, body, timeoutSeconds = 300) => {
        if (reason !== undefined) {
          reportSkipped(`${title}: ${name}`, reason);
        }
        define(name, () => withDiagnostics(cluster(), timeoutSeconds, body), (timeoutSeconds + 120) * 1000);
      };
    const localOf =
      (define: Suite['scenario']): LocalScenario =>
      (name, body, timeoutSeconds) => {
        if (process.env.KUBECONFIG === undefined) {
          define(name, (namespace) => body(namespace, cluster().node!), timeoutSeconds);
        } else {
          reportSkipped(`${title}: ${name}`, 'a local node, and KUBECONFIG is set');
          test.skip(name, () => {});
        }
      };
    const scenario = scenarioOf(test.concurrent);
    const aloneScenario = scenarioOf(test);
    tests({
      cluster,
      scenario,
      aloneScenario,
      localScenario: localOf(scenario),
      disturbingScenario: localOf(aloneScenario),
    });
  });
}

/**
 * Runs a test with a timeout. The timeout is shorter than Jest's, so that the diagnostics of a hanging test are written
 * too.
 */
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
    const folder = failureFolder();
    const incomplete = await cluster.keepDiagnostics(folder).then(
      () => '',
      (reason) => ` (incomplete: ${reason.message})`,
    );
    (error as Error).message += `\nLogs, events and pods: ${folder}${incomplete}`;
    throw error;
  } finally {
    clearTimeout(timer);
    await cluster.deleteNamespace(namespace);
  }
}
