import { EngineRisk } from '../reporting/engine-risk';
import { isLoopback } from '../kubernetes/ip-addresses';
import type { Problems } from '../reporting/problems';
import type { BoundListener } from '../network/bound-listener';
import type { BoundMetrics } from '../network/metrics';
import { engineTls } from '../network/tls-addition';
import { renderEngineFiles, type EngineFiles } from '../pod/engine-files';
import { socketGroupArgs } from '../pod/engine-args';
import { socketGroup, type EnginePodSecurity } from '../pod/security';
import type { BoundCache } from '../storage/cache-volume';
import type { EngineVersion } from '../version/engine-version';
import { checkDebugPort } from './debug-port';
import type { EngineProps } from './engine-props';

/** The configuration of an engine: files and flags. */
export interface PlannedConfig extends EngineFiles {
  readonly args: readonly string[];
}

interface ConfigInput {
  readonly version: EngineVersion;
  readonly problems: Problems;
  readonly cache: BoundCache | undefined;
  readonly mountedCache?: BoundCache;
  readonly listener: BoundListener | undefined;
  readonly metrics: BoundMetrics | undefined;
}

export function planConfig(
  props: EngineProps,
  { version, problems, cache, mountedCache, listener, metrics }: ConfigInput,
): PlannedConfig {
  const files = renderEngineFiles(props, cache, {
    version,
    problems,
    mountedLimit: mountedCache?.ownFilesystem === false ? mountedCache.size : undefined,
    extraAddresses: listener?.url === undefined || listener.byFlag ? [] : [listener.url],
    tls: engineTls(listener?.tls, version),
  });
  const { address: addresses = [], tls } = files.grpc;
  checkAddresses(
    addresses.filter((address) => address !== listener?.url),
    listener,
    metrics,
    problems,
  );
  checkPlainListener(tls?.cert, listener, problems);
  checkSocketGroup(props.security, files.grpc.gid, problems);
  checkDebugPort({ args: props.args ?? [], toml: files.grpc.debugAddress }, { listener, metrics }, problems);
  return {
    ...files,
    args:
      listener?.url !== undefined && listener.byFlag && !addresses.includes(listener.url)
        ? ['--addr', listener.url]
        : [],
  };
}

/** Reports a socket group in engine.toml that has no effect, because a flag overrides it. */
function checkSocketGroup(security: EnginePodSecurity | undefined, gid: number | undefined, problems: Problems): void {
  if (gid !== undefined && gid !== socketGroup(security) && socketGroupArgs(security).length > 0) {
    problems.add('engineToml.grpc.gid', {
      wrong: `security.group takes precedence, and the group of the socket would be ${socketGroup(security)}`,
      got: gid,
      allowed: `${socketGroup(security)}`,
      fix: `remove it and set security: { group: ${gid} }`,
    });
  }
}

/**
 * Reports TLS in engine.toml next to a plain listener. TLS would apply to every TCP port, but clients of the listener
 * use `tcp://`.
 */
function checkPlainListener(cert: string | undefined, listener: BoundListener | undefined, problems: Problems): void {
  if (cert !== undefined && cert !== '' && listener !== undefined && listener.tls === undefined) {
    problems.add('engineToml.grpc.tls', {
      wrong: 'the port of the listener would use TLS, but its clients use plain TCP',
      got: cert,
      allowed: 'TLS that the listener configures',
      fix: 'use listener: Listener.tls(...)',
      risk: EngineRisk.TLS_BEHIND_PLAIN_LISTENER,
    });
  }
}

/**
 * Reports addresses in engine.toml that open a plain port or use a port twice. A client that reaches the engine's port
 * can become root on the node, so only `Listener.insecureTcp()` may open a plain port.
 */
function checkAddresses(
  addresses: readonly string[],
  listener: BoundListener | undefined,
  metrics: BoundMetrics | undefined,
  problems: Problems,
): void {
  for (const address of addresses) {
    const [, host = '', text] = /^tcp:\/\/(.*):([0-9]+)$/.exec(address) ?? [];
    const port = Number(text);
    if (text !== undefined && (port === listener?.port || port === metrics?.port)) {
      problems.add('engineToml.grpc.address', {
        wrong: `conflicts with the port of the ${port === listener?.port ? 'listener' : 'metrics'}`,
        got: address,
        allowed: 'other ports',
        fix: 'remove the address',
        risk: EngineRisk.PORT_BOUND_TWICE,
      });
    } else if (text !== undefined && !isLoopback(`${host}:${text}`)) {
      problems.add('engineToml.grpc.address', {
        wrong: 'any client that reaches this port can become root on the node',
        got: address,
        allowed: 'unix sockets, loopback addresses, and the address of the listener',
        fix: `set listener: Listener.insecureTcp({ port: ${port} })`,
        risk: EngineRisk.OPEN_PORT_IN_CONFIG,
      });
    }
  }
}
