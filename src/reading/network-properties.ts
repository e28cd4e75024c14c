import { isIPv4 } from 'node:net';
import { parseEngineFlags, socketGroupFlags } from '../config/engine-flags';
import { Listener } from '../network/listener';
import { list, literal, nonEmptyObject, object, staticCall } from '../program/expression';
import type { Expression, ObjectExpression } from '../program/expression';
import { EngineCapability } from '../version/engine-capability';
import type { DescribedEngine } from './described-engine';
import type { Field } from './field';
import type { OpenAddress } from './listening';

/** The properties for ports and flags. */
export interface NetworkProperties {
  readonly args?: Expression;
  readonly listener?: Expression;
  readonly networkPolicy?: Expression;
}

/**
 * Returns the properties for the addresses of an engine. A port with a network policy becomes a listener. Other flags
 * remain flags, and addresses in engine.toml remain there.
 */
export function networkProperties(engine: DescribedEngine): NetworkProperties {
  const { args, policies } = engine;
  const [policy] = policies;
  const address = policy && listenerAddress(engine);
  if (policy === undefined || address === undefined) {
    return argsProperty(args);
  }
  return {
    ...argsProperty(withoutAddress(args, address)),
    listener: plainListener(address, object({ create: literal(false), name: literal('engine') })),
    networkPolicy: object({}, policy.root.at('spec').origin),
  };
}

/** Returns the plain TCP address that can be a listener, if there is one. */
export function listenerAddress({ listening, toml, version }: DescribedEngine): OpenAddress | undefined {
  const appends = version.supports(EngineCapability.ADDR_FLAG_APPENDS);
  const isInConfig = ({ text }: OpenAddress): boolean => toml.kind === 'text' && toml.text.text!.includes(text);
  return listening.open.find(
    (address) => hostOf(address) !== undefined && (address.flag === undefined || (appends && !isInConfig(address))),
  );
}

/**
 * Returns a listener without encryption. By default, the listener doesn't declare its port, because `extraPorts` may
 * already declare it.
 */
export function plainListener(address: OpenAddress, service: ObjectExpression, declaresPort = false): Expression {
  const host = hostOf(address);
  const options = object({
    port: address.port === 1234 ? undefined : literal(address.port, address.key),
    address: host === undefined || host === '0.0.0.0' ? undefined : literal(host, address.key),
    declarePort: declaresPort ? undefined : literal(false),
    service: nonEmptyObject(service),
  });
  return staticCall({ Listener }, 'insecureTcp', [nonEmptyObject(options)], address.key);
}

/** Returns the property for flags, without the flags that set the socket's group. Another property sets that group. */
export function argsProperty(args: readonly Field[]): Pick<NetworkProperties, 'args'> {
  const groups = socketGroupFlags(parseEngineFlags(args.map(({ text = '' }) => text)));
  const taken = new Set(groups.flatMap(({ index, valueIndex }) => [index, valueIndex]));
  const others = args.filter((_, index) => !taken.has(index));
  const flags = others.map(({ origin, text = '' }) => literal(text, origin));
  return others.length === 0 ? {} : { args: list(flags, others[0]!.origin) };
}

/** Returns the arguments without the flag of an address. */
export function withoutAddress(args: readonly Field[], { flag }: OpenAddress): Field[] {
  const isSplit = flag !== undefined && !(args[flag]!.text ?? '').includes('=');
  return args.filter((_, index) => index !== flag && !(isSplit && index === flag + 1));
}

/** Returns the host of an address, or undefined if a listener can't have that host. */
function hostOf({ text }: OpenAddress): string | undefined {
  const host = /^tcp:\/\/(.*):\d+$/.exec(text)?.[1] ?? '';
  return isIPv4(host) || host === '[::]' ? host : undefined;
}
