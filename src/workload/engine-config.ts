import { createHash } from 'node:crypto';
import type { MountedFile } from '../config/config-context';
import { renderConfigFiles } from '../config/config-files';
import type { EngineJson } from '../config/engine-json';
import type { EngineToml } from '../config/engine-toml';
import { compact } from '../internal/manifest';
import type { Problems } from '../internal/problems';
import type { BoundListener } from '../network/listener';
import type { BoundMetrics } from '../network/metrics';
import { engineTls } from '../network/terminator';
import { checkDebugAddress } from '../pod/debug-address';
import { SecretText } from '../pod/secret-text';
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
}

/** What the user says about the configuration. */
interface ConfigProps {
  readonly allowSecretText?: readonly string[];
  readonly engineJson?: EngineJson;
  readonly engineToml?: EngineToml;
  readonly insecureRootCapabilities?: boolean;
}

interface ConfigInput {
  readonly version: EngineVersion;
  readonly problems: Problems;
  readonly cache: BoundCache | undefined;
  readonly listener: BoundListener | undefined;
  readonly metrics: BoundMetrics | undefined;
}

export function planConfig(
  { allowSecretText, engineJson, engineToml, insecureRootCapabilities }: ConfigProps,
  { version, problems, cache, listener, metrics }: ConfigInput,
): PlannedConfig {
  const { json, toml } = renderConfigFiles(engineJson, engineToml, {
    version,
    problems,
    insecureRootCapabilities,
    cacheSize: cache?.size,
    cacheIsOwnFilesystem: cache?.ownFilesystem ?? false,
    cacheIsNfs: cache?.volume?.nfs !== undefined,
    extraAddresses: listener?.url === undefined || listener.byFlag ? [] : [listener.url],
    tls: engineTls(listener?.tls, version),
  });
  const secrets = new SecretText(problems, allowSecretText);
  secrets.checkFile('engineJson', json?.text ?? '');
  secrets.checkFile('engineToml', toml?.text ?? '');
  const { root, grpc: { address: addresses = [], debugAddress = '' } = {} } = (toml?.keys ?? {}) as WireToml;
  checkDebugAddress(debugAddress, 'engineToml.grpc.debugAddress', problems);
  checkAddresses(addresses.filter((address) => address !== listener?.url), listener, metrics, problems);
  checkPlainListener((toml?.keys as WireToml | undefined)?.grpc?.tls?.cert, listener, problems);
  const data = compact({ 'engine.json': json?.text, 'engine.toml': toml?.text }) as PlannedConfig['data'];
  // Both files may name the same one, which is mounted once.
  const files = new Map([...(json?.files ?? []), ...(toml?.files ?? [])].map((file) => [file.path, file]));
  return {
    ...(data && { data, hash: createHash('sha256').update(JSON.stringify(data)).digest('hex') }),
    files: [...files.values()],
    ...(root && { stateDirectory: root }),
    args: listener?.url !== undefined && listener.byFlag && !addresses.includes(listener.url) ? ['--addr', listener.url] : [],
  };
}

/** engine.toml makes TLS of every TCP port, and the clients of a plain listener are told `tcp://`. */
function checkPlainListener(cert: string | undefined, listener: BoundListener | undefined, problems: Problems): void {
  if (cert !== undefined && cert !== '' && listener !== undefined && listener.tls === undefined) {
    problems.add('engineToml.grpc.tls', { wrong: 'it makes the port of the listener speak TLS, while clients are told to speak plain TCP', got: cert, allowed: 'TLS of the listener', fix: 'use listener: Listener.tls(...)' });
  }
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
