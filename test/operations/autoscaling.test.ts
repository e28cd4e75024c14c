import { Duration, Size } from 'cdk8s';
import {
  Autoscaling,
  CacheVolume,
  Certificates,
  ClaimRetention,
  Drain,
  type Engine,
  EngineProbe,
  EngineRisk,
  type EngineStatefulSetProps,
  type KedaAutoscalingOptions,
  Listener,
  NetworkPeer,
  PodManagementPolicy,
  ScaleAuthentication,
  ScaleAuthenticationMode,
  ScaleIn,
  ScaleMetric,
  ScaleOut,
  ScaleTrigger,
} from '../../src/index';
import { accept, chart, deployment, objects, problems, statefulSet, warnings, workload } from '../engines';

/** Properties of an engine that an autoscaler may stop. */
const DRAINED = { drain: Drain.untilIdle({ atMost: Duration.hours(1) }), metrics: {} };

const REQUESTS = { resources: { requests: { cpu: '4', memory: '16Gi' } } };

const keda = (options: Partial<KedaAutoscalingOptions> = {}, props: Partial<EngineStatefulSetProps> = {}) =>
  statefulSet({
    ...DRAINED,
    autoscaling: Autoscaling.keda({ maxReplicas: 5, triggers: [ScaleTrigger.sessions({ perEngine: 2 })], ...options }),
    ...props,
  });

const zero = (options: Partial<KedaAutoscalingOptions> = {}, props: Partial<EngineStatefulSetProps> = {}) =>
  keda({ minReplicas: 0, maxReplicas: 1, triggers: [ScaleTrigger.sessions(), ARC], ...options }, props);

const ARC = ScaleTrigger.arcPrometheus({
  scaleSet: 'dagger-ci',
  perEngine: 2,
  address: 'http://prometheus.monitoring.svc:9090',
});

const scaled = (engine: Engine) => engine.autoscaler!.toJson().spec;

describe('replicas', () => {
  it.each([
    ['EngineStatefulSet', statefulSet],
    ['EngineDeployment', deployment],
  ])('are not in the manifest of an %s with an autoscaler', (_, create) => {
    const autoscaling = Autoscaling.fromExisting({ maxReplicas: 3 });
    const engine = create({ ...DRAINED, autoscaling, listener: Listener.insecureTcp() });
    expect(workload(engine).spec).not.toHaveProperty('replicas');
    // Without session affinity, the autoscaler could split a session between engines.
    expect(engine.service!.toJson().spec.sessionAffinity).toBe('ClientIP');
    expect(engine.autoscaler).toBeUndefined();
  });

  it('are the maximum for the names of pods and for the certificate', () => {
    const engine = keda(
      { maxReplicas: 3 },
      { listener: Listener.tls({ certificates: Certificates.issuedBy({ name: 'ca' }) }) },
    );
    expect(engine.podNames).toEqual(['engine-0', 'engine-1', 'engine-2']);
    expect(engine.certificate!.toJson().spec.dnsNames).toEqual(
      expect.arrayContaining(['engine-0', 'engine-1', 'engine-2'].map((pod) => `${pod}.engine-headless.ci.svc`)),
    );
  });

  it('conflict with an autoscaler', () => {
    expect(problems(() => keda({}, { replicas: 1 }))).toEqual([
      'replicas: conflicts with autoscaling: each time you apply the manifest, the number of engines would be reset; got 1; allowed: only one of replicas and autoscaling; fix: remove replicas',
    ]);
  });

  it('of several engines need a volume each', () => {
    const autoscaling = Autoscaling.fromExisting({ maxReplicas: 2 });
    expect(problems(() => deployment({ ...DRAINED, autoscaling, cache: CacheVolume.fromClaimName('cache') }))).toEqual([
      'cache: 2 engines would share one volume, and all but the first would fail to lock it; got "the claim cache"; allowed: a volume for each pod: ephemeral, emptyDir; fix: use CacheVolume.ephemeral(...), an EngineStatefulSet with a claim template, or one engine: remove autoscaling',
    ]);
  });
});

