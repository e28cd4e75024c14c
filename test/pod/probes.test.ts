import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  EngineProbe,
  Listener,
  type EngineProbeOptions,
  type EngineProbes,
  type EngineStatefulSetProps,
} from '../../src/index';
import { container, problems, refusal, statefulSet, warnings } from '../engines';

const CONNECT = { exec: { command: ['sh', '-c', 'buildctl dial-stdio </dev/null'] } };
const SESSION = { exec: { command: ['sh', '-c', 'DO_NOT_TRACK=1 DAGGER_NO_UPDATE_CHECK=1 exec dagger core version'] } };
const STARTUP_TIMES = { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 120 };
const READINESS_TIMES = { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 };
const SESSION_READINESS_TIMES = { periodSeconds: 15, timeoutSeconds: 14, failureThreshold: 10 };
const LIVENESS_TIMES = { periodSeconds: 30, timeoutSeconds: 29, failureThreshold: 20 };

/** Returns the rendered probes of the container. */
function probes(given: EngineProbes | undefined, props: Partial<EngineStatefulSetProps> = {}) {
  const { startupProbe, readinessProbe, livenessProbe } = container(statefulSet({ probes: given, ...props }));
  return { startupProbe, readinessProbe, livenessProbe };
}

test.each(['v0.12.4', 'v0.21.7', 'v1.0.0-beta.11'])(
  'by default, %s has probes that connect for startup and readiness, and no liveness probe',
  (version) => {
    expect(probes(undefined, { version })).toEqual({
      startupProbe: { ...CONNECT, ...STARTUP_TIMES },
      readinessProbe: { ...CONNECT, ...READINESS_TIMES },
      livenessProbe: undefined,
    });
  },
);

describe('factories of probes', () => {
  const ALL: Required<EngineProbeOptions> = {
    initialDelay: Duration.seconds(1),
    period: Duration.seconds(2),
    timeout: Duration.seconds(3),
    failureThreshold: 4,
    successThreshold: 1,
    terminationGracePeriod: Duration.minutes(20),
  };
  const ALL_TIMES = {
    initialDelaySeconds: 1,
    periodSeconds: 2,
    timeoutSeconds: 3,
    failureThreshold: 4,
    successThreshold: 1,
    terminationGracePeriodSeconds: 1200,
  };

  test.each([
    ['connect', EngineProbe.connect(ALL), CONNECT],
    ['session', EngineProbe.session(ALL), SESSION],
    ['exec', EngineProbe.exec(['true'], ALL), { exec: { command: ['true'] } }],
    ['tcp', EngineProbe.tcp(ALL), { tcpSocket: { port: 2555 } }],
  ])('render %s with every property', (_, probe, handler) => {
    expect(probes({ liveness: probe }, { listener: Listener.insecureTcp({ port: 2555 }) }).livenessProbe).toEqual({
      ...handler,
      ...ALL_TIMES,
    });
  });

  test('use the default timing of the kind of probe', () => {
    const all: Required<EngineProbes> = {
      startup: EngineProbe.session(),
      readiness: EngineProbe.connect(),
      liveness: EngineProbe.connect(),
    };
    expect(probes(all)).toEqual({
      startupProbe: { ...SESSION, ...STARTUP_TIMES },
      readinessProbe: { ...CONNECT, ...READINESS_TIMES },
      livenessProbe: { ...CONNECT, ...LIVENESS_TIMES },
    });
  });

  test('allow more time for a readiness probe that opens sessions', () => {
    expect(probes({ readiness: EngineProbe.session() }).readinessProbe).toEqual({
      ...SESSION,
      ...SESSION_READINESS_TIMES,
    });
  });

  test('render the argument of fromProbe unchanged', () => {
    const given: k8s.Probe = { tcpSocket: { port: k8s.IntOrString.fromNumber(80) }, periodSeconds: 7 };
    const extraPorts = [{ containerPort: 80 }];
    expect(probes({ liveness: EngineProbe.fromProbe(given) }, { extraPorts }).livenessProbe).toEqual({
      tcpSocket: { port: 80 },
      periodSeconds: 7,
    });
  });

  test('render nothing for none()', () => {
    expect(
      probes({ startup: EngineProbe.none(), readiness: EngineProbe.none(), liveness: EngineProbe.none() }),
    ).toEqual({ startupProbe: undefined, readinessProbe: undefined, livenessProbe: undefined });
  });
});

