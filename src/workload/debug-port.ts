import { EngineRisk } from '../reporting/engine-risk';
import { effectiveFlag, parseEngineFlags } from '../config/engine-flags';
import type { BoundListener } from '../network/bound-listener';
import type { BoundMetrics } from '../network/metrics';
import type { Problems } from '../reporting/problems';

/** The two settings for the debug address. The flag takes precedence. */
interface DebugAddress {
  readonly args: readonly string[];
  /** The value of `grpc.debugAddress` in engine.toml. */
  readonly toml: string | undefined;
}

/**
 * Reports a debug address that uses the port of the listener or the metrics. The containers of a pod share its ports.
 * The engine exits if the listener's port is taken, and serves no metrics if the metrics port is taken (tested with
 * v0.21.8).
 */
export function checkDebugPort(
  { args, toml }: DebugAddress,
  { listener, metrics }: { readonly listener?: BoundListener; readonly metrics?: BoundMetrics },
  problems: Problems,
): void {
  const flag = effectiveFlag(parseEngineFlags(args).flags, '--debugaddr');
  const address = flag?.value ?? toml ?? '';
  const port = Number(/:(\d+)$/.exec(address)?.[1]);
  const taken = port === listener?.port ? 'listener' : port === metrics?.port ? 'metrics' : undefined;
  if (taken !== undefined) {
    problems.add(flag === undefined ? 'engineToml.grpc.debugAddress' : `args[${flag.index}]`, {
      wrong: `conflicts with the port of the ${taken}`,
      got: address,
      allowed: 'other ports',
      fix: "choose another port, for example '127.0.0.1:6060'",
      risk: EngineRisk.PORT_BOUND_TWICE,
    });
  }
}
