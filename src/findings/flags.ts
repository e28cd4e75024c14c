import { effectiveFlag, parseEngineFlags } from '../config/engine-flags';
import { listeningToml, type Written } from './addresses';

/** The value of a flag that takes effect, and its place. */
export function flag(args: readonly Written[], name: string): Written | undefined {
  const { flags } = parseEngineFlags(args.map(({ text }) => text));
  const found = effectiveFlag(flags, name);
  return found && { text: found.value!, key: args[found.index]!.key };
}

/** Where the engine keeps its state if it isn't told (dagger/dagger cmd/engine/config.go:41@v0.21.7). */
export const DEFAULT_STATE = '/var/lib/dagger';

/** Where the engine is told to keep its state: the flag goes before engine.toml. Undefined where it isn't told. */
export function toldState(args: readonly Written[], toml: Written | undefined): Written | undefined {
  const { root } = toml === undefined ? {} : listeningToml(toml.text);
  return flag(args, '--root') ?? (root ? { text: root, key: toml!.key } : undefined);
}

/** Whether the engine itself serves TLS, at every TCP address (dagger/dagger cmd/engine/main.go:849-884@v0.21.7). */
export function servesTls(args: readonly Written[], toml: Written | undefined): boolean {
  const { grpc } = toml === undefined ? {} : listeningToml(toml.text);
  return (
    Boolean(grpc?.tls?.cert && grpc.tls.key) ||
    (flag(args, '--tlscert') !== undefined && flag(args, '--tlskey') !== undefined)
  );
}

/** Whether what is mounted at a path holds a directory. */
export function holds(mountPath: string, directory: string): boolean {
  const [above, below] = [mountPath, directory].map((path) => path.replace(/\/+$/, ''));
  return above !== '' && `${below}/`.startsWith(`${above}/`);
}
