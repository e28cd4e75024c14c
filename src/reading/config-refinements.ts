import { EngineJson } from '../config/engine-json';
import { EngineToml, NetworkMode, Snapshotter } from '../config/engine-toml';
import { isTable } from '../config/tables';
import { LogLevel } from '../config/log-level';
import { data, entryOf, literal, object, staticCall, withEntries } from '../program/expression';
import type { Data, Expression, ObjectExpression } from '../program/expression';
import { parsed } from './config-text';
import { withProps, type Draft } from './draft';
import { choice } from './property-expressions';
import { diskSpace } from './sizes';

/** Replaces the text of engine.toml with typed options, if they cover all of it and it has no comments. */
export function typedToml(draft: Draft): Draft | undefined {
  const { toml } = draft.engine;
  const text = toml.kind === 'text' ? toml.text.text! : '';
  if (entryOf(draft.props, 'engineToml') === undefined || /^\s*#/m.test(text)) {
    return undefined;
  }
  const written = tomlOptions(parsed('engine.toml', text));
  return written && withProps(draft, { engineToml: staticCall({ EngineToml }, 'of', [written], written.origin) });
}

/** Replaces the text of engine.json with typed options, if they cover all of it. */
export function typedJson(draft: Draft): Draft | undefined {
  const written = jsonOptions(draft);
  return written && withProps(draft, { engineJson: staticCall({ EngineJson }, 'of', [written], written.origin) });
}

/** Does the same as `typedJson` for a file that lacks the docker.io mirror of the file in the image. */
export function typedJsonWithoutMirror(draft: Draft): Draft | undefined {
  const written = jsonOptions(draft);
  const current = entryOf(draft.props, 'engineJson');
  if (written === undefined || (current?.kind === 'call' && current.callee === 'EngineJson.of')) {
    return undefined;
  }
  const args = [withEntries(written, { keepShippedMirror: literal(false) })];
  return withProps(draft, { engineJson: staticCall({ EngineJson }, 'of', args, written.origin) });
}

type Converter = (value: unknown) => Expression | undefined;
type Keys = { readonly [key: string]: readonly [property: string, convert: Converter] };

/** Converts each key of a table. Returns undefined if a key has no converter, or its value can't be converted. */
function options(table: unknown, keys: Keys): ObjectExpression | undefined {
  const entries = isTable(table)
    ? Object.entries(table).map(([key, value]) => {
        const [property, convert] = Object.hasOwn(keys, key) ? keys[key]! : [];
        return [property, convert?.(value)] as const;
      })
    : [[undefined, undefined] as const];
  return entries.every(([property, value]) => property !== undefined && value !== undefined)
    ? object(Object.fromEntries(entries as ReadonlyArray<readonly [string, Expression]>))
    : undefined;
}

const plain: Converter = (value) => (value === null || value === undefined ? undefined : data(value as Data));

const member =
  (type: string, members: { readonly [name: string]: string }): Converter =>
  (value) =>
    Object.values(members).includes(value as string) ? choice(type, members, value as string, '') : undefined;

/** Returns converters for keys that have the names of their properties. */
function same(convert: Converter, ...names: readonly string[]): Keys {
  return Object.fromEntries(names.map((key) => [key, [key, convert]]));
}

const LIMITS = same(diskSpace, 'reservedSpace', 'maxUsedSpace', 'minFreeSpace', 'sweepSize');

const registry: Converter = (table) => options(table, same(plain, 'mirrors', 'http', 'insecure'));
const registries: Converter = (hosts) =>
  isTable(hosts) ? options(hosts, same(registry, ...Object.keys(hosts))) : undefined;

function tomlOptions(table: unknown): Expression | undefined {
  return options(table, {
    ...same(plain, 'root', 'trace'),
    'insecure-entitlements': ['insecureEntitlements', plain],
    registry: ['registries', registries],
    ...same((dns) => options(dns, same(plain, 'options', 'searchDomains')), 'dns'),
    ...same((grpc) => options(grpc, same(plain, 'address', 'debugAddress', 'uid', 'gid')), 'grpc'),
    ...same(workerOptions, 'worker'),
  });
}

/** Converts `[worker.oci]`, the only worker that the typed options have. */
function workerOptions(worker: unknown): Expression | undefined {
  const { oci, ...others } = isTable(worker) ? worker : { oci: undefined };
  return Object.keys(others).length > 0
    ? undefined
    : options(oci, {
        ...LIMITS,
        ...same(plain, 'gc', 'labels'),
        ...same(member('Snapshotter', Snapshotter), 'snapshotter'),
        ...same(member('NetworkMode', NetworkMode), 'networkMode'),
        'max-parallelism': ['maxParallelism', plain],
      });
}

function jsonOptions({ engine: { json }, props }: Draft): ObjectExpression | undefined {
  if (entryOf(props, 'engineJson') === undefined || json.kind !== 'text') {
    return undefined;
  }
  const written = options(parsed('engine.json', json.text.text!), {
    ...same(member('LogLevel', LogLevel), 'logLevel'),
    ...same((gc) => options(gc, { ...LIMITS, ...same(plain, 'enabled') }), 'gc'),
    ...same((security) => options(security, same(plain, 'insecureRootCapabilities')), 'security'),
    ...same(registries, 'registries'),
  });
  return written && { ...written, origin: json.text.origin };
}
