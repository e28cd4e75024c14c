import type { EnvVar as WireEnvVar } from 'kubernetes-types/core/v1';
import type { KeySelector } from '../config/key-selector';
import { OtlpProtocol, otlpBaseUrl } from '../network/telemetry';
import { checkSecret } from '../network/uplink';
import { EnvVar } from '../pod/env-var';
import { Problems } from '../reporting/problems';

/**
 * The OpenTelemetry collector that receives the traces, logs and metrics of a client's builds. The `dagger` CLI sends
 * them, including the engine's part. Therefore, only the client must be able to reach the collector.
 */
export interface ClientTelemetry {
  /**
   * The base URL of the collector, for OTLP over HTTP, such as `http://collector.monitoring.svc:4318`. The library
   * appends `/v1/traces`, `/v1/logs` and `/v1/metrics`.
   */
  readonly endpoint: string;

  /**
   * The key of a Secret with headers, for example for authentication. The Secret must be in the namespace of the
   * client. The value of the key has the form `name=value,name=value`. The CLI doesn't decode the values, so they can't
   * contain commas.
   *
   * @default - none
   */
  readonly headers?: KeySelector;

  /**
   * Whether to send traces. They contain the steps of each build.
   *
   * @default true
   */
  readonly traces?: boolean;

  /**
   * Whether to send logs. They contain the output of each step.
   *
   * @default true
   */
  readonly logs?: boolean;

  /**
   * Whether to send metrics. They contain, for example, the CPU time and memory of each step.
   *
   * @default true
   */
  readonly metrics?: boolean;
}

const SIGNALS = ['traces', 'logs', 'metrics'] as const;

/**
 * Returns the variables of a client that sends telemetry.
 *
 * The CLI sends logs and metrics only to endpoints for these signals, and doesn't change the paths of these endpoints
 * (init.go:43-230 of github.com/dagger/otel-go@af7cd0684887). Over gRPC, the CLI sends logs to a default address, so
 * HTTP is the only protocol here. The CLI reads headers only from the variable for all signals.
 *
 * @internal
 */
export function telemetryEnv(
  { endpoint, headers, ...enabled }: ClientTelemetry,
  namespace: string | undefined,
  problems: Problems,
): WireEnvVar[] {
  const base = otlpBaseUrl(endpoint, OtlpProtocol.HTTP_PROTOBUF, problems.at('endpoint'));
  const signals = SIGNALS.filter((signal) => enabled[signal] ?? true);
  if (signals.length === 0) {
    problems.add('', {
      wrong: 'has no effect, because all signals are disabled',
      allowed: 'at least one of traces, logs and metrics',
      fix: 'remove telemetry, or enable one of the signals',
    });
  }
  checkSecret(headers, 'headers', problems);
  return [
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: OtlpProtocol.HTTP_PROTOBUF },
    ...signals.map((signal) => ({
      name: `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`,
      value: `${base}/v1/${signal}`,
    })),
    ...(headers === undefined ? [] : [headersVariable(headers, namespace, problems)]),
  ];
}

/** Returns the variable with the headers. Reports a Secret that isn't in the namespace of the client. */
function headersVariable(headers: KeySelector, namespace: string | undefined, problems: Problems): WireEnvVar {
  const found = Problems.of(namespace);
  const variable = EnvVar.fromKey(headers)._render('OTEL_EXPORTER_OTLP_HEADERS', found, 'headers');
  problems.adopt(found, (property) => property);
  return variable;
}
