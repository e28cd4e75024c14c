import type { KubernetesObject } from '../manifests';

interface Validating {
  validate(): void;
}

/** Returns the type error that makes the API server reject an object, or undefined if there is none. */
export function typeError(object: KubernetesObject): string | undefined {
  const [group, version] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : [undefined, object.apiVersion];
  // Loads only the API version of the object, because loading all of them takes seconds.
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
