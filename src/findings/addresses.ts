import { parseEngineFlags } from '../config/engine-flags';
import type { WireToml } from '../config/wire';
import { readToml } from '../config/toml-text';
import { isLoopback } from '../kubernetes/ip-addresses';
import { Problems } from '../reporting/problems';

/** A text, and where it is written. */
export interface Written {
  readonly text: string;
  readonly key: string;
}

/** A TCP address that the engine listens on, and others than its pod reach. */
export interface OpenAddress extends Written {
  readonly port: number;
  /** The index of the flag among the arguments; undefined for an address in engine.toml. */
  readonly flag?: number;
}

/** What engine.toml says; nothing where it isn't TOML. */
export function listeningToml(text: string): WireToml {
  const table = readToml(text, new Problems()) as WireToml;
  // Types are the constructs' business; what is read here has to be what it is taken for.
  const { root, grpc } = table;
  const address = grpc?.address;
  return {
    ...(typeof root === 'string' && { root }),
    ...(typeof grpc === 'object' && {
      grpc: {
        ...grpc,
        address: Array.isArray(address)
          ? (address as unknown[]).filter((one): one is string => typeof one === 'string')
          : [],
      },
    }),
  };
}

/** The addresses of `--addr ADDRESS` and `--addr=ADDRESS`, and those of engine.toml. */
export function openAddresses(args: readonly Written[], toml: Written | undefined): OpenAddress[] {
  const flags = parseEngineFlags(args.map(({ text }) => text)).flags.flatMap(({ index, name, value }) =>
    name === '--addr' && value !== undefined ? [{ text: value, key: args[index]!.key, flag: index }] : [],
  );
  const written =
    toml === undefined ? [] : (listeningToml(toml.text).grpc?.address ?? []).map((text) => ({ text, key: toml.key }));
  return [...flags, ...written].flatMap((address) => {
    const [, host, port] = /^tcp:\/\/(.*):(\d+)$/.exec(address.text) ?? [];
    return port === undefined || isLoopback(`${host}:${port}`) ? [] : [{ ...address, port: Number(port) }];
  });
}