describe('KEDA', () => {
  it('scales on the sum of the sessions of all engines', () => {
    expect(keda().autoscaler!.toJson()).toEqual({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: {
        name: 'engine',
        namespace: 'ci',
        labels: { 'app.kubernetes.io/instance': 'engine', 'app.kubernetes.io/name': 'dagger-engine' },
      },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'engine' },
        minReplicaCount: 1,
        maxReplicaCount: 5,
        advanced: {
          horizontalPodAutoscalerConfig: {
            behavior: {
              scaleDown: {
                stabilizationWindowSeconds: 600,
                policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
              },
            },
          },
        },
        triggers: [
          {
            type: 'metrics-api',
            metadata: {
              url: 'http://engine-metrics.ci.svc:9090/metrics',
              aggregateFromKubeServiceEndpoints: 'true',
              aggregationType: 'sum',
              format: 'prometheus',
              valueLocation: 'dagger_connected_clients',
              targetValue: '2',
            },
          },
        ],
      },
    });
  });

  it('has every option', () => {
    const all: Required<KedaAutoscalingOptions> = {
      minReplicas: 2,
      maxReplicas: 5,
      triggers: [ScaleTrigger.sessions({ perEngine: 1.5 })],
      scaleIn: ScaleIn.gradual({ replicas: 2, period: Duration.minutes(5), window: Duration.minutes(30) }),
      scaleOut: ScaleOut.gradual({ replicas: 3, period: Duration.seconds(30), window: Duration.seconds(45) }),
      pollingInterval: Duration.seconds(15),
      cooldown: Duration.minutes(5),
      fallback: { replicas: 3, failures: 4 },
      operator: NetworkPeer.namespace('autoscaling'),
    };
    const { cooldown: _cooldown, pollingInterval: _pollingInterval, ...options } = all;
    const { triggers: _triggers, ...spec } = scaled(keda(options));
    expect(spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'engine' },
      minReplicaCount: 2,
      maxReplicaCount: 5,
      fallback: { failureThreshold: 4, replicas: 3, behavior: 'currentReplicasIfHigher' },
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: {
            scaleDown: {
              stabilizationWindowSeconds: 1800,
              policies: [{ type: 'Pods', value: 2, periodSeconds: 300 }],
            },
            scaleUp: { stabilizationWindowSeconds: 45, policies: [{ type: 'Pods', value: 3, periodSeconds: 30 }] },
          },
        },
      },
    });
  });

  it('has every kind of trigger', () => {
    const prometheus = 'http://prometheus.monitoring.svc:9090';
    const { triggers } = scaled(
      keda(
        {
          scaleIn: ScaleIn.disabled(),
          triggers: [
            ScaleTrigger.prometheus({
              address: prometheus,
              query: 'sum(ci_jobs)',
              perEngine: 3,
              authentication: ScaleAuthentication.fromTriggerAuthentication(
                'prometheus',
                ScaleAuthenticationMode.BEARER,
              ),
            }),
            ARC,
            ScaleTrigger.arcListener({
              scaleSet: 'dagger-ci',
              perEngine: 2,
              address: 'http://listener.arc-systems.svc:8080/metrics',
              authentication: ScaleAuthentication.fromClusterTriggerAuthentication(
                'arc',
                ScaleAuthenticationMode.BASIC,
              ),
            }),
            ScaleTrigger.schedule({
              start: '0 7 * * MON-FRI',
              end: '30 19 * * 1-5',
              timeZone: 'Europe/Berlin',
              replicas: 3,
            }),
            ScaleTrigger.cpu({ utilization: 70 }),
            ScaleTrigger.memory({ utilization: 80 }),
          ],
        },
        REQUESTS,
      ),
    );
    expect(triggers).toEqual([
      {
        type: 'prometheus',
        metadata: {
          serverAddress: prometheus,
          query: 'sum(ci_jobs)',
          threshold: '3',
          ignoreNullValues: 'false',
          authModes: 'bearer',
        },
        authenticationRef: { name: 'prometheus' },
      },
      {
        type: 'prometheus',
        metadata: {
          serverAddress: prometheus,
          query: 'sum(gha_assigned_jobs{name="dagger-ci"})',
          threshold: '2',
          ignoreNullValues: 'false',
        },
      },
      {
        type: 'metrics-api',
        metadata: {
          url: 'http://listener.arc-systems.svc:8080/metrics',
          format: 'prometheus',
          valueLocation: 'gha_assigned_jobs{name="dagger-ci"}',
          targetValue: '2',
          authModes: 'basic',
        },
        authenticationRef: { kind: 'ClusterTriggerAuthentication', name: 'arc' },
      },
      {
        type: 'cron',
        metadata: { timezone: 'Europe/Berlin', start: '0 7 * * MON-FRI', end: '30 19 * * 1-5', desiredReplicas: '3' },
      },
      { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
      { type: 'memory', metricType: 'Utilization', metadata: { value: '80' } },
    ]);
  });

  it("admits KEDA's operator to the metrics, but only for sessions", () => {
    const rule = (engine: ReturnType<typeof statefulSet>) => objects(engine)['NetworkPolicy engine'].spec.ingress;
    expect(rule(keda())).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'keda' } },
            podSelector: { matchLabels: { app: 'keda-operator' } },
          },
        ],
        ports: [{ port: 9090, protocol: 'TCP' }],
      },
    ]);
    expect(rule(keda({ operator: NetworkPeer.namespace('autoscaling') }))[0].from).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'autoscaling' } } },
    ]);
    expect(rule(keda({ triggers: [ARC] }))).toBeUndefined();
  });

  it('needs no drain if it never stops engines', () => {
    expect(scaled(keda({ scaleIn: ScaleIn.disabled() }, { drain: undefined })).advanced).toEqual({
      horizontalPodAutoscalerConfig: { behavior: { scaleDown: { selectPolicy: 'Disabled' } } },
    });
  });

  it('has a shorter name for the HorizontalPodAutoscaler of a long name', () => {
    const nameOf = (name: string): string | undefined =>
      scaled(deployment({ ...DRAINED, name, autoscaling: Autoscaling.keda({ maxReplicas: 3, triggers: [ARC] }) }))
        .advanced.horizontalPodAutoscalerConfig.name;
    expect(nameOf('e'.repeat(54))).toBeUndefined();
    expect(nameOf('e'.repeat(55))).toBe('e'.repeat(55));
  });

  it('scales a Deployment', () => {
    const autoscaling = Autoscaling.keda({ maxReplicas: 3, triggers: [ScaleTrigger.sessions()] });
    expect(deployment({ ...DRAINED, autoscaling }).autoscaler!.toJson().spec.scaleTargetRef).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'engine',
    });
  });
});

