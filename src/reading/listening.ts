import { effectiveFlag, parseEngineFlags } from '../config/engine-flags';
import { readToml } from '../config/toml-text';
import type { WireToml } from '../config/wire';
import { isLoopback } from '../kubernetes/ip-addresses';
import { Problems } from '../reporting/problems';

/** A text, and its location. */
export interface Written {
  readonly text: string;
  readonly key: string;
}

/** A TCP address of the engine that can be reached from outside of its pod. */
export interface OpenAddress extends Written {
  readonly port: number;
  /** The index of the flag among the arguments; undefined for an address in engine.toml. */
  readonly flag?: number;
}

/** The variable that opens the port of the metrics. */
export const METRICS_ADDRESS = '_EXPERIMENTAL_DAGGER_METRICS_ADDR';

/** An object as the API server reads it. */
type Wire = { readonly [field: string]: unknown };

/** The parts of a pod that open ports. */
export interface ListeningParts {
  readonly args: readonly Written[];
  readonly toml: Written | undefined;
  readonly env: readonly Wire[];
  /** The containers next to the engine's. */
  readonly beside: readonly Wire[];
}

/** The ports that are open in an engine's pod. */
export interface Listening {
  /** The addresses of the engine. */
  readonly addresses: readonly OpenAddress[];
  /** Those without TLS. */
  readonly open: readonly OpenAddress[];
  /** The other ports that are open in the pod: metrics, sidecars. Undefined if a container doesn't declare its ports. */
  readonly others: readonly number[] | undefined;
  /** Whether the engine itself serves TLS, which it does at every TCP address. */
  readonly servesTls: boolean;
  /** The state directory, if a flag or engine.toml sets it. The flag takes precedence. */
  readonly stateDirectory: Written | undefined;
}

/** Reads the addresses and the state directory from the flags and from engine.toml. */
export function listening({ args, beside, env, toml }: ListeningParts): Listening {
  const { flags } = parseEngineFlags(args.map(({ text }) => text));
  const flag = (name: string): Written | undefined => {
    const found = effectiveFlag(flags, name);
    return found && { text: found.value!, key: args[found.index]!.key };
  };
  const { grpc, root } = toml === undefined ? {} : tomlKeys(toml.text);
  const addresses = [
    ...flags.flatMap(({ index, name, value }) =>
      name === '--addr' && value !== undefined ? [{ text: value, key: args[index]!.key, flag: index }] : [],
    ),
    ...(grpc?.address ?? []).map((text) => ({ text, key: toml!.key })),
  ].flatMap(openAddress);
  // dagger/dagger cmd/engine/main.go:849-884@v0.21.7
  const servesTls =
    Boolean(grpc?.tls?.cert && grpc.tls.key) || (flag('--tlscert') !== undefined && flag('--tlskey') !== undefined);
  const debug = flag('--debugaddr')?.text ?? grpc?.debugAddress;
  const others = otherPorts(env, beside);
  return {
    addresses,
    open: servesTls ? [] : addresses,
    others: others && [
      ...others,
      ...(servesTls ? addresses.map(({ port }) => port) : []),
      ...(debug === undefined ? [] : [portOf(debug)]),
    ],
    servesTls,
    stateDirectory: flag('--root') ?? (root ? { text: root, key: toml!.key } : undefined),
  };
}

/** The keys of engine.toml that matter here, if they have the right types. The constructs check them. */
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

/** The ports of the metrics and of the other containers. */
function otherPorts(env: readonly Wire[], beside: readonly Wire[]): number[] | undefined {
  const metrics = env.filter(({ name }) => name === METRICS_ADDRESS).map(({ value }) => portOf(value));
  const declared = beside.map(({ ports }) =>
    (Array.isArray(ports) ? ports : []).map((port: { readonly containerPort?: unknown } | null) =>
      Number(port?.containerPort),
    ),
  );
  return declared.some((ports) => ports.length === 0) ? undefined : [...metrics, ...declared.flat()];
}

/** The port of an address; NaN if it has none. */
export function portOf(address: unknown): number {
  return Number(/:(\d+)$/.exec(String(address))?.[1]);
}

/** Whether a directory is inside a mounted one, or is it. */
export function holds(mountPath: string, directory: string): boolean {
  const [above, below] = [mountPath, directory].map((path) => path.replace(/\/+$/, ''));
  return above !== '' && `${below}/`.startsWith(`${above}/`);
}
