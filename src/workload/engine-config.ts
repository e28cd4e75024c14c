import { createHash } from 'node:crypto';
import type { MountedFile } from '../config/config-context';
import { renderConfigFiles } from '../config/config-files';
import type { EngineJson } from '../config/engine-json';
import type { EngineToml } from '../config/engine-toml';
import { compact } from '../internal/manifest';
import type { Problems } from '../internal/problems';
import type { BoundListener } from '../network/listener';
import type { BoundMetrics } from '../network/metrics';
import { checkDebugAddress } from '../pod/debug-address';
import type { BoundCache } from '../storage/cache-volume';
import type { EngineVersion } from '../version/engine-version';
import type { WireToml } from '../config/wire';

/** How an engine is configured: its files, and the flags beside them. */
export interface PlannedConfig {
  /** The files by name, as the ConfigMap has them; undefined when the image's own do. */
  readonly data?: { readonly [file: string]: string };
  /** What rolls the pods when a file changes. */
  readonly hash?: string;
  /** What the files refer to. */
  readonly files: readonly MountedFile[];
  readonly args: readonly string[];
  /** Where the engine keeps its state; undefined for its own default. */
  readonly stateDirectory?: string;
  /** Whether the engine serves TLS at its TCP addresses. */
  readonly servesTls: boolean;
}

interface ConfigInput {
  readonly version: EngineVersion;
  readonly problems: Problems;
  readonly cache: BoundCache | undefined;
  readonly listener: BoundListener | undefined;
  readonly metrics: BoundMetrics | undefined;
}

export function planConfig(
  { engineJson, engineToml }: { readonly engineJson?: EngineJson; readonly engineToml?: EngineToml },
  { version, problems, cache, listener, metrics }: ConfigInput,
): PlannedConfig {
  const { json, toml } = renderConfigFiles(engineJson, engineToml, {
    version,
    problems,
    cacheSize: cache?.size,
    cacheIsOwnFilesystem: cache?.ownFilesystem ?? false,
    cacheIsNfs: cache?.volume?.nfs !== undefined,
    extraAddresses: listener === undefined || listener.byFlag ? [] : [listener.url],
  });
  const { root, grpc: { address: addresses = [], debugAddress = '', tls } = {} } = (toml?.keys ?? {}) as WireToml;
  checkDebugAddress(debugAddress, 'engineToml.grpc.debugAddress', problems);
  checkAddresses(addresses.filter((address) => address !== listener?.url), listener, metrics, problems);
  const data = compact({ 'engine.json': json?.text, 'engine.toml': toml?.text }) as PlannedConfig['data'];
  // Both files may name the same one, which is mounted once.
  const files = new Map([...(json?.files ?? []), ...(toml?.files ?? [])].map((file) => [file.path, file]));
  return {
    ...(data && { data, hash: createHash('sha256').update(JSON.stringify(data)).digest('hex') }),
    files: [...files.values()],
    ...(root && { stateDirectory: root }),
    // Set to the empty string is not set (cmd/engine/main.go:861-884@v0.21.7).
    servesTls: Boolean(tls?.cert && tls.key),
    args: listener?.byFlag === true && !addresses.includes(listener.url) ? ['--addr', listener.url] : [],
  };
}

/**
 * Whoever reaches the engine's port is root on the node: only a listener, with the word `insecure` in it, opens one. And
 * of two addresses with one port the engine can bind only the first.
 */
function checkAddresses(addresses: readonly string[], listener: BoundListener | undefined, metrics: BoundMetrics | undefined, problems: Problems): void {
  for (const address of addresses) {
    const [, host = '', text] = /^tcp:\/\/(.*):([0-9]+)$/.exec(address) ?? [];
    const port = Number(text);
    if (text !== undefined && (port === listener?.port || port === metrics?.port)) {
      problems.add('engineToml.grpc.address', {
        wrong: `the port of the ${port === listener?.port ? 'listener' : 'metrics'}, which the engine can't bind twice`,
        got: address,
        allowed: 'other ports',
        fix: 'remove the address',
      });
    } else if (text !== undefined && !/^(127\.[0-9.]+|\[::1\]|localhost)$/.test(host)) {
      problems.add('engineToml.grpc.address', {
        wrong: 'whoever reaches this port is root on the node',
        got: address,
        allowed: 'unix sockets, loopback addresses, and the address of the listener',
        fix: `set listener: Listener.insecureTcp({ port: ${port} })`,
      });
    }
  }
}
