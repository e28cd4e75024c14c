import { preferredPods } from './choose-transport';
import type { EngineEndpoint } from './engine-endpoint';

/**
 * Returns the shell command that prints the address of a shard key's preferred engine among the running engines, or
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
  // A pod's name exists in the cluster's DNS as long as the pod exists.
  return `for pod in ${preferredPods(shardKey, podNames).join(' ')}; do getent hosts "${anyHost}" > /dev/null && break; done; echo "${anyAddress}"`;
}
