/** A field whose value on the server differs from the value that was sent. */
export interface Difference {
  /** The path, with `[]` for the items of a list: `spec.ports[].protocol`. */
  readonly path: string;
  /** The value that was sent, or undefined if the field was omitted. */
  readonly sent: unknown;
  /** The value on the server, or undefined if the server omits the field. */
  readonly stored: unknown;
}

/** Metadata fields that the server sets in every object. */
const OF_THE_SERVER = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields'];

/** Returns the differences between a stored object and the object that was sent. */
export function differences(sent: any, stored: any): Difference[] {
  const { status: _status, metadata, ...rest } = stored;
  const own = Object.fromEntries(Object.entries(metadata).filter(([field]) => !OF_THE_SERVER.includes(field)));
  return between(sent, { ...rest, metadata: own }, '');
}

function between(sent: any, stored: any, path: string): Difference[] {
  if (Array.isArray(sent) && Array.isArray(stored) && sent.length === stored.length) {
    const [items, storedItems] = path.endsWith('.ports') ? [byPort(sent), byPort(stored)] : [sent, stored];
    return items.flatMap((item, index) => between(item, storedItems[index], `${path}[]`));
  }
  // If a map wasn't sent, each of its fields is a difference.
  if (isMap(stored) && (isMap(sent) || (sent === undefined && Object.keys(stored).length > 0))) {
    const keys = new Set([...Object.keys(sent ?? {}), ...Object.keys(stored)]);
    return [...keys].flatMap((key) => between(sent?.[key], stored[key], path === '' ? key : `${path}.${key}`));
  }
  return JSON.stringify(sent) === JSON.stringify(stored) ? [] : [{ path, sent, stored }];
}

/** Sorts ports, because a server-side apply keeps the existing order of an object's ports. */
function byPort(ports: readonly any[]): any[] {
  const key = ({ containerPort, port, protocol = 'TCP' }: any): string => `${containerPort ?? port}/${protocol}`;
  return [...ports].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
