import { effectiveFlag, parseEngineFlags } from '../config/engine-flags';
import { readToml } from '../config/toml-text';
import type { WireToml } from '../config/wire';
import { isLoopback } from '../kubernetes/ip-addresses';
import type { EnginePod } from './engine-pods';
import type { Field } from './field';
import { Problems } from '../reporting/problems';

/** A string, and its origin. */
export interface Written {
  readonly text: string;
  readonly key: string;
}

/** A TCP address of the engine that clients outside its pod can reach. */
export interface OpenAddress extends Written {
  readonly port: number;
  /** The index of the flag among the arguments, or undefined for an address in engine.toml. */
  readonly flag?: number;
}

/** The ports that are open in an engine's pod. */
export interface Listening {
  /** The addresses of the engine. */
  readonly addresses: readonly OpenAddress[];
  /** The addresses without TLS. */
  readonly open: readonly OpenAddress[];
  /**
   * The other open ports of the pod, for metrics and in sidecars. Undefined if a sidecar doesn't declare its ports, or
   * if the manifests don't contain the port for metrics.
   */
  readonly others: readonly number[] | undefined;
  /** Whether the engine itself serves TLS, which applies to all of its TCP addresses. */
  readonly servesTls: boolean;
  /** The port for metrics, and the field with its address. */
  readonly metrics?: { readonly field: Field; readonly port: number };
  /** The state directory, if a flag or engine.toml sets it. The flag takes precedence. */
  readonly stateDirectory: Written | undefined;
}

/** The fields that open ports of an engine. */
interface ListeningSources {
  readonly args: readonly Field[];
  readonly toml: Field | undefined;
  /** The value of the variable with the address of the metrics port. */
  readonly metrics: Field | undefined;
}

/** Reads the addresses and the state directory from the flags and from engine.toml. */
export function listening({ others: containers }: EnginePod, { args, metrics, toml }: ListeningSources): Listening {
  const { flags } = parseEngineFlags(args.map(({ text = '' }) => text));
  const flag = (name: string): Written | undefined => {
    const found = effectiveFlag(flags, name);
    return found && { text: found.value!, key: args[found.index]!.origin };
  };
  const { grpc, root } = tomlKeys(toml?.text ?? '');
  const addresses = [
    ...flags.flatMap(({ index, name, value }) =>
      name === '--addr' && value !== undefined ? [{ text: value, key: args[index]!.origin, flag: index }] : [],
    ),
    ...(grpc?.address ?? []).map((text) => ({ text, key: toml!.origin })),
  ].flatMap(openAddress);
  // dagger/dagger cmd/engine/main.go:849-884@v0.21.7
  const servesTls =
    Boolean(grpc?.tls?.cert && grpc.tls.key) || (flag('--tlscert') !== undefined && flag('--tlskey') !== undefined);
  const debug = flag('--debugaddr')?.text ?? grpc?.debugAddress;
  const metricsPort = portOf(metrics?.text);
  const others = metrics !== undefined && metrics.text === undefined ? undefined : otherPorts(containers);
  return {
    addresses,
    open: servesTls ? [] : addresses,
    others: others && [
      ...others,
      ...(metrics === undefined ? [] : [metricsPort]),
      ...(servesTls ? addresses.map(({ port }) => port) : []),
      ...(debug === undefined ? [] : [portOf(debug)]),
    ],
    servesTls,
    ...(metrics !== undefined && !Number.isNaN(metricsPort) && { metrics: { field: metrics, port: metricsPort } }),
    stateDirectory: flag('--root') ?? (root ? { text: root, key: toml!.origin } : undefined),
  };
}

/** Returns `root` and `grpc` from engine.toml, except addresses of the wrong type, which the constructs report. */
function tomlKeys(text: string): WireToml {
  const { grpc, root } = readToml(text, new Problems()) as WireToml;
  const address: unknown = grpc?.address;
  return {
    ...(typeof root === 'string' && { root }),
    ...(typeof grpc === 'object' && {
      grpc: { ...grpc, address: Array.isArray(address) ? address.filter((one) => typeof one === 'string') : [] },
    }),
  };
}

function openAddress(address: Written): OpenAddress[] {
  const [, host, port] = /^tcp:\/\/(.*):(\d+)$/.exec(address.text) ?? [];
  return port === undefined || isLoopback(`${host}:${port}`) ? [] : [{ ...address, port: Number(port) }];
}

/** Returns the ports of the other containers, or undefined if one of them declares no ports. */
function otherPorts(others: readonly Field[]): number[] | undefined {
  const declared = others.map((other) => other.at('ports').items.map((port) => port.at('containerPort').number ?? NaN));
  return declared.some((ports) => ports.length === 0) ? undefined : declared.flat();
}

/** Returns the port of an address, or NaN if it has none. */
export function portOf(address: unknown): number {
  return Number(/:(\d+)$/.exec(String(address))?.[1]);
}

/** Whether a mount contains a directory. */
export function holds(mountPath: string, directory: string): boolean {
  const [above, below] = [mountPath, directory].map((path) => path.replace(/\/+$/, ''));
  return above !== '' && `${below}/`.startsWith(`${above}/`);
}
