import { Duration } from 'cdk8s';
import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  Autoscaling,
  Connection,
  Drain,
  type KedaAutoscalingOptions,
  Listener,
  Monitoring,
  PodManagementPolicy,
  ScaleAuthentication,
  ScaleAuthenticationMode,
  ScaleIn,
  ScaleMetric,
  ScaleOut,
  ScaleTrigger,
  type EngineStatefulSetProps,
} from '../../src/index';
import { deployment, statefulSet, type WrongProgram } from './program';

const DRAIN = { drain: Drain.untilIdle({ atMost: Duration.hours(1) }) };

const ARC = ScaleTrigger.arcPrometheus({
  scaleSet: 'ci',
  perEngine: 2,
  address: 'http://prometheus.monitoring.svc:9090',
});

/** Creates a StatefulSet with a ScaledObject. */
function keda(
  chart: Chart,
  options: Partial<KedaAutoscalingOptions> = {},
  props: Partial<EngineStatefulSetProps> = {},
): void {
  const autoscaling = Autoscaling.keda({ maxReplicas: 5, triggers: [ScaleTrigger.sessions()], ...options });
  statefulSet(chart, { ...DRAIN, metrics: {}, autoscaling, ...props });
}

const prometheus = (options: { address?: string; query?: string; perEngine?: number; startAbove?: number }) =>
  ScaleTrigger.prometheus({ address: 'http://prometheus:9090', query: 'sum(jobs)', perEngine: 1, ...options });

const problem = (text: string): string => `[ci/engine] EngineStatefulSet has 1 problem:\n  - ${text}`;