describe('the grace period of a liveness probe', () => {
  const liveness = (seconds: number) => EngineProbe.connect({ terminationGracePeriod: Duration.seconds(seconds) });
  const refused = (kind: string, tag = 'v0.21.7') =>
    `probes.${kind}.terminationGracePeriod: a restart by this probe would kill the engine before it has written its cache, and ${tag} deletes the whole cache after that; ` +
    'got "599 s"; allowed: at least the pod\'s 600 s; fix: remove it to use the grace period of the pod';

  test('is accepted if it equals the grace period of the pod', () => {
    expect(probes({ liveness: liveness(600) }).livenessProbe.terminationGracePeriodSeconds).toBe(600);
  });

  test('is rejected if it is shorter than the grace period of the pod', () => {
    expect(problems(() => statefulSet({ probes: { liveness: liveness(599) } }))).toEqual([refused('liveness')]);
    expect(problems(() => statefulSet({ probes: { startup: liveness(599) } }))).toEqual([refused('startup')]);
    expect(
      problems(() =>
        statefulSet({
          probes: {
            liveness: EngineProbe.fromProbe({ exec: { command: ['true'] }, terminationGracePeriodSeconds: 599 }),
          },
        }),
      ),
    ).toEqual([refused('liveness')]);
    expect(problems(() => statefulSet({ version: 'v0.21.0', probes: { liveness: liveness(599) } }))).toEqual([
      refused('liveness', 'v0.21.0'),
    ]);
    expect(problems(() => statefulSet({ version: 'v1.0.0-beta.1', probes: { liveness: liveness(599) } }))).toEqual([
      refused('liveness', 'v1.0.0-beta.1'),
    ]);
  });

  test('is accepted if the grace period of the pod is equally short', () => {
    expect(
      probes({ liveness: liveness(599) }, { terminationGracePeriod: Duration.seconds(599) }).livenessProbe
        .terminationGracePeriodSeconds,
    ).toBe(599);
  });

  test('is not checked for releases that keep their cache', () => {
    expect(probes({ liveness: liveness(30) }, { version: 'v0.20.8' }).livenessProbe.terminationGracePeriodSeconds).toBe(
      30,
    );
  });
});

