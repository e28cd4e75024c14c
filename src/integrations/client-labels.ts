/**
 * The labels of an object for CI jobs. Some CI systems copy them to the pods of jobs, so they must not be those of an engine, whose Services select pods
 * by labels.
 */
export function clientLabels(name: string): { [key: string]: string } {
  return { 'app.kubernetes.io/name': 'dagger-client', 'app.kubernetes.io/instance': name };
}
