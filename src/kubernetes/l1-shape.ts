import { API_SPELLING, USER_KEYED } from './wire-form';

/** Maps keys of the Kubernetes API to their spelling in cdk8s's generated classes, if it differs. */
const GENERATED_SPELLING: { readonly [api: string]: string } = Object.fromEntries(
  Object.entries(API_SPELLING).map(([generated, api]) => [api, generated]),
);

/** The fields that are maps of quantities. */
const QUANTITY_MAPS = new Set(['limits', 'requests', 'overhead', 'capacity']);
const QUANTITIES = new Set(['sizeLimit', 'divisor']);

/**
 * A stand-in for `k8s.Quantity` of cdk8s-plus-28, to avoid loading that package. Its generated code reads only `value`.
 */
class Quantity {
  public constructor(public readonly value: string) {}
}

/** A stand-in for `k8s.IntOrString` of cdk8s-plus-28. */
class IntOrString {
  public constructor(public readonly value: number | string) {}
}

/**
 * Converts pods and their parts from wire form to the types of cdk8s-plus-28's `k8s` namespace. This is the reverse of
 * `toWire`.
 */
export function toShape<T>(wire: unknown): T {
  return convert(wire, '', false) as T;
}

function convert(value: unknown, key: string, userKeyed: boolean): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => convert(item, key, false));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const quantities = userKeyed && QUANTITY_MAPS.has(key);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (quantities || (!userKeyed && QUANTITIES.has(name))) {
        return [name, new Quantity(item as string)];
      }
      if (!userKeyed && name === 'port' && (key === 'httpGet' || key === 'tcpSocket')) {
        return [name, new IntOrString(item as number | string)];
      }
      const nested = !userKeyed && (USER_KEYED.has(name) || QUANTITY_MAPS.has(name));
      return [
        userKeyed || !Object.hasOwn(GENERATED_SPELLING, name) ? name : GENERATED_SPELLING[name]!,
        convert(item, name, nested),
      ];
    }),
  );
}
