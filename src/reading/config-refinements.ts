import { Duration } from 'cdk8s';
import { EngineJson } from '../config/engine-json';
import { EngineToml, NetworkMode, Snapshotter } from '../config/engine-toml';
import { LogLevel } from '../config/log-level';
import { PemFile } from '../config/pem-file';
import { isTable, type Table } from '../config/tables';
import { data, entryOf, list, literal, nonEmptyObject, object, staticCall, withEntries } from '../program/expression';
import type { Data, Expression, ObjectExpression } from '../program/expression';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { parsed } from './config-text';
import { withProps, type Draft } from './draft';
import { choice } from './property-expressions';
import { diskSpace, sizeOfBytes } from './sizes';

/**
 * Replaces the text of engine.toml with typed options, unless the text has comments. Other keys become `additional`.
 */
export function typedToml(draft: Draft): Draft | undefined {
  const { toml, version } = draft.engine;
  if (entryOf(draft.props, 'engineToml') === undefined || toml.kind !== 'text' || /^\s*#/m.test(toml.text.text!)) {
    return undefined;
  }
  const content = parsed('engine.toml', toml.text.text!);
  // The property `listener` generates the certificate paths in `grpc.tls`, so the typed options omit that table.
  const isOfListener = isTable(content) && servesListener(draft) && isTable(content['grpc']);
  const written = typedOptions(
    isOfListener ? { ...content, grpc: { ...(content['grpc'] as Table), tls: undefined } } : content,
    tomlKeys(version),
  );
  return written && withProps(draft, { engineToml: staticCall({ EngineToml }, 'of', [written], toml.text.origin) });
}

function servesListener({ engine, props }: Draft): boolean {
  return engine.listening.servesTls && entryOf(props, 'listener') !== undefined;
}

/** Replaces the text of engine.json with typed options. Other keys become `additional`. */
export function typedJson(draft: Draft): Draft | undefined {
  return withJson(draft, {});
}

/** Does the same as `typedJson` for a file without the docker.io mirror that the image's file has. */
export function typedJsonWithoutMirror(draft: Draft): Draft | undefined {
  const current = entryOf(draft.props, 'engineJson');
  return current?.kind === 'call' && current.callee === 'EngineJson.of'
    ? undefined
    : withJson(draft, { keepShippedMirror: literal(false) });
}

function withJson(draft: Draft, options: { readonly keepShippedMirror?: Expression }): Draft | undefined {
  const { engine, props } = draft;
  const { json } = engine;
  if (entryOf(props, 'engineJson') === undefined || json.kind !== 'text') {
    return undefined;
  }
  const content = parsed('engine.json', json.text.text!);
  const sendsMetrics = isTable(content) && entryOf(props, 'telemetry') !== undefined;
  const written = typedOptions(sendsMetrics ? { ...content, ...withoutMetrics(content) } : content, JSON_KEYS);
  const args = [written && withEntries(written, options)];
  return written && withProps(draft, { engineJson: staticCall({ EngineJson }, 'of', args, json.text.origin) });
}

/** Returns `telemetry` without the key that the property `telemetry` generates. */
function withoutMetrics({ telemetry }: Table): { readonly telemetry?: Table } {
  return isTable(telemetry) ? { telemetry: { ...telemetry, resourceMetrics: undefined } } : {};
}

/** The typed form of a value, and the part of the value that no option covers. */
interface Converted {
  readonly typed?: Expression;
  readonly rest?: unknown;
}

type Converter = (value: unknown) => Converted;
type Keys = { readonly [key: string]: readonly [property: string, convert: Converter] };

/** Returns the typed options for a file, or undefined if no option covers any of its keys. */
function typedOptions(content: unknown, keys: Keys): ObjectExpression | undefined {
  const { rest, typed } = table(keys)(content);
  return isTable(content) && (typed !== undefined || rest === undefined)
    ? withEntries((typed ?? object({})) as ObjectExpression, {
        additional: rest === undefined ? undefined : data(rest as Data),
      })
    : undefined;
}

/** Converts those keys of a table that have a converter. */
function table(keys: Keys): Converter {
  return (value) => {
    if (!isTable(value)) {
      return { rest: value };
    }
    const converted = Object.entries(value).map(([key, inner]) => {
      const [property, convert] = Object.hasOwn(keys, key) ? keys[key]! : [key, untyped];
      return { key, property, ...convert(inner) };
    });
    const rest = Object.fromEntries(
      converted.filter((one) => one.rest !== undefined).map((one) => [one.key, one.rest] as const),
    );
    return {
      typed: nonEmptyObject(object(Object.fromEntries(converted.map(({ property, typed }) => [property, typed])))),
      ...(Object.keys(rest).length > 0 && { rest }),
    };
  };
}

/** Leaves a value unchanged. */
const untyped: Converter = (value) => ({ rest: value });

