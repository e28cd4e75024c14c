import { isPlainObject } from '../reporting/plain-object';

/**
 * The keys whose spelling in cdk8s's generated classes differs from the Kubernetes API, limited to pods, volumes and
 * Services. A test derives this list from the generated code.
 */
export const API_SPELLING: { readonly [generated: string]: string } = {
  clientIp: 'clientIP',
  clusterIp: 'clusterIP',
  datasetUuid: 'datasetUUID',
  diskUri: 'diskURI',
  downwardApi: 'downwardAPI',
  hostIp: 'hostIP',
  hostIpc: 'hostIPC',
  hostPid: 'hostPID',
  loadBalancerIp: 'loadBalancerIP',
  pdId: 'pdID',
  scaleIo: 'scaleIO',
  setHostnameAsFqdn: 'setHostnameAsFQDN',
  storagePolicyId: 'storagePolicyID',
  targetWwNs: 'targetWWNs',
  volumeId: 'volumeID',
};

/** Maps with user-defined keys, which are never respelled. */
export const USER_KEYED = new Set([
  'annotations',
  'claims',
  'labels',
  'limits',
  'matchLabels',
  'nodeSelector',
  'options',
  'requests',
  'volumeAttributes',
]);

/**
 * Converts a value with the types of cdk8s-plus-28's `k8s` namespace to wire form.
 *
 * The generated `toJson_*` functions do the same, but loading them takes a third of a cold start, and they drop fields
 * that Kubernetes 1.28 lacks. This function keeps every key: typed, newer, or plain.
 */
export function toWire<T>(value: unknown): T {
  return convert(value, false) as T;
}

function convert(value: unknown, userKeyed: boolean): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => convert(item, false));
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (isScalarClass(value)) {
    return value.value;
  }
  // Instances of other classes, such as cdk8s-plus constructs, have no wire form, and may be circular.
  if (!isPlainObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [
        userKeyed || !Object.hasOwn(API_SPELLING, key) ? key : API_SPELLING[key],
        convert(item, !userKeyed && USER_KEYED.has(key)),
      ]),
  );
}

/** Whether an object is a `k8s.IntOrString` or a `k8s.Quantity`. Both have a plain `value`. */
function isScalarClass(value: object): value is { value: unknown } {
  const name = value.constructor?.name;
  return (name === 'IntOrString' || name === 'Quantity') && 'value' in value;
}
