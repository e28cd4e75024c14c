import type { ApiObject } from 'cdk8s';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';

/** Maps each built-in kind to the JSON pointer to its pod template. */
const PATHS: { readonly [kind: string]: string } = {
  'core/Pod': '',
  'core/PodTemplate': '/template',
  'core/ReplicationController': '/spec/template',
  'apps/DaemonSet': '/spec/template',
  'apps/Deployment': '/spec/template',
  'apps/ReplicaSet': '/spec/template',
  'apps/StatefulSet': '/spec/template',
  'batch/CronJob': '/spec/jobTemplate/spec/template',
  'batch/Job': '/spec/template',
};

/** Returns the JSON pointer to an object's pod template, or undefined for custom resources. */
export function podTemplatePath({ apiGroup, kind }: ApiObject): string | undefined {
  return PATHS[`${apiGroup}/${kind}`];
}

/** The built-in kinds with a pod template. */
export const KINDS_WITH_PODS: readonly string[] = Object.keys(PATHS).map((kind) => kind.slice(kind.indexOf('/') + 1));

type Json = { readonly [key: string]: unknown } | readonly unknown[];

/** Returns the pod template at a JSON pointer, or undefined if there is none. */
export function podTemplateAt(object: object, pointer: string): PodTemplateSpec | undefined {
  const found = keysOf(pointer).reduce<unknown>(
    (value, key) => (isJson(value) ? Reflect.get(value, key) : undefined),
    object,
  );
  return isJson(found) && isJson(Reflect.get(found, 'spec')) ? (found as PodTemplateSpec) : undefined;
}

/** Returns a copy of an object with a different pod template at a JSON pointer. */
export function withPodTemplate<T extends object>(object: T, pointer: string, template: PodTemplateSpec): T {
  return replaced(object, keysOf(pointer), template) as T;
}

function replaced(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined || !isJson(value)) {
    return replacement;
  }
  const child = replaced(Reflect.get(value, key), rest, replacement);
  return Array.isArray(value)
    ? value.map((item: unknown, index) => (String(index) === key ? child : item))
    : { ...value, [key]: child };
}

/** Returns the keys of a JSON pointer (RFC 6901). */
function keysOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
