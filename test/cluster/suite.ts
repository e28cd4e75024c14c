import { ControlPlane, type ControlPlaneOptions } from './control-plane';
import { kubernetesVersions, missingTools, type Tool } from './programs';

/**
 * Defines a suite that runs on each version of Kubernetes. If a component is missing, the suite is skipped and logs the
 * reason.
 */
export function onKubernetes(tools: readonly Tool[], suite: (version: string) => void): void {
  onEach(kubernetesVersions(), tools, suite);
}

/**
 * Defines a suite that runs only on the newest version. Use it for slow tests of behavior that is the same in all
 * versions.
 */
export function onNewestKubernetes(tools: readonly Tool[], suite: (version: string) => void): void {
  onEach(kubernetesVersions().slice(-1), tools, suite);
}

function onEach(versions: readonly string[], tools: readonly Tool[], suite: (version: string) => void): void {
  for (const version of versions) {
    const missing = missingTools(version, tools);
    if (missing !== undefined) {
      console.warn(`skipped: the tests on Kubernetes ${version} need ${missing}`);
    }
    (missing === undefined ? describe : describe.skip)(`Kubernetes ${version}`, () => suite(version));
  }
}

/** Runs a control plane during the tests of the enclosing suite. */
export function controlPlane(options: ControlPlaneOptions): () => ControlPlane {
  let running: ControlPlane | undefined;
  beforeAll(async () => {
    running = await ControlPlane.start(options);
  });
  afterAll(() => running?.stop());
  return () => running!;
}
