import { k8s } from 'cdk8s-plus-28';
import type { KubernetesObject } from '../manifests';

type Render = (props: any) => object;

/** The renderers that cdk8s generated from the schema of Kubernetes 1.28, keyed by apiVersion and kind. */
const RENDERERS = new Map<string, Render>(
  Object.values(k8s).flatMap((exported) => {
    const { GVK, manifest } = exported as { GVK?: { apiVersion: string; kind: string }; manifest?: Render };
    return GVK !== undefined && manifest !== undefined ? [[`${GVK.apiVersion}/${GVK.kind}`, manifest] as const] : [];
  }),
);

/**
 * Returns the fields of an object that don't exist in Kubernetes 1.28. A generated renderer reads all fields in the
 * schema, so the fields that it doesn't read are unknown.
 */
export function unknownFields(object: KubernetesObject): string[] {
  const render = RENDERERS.get(`${object.apiVersion}/${object.kind}`);
  if (render === undefined) {
    return [`${object.apiVersion} ${object.kind} is not a kind of Kubernetes 1.28`];
  }
  const unread = new Set<string>();
  render(watched(object, object.kind, unread));
  return [...unread].sort();
}

/** Wraps a value so that reading a field removes its path from `unread`. */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => watched(item, `${path}[${index}]`, unread));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = new Map(
    Object.entries(value).map(([key, item]) => [
      key.toLowerCase(),
      { at: `${path}.${key}`, key, item: watched(item, `${path}.${key}`, unread) },
    ]),
  );
  // Renderers don't read these two fields of complete objects, such as claim templates.
  const isObject = fields.has('apiversion') && fields.has('kind');
  for (const { at, key } of fields.values()) {
    if (!(isObject && ['apiVersion', 'kind'].includes(key))) {
      unread.add(at);
    }
  }
  return new Proxy(value, {
    // The generated types use `clusterIp` for `clusterIP`, so this ignores the case.
    get: (_target, key) => {
      const field = typeof key === 'string' ? fields.get(key.toLowerCase()) : undefined;
      if (field !== undefined) {
        unread.delete(field.at);
      }
      return field?.item;
    },
  });
}
