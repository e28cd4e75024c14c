import { preferredPods } from './choose-transport';
import type { EngineEndpoint } from './engine-endpoint';

/** Returns the name of the pod in an address, or undefined if it isn't the address of a pod. */
export function podInAddress(address: string, podNames: readonly string[]): string | undefined {
  return podNames.find((pod) => address.includes(`//${pod}.`));
}

/**
 * Returns the shell command that prints the first address whose pod exists, in the order of a key's preference. It waits
 * until one of the pods exists.
 */
export function findRunningHostCommand(addresses: readonly string[], shardKey: string): string {
  const words = preferredPods(shardKey, addresses).map((address) => `'${address}'`);
  return [
    `while :; do for address in ${words.join(' ')}; do`,
    'host="${address#*://}";',
    'getent hosts "${host%%[:/?]*}" > /dev/null && break 2; done;',
    'sleep 5; done; echo "$address"',
  ].join(' ');
}

/**
 * Returns the shell command that prints the address of a shard key's preferred engine among the running engines, or
 * undefined if the address is fixed. `runnerHost` is the address of one of the engines.
 */
export function findHostCommand(
  { alwaysRunningPods, podNames }: EngineEndpoint,
  shardKey: string | undefined,
  runnerHost: string,
): string | undefined {
  const own = podInAddress(runnerHost, podNames);
  if (shardKey === undefined || own === undefined || alwaysRunningPods.length === podNames.length) {
    return undefined;
  }
  const host = new URL(runnerHost).hostname;
  const [anyHost, anyAddress] = [host, runnerHost].map((text) => text.replace(`${own}.`, '$pod.'));
  // A pod's name exists in the cluster's DNS as long as the pod exists.
  return `for pod in ${preferredPods(shardKey, podNames).join(' ')}; do getent hosts "${anyHost}" > /dev/null && break; done; echo "${anyAddress}"`;
}