export const AUTOSCALING_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'an autoscaler without a drain',
    program: (chart) => keda(chart, {}, { drain: undefined }),
    says: problem(
      'drain: must have a limit, because an autoscaler stops engines that run builds, and they have this time to finish; allowed: Drain.untilIdle({ atMost: ... }) with the duration of your longest builds; fix: set drain: Drain.untilIdle({ atMost: Duration.hours(1) }), or scaleIn: ScaleIn.disabled(); or accept EngineRisk.UNSAFE_SCALE_IN',
    ),
  },
  {
    title: 'an autoscaler with a drain that does not wait',
    program: (chart) => keda(chart, {}, { drain: Drain.untilIdle({ atMost: Duration.seconds(0) }) }),
    says: problem(
      'drain: must have a limit, because an autoscaler stops engines that run builds, and they have this time to finish; allowed: Drain.untilIdle({ atMost: ... }) with the duration of your longest builds; fix: set drain: Drain.untilIdle({ atMost: Duration.hours(1) }), or scaleIn: ScaleIn.disabled(); or accept EngineRisk.UNSAFE_SCALE_IN',
    ),
  },
  {
    title: 'an autoscaler with the default limit of the drain',
    program: (chart) => keda(chart, {}, { drain: Drain.untilIdle() }),
    says: problem(
      'drain: must have a limit, because an autoscaler stops engines that run builds, and they have this time to finish; allowed: Drain.untilIdle({ atMost: ... }) with the duration of your longest builds; fix: set drain: Drain.untilIdle({ atMost: Duration.hours(1) }), or scaleIn: ScaleIn.disabled(); or accept EngineRisk.UNSAFE_SCALE_IN',
    ),
  },
  {
    title: 'scale to zero without scale-in',
    program: (chart) =>
      keda(chart, {
        minReplicas: 0,
        maxReplicas: 1,
        scaleIn: ScaleIn.disabled(),
        triggers: [ScaleTrigger.sessions(), ARC],
      }),
    says: problem(
      'autoscaling.scaleIn: ScaleIn.disabled() conflicts with minReplicas: 0, because KEDA always stops an idle engine; got "disabled"; allowed: no value; fix: remove it, or set minReplicas: 1 and a higher maxReplicas',
    ),
  },
  {
    title: 'a HorizontalPodAutoscaler on sessions of engines without metrics',
    program: (chart) =>
      statefulSet(chart, {
        ...DRAIN,
        autoscaling: Autoscaling.horizontal({ maxReplicas: 3, metrics: [ScaleMetric.pods({ perEngine: 2 })] }),
      }),
    says: problem(
      'metrics: ScaleMetric.pods(...) uses the number of sessions, which only an engine with metrics reports; allowed: metrics or monitoring; fix: set metrics: {}',
    ),
  },
  {
    title: 'an existing autoscaler without a drain',
    program: (chart) =>
      deployment(chart, { drain: Drain.none(), autoscaling: Autoscaling.fromExisting({ maxReplicas: 3 }) }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - drain: must have a limit, because an autoscaler stops engines that run builds, and they have this time to finish; allowed: Drain.untilIdle({ atMost: ... }) with the duration of your longest builds; fix: set drain: Drain.untilIdle({ atMost: Duration.hours(1) }), or stopsEngines: false if the autoscaler never stops engines; or accept EngineRisk.UNSAFE_SCALE_IN',
  },
  {
    title: 'replicas and an autoscaler',
    program: (chart) => keda(chart, {}, { replicas: 2 }),
    says: problem(
      'replicas: conflicts with autoscaling: each time you apply the manifest, the number of engines would be reset; got 2; allowed: only one of replicas and autoscaling; fix: remove replicas',
    ),
  },
  {
    title: 'engines that start in order',
    program: (chart) => keda(chart, {}, { podManagementPolicy: PodManagementPolicy.ORDERED_READY }),
    says: problem(
      'podManagementPolicy: with OrderedReady, no engine starts while another one starts or drains; got "OrderedReady"; allowed: PodManagementPolicy.PARALLEL; fix: remove it. If the StatefulSet exists, delete it with kubectl delete --cascade=orphan, and apply again; or accept EngineRisk.BLOCKED_SCALE_OUT',
    ),
  },
  {
    title: 'a maximum that is not above the minimum',
    program: (chart) => keda(chart, { minReplicas: 3, maxReplicas: 3 }),
    says: problem(
      'autoscaling.maxReplicas: must be above minReplicas, otherwise the autoscaler has nothing to change; got 3; allowed: more than 3; fix: raise it, or set replicas instead of autoscaling',
    ),
  },
  {
    title: 'a fractional minimum',
    program: (chart) => keda(chart, { minReplicas: 1.5 }),
    says: problem(
      'autoscaling.minReplicas: must be a number of engines; got 1.5; allowed: a whole number from 0 to 150000; fix: set it to 1',
    ),
  },
  {
    title: 'a maximum above that of a cluster',
    program: (chart) => keda(chart, { maxReplicas: 200_000 }),
    says: problem(
      'autoscaling.maxReplicas: must be a number of engines; got 200000; allowed: a whole number from 1 to 150000; fix: set it to 1',
    ),
  },
  {
    title: 'no triggers',
    program: (chart) => keda(chart, { triggers: [] }),
    says: problem(
      'autoscaling.triggers: must not be empty; got []; allowed: at least one trigger; fix: add ScaleTrigger.sessions({ perEngine: 2 })',
    ),
  },
  {
    title: 'sessions of engines without metrics',
    program: (chart) => keda(chart, {}, { metrics: undefined }),
    says: problem(
      'metrics: ScaleTrigger.sessions(...) reads the sessions from the metrics Service; allowed: metrics with a Service; fix: set metrics: {}',
    ),
  },
  {
    title: 'sessions of engines with monitoring, which needs no metrics Service',
    program: (chart) => keda(chart, {}, { metrics: undefined, monitoring: Monitoring.annotations() }),
    says: problem(
      'metrics: ScaleTrigger.sessions(...) reads the sessions from the metrics Service; allowed: metrics with a Service; fix: set metrics: {}',
    ),
  },
  {
    title: 'sessions without the metrics Service',
    program: (chart) => keda(chart, {}, { metrics: { service: false } }),
    says: problem(
      'metrics.service: ScaleTrigger.sessions(...) reads the sessions from the metrics Service; got false; allowed: metrics with a Service; fix: remove service: false',
    ),
  },
  {
    title: 'a value per engine of zero',
    program: (chart) => keda(chart, { triggers: [ScaleTrigger.sessions({ perEngine: 0 })] }),
    says: problem(
      'autoscaling.triggers[0].perEngine: must be a number above zero; got 0; allowed: at least 0.001; fix: set it to 1',
    ),
  },
  {
    title: 'scale-in by CPU',
    program: (chart) =>
      keda(
        chart,
        { triggers: [ScaleTrigger.cpu({ utilization: 70 })] },
        { resources: { requests: { cpu: '4', memory: '16Gi' } } },
      ),
    says: problem(
      'autoscaling.triggers[0]: CPU does not show whether an engine is busy, because a build that downloads or waits uses none, so the autoscaler would stop engines during builds; got "cpu"; allowed: a metric of sessions or jobs, or scaleIn: ScaleIn.disabled(); fix: use ScaleTrigger.sessions(...); or accept EngineRisk.UNSAFE_SCALE_IN',
    ),
  },
  {
    title: 'scale-in by memory, with a HorizontalPodAutoscaler',
    program: (chart) =>
      statefulSet(chart, {
        ...DRAIN,
        resources: { requests: { cpu: '4', memory: '16Gi' } },
        autoscaling: Autoscaling.horizontal({ maxReplicas: 3, metrics: [ScaleMetric.memory({ utilization: 70 })] }),
      }),
    says: problem(
      'autoscaling.metrics[0]: memory does not show whether an engine is busy, because an idle engine keeps it, so the autoscaler would keep idle engines or stop busy ones; got "memory"; allowed: a metric of sessions or jobs, or scaleIn: ScaleIn.disabled(); fix: use ScaleMetric.pods({ perEngine: 1 }); or accept EngineRisk.UNSAFE_SCALE_IN',
    ),
  },
  {
    title: 'a fractional utilization',
    program: (chart) =>
      keda(
        chart,
        { triggers: [ScaleTrigger.cpu({ utilization: 0.7 })], scaleIn: ScaleIn.disabled() },
        { resources: { requests: { cpu: '4', memory: '16Gi' } } },
      ),
    says: problem(
      'autoscaling.triggers[0].utilization: must be a percentage; got 0.7; allowed: a whole number of at least 1; fix: set it to 80',
    ),
  },
  {
    title: 'several engines that scale to zero',
    program: (chart) => keda(chart, { minReplicas: 0, triggers: [ScaleTrigger.sessions(), ARC] }),
    says: problem(
      'autoscaling.minReplicas: requires maxReplicas: 1, because Kubernetes stops the engine with the highest ordinal first, and it may be busy; got 0; allowed: at least 1, or 0 with maxReplicas: 1; fix: set maxReplicas: 1 and create several engines, or set minReplicas: 1',
    ),
  },
  {
    title: 'the address of a Service among the addresses of engines that scale to zero',
    program: (chart) => {
      const engine = statefulSet(chart, {
        ...DRAIN,
        listener: Listener.insecureTcp(),
        autoscaling: Autoscaling.fromExisting({ minReplicas: 0, maxReplicas: 1 }),
      });
      Connection.findRunningHostCommand([engine.addClient()], 'example/repository');
    },
    says: 'Connection.findRunningHostCommand has 1 problem:\n  - connections[0]: is not the address of a pod, so the command would not notice that the engine is stopped; got "tcp://engine.ci.svc:1234"; allowed: the address of a pod of an EngineStatefulSet; fix: use addClient({ transport: Transport.tcp({ ordinal: 0 }) }), or Transport.tls({ ordinal: 0 })',
  },
  {
    title: 'a stopped engine that nothing starts',
    program: (chart) => keda(chart, { minReplicas: 0, maxReplicas: 1 }),
    says: problem(
      "autoscaling.triggers: nothing would start the engine, because a stopped engine reports no sessions, CPU or memory; allowed: an additional trigger: ScaleTrigger.arcListener, arcPrometheus, prometheus or schedule; fix: add a trigger that doesn't depend on the engine, such as ScaleTrigger.arcListener(...)",
    ),
  },
  {
    title: 'an engine that scales to zero without regard to its sessions',
    program: (chart) => keda(chart, { minReplicas: 0, maxReplicas: 1, triggers: [ARC] }),
    says: problem(
      'autoscaling.triggers: without a trigger on sessions, KEDA would stop the engine during builds; allowed: ScaleTrigger.sessions() and another trigger; fix: add ScaleTrigger.sessions(); or accept EngineRisk.UNSAFE_SCALE_IN',
    ),
  },
  {
    title: 'a HorizontalPodAutoscaler that scales to zero',
    program: (chart) =>
      statefulSet(chart, {
        ...DRAIN,
        metrics: {},
        autoscaling: Autoscaling.horizontal({
          minReplicas: 0,
          maxReplicas: 3,
          metrics: [ScaleMetric.pods({ perEngine: 2 })],
        }),
      }),
    says: problem(
      'autoscaling.minReplicas: a HorizontalPodAutoscaler does not start engines from zero; got 0; allowed: at least 1; fix: set it to 1, or use Autoscaling.keda(...)',
    ),
  },
  {
    title: 'a HorizontalPodAutoscaler without metrics',
    program: (chart) =>
      statefulSet(chart, { ...DRAIN, autoscaling: Autoscaling.horizontal({ maxReplicas: 3, metrics: [] }) }),
    says: problem(
      'autoscaling.metrics: must not be empty, because Kubernetes would use the CPU; got []; allowed: at least one metric; fix: add ScaleMetric.pods({ perEngine: 2 })',
    ),
  },
  {
    title: 'a metric name with a slash',
    program: (chart) =>
      statefulSet(chart, {
        ...DRAIN,
        autoscaling: Autoscaling.horizontal({
          maxReplicas: 3,
          metrics: [ScaleMetric.external({ name: 'ci/jobs', perEngine: 2 })],
        }),
      }),
    says: problem(
      `autoscaling.metrics[0].name: must be the name of a metric; got "ci/jobs"; allowed: text without '/', '%' or spaces; fix: correct the name`,
    ),
  },
  {
    title: 'a start value for an engine that always runs',
    program: (chart) => keda(chart, { triggers: [prometheus({ startAbove: 3 })] }),
    says: problem(
      'autoscaling.triggers[0].startAbove: has no effect, because at least one engine always runs; got 3; allowed: a value with minReplicas: 0; fix: remove it',
    ),
  },
  {
    title: 'a negative start value',
    program: (chart) =>
      keda(chart, {
        minReplicas: 0,
        maxReplicas: 1,
        triggers: [ScaleTrigger.sessions(), prometheus({ startAbove: -1 })],
      }),
    says: problem('autoscaling.triggers[1].startAbove: must be a number; got -1; allowed: at least 0; fix: remove it'),
  },
  {
    title: 'a polling interval for an engine that always runs',
    program: (chart) => keda(chart, { pollingInterval: Duration.seconds(10) }),
    says: problem(
      'autoscaling.pollingInterval: has no effect on the number of engines, because Kubernetes checks it every 15 s; got "10 s"; allowed: a value with minReplicas: 0; fix: remove it',
    ),
  },
  {
    title: 'an API key for Prometheus',
    program: (chart) =>
      keda(chart, {
        triggers: [
          ScaleTrigger.prometheus({
            address: 'http://prometheus:9090',
            query: 'sum(jobs)',
            perEngine: 1,
            authentication: ScaleAuthentication.fromTriggerAuthentication(
              'prometheus',
              ScaleAuthenticationMode.API_KEY,
            ),
          }),
        ],
      }),
    says: problem(
      'autoscaling.triggers[0].authentication: KEDA does not send API keys to Prometheus; got "apiKey"; allowed: ScaleAuthenticationMode.BASIC, BEARER, TLS; fix: use ScaleAuthenticationMode.BEARER if the key is a bearer token',
    ),
  },
  {
    title: 'a fallback for the CPU',
    program: (chart) =>
      keda(
        chart,
        {
          triggers: [ScaleTrigger.cpu({ utilization: 70 })],
          scaleIn: ScaleIn.disabled(),
          fallback: { replicas: 2 },
        },
        { resources: { requests: { cpu: '4', memory: '16Gi' } } },
      ),
    says: problem(
      'autoscaling.fallback: KEDA does not support a fallback for CPU and memory, which Kubernetes reads itself; allowed: a fallback with another trigger; fix: remove it',
    ),
  },
  {
    title: 'the CPU of engines without requests',
    program: (chart) =>
      keda(
        chart,
        { triggers: [ScaleTrigger.cpu({ utilization: 70 })], scaleIn: ScaleIn.disabled() },
        { resources: { requests: { memory: '16Gi' } } },
      ),
    says: problem(
      'autoscaling: the utilization of cpu is relative to the requests, and some containers have no request, so the autoscaler would not start engines; got "dagger-engine"; allowed: a request or a limit for cpu in every container of the pod; fix: set resources: { requests: { cpu: \'4\' } } on the engine, and requests on the other containers; or accept EngineRisk.MISSING_REQUESTS',
    ),
  },
  {
    title: 'the memory of a sidecar without requests, with a HorizontalPodAutoscaler',
    program: (chart) =>
      statefulSet(chart, {
        resources: { requests: { memory: '16Gi' } },
        sidecars: [
          {
            name: 'proxy',
            image: 'registry.example.com/proxy:1',
            resources: { limits: { cpu: k8s.Quantity.fromString('1') } },
          },
        ],
        autoscaling: Autoscaling.horizontal({
          maxReplicas: 3,
          scaleIn: ScaleIn.disabled(),
          metrics: [ScaleMetric.memory({ utilization: 80 })],
        }),
      }),
    says: problem(
      'autoscaling: the utilization of memory is relative to the requests, and some containers have no request, so the autoscaler would not start engines; got "proxy"; allowed: a request or a limit for memory in every container of the pod; fix: set resources: { requests: { memory: \'16Gi\' } } on the engine, and requests on the other containers; or accept EngineRisk.MISSING_REQUESTS',
    ),
  },
  {
    title: 'a cooldown for an engine that always runs',
    program: (chart) => keda(chart, { cooldown: Duration.minutes(10) }),
    says: problem(
      'autoscaling.cooldown: has no effect, because KEDA uses it only to stop the last engine; got "600 s"; allowed: a value with minReplicas: 0; fix: remove it, or use scaleIn: ScaleIn.gradual({ window: ... })',
    ),
  },
  {
    title: 'a Prometheus without a protocol',
    program: (chart) => keda(chart, { triggers: [prometheus({ address: 'prometheus:9090' })] }),
    says: problem(
      'autoscaling.triggers[0].address: must be an HTTP or HTTPS URL; got "prometheus:9090"; allowed: http://prometheus.monitoring.svc:9090; fix: use a URL such as \'http://prometheus.monitoring.svc:9090\'',
    ),
  },
  {
    title: 'an empty query',
    program: (chart) => keda(chart, { triggers: [prometheus({ query: ' ' })] }),
    says: problem(
      'autoscaling.triggers[0].query: must not be empty; got " "; allowed: a PromQL query; fix: use a query such as \'sum(dagger_connected_clients)\'',
    ),
  },
  {
    title: 'a listener without a protocol',
    program: (chart) =>
      keda(chart, {
        triggers: [ScaleTrigger.arcListener({ scaleSet: 'ci', perEngine: 2, address: 'listener:8080' })],
      }),
    says: problem(
      'autoscaling.triggers[0].address: must be an HTTP or HTTPS URL; got "listener:8080"; allowed: http://listener.arc-systems.svc:8080/metrics; fix: use a URL such as \'http://listener.arc-systems.svc:8080/metrics\'',
    ),
  },
  {
    title: 'a runner scale set with quotes in its name',
    program: (chart) =>
      keda(chart, {
        triggers: [ScaleTrigger.arcPrometheus({ scaleSet: 'ci"', perEngine: 2, address: 'http://prometheus:9090' })],
      }),
    says: problem(
      "autoscaling.triggers[0].scaleSet: must be the name of a runner scale set; got \"ci\\\"\"; allowed: letters, digits, '-', '_' and '.'; fix: use the value of runs-on",
    ),
  },
  {
    title: 'the name of a TriggerAuthentication with capital letters',
    program: (chart) =>
      keda(chart, {
        triggers: [
          ScaleTrigger.prometheus({
            address: 'http://prometheus:9090',
            query: 'sum(jobs)',
            perEngine: 1,
            authentication: ScaleAuthentication.fromTriggerAuthentication('Prometheus', ScaleAuthenticationMode.BEARER),
          }),
        ],
      }),
    says: problem(
      'autoscaling.triggers[0].authentication: must be a valid object name; got "Prometheus"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "prometheus"',
    ),
  },
  {
    title: 'a schedule in an unknown time zone',
    program: (chart) =>
      keda(chart, {
        triggers: [ScaleTrigger.schedule({ start: '0 7 * * 1-5', end: '0 19 * * 1-5', timeZone: 'Berlin' })],
      }),
    says: problem(
      "autoscaling.triggers[0].timeZone: must be a time zone in the IANA database; got \"Berlin\"; allowed: a name such as 'Europe/Berlin' or 'UTC', with this capitalization; fix: correct the name",
    ),
  },
  {
    title: 'a schedule in a time zone with the wrong capitalization',
    program: (chart) =>
      keda(chart, {
        triggers: [ScaleTrigger.schedule({ start: '0 7 * * 1-5', end: '0 19 * * 1-5', timeZone: 'Etc/utc' })],
      }),
    says: problem(
      "autoscaling.triggers[0].timeZone: must be a time zone in the IANA database; got \"Etc/utc\"; allowed: a name such as 'Europe/Berlin' or 'UTC', with this capitalization; fix: write 'UTC'",
    ),
  },
  {
    title: 'a schedule on weekday 7',
    program: (chart) =>
      keda(chart, {
        triggers: [ScaleTrigger.schedule({ start: '0 7 * * 7', end: '0 19 * * 1-5', timeZone: 'UTC' })],
      }),
    says: problem(
      'autoscaling.triggers[0].start: must be a cron expression with five fields; got "0 7 * * 7"; allowed: minute (0-59), hour (0-23), day (1-31), month (1-12), weekday (0-6, 0 is Sunday); fix: use an expression such as \'0 7 * * 1-5\'',
    ),
  },
  {
    title: 'a schedule without a duration',
    program: (chart) =>
      keda(chart, { triggers: [ScaleTrigger.schedule({ start: '0 7 * * *', end: '0 7 * * *', timeZone: 'UTC' })] }),
    says: problem(
      'autoscaling.triggers[0].end: the period would start and end at the same time; got "0 7 * * *"; allowed: a time other than start; fix: use an expression such as \'0 19 * * 1-5\'',
    ),
  },
  {
    title: 'a schedule of more engines than the maximum',
    program: (chart) =>
      keda(chart, {
        triggers: [ScaleTrigger.schedule({ start: '0 7 * * 1-5', end: '0 19 * * 1-5', timeZone: 'UTC', replicas: 6 })],
      }),
    says: problem(
      'autoscaling.triggers[0].replicas: is above maxReplicas, so fewer engines would run; got 6; allowed: at most 5; fix: lower it, or raise maxReplicas',
    ),
  },
  {
    title: 'a schedule of no engines',
    program: (chart) =>
      keda(chart, {
        triggers: [ScaleTrigger.schedule({ start: '0 7 * * *', end: '0 19 * * *', timeZone: 'UTC', replicas: 0 })],
      }),
    says: problem(
      'autoscaling.triggers[0].replicas: must be a number of engines; got 0; allowed: a whole number of at least 1; fix: set it to 1',
    ),
  },
  {
    title: 'a scale-in window of two hours',
    program: (chart) => keda(chart, { scaleIn: ScaleIn.gradual({ window: Duration.hours(2) }) }),
    says: problem(
      'autoscaling.scaleIn.window: is longer than the API server allows; got "7200 s"; allowed: at most 3600 s; fix: use Duration.seconds(3600)',
    ),
  },
  {
    title: 'a scale-out of no engines',
    program: (chart) => keda(chart, { scaleOut: ScaleOut.gradual({ replicas: 0 }) }),
    says: problem(
      'autoscaling.scaleOut.replicas: must be a number of engines; got 0; allowed: a whole number of at least 1; fix: set it to 1',
    ),
  },
  {
    title: 'a fallback above the maximum',
    program: (chart) => keda(chart, { fallback: { replicas: 9 } }),
    says: problem(
      'autoscaling.fallback.replicas: must be a number of engines; got 9; allowed: a whole number from 1 to maxReplicas, 5; fix: set it to 1',
    ),
  },
  {
    title: 'a fallback after no failures',
    program: (chart) => keda(chart, { fallback: { replicas: 2, failures: 0 } }),
    says: problem(
      'autoscaling.fallback.failures: must be a number of failures; got 0; allowed: a whole number of at least 1; fix: remove it',
    ),
  },
];