describe('scale to zero', () => {
  it('stops one engine when it has no sessions, and starts it on demand', () => {
    const second = ScaleTrigger.arcPrometheus({
      scaleSet: 'dagger-ci',
      perEngine: 2,
      address: 'http://prometheus.monitoring.svc:9090',
      startAbove: 2,
    });
    const times = { cooldown: Duration.minutes(10), pollingInterval: Duration.seconds(15) };
    expect(scaled(zero({ triggers: [ScaleTrigger.sessions(), second], ...times }))).toMatchObject({
      minReplicaCount: 0,
      maxReplicaCount: 1,
      cooldownPeriod: 600,
      pollingInterval: 15,
      triggers: [{ type: 'metrics-api' }, { type: 'prometheus', metadata: { activationThreshold: '2' } }],
    });
    expect(scaled(zero())).not.toHaveProperty('advanced');
  });

  it.each<[string, () => unknown, string]>([
    [
      'several engines',
      () => zero({ maxReplicas: 3 }),
      'autoscaling.minReplicas: requires maxReplicas: 1, because Kubernetes stops the engine with the highest ordinal first, and it may be busy; got 0; allowed: at least 1, or 0 with maxReplicas: 1; fix: set maxReplicas: 1 and create several engines, or set minReplicas: 1',
    ],
    [
      'only the sessions, which a stopped engine does not report',
      () => zero({ triggers: [ScaleTrigger.sessions()] }),
      "autoscaling.triggers: nothing would start the engine, because a stopped engine reports no sessions, CPU or memory; allowed: an additional trigger: ScaleTrigger.arcListener, arcPrometheus, prometheus or schedule; fix: add a trigger that doesn't depend on the engine, such as ScaleTrigger.arcListener(...)",
    ],
    [
      'no sessions',
      () => zero({ triggers: [ARC] }),
      'autoscaling.triggers: without a trigger on sessions, KEDA would stop the engine during builds; allowed: ScaleTrigger.sessions() and another trigger; fix: add ScaleTrigger.sessions()',
    ],
    [
      'a cache that is lost',
      () => zero({}, { cache: CacheVolume.ephemeral({ size: Size.gibibytes(200) }) }),
      'cache: the cache would be lost each time the engine stops; allowed: a volume that outlives the pod, without whenScaled: ClaimRetention.DELETE; fix: use an EngineStatefulSet with CacheVolume.claimTemplate(...)',
    ],
    [
      'a claim that is deleted',
      () =>
        zero(
          {},
          { cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), whenScaled: ClaimRetention.DELETE }) },
        ),
      'cache: the cache would be lost each time the engine stops; allowed: a volume that outlives the pod, without whenScaled: ClaimRetention.DELETE; fix: use an EngineStatefulSet with CacheVolume.claimTemplate(...)',
    ],
    [
      'a fallback',
      () => zero({ fallback: { replicas: 1 } }),
      'autoscaling.fallback: has no effect on a single engine, which KEDA neither starts nor stops if a trigger fails; allowed: a fallback with maxReplicas of at least 2; fix: remove it',
    ],
  ])('rejects %s', (_, program, expected) => {
    expect(problems(program as () => void)).toEqual([expected]);
  });
});

