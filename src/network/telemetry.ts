import type { KeySelector } from '../config/key-selector';
import { EnvVar } from '../pod/env-var';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { INetworkPeer } from './network-peer';
import { checkRelease, checkSecret, checkUrl, peersOf, type BoundUplink, type UplinkContext } from './uplink';

/** The protocol of an OpenTelemetry collector. */
export enum OtlpProtocol {
  /** Protocol buffers over HTTP, usually on port 4318. */
  HTTP_PROTOBUF = 'http/protobuf',
  /** gRPC, usually on port 4317. */
  GRPC = 'grpc',
}

/**
 * Metrics of the engine process that the engine sends to a collector: CPU time, throttling and memory of its cgroup.
 * The metrics don't include build containers. The node needs cgroup v2.
 */
export interface EngineTelemetry {
  /**
   * The URL of the collector. With `OtlpProtocol.HTTP_PROTOBUF`, it includes the path, such as
   * `http://collector.monitoring.svc:4318/v1/metrics`. With `OtlpProtocol.GRPC`, it has no path, such as
   * `http://collector.monitoring.svc:4317`. With both protocols, `http` disables TLS.
   */
  readonly endpoint: string;

  /**
   * The protocol of the collector.
   *
   * @default OtlpProtocol.HTTP_PROTOBUF
   */
  readonly protocol?: OtlpProtocol;

  /**
   * The key of a Secret with headers, for example for authentication. The value of the key has the form
   * `name=value,name=value`, with URL-encoded values.
   *
   * @default - none
   */
  readonly headers?: KeySelector;

  /**
   * The collector, for the network policy. Set it if you set `networkPolicy.egress` and the collector is not on the
   * public internet. The policy then allows the engine and its builds to reach every port of the collector.
   *
   * @default - none: the policy doesn't allow the collector explicitly
   */
  readonly collector?: INetworkPeer;
}

/**
 * Checks the telemetry of an engine, and returns the variables that configure it. engine.json enables it.
 *
 * @internal
 */
export function bindTelemetry(
  { collector, endpoint, headers, protocol = OtlpProtocol.HTTP_PROTOBUF }: EngineTelemetry,
  context: UplinkContext,
): BoundUplink {
  const { namespace, problems } = context;
  checkRelease(context, EngineCapability.JSON_TELEMETRY_RESOURCE_METRICS, {
    property: 'telemetry',
    lacks: 'does not send metrics',
    consequence: "the engine doesn't start with an unknown key in engine.json",
  });
  checkEndpoint(endpoint, protocol, problems.at('endpoint'));
  checkSecret(headers, 'headers', problems);
  return {
    env: {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: EnvVar.fromValue(endpoint),
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: EnvVar.fromValue(protocol),
      ...(headers && { OTEL_EXPORTER_OTLP_METRICS_HEADERS: EnvVar.fromKey(headers) }),
    },
    peers: collector === undefined ? [] : peersOf(collector, namespace, problems.at('collector')),
    ...(collector === undefined && { address: endpoint }),
  };
}

function checkEndpoint(endpoint: string, protocol: OtlpProtocol, problems: Problems): void {
  const example = protocol === OtlpProtocol.GRPC ? 'http://HOST:4317' : 'http://HOST:4318/v1/metrics';
  const url = checkUrl(endpoint, example, problems);
  // The Go exporter uses the path in this variable unchanged, so it would send the metrics to the root.
  if (url !== undefined && protocol === OtlpProtocol.HTTP_PROTOBUF && url.pathname === '/') {
    problems.add('', {
      wrong: 'the URL has no path, and the engine would send the metrics to the root of the collector',
      got: endpoint,
      allowed: example,
      fix: `write '${endpoint.replace(/\/$/, '')}/v1/metrics'`,
    });
  }
}
