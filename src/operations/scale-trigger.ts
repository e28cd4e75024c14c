import type { ScaledObjectSpecTriggers } from '../../imports/keda.sh';
import type { Imported } from '../kubernetes/imported';
import { isCount } from '../kubernetes/quantity';
import { metricsServiceName, SESSIONS_METRIC, type BoundMetrics } from '../network/metrics';
import { serviceHost } from '../network/service-host';
import { checkUrl } from '../network/uplink';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';
import { checkEngineCount } from './autoscaling-rules';
import { ScaleAuthenticationMode, type ScaleAuthentication } from './scale-authentication';
import { checkSchedule, type ScheduleTriggerOptions } from './scale-schedule';

/** Options for a trigger on sessions. */
export interface SessionsTriggerOptions {
  /**
   * The number of sessions per engine. The number of engines is the number of all sessions, divided by this value and
   * rounded up. A fraction such as 1.5 is allowed.
   *
   * @default 1
   */
  readonly perEngine?: number;
}

/** Options for a trigger on a Prometheus query. */
export interface PrometheusTriggerOptions {
  /** The URL of Prometheus, such as `http://prometheus.monitoring.svc:9090`. */
  readonly address: string;

  /** The query. The result must be a single value for all engines. An empty result is an error, not zero. */
  readonly query: string;

  /** The value per engine. The number of engines is the result, divided by this value and rounded up. */
  readonly perEngine: number;

  /**
   * The value above which a stopped engine starts. Requires `minReplicas: 0`.
   *
   * @default 0
   */
  readonly startAbove?: number;

  /**
   * The credentials for Prometheus.
   *
   * @default - none
   */
  readonly authentication?: ScaleAuthentication;
}

/** Options for a trigger on the jobs of an ARC runner scale set. */
export interface ArcTriggerOptions {
  /** The name of the runner scale set, as in the label `name` of the listener's metrics. */
  readonly scaleSet: string;

  /** The number of jobs per engine. */
  readonly perEngine: number;

  /**
   * The number of jobs above which a stopped engine starts. Requires `minReplicas: 0`. For a second engine, use the
   * number of jobs that the first engine can run.
   *
   * @default 0
   */
  readonly startAbove?: number;

  /**
   * The credentials for the server.
   *
   * @default - none
   */
  readonly authentication?: ScaleAuthentication;
}

/** Options for a trigger on the jobs of an ARC runner scale set, which Prometheus reports. */
export interface ArcPrometheusTriggerOptions extends ArcTriggerOptions {
  /** The URL of a Prometheus that scrapes the listener, such as `http://prometheus.monitoring.svc:9090`. */
  readonly address: string;
}

/** Options for a trigger on the jobs of an ARC runner scale set, which its listener reports. */
export interface ArcListenerTriggerOptions extends ArcTriggerOptions {
  /**
   * The URL of the listener's metrics, such as `http://dagger-ci-listener.arc-systems.svc:8080/metrics`. ARC doesn't
   * create a Service for the listener, so you must create one.
   */
  readonly address: string;
}

/** Options for a trigger on CPU or memory. */
export interface UtilizationOptions {
  /** The average utilization of the pods, in percent of their requests. Every container of the pods needs a request. */
  readonly utilization: number;
}

/** A trigger of a ScaledObject, in wire form. */
export type KedaTrigger = Imported<ScaledObjectSpecTriggers>;

/** The properties of an engine that its triggers need. */
interface TriggerContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly metrics: BoundMetrics | undefined;
  /** Whether the autoscaler stops the last engine. */
  readonly scalesToZero: boolean;
  /** The problems of the trigger. */
  readonly problems: Problems;
  /** The problems of the engine. */
  readonly engineProblems: Problems;
}

/**
 * A trigger of a ScaledObject. It determines the number of engines. With several triggers, the one that needs the most
 * engines wins.
 */
export class ScaleTrigger {
  /**
   * Uses the sessions of all engines, which KEDA reads from the metrics of each engine. This trigger doesn't need
   * Prometheus, but requires `metrics`. Engines that don't answer within three seconds count as idle. The sessions of
   * draining engines count too.
   *
   * @param options the number of sessions per engine
   */
  public static sessions(options: SessionsTriggerOptions = {}): ScaleTrigger {
    return new ScaleTrigger('sessions', (context) => sessions(options, context), {
      sessionsPerEngine: options.perEngine ?? 1,
    });
  }

  /**
   * Uses the result of a Prometheus query.
   *
   * @param options the server, the query and the value per engine
   */
  public static prometheus(options: PrometheusTriggerOptions): ScaleTrigger {
    return new ScaleTrigger('demand', (context) => prometheus(options, context));
  }