describe('rejected probes', () => {
  test('rejects a session probe if the image has no CLI', () => {
    expect(problems(() => statefulSet({ version: 'v0.12.4', probes: { readiness: EngineProbe.session() } }))).toEqual([
      'probes.readiness: the image of this version does not contain the CLI that opens sessions; allowed: v0.12.5 and later; fix: use EngineProbe.connect()',
    ]);
  });

  test('rejects a TCP probe without a listener', () => {
    expect(problems(() => statefulSet({ probes: { readiness: EngineProbe.tcp() } }))).toEqual([
      'probes.readiness: the engine has no listener, so the probe would always fail; allowed: TCP probes only with a listener; fix: set a listener, or use EngineProbe.connect()',
    ]);
  });

  test("rejects HTTP and gRPC probes of the listener's port, by number or name", () => {
    const refused = (kind: string, got: string) =>
      `probes.${kind}: the engine doesn't answer HTTP or gRPC probes on the listener's port: requests without the metadata of a client get status 500; ` +
      `got ${got}; allowed: other ports, such as the metrics port; fix: use EngineProbe.connect()`;
    const byNumber = EngineProbe.fromProbe({ httpGet: { port: k8s.IntOrString.fromNumber(2555) } });
    const byName = EngineProbe.fromProbe({ httpGet: { port: k8s.IntOrString.fromString('tcp-engine') } });
    const grpc = EngineProbe.fromProbe({ grpc: { port: 2555 } });
    expect(
      problems(() =>
        statefulSet({
          listener: Listener.insecureTcp({ port: 2555 }),
          probes: { startup: byNumber, readiness: byName, liveness: grpc },
        }),
      ),
    ).toEqual([refused('startup', '2555'), refused('readiness', '"tcp-engine"'), refused('liveness', '2555')]);
  });

  test('accepts an HTTP probe of the metrics port', () => {
    const readiness = EngineProbe.fromProbe({ httpGet: { path: '/metrics', port: k8s.IntOrString.fromNumber(9090) } });
    expect(probes({ readiness }, { listener: Listener.insecureTcp(), metrics: {} }).readinessProbe).toEqual({
      httpGet: { path: '/metrics', port: 9090 },
    });
  });

  test('rejects a custom probe with no handler or with two handlers', () => {
    const two: k8s.Probe = { exec: { command: ['true'] }, tcpSocket: { port: k8s.IntOrString.fromNumber(80) } };
    const refused = (kind: string, got: string) =>
      `probes.${kind}: must have exactly one handler; got ${got}; allowed: one of exec, grpc, httpGet, tcpSocket; fix: use EngineProbe.connect()`;
    expect(
      problems(() =>
        statefulSet({
          probes: { startup: EngineProbe.fromProbe({ periodSeconds: 10 }), readiness: EngineProbe.fromProbe(two) },
        }),
      ),
    ).toEqual([refused('startup', '[]'), refused('readiness', '["exec","tcpSocket"]')]);
  });

  test('rejects invalid timing of a custom probe', () => {
    const given: k8s.Probe = {
      exec: { command: ['true'] },
      successThreshold: 2,
      failureThreshold: -1,
      initialDelaySeconds: -1,
      periodSeconds: -1,
      timeoutSeconds: 1.5,
      terminationGracePeriodSeconds: 0,
    };
    expect(
      problems(() => statefulSet({ version: 'v0.20.8', probes: { liveness: EngineProbe.fromProbe(given) } })),
    ).toEqual([
      'probes.liveness.timeoutSeconds: has the wrong type; got 1.5; allowed: a whole number of at most 2147483647; fix: write 2',
      'probes.liveness.successThreshold: must be 1 on a liveness probe; got 2; allowed: 1; fix: remove it',
      'probes.liveness.failureThreshold: must be a positive whole number; got -1; allowed: a whole number of at least 1; fix: set it to 1 or more',
      'probes.liveness.initialDelaySeconds: must be a duration that Kubernetes supports; got -1; allowed: a whole number of seconds, at least 0; fix: remove it to use the default',
      'probes.liveness.periodSeconds: must be a duration that Kubernetes supports; got -1; allowed: a whole number of seconds, at least 0; fix: remove it to use the default',
      'probes.liveness.terminationGracePeriodSeconds: must be a duration that Kubernetes supports; got 0; allowed: a whole number of seconds, at least 1; fix: remove it to use the default',
    ]);
  });

  test('rejects a grace period of a readiness probe', () => {
    const message = `probes.readiness.terminationGracePeriod: a readiness probe doesn't stop the engine, and the API server rejects a grace period on it; got "900 s"; allowed: a startup or liveness probe; fix: remove it`;
    expect(
      problems(() =>
        statefulSet({ probes: { readiness: EngineProbe.connect({ terminationGracePeriod: Duration.minutes(15) }) } }),
      ),
    ).toEqual([message]);
    expect(
      problems(() =>
        statefulSet({
          probes: {
            readiness: EngineProbe.fromProbe({ exec: { command: ['true'] }, terminationGracePeriodSeconds: 900 }),
          },
        }),
      ),
    ).toEqual([message]);
  });

  test('reports all problems at once', () => {
    const startup = EngineProbe.exec([], {
      successThreshold: 2,
      failureThreshold: 0,
      period: Duration.seconds(0),
      timeout: Duration.millis(1500),
      initialDelay: Duration.millis(1),
    });
    expect(refusal(() => statefulSet({ probes: { startup } }))).toEqual([
      '[test/engine] EngineStatefulSet has 6 problems:',
      'probes.startup: must not be empty; got []; allowed: a program and its arguments; fix: use EngineProbe.connect()',
      'probes.startup.successThreshold: must be 1 on a startup probe; got 2; allowed: 1; fix: remove it',
      'probes.startup.failureThreshold: must be a positive whole number; got 0; allowed: a whole number of at least 1; fix: set it to 1 or more',
      'probes.startup.initialDelay: must be a duration that Kubernetes supports; got "0.001 s"; allowed: a whole number of seconds, at least 0; fix: use a value such as Duration.seconds(1)',
      'probes.startup.period: must be a duration that Kubernetes supports; got "0 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(1)',
      'probes.startup.timeout: must be a duration that Kubernetes supports; got "1.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(2)',
    ]);
  });

  test('accepts a success threshold of a readiness probe', () => {
    expect(probes({ readiness: EngineProbe.connect({ successThreshold: 2 }) }).readinessProbe.successThreshold).toBe(2);
  });
});

test('warns about a liveness probe that opens sessions', () => {
  expect(warnings(statefulSet({ probes: { liveness: EngineProbe.session() } }))).toEqual([
    '[test/engine] warning liveness-under-load: probes.liveness: an engine under load opens sessions slowly, so this probe would restart it and cancel every build ' +
      '(a default of the official chart since dagger/dagger #11703); fix: use EngineProbe.connect(), or remove liveness',
  ]);
  expect(
    warnings(statefulSet({ probes: { startup: EngineProbe.session(), liveness: EngineProbe.connect() } })),
  ).toEqual([]);
});
