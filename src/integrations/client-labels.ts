/**
 * Returns the labels of an object for CI jobs. They differ from an engine's labels, because some CI systems copy them
 * to the pods of jobs, and the engine's Services must not select these pods.
 */
export function clientLabels(name: string): { [key: string]: string } {
  return { 'app.kubernetes.io/name': 'dagger-client', 'app.kubernetes.io/instance': name };
}