  /**
   * Uses the jobs that GitHub has assigned to an ARC runner scale set, as Prometheus reports them. GitHub assigns jobs
   * before their runners start, so engines start earlier than with `sessions`.
   *
   * @param options the server, the runner scale set and the number of jobs per engine
   */
  public static arcPrometheus(options: ArcPrometheusTriggerOptions): ScaleTrigger {
    return new ScaleTrigger('demand', (context) => arcPrometheus(options, context));
  }

  /**
   * Uses the jobs that GitHub has assigned to an ARC runner scale set, as its listener reports them. GitHub assigns jobs
   * before their runners start, so engines start earlier than with `sessions`. This trigger doesn't need Prometheus.
   *
   * @param options the listener, the runner scale set and the number of jobs per engine
   */
  public static arcListener(options: ArcListenerTriggerOptions): ScaleTrigger {
    return new ScaleTrigger('demand', (context) => arcListener(options, context));
  }

  /**
   * Runs a number of engines during a period.
   *
   * @param options the period and the number of engines
   */
  public static schedule(options: ScheduleTriggerOptions): ScaleTrigger {
    return new ScaleTrigger('demand', ({ problems }) => schedule(options, problems), {
      replicas: options.replicas ?? 1,
    });
  }

  /**
   * Uses the CPU of the pods. Requires `ScaleIn.disabled()`, because an engine without CPU load can still run builds.
   *
   * @param options the utilization
   */
  public static cpu(options: UtilizationOptions): ScaleTrigger {
    return new ScaleTrigger('cpu', ({ problems }) => utilization('cpu', options, problems));
  }

  /**
   * Uses the memory of the pods. Requires `ScaleIn.disabled()`, because the memory of an engine doesn't show whether it
   * runs builds.
   *
   * @param options the utilization
   */
  public static memory(options: UtilizationOptions): ScaleTrigger {
    return new ScaleTrigger('memory', ({ problems }) => utilization('memory', options, problems));
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'sessions' | 'demand' | 'cpu' | 'memory',
    /** @internal */
    public readonly _render: (context: TriggerContext) => KedaTrigger,
    /**
     * The number of engines of a schedule, or the number of sessions per engine.
     *
     * @internal
     */
    public readonly _facts: { readonly replicas?: number; readonly sessionsPerEngine?: number } = {},
  ) {}
}

checkCalls('ScaleTrigger', ScaleTrigger);

/**
 * Renders the trigger on sessions. KEDA takes the names of the Service and of the namespace from the URL, lists the
 * EndpointSlices, and asks each engine (kedacore/keda pkg/scalers/metrics_api_scaler.go:302-365@v2.21.0). With
 * its default aggregation, KEDA divides the average of the engines by `targetValue`, and starts too few engines.
 */
function sessions(
  { perEngine = 1 }: SessionsTriggerOptions,
  { engineProblems, metrics, name, namespace, problems }: TriggerContext,
): KedaTrigger {
  checkPerEngine(perEngine, problems);
  if (metrics?.hasService !== true) {
    const isSwitchedOff = metrics?.property === 'metrics';
    engineProblems.add(isSwitchedOff ? 'metrics.service' : 'metrics', {
      wrong: 'ScaleTrigger.sessions(...) reads the sessions from the metrics Service',
      ...(isSwitchedOff && { got: false }),
      allowed: 'metrics with a Service',
      fix: isSwitchedOff ? 'remove service: false' : 'set metrics: {}',
    });
  }
  if (namespace === undefined) {
    problems.add('', {
      wrong: "requires the engine's namespace, because KEDA runs in another one",
      allowed: 'a chart with a namespace',
      fix: "create the chart with { namespace: '...' }",
    });
  }
  return {
    type: 'metrics-api',
    metadata: {
      url: `http://${serviceHost({ namespace }, metricsServiceName(name))}:${metrics?.port}/metrics`,
      aggregateFromKubeServiceEndpoints: 'true',
      aggregationType: 'sum',
      format: 'prometheus',
      valueLocation: SESSIONS_METRIC,
      targetValue: String(perEngine),
    },
  };
}

