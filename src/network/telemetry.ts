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
   * The base URL of the collector, such as `http://collector.monitoring.svc:4318`. With `OtlpProtocol.HTTP_PROTOBUF`,
   * the library appends `/v1/metrics`. With both protocols, `http` disables TLS.
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
  const base = otlpBaseUrl(endpoint, protocol, problems.at('endpoint'));
  checkSecret(headers, 'headers', problems);
  return {
    env: {
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: EnvVar.fromValue(
        protocol === OtlpProtocol.GRPC ? base : base + OTLP_METRICS_PATH,
      ),
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: EnvVar.fromValue(protocol),
      ...(headers && { OTEL_EXPORTER_OTLP_METRICS_HEADERS: EnvVar.fromKey(headers) }),
    },
    peers: collector === undefined ? [] : peersOf(collector, namespace, problems.at('collector')),
    ...(collector === undefined && { address: endpoint }),
  };
}

/** The path of metrics below the base URL of a collector, with OTLP over HTTP. */
export const OTLP_METRICS_PATH = '/v1/metrics';

/**
 * Returns the base URL of a collector without a slash at its end, and reports URLs that aren't base URLs. With gRPC,
 * the Go exporter connects to the host and the path (go.opentelemetry.io/otel
 * exporters/otlp/otlpmetric/otlpmetricgrpc/internal/oconf/envconfig.go), so a path is an error.
 *
 * @internal
 */
export function otlpBaseUrl(endpoint: string, protocol: OtlpProtocol, problems: Problems): string {
  const isGrpc = protocol === OtlpProtocol.GRPC;
  const example = `http://HOST:${isGrpc ? 4317 : 4318}`;
  const url = checkUrl(endpoint, example, problems);
  const path = url?.pathname.replace(/\/+$/, '') ?? '';
  const basePath = isGrpc ? '' : path.replace(/\/v1(\/(traces|logs|metrics))?$/, '');
  if (url !== undefined && (path !== basePath || /[?#]/.test(endpoint))) {
    problems.add('', {
      wrong: isGrpc ? 'must not have a path' : 'must be the base URL, because each signal has its own path',
      got: endpoint,
      allowed: isGrpc ? example : `${example}, or a URL with a path before /v1`,
      fix: `write '${url.origin}${basePath}'`,
    });
  }
  return endpoint.replace(/\/+$/, '');
}
