import type { Field } from './field';

/** A Kubernetes object, and the values that identify it. */
export interface ManifestObject {
  readonly root: Field;
  /** The API group and kind, such as `apps/Deployment` or `/Service`. */
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}