describe('HorizontalPodAutoscaler', () => {
  it('scales on metrics of the pods and external metrics', () => {
    const engine = statefulSet({
      ...DRAINED,
      autoscaling: Autoscaling.horizontal({
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [
          ScaleMetric.pods({ perEngine: 1.5 }),
          ScaleMetric.external({ name: 'gha_assigned_jobs', perEngine: 2, labels: { name: 'dagger-ci' } }),
        ],
      }),
    });
    expect(engine.autoscaler!.toJson()).toMatchObject({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'engine' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'engine' },
        minReplicas: 2,
        maxReplicas: 6,
        behavior: {
          scaleDown: { stabilizationWindowSeconds: 600, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
        },
        metrics: [
          {
            type: 'Pods',
            pods: {
              metric: { name: 'dagger_connected_clients' },
              target: { type: 'AverageValue', averageValue: '1500m' },
            },
          },
          {
            type: 'External',
            external: {
              metric: { name: 'gha_assigned_jobs', selector: { matchLabels: { name: 'dagger-ci' } } },
              target: { type: 'AverageValue', averageValue: '2' },
            },
          },
        ],
      },
    });
  });

  it('may use CPU and memory if it never stops engines', () => {
    const engine = statefulSet({
      ...REQUESTS,
      autoscaling: Autoscaling.horizontal({
        maxReplicas: 3,
        scaleIn: ScaleIn.disabled(),
        metrics: [ScaleMetric.cpu({ utilization: 70 }), ScaleMetric.memory({ utilization: 80 })],
      }),
    });
    expect(engine.autoscaler!.toJson().spec.metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
    ]);
  });
});

describe('accepted risks', () => {
  it('allow an autoscaler without a drain', () => {
    expect(() =>
      keda({}, { drain: undefined, acceptRisks: [accept(EngineRisk.UNSAFE_SCALE_IN, 'drain')] }),
    ).not.toThrow();
  });

  it('allow pods that start in order', () => {
    const podManagementPolicy = PodManagementPolicy.ORDERED_READY;
    expect(() => keda({}, { podManagementPolicy, acceptRisks: [accept(EngineRisk.BLOCKED_SCALE_OUT)] })).not.toThrow();
  });
});

