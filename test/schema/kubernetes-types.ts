import type { KubernetesObject } from '../manifests';

interface Validating {
  validate(): void;
}

/** The reason that the API server would reject an object by its types, or undefined. */
export function typeError(object: KubernetesObject): string | undefined {
  const [group, version] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : [undefined, object.apiVersion];
  // One module for each kind, because all of them take seconds to load.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const kinds = require(`kubernetes-models/${group === undefined ? '' : `${group}/`}${version}`) as {
    [kind: string]: new (fields: object) => Validating;
  };
  try {
    new kinds[object.kind]!(object).validate();
    return undefined;
  } catch (error) {
    return `${object.kind}/${object.metadata.name}: ${(error as Error).message}`;
  }
}
