import { effectiveFlag, parseEngineFlags } from '../config/engine-flags';
import type { PodContext } from './pod-context';
import { socketGroup, type EnginePodSecurity } from './security';

/**
 * Returns the arguments of `dagger-engine`. The library's arguments come first, so that user-defined arguments can't
 * hide them.
 */
export function engineArgs({ listenerArgs, props: { args = [], security } }: PodContext): string[] {
  return [...listenerArgs, ...socketGroupArgs(security), ...args];
}

/**
 * Returns the flag that sets the group of the socket, if it isn't the group of the process (dagger/dagger
 * cmd/engine/main.go:685-691@v0.21.8, the same since v0.3.13). With v0.21.8 and `--group=1001`, the socket had owner 0,
 * group 1001 and mode 0660, and files created by builds had group 0.
 */
export function socketGroupArgs(security: EnginePodSecurity = {}): string[] {
  const group = socketGroup(security);
  return group === (security.runAsGroup ?? 0) ? [] : [`--group=${group}`];
}

/** Returns the state directory that `--root` sets. The flag takes precedence over engine.toml. */
export function rootFlag(args: readonly string[]): string | undefined {
  return effectiveFlag(parseEngineFlags(args).flags, '--root')?.value;
}