describe('probes that open sessions', () => {
  const readiness = EngineProbe.session();
  const about = (engine: Engine) => warnings(engine).filter((text) => text.includes('probe-counts-as-session'));
  const sessions = (perEngine: number) => ({ triggers: [ScaleTrigger.sessions({ perEngine })] });

  it.each<[string, () => ReturnType<typeof statefulSet>, string]>([
    [
      'a pool',
      () => keda(sessions(2), { probes: { readiness } }),
      'the readiness probe opens a session every 15 s on each engine, which the autoscaler counts, so 5 idle engines can have 5 sessions, and up to 3 engines keep running; fix: use EngineProbe.connect() as the readiness probe',
    ],
    [
      'an engine that scales to zero',
      () => zero({}, { probes: { readiness: EngineProbe.session({ period: Duration.minutes(1) }) } }),
      'the readiness probe opens a session every 60 s on each engine, which the autoscaler counts, so an idle engine can look busy, and stops late or never; fix: use EngineProbe.connect() as the readiness probe',
    ],
    [
      'a HorizontalPodAutoscaler',
      () =>
        statefulSet({
          ...DRAINED,
          acceptRisks: [accept(EngineRisk.LIVENESS_UNDER_LOAD)],
          probes: { liveness: EngineProbe.session() },
          autoscaling: Autoscaling.horizontal({ maxReplicas: 4, metrics: [ScaleMetric.pods({ perEngine: 1 })] }),
        }),
      'the liveness probe opens a session every 30 s on each engine, which the autoscaler counts, so 4 idle engines can have 4 sessions, and up to 4 engines keep running; fix: use EngineProbe.connect() as the liveness probe',
    ],
  ])('cause a warning for %s', (_, engine, text) => {
    expect(about(engine())).toEqual([expect.stringContaining(`warning probe-counts-as-session: autoscaling: ${text}`)]);
  });

  it('do not matter if they need no additional engines', () => {
    expect(about(keda(sessions(5), { probes: { readiness } }))).toEqual([]);
    expect(about(keda({ triggers: [ARC] }, { probes: { readiness } }))).toEqual([]);
    expect(about(keda(sessions(1), { probes: { startup: EngineProbe.session() } }))).toEqual([]);
  });
});

describe('schedules', () => {
  const schedule = (start: string, timeZone = 'UTC') =>
    problems(() => keda({ triggers: [ScaleTrigger.schedule({ start, end: '0 19 * * *', timeZone })] }) as never);

  it.each(['0 7 * * *', '*/15 7-18 1,15 jan-mar mon-fri', '5/10 ? ? * 0'])('accept %s', (start) => {
    expect(() =>
      keda({ triggers: [ScaleTrigger.schedule({ start, end: '0 19 * * *', timeZone: 'UTC' })] }),
    ).not.toThrow();
  });

  it.each([
    '@daily',
    '0 7 * *',
    '60 7 * * *',
    '0 24 * * *',
    '0 7 * * 7',
    '0 9-7 * * *',
    '*/0 7 * * *',
    '0 7 * * mo',
    '0 0 7 * * *',
    '0 1-2-3 * * *',
  ])('reject %s', (start) => {
    expect(schedule(start)).toEqual([
      `autoscaling.triggers[0].start: must be a cron expression with five fields; got ${JSON.stringify(start)}; allowed: minute (0-59), hour (0-23), day (1-31), month (1-12), weekday (0-6, 0 is Sunday); fix: use an expression such as '0 7 * * 1-5'`,
    ]);
  });

  it.each(['Europe/Berlin', 'UTC', 'America/New_York', 'US/Pacific', 'Asia/Kolkata', 'Etc/GMT+1'])(
    'accept the time zone %s',
    (timeZone) => {
      expect(() =>
        keda({ triggers: [ScaleTrigger.schedule({ start: '0 7 * * *', end: '0 19 * * *', timeZone })] }),
      ).not.toThrow();
    },
  );

  it.each([
    ['Berlin', 'correct the name'],
    ['europe/berlin', "write 'Europe/Berlin'"],
    ['US/PACIFIC', "write 'America/Los_Angeles'"],
    ['Etc/utc', "write 'UTC'"],
    ['Japan', "write 'Asia/Tokyo'"],
    ['+01:00', 'correct the name'],
    ['CEST7', 'correct the name'],
    ['', 'correct the name'],
  ])('reject the time zone %s', (timeZone, fix) => {
    expect(schedule('0 7 * * *', timeZone)).toEqual([
      `autoscaling.triggers[0].timeZone: must be a time zone in the IANA database; got ${JSON.stringify(timeZone)}; allowed: a name such as 'Europe/Berlin' or 'UTC', with this capitalization; fix: ${fix}`,
    ]);
  });
});

it('needs the namespace of the engine for sessions', () => {
  const program = () =>
    statefulSet(
      { ...DRAINED, autoscaling: Autoscaling.keda({ maxReplicas: 2, triggers: [ScaleTrigger.sessions()] }) },
      chart({}),
    );
  expect(problems(program)).toEqual([
    "autoscaling.triggers[0]: requires the engine's namespace, because KEDA runs in another one; allowed: a chart with a namespace; fix: create the chart with { namespace: '...' }",
  ]);
});