/** Converts a whole value, or leaves it unchanged if the function returns undefined. */
function whole(convert: (value: unknown) => Expression | undefined): Converter {
  return (value) => {
    const typed = value === null || value === undefined ? undefined : convert(value);
    return typed === undefined ? { rest: value ?? undefined } : { typed };
  };
}

/** Converts all items of a list, or leaves the list unchanged. */
function listOf(convert: Converter): Converter {
  return whole((value) => {
    const items = Array.isArray(value) ? value.map(convert) : [{ rest: value }];
    return items.every(({ rest, typed }) => rest === undefined && typed !== undefined)
      ? list(items.map(({ typed }) => typed!))
      : undefined;
  });
}

/** Returns converters for keys that have the same names as their properties. */
function same(convert: Converter, ...names: readonly string[]): Keys {
  return Object.fromEntries(names.map((key) => [key, [key, convert]]));
}

const plain = whole((value) => data(value as Data));
const file = whole((value) =>
  typeof value === 'string' ? staticCall({ PemFile }, 'fromPath', [literal(value)]) : undefined,
);
const space = whole(diskSpace);
const size = whole((value) => (typeof value === 'number' ? sizeOfBytes(value) : undefined));
const hours = whole((value) => {
  const count = /^(\d+)h$/.exec(String(value))?.[1];
  return count === undefined ? undefined : staticCall({ Duration }, 'hours', [literal(Number(count))]);
});

function member(type: string, members: { readonly [name: string]: string }): Converter {
  return whole((value) =>
    Object.values(members).includes(value as string) ? choice(type, members, value as string, '') : undefined,
  );
}

const LIMITS = same(space, 'reservedSpace', 'maxUsedSpace', 'minFreeSpace', 'sweepSize');
const POLICIES = listOf(table({ ...LIMITS, ...same(plain, 'all', 'filters'), ...same(hours, 'keepDuration') }));
const REGISTRY = { ...same(plain, 'mirrors', 'http', 'insecure'), ...same(listOf(file), 'ca') };

function registries(keys: Keys): Converter {
  return (hosts) => table(isTable(hosts) ? same(table(keys), ...Object.keys(hosts)) : {})(hosts);
}

function tomlKeys(version: EngineVersion): Keys {
  const isOldSpelling = !version.supports(EngineCapability.TOML_GC_SPACE);
  const { sweepSize: _, ...limits } = LIMITS;
  return {
    ...same(plain, 'root', 'trace'),
    'insecure-entitlements': ['insecureEntitlements', plain],
    registry: [
      'registries',
      registries({ ...REGISTRY, keypair: ['keypairs', listOf(table(same(file, 'key', 'cert')))] }),
    ],
    ...same(table(same(plain, 'options', 'searchDomains')), 'dns'),
    ...same(
      table({
        ...same(plain, 'address', 'debugAddress', 'uid', 'gid'),
        ...same(table(same(file, 'cert', 'key', 'ca')), 'tls'),
      }),
      'grpc',
    ),
    worker: [
      'worker',
      workerOf({
        ...(isOldSpelling ? { gckeepstorage: ['maxUsedSpace', space] } : limits),
        ...same(plain, 'gc', 'labels', 'platforms', 'defaultCgroupParent', 'selinux'),
        ...same(plain, 'cniConfigPath', 'cniBinaryPath', 'cniPoolSize'),
        ...same(member('Snapshotter', Snapshotter), 'snapshotter'),
        ...same(member('NetworkMode', NetworkMode), 'networkMode'),
        gcpolicy: ['gcPolicies', isOldSpelling ? untyped : POLICIES],
        'apparmor-profile': ['apparmorProfile', plain],
        'max-parallelism': ['maxParallelism', plain],
      }),
    ],
  };
}

/** Converts `[worker.oci]`, the only worker that has options. */
function workerOf(keys: Keys): Converter {
  return (workers) => {
    const { oci, ...others } = isTable(workers) ? workers : {};
    const { rest, typed } = table(keys)(oci);
    const left = { ...others, ...(rest !== undefined && { oci: rest }) };
    return { typed, ...(Object.keys(left).length > 0 && { rest: left }) };
  };
}

const JSON_KEYS: Keys = {
  ...same(member('LogLevel', LogLevel), 'logLevel'),
  ...same(
    table({
      ...LIMITS,
      ...same(plain, 'enabled'),
      ...same(POLICIES, 'policies'),
      ...same(
        table({
          maxEstimatedBytes: ['maxEstimatedSize', size],
          targetEstimatedBytes: ['targetEstimatedSize', size],
        }),
        'dagqlCache',
      ),
    }),
    'gc',
  ),
  ...same(table(same(plain, 'insecureRootCapabilities')), 'security'),
  ...same(registries(REGISTRY), 'registries'),
};