function prometheus(
  { address, authentication, perEngine, query, startAbove }: PrometheusTriggerOptions,
  { problems, scalesToZero }: TriggerContext,
): KedaTrigger {
  checkUrl(address, 'http://prometheus.monitoring.svc:9090', problems.at('address'));
  if (query.trim() === '') {
    problems.add('query', {
      wrong: 'must not be empty',
      got: query,
      allowed: 'a PromQL query',
      fix: "use a query such as 'sum(dagger_connected_clients)'",
    });
  }
  checkPerEngine(perEngine, problems);
  if (authentication?._mode === ScaleAuthenticationMode.API_KEY) {
    // KEDA's scaler for Prometheus ignores this mode silently (pkg/scalers/prometheus_scaler.go:247-257@v2.21.0).
    problems.add('authentication', {
      wrong: 'KEDA does not send API keys to Prometheus',
      got: ScaleAuthenticationMode.API_KEY,
      allowed: 'ScaleAuthenticationMode.BASIC, BEARER, TLS',
      fix: 'use ScaleAuthenticationMode.BEARER if the key is a bearer token',
    });
  }
  const { metadata, ...reference } = authentication?._render(problems.at('authentication')) ?? {};
  return {
    type: 'prometheus',
    metadata: {
      serverAddress: address,
      query,
      threshold: String(perEngine),
      ...activation('activationThreshold', startAbove, scalesToZero, problems),
      // By default, an empty result counts as zero, and a lost metric would stop the engines.
      ignoreNullValues: 'false',
      ...metadata,
    },
    ...reference,
  };
}

function arcPrometheus(options: ArcPrometheusTriggerOptions, context: TriggerContext): KedaTrigger {
  const { scaleSet, ...others } = options;
  return prometheus({ ...others, query: `sum(${assignedJobs(scaleSet, context.problems)})` }, context);
}

function arcListener(options: ArcListenerTriggerOptions, { problems, scalesToZero }: TriggerContext): KedaTrigger {
  const { address, authentication, perEngine, scaleSet, startAbove } = options;
  checkUrl(address, 'http://listener.arc-systems.svc:8080/metrics', problems.at('address'));
  checkPerEngine(perEngine, problems);
  const { metadata, ...reference } = authentication?._render(problems.at('authentication')) ?? {};
  return {
    type: 'metrics-api',
    metadata: {
      url: address,
      format: 'prometheus',
      valueLocation: assignedJobs(scaleSet, problems),
      targetValue: String(perEngine),
      ...activation('activationTargetValue', startAbove, scalesToZero, problems),
      ...metadata,
    },
    ...reference,
  };
}

/**
 * Returns the metric with the jobs of a runner scale set, which include the running jobs
 * (actions/actions-runner-controller cmd/ghalistener/metrics/metrics.go@045d310485).
 */
function assignedJobs(scaleSet: string, problems: Problems): string {
  if (!/^[-\w.]+$/.test(scaleSet)) {
    problems.add('scaleSet', {
      wrong: 'must be the name of a runner scale set',
      got: scaleSet,
      allowed: "letters, digits, '-', '_' and '.'",
      fix: 'use the value of runs-on',
    });
  }
  return `gha_assigned_jobs{name="${scaleSet}"}`;
}

function schedule(options: ScheduleTriggerOptions, problems: Problems): KedaTrigger {
  const { end, replicas = 1, start, timeZone } = options;
  checkSchedule(options, problems);
  checkEngineCount(replicas, problems);
  return { type: 'cron', metadata: { timezone: timeZone, start, end, desiredReplicas: String(replicas) } };
}

function utilization(
  type: 'cpu' | 'memory',
  { utilization: percent }: UtilizationOptions,
  problems: Problems,
): KedaTrigger {
  checkUtilization(percent, problems);
  return { type, metricType: 'Utilization', metadata: { value: String(percent) } };
}

/** Reports an invalid utilization in percent. */
export function checkUtilization(percent: number, problems: Problems): void {
  if (!isCount(percent, 1)) {
    problems.add('utilization', {
      wrong: 'must be a percentage',
      got: percent,
      allowed: 'a whole number of at least 1',
      fix: 'set it to 80',
    });
  }
}

/** Reports a value per engine that isn't a number above zero. */
export function checkPerEngine(perEngine: number, problems: Problems): void {
  if (!Number.isFinite(perEngine) || perEngine < 0.001) {
    problems.add('perEngine', {
      wrong: 'must be a number above zero',
      got: perEngine,
      allowed: 'at least 0.001',
      fix: 'set it to 1',
    });
  }
}

function activation(
  key: string,
  startAbove: number | undefined,
  scalesToZero: boolean,
  problems: Problems,
): { readonly [key: string]: string } {
  if (startAbove === undefined) {
    return {};
  }
  if (!Number.isFinite(startAbove) || startAbove < 0) {
    problems.add('startAbove', {
      wrong: 'must be a number',
      got: startAbove,
      allowed: 'at least 0',
      fix: 'remove it',
    });
  } else if (!scalesToZero) {
    problems.add('startAbove', {
      wrong: 'has no effect, because at least one engine always runs',
      got: startAbove,
      allowed: 'a value with minReplicas: 0',
      fix: 'remove it',
    });
  }
  return startAbove === 0 ? {} : { [key]: String(startAbove) };
}
