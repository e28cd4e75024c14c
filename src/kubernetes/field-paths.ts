import type { Problems } from '../reporting/problems';

/**
 * The fields of a pod that the downward API supports, in variables and in volumes (kubernetes.io/docs, "Downward API").
 */
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

/** Reports a field of the pod that the API server doesn't support in a variable. */
export function checkEnvField(problems: Problems, property: string, path: string): void {
  checkPath(problems, property, path, OF_ENV);
}

/** Reports a field of the pod that the API server doesn't support in a volume. */
export function checkVolumeField(problems: Problems, property: string, path: string): void {
  checkPath(problems, property, path, OF_VOLUME);
}

/** Reports an unknown resource of a container. */
export function checkResourceField(problems: Problems, property: string, resource: string): void {
  if (!RESOURCE.test(resource)) {
    problems.add(property, {
      wrong: 'must be a resource of a container',
      got: resource,
      allowed: 'limits or requests of cpu, memory, ephemeral-storage, hugepages-SIZE',
      fix: "use a value such as 'limits.memory'",
    });
  }
}

function checkPath(problems: Problems, property: string, path: string, allowed: readonly string[]): void {
  if (!allowed.includes(path) && !BY_KEY.test(path)) {
    problems.add(property, {
      wrong: 'must be a field of the pod that can be referenced',
      got: path,
      allowed: [...allowed, "metadata.labels['KEY']", "metadata.annotations['KEY']"].join(', '),
      fix: 'choose one of them',
    });
  }
}
