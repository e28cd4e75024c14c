import { preferredPods } from './choose-transport';
import type { EngineEndpoint } from './engine-endpoint';

/**
 * Returns the shell command that prints the address of the preferred engine of a shard key among those that exist. It is
 * undefined if the address is fixed. `runnerHost` is the address of one of the engines.
 */
export function findHostCommand(
  { alwaysRunningPods, podNames }: EngineEndpoint,
  shardKey: string | undefined,
  runnerHost: string,
): string | undefined {
  const own = podNames.find((pod) => runnerHost.includes(`//${pod}.`));
  if (shardKey === undefined || own === undefined || alwaysRunningPods.length === podNames.length) {
    return undefined;
  }
  const host = new URL(runnerHost).hostname;
  const [anyHost, anyAddress] = [host, runnerHost].map((text) => text.replace(`${own}.`, '$pod.'));
  // The name of a pod exists in the DNS of the cluster as long as the pod exists.
  return `for pod in ${preferredPods(shardKey, podNames).join(' ')}; do getent hosts "${anyHost}" > /dev/null && break; done; echo "${anyAddress}"`;
}
