import type { Problems } from '../reporting/problems';

/** The pod fields that the downward API supports, in variables and in volumes (kubernetes.io/docs, "Downward API"). */
const OF_METADATA = ['metadata.name', 'metadata.namespace', 'metadata.uid'];
const OF_ENV = [
  ...OF_METADATA,
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const OF_VOLUME = [...OF_METADATA, 'metadata.labels', 'metadata.annotations'];
const BY_KEY = /^metadata\.(labels|annotations)\['[^']+'\]$/;
const RESOURCE = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** Reports a pod field that the API server doesn't support in an environment variable. */
export function checkEnvField(problems: Problems, property: string, path: string): void {
  checkPath(problems, property, path, OF_ENV);
}

/** Reports a pod field that the API server doesn't support in a volume. */
export function checkVolumeField(problems: Problems, property: string, path: string): void {
  checkPath(problems, property, path, OF_VOLUME);
}

/** Reports an unknown container resource. */
export function checkResourceField(problems: Problems, property: string, resource: string): void {
  if (!RESOURCE.test(resource)) {
    problems.add(property, {
      wrong: 'must be a container resource',
      got: resource,
      allowed: 'limits.NAME or requests.NAME, where NAME is cpu, memory, ephemeral-storage or hugepages-SIZE',
      fix: "use a value such as 'limits.memory'",
    });
  }
}

function checkPath(problems: Problems, property: string, path: string, allowed: readonly string[]): void {
  if (!allowed.includes(path) && !BY_KEY.test(path)) {
    problems.add(property, {
      wrong: 'must be a pod field that the downward API supports',
      got: path,
      allowed: [...allowed, "metadata.labels['KEY']", "metadata.annotations['KEY']"].join(', '),
      fix: 'choose one of them',
    });
  }
}
