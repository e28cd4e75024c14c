import { EngineRisk } from '../reporting/engine-risk';
import type { Duration } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Probe } from 'kubernetes-types/core/v1';
import { checkPort, checkPortName } from '../kubernetes/ports';
import type { Problems } from '../reporting/problems';
import { checkSeconds, isCount } from '../kubernetes/quantity';
import { toWire } from '../kubernetes/wire-form';
import { EngineCapability } from '../version/engine-capability';
import { checkCalls } from '../reporting/check-arguments';

/** The timing of a probe. */
export interface EngineProbeOptions {
  /**
   * The time before the first run.
   *
   * @default - none
   */
  readonly initialDelay?: Duration;

  /**
   * The time between two runs.
   *
   * @default - as the engine's default probe of that kind
   */
  readonly period?: Duration;

  /**
   * The time after which a run has failed.
   *
   * @default - as the engine's default probe of that kind
   */
  readonly timeout?: Duration;

  /**
   * The number of consecutive failures after which the probe has failed.
   *
   * @default - as the engine's default probe of that kind
   */
  readonly failureThreshold?: number;

  /**
   * The number of consecutive successes after which the probe has succeeded. Only a readiness probe can need more than one.
   *
   * @default 1
   */
  readonly successThreshold?: number;

  /**
   * The grace period of a stop that this probe causes. It replaces the grace period of the pod. Kubernetes supports it for startup and
   * liveness probes.
   *
   * @default - the pod's
   */
  readonly terminationGracePeriod?: Duration;
}

/**
 * The TCP port that the engine listens on.
 *
 * @internal
 */
export interface ProbedListener {
  readonly port: number;
  /** The name of the port in the engine's container. */
  readonly names: ReadonlyArray<string | undefined>;
}

/** The facts that a probe needs. */
interface ProbeContext {
  readonly problems: Problems;
  readonly kind: ProbeKind;
  /** The command that connects to the engine's socket and disconnects. */
  readonly connectCommand: string[];
  /** The command that opens a session, or undefined if the image has no CLI. */
  readonly sessionCommand: string[] | undefined;
  readonly listener: ProbedListener | undefined;
}

/** @internal */
export type ProbeKind = 'startup' | 'readiness' | 'liveness';

interface Timing {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** The default period, timeout and threshold of a probe. */
const TIMING: Record<ProbeKind, Timing> = {
  // Ten minutes, because a start on an empty or a large cache can be slow, and clients wait that long for an engine
  // (dagger/dagger v0.21.7 engine/client/buildkit.go).
  startup: { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 120 },
  // One minute, because removing an engine from its Service breaks sessions that still open connections.
  readiness: { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  // Ten minutes: a restart costs every running build.
  liveness: { periodSeconds: 30, timeoutSeconds: 29, failureThreshold: 20 },
};

/** Two and a half minutes, as in the official chart: an engine under load answers a session late. */
const SESSION_READINESS: Timing = { periodSeconds: 15, timeoutSeconds: 14, failureThreshold: 10 };

/** The properties of a probe that other modules need. `given` probes have their own times. */
type ProbeForm = 'check' | 'session' | 'given' | 'none';

type Renderer = (context: ProbeContext) => Omit<Probe, 'periodSeconds'> | undefined;

/** A probe of the engine's container. */
export class EngineProbe {
  /**
   * Connects to the engine's socket and disconnects. This opens no session and isn't counted by the metrics. It takes 0.01 to 0.3
   * seconds, on a busy engine too (observed on v0.21.8). It checks that the engine serves, not that a build would work.
   *
   * @param options timing
   */
  public static connect(options: EngineProbeOptions = {}): EngineProbe {
    return new EngineProbe('check', options, ({ connectCommand }) => ({ exec: { command: connectCommand } }));
  }

  /**
   * Opens a session with the CLI in the image, which is the only end-to-end check.
   *
   * Each run takes about one second of CPU, counts as a connected client, and may start a garbage collection. With 16 CPU-bound steps
   * on two cores, a run took 15 to 17 seconds (observed on v0.21.8). With the default timeout, such an engine leaves its Service in
   * the middle of builds, and a liveness probe would restart it.
   *
   * @param options timing
   * @throws if the image has no CLI (EngineCapability.CLI_IN_IMAGE)
   */
  public static session(options: EngineProbeOptions = {}): EngineProbe {
    return new EngineProbe('session', options, ({ sessionCommand, problems }) => {
      if (sessionCommand === undefined) {
        problems.add('', {
          wrong: 'the image of this version has no CLI to open a session with',
          allowed: EngineCapability.CLI_IN_IMAGE.availability,
          fix: 'use EngineProbe.connect()',
        });
        return undefined;
      }
      return { exec: { command: sessionCommand } };
    });
  }

  /**
   * Runs a command in the engine's container.
   *
   * @param command the program and its arguments
   * @param options timing
   */
  public static exec(command: string[], options: EngineProbeOptions = {}): EngineProbe {
    return new EngineProbe('check', options, ({ problems }) => {
      if (command.length === 0) {
        problems.add('', {
          wrong: 'the command is empty',
          got: [],
          allowed: 'a program and its arguments',
          fix: 'use EngineProbe.connect()',
        });
      }
      return { exec: { command: [...command] } };
    });
  }

  /**
   * Opens a TCP connection to the port of the engine.
   *
   * @param options timing
   * @throws if the engine has no listener
   */
  public static tcp(options: EngineProbeOptions = {}): EngineProbe {
    return new EngineProbe('check', options, ({ listener, problems }) => {
      if (listener === undefined) {
        problems.add('', {
          wrong: 'the engine listens on no TCP port, so the probe would always fail',
          allowed: 'a TCP probe with a listener',
          fix: 'set a listener, or use EngineProbe.connect()',
        });
        return undefined;
      }
      return { tcpSocket: { port: listener.port } };
    });
  }

  /**
   * Uses a probe in the form of Kubernetes, with one handler and times in seconds.
   *
   * @param probe the probe
   * @throws for an HTTP or gRPC probe of the listener's port, which answers neither
   */
  public static fromProbe(probe: k8s.Probe): EngineProbe {
    return new EngineProbe('given', {}, (context) => {
      const wire = toWire<Probe>(probe);
      checkGiven(wire, context);
      return wire;
    });
  }

  /** No probe. */
  public static none(): EngineProbe {
    return new EngineProbe('none', {}, () => undefined);
  }

  private constructor(
    private readonly form: ProbeForm,
    private readonly options: EngineProbeOptions,
    private readonly renderer: Renderer,
  ) {}

  /** @internal */
  public _render(context: ProbeContext): Probe | undefined {
    const probe = this.renderer(context);
    return probe === undefined || this.form === 'given'
      ? probe
      : { ...probe, ...this.timing(context.kind, context.problems) };
  }

  /** @internal */
  public get _isNone(): boolean {
    return this.form === 'none';
  }

  /** @internal */
  public get _opensSession(): boolean {
    return this.form === 'session';
  }

  private timing(kind: ProbeKind, problems: Problems): Omit<Probe, 'exec' | 'tcpSocket'> {
    const { initialDelay, period, timeout, failureThreshold, successThreshold, terminationGracePeriod } = this.options;
    const defaults = kind === 'readiness' && this.form === 'session' ? SESSION_READINESS : TIMING[kind];
    checkThresholds(kind, { failureThreshold, successThreshold }, problems);
    return {
      ...(initialDelay && { initialDelaySeconds: checkSeconds(problems, 'initialDelay', initialDelay, { min: 0 }) }),
      periodSeconds:
        period === undefined ? defaults.periodSeconds : checkSeconds(problems, 'period', period, { min: 1 }),
      timeoutSeconds:
        timeout === undefined ? defaults.timeoutSeconds : checkSeconds(problems, 'timeout', timeout, { min: 1 }),
      failureThreshold: failureThreshold ?? defaults.failureThreshold,
      ...(successThreshold !== undefined && { successThreshold }),
      ...(terminationGracePeriod && {
        terminationGracePeriodSeconds: checkSeconds(problems, 'terminationGracePeriod', terminationGracePeriod, {
          min: 1,
        }),
      }),
    };
  }
}

checkCalls('EngineProbe', EngineProbe);

/** The common fields of typed and custom probes. */
function checkThresholds(
  kind: ProbeKind,
  { failureThreshold, successThreshold }: Pick<Probe, 'failureThreshold' | 'successThreshold'>,
  problems: Problems,
): void {
  if (kind !== 'readiness' && successThreshold !== undefined && successThreshold !== 1) {
    problems.add('successThreshold', {
      wrong: `the API server accepts only 1 on a ${kind} probe`,
      got: successThreshold,
      allowed: '1',
      fix: 'remove it',
    });
  }
  for (const [property, count] of Object.entries({ failureThreshold, successThreshold })) {
    if (count !== undefined && !isCount(count, 1)) {
      problems.add(property, {
        wrong: 'not a count',
        got: count,
        allowed: 'a whole number of at least 1',
        fix: 'set it to 1 or more',
      });
    }
  }
}

/** Reports a custom probe that the API server rejects, or that the engine can't answer. */
function checkGiven(probe: Probe, { kind, listener, problems }: ProbeContext): void {
  const {
    exec,
    grpc,
    httpGet,
    tcpSocket,
    initialDelaySeconds,
    periodSeconds,
    timeoutSeconds,
    terminationGracePeriodSeconds,
  } = probe;
  const handlers = Object.entries({ exec, grpc, httpGet, tcpSocket })
    .filter(([, handler]) => handler !== undefined)
    .map(([name]) => name);
  if (handlers.length !== 1) {
    problems.add('', {
      wrong: 'a probe has exactly one handler',
      got: handlers,
      allowed: 'one of exec, grpc, httpGet, tcpSocket',
      fix: 'use EngineProbe.connect()',
    });
  }
  const asked = (grpc ?? httpGet)?.port;
  if (listener !== undefined && asked !== undefined && [listener.port, ...listener.names].includes(asked)) {
    problems.add('', {
      wrong:
        "the engine answers no HTTP or gRPC probe on the listener's port: a request without a client's metadata gets status 500",
      got: asked,
      allowed: 'other ports, such as that of the metrics',
      fix: 'use EngineProbe.connect()',
      risk: EngineRisk.PROBE_CANNOT_WORK,
    });
  }
  for (const [handler, port] of Object.entries({
    grpc: grpc?.port,
    httpGet: httpGet?.port,
    tcpSocket: tcpSocket?.port,
  })) {
    if (typeof port === 'number') {
      checkPort(problems, `${handler}.port`, port);
    } else if (port !== undefined) {
      checkPortName(problems, `${handler}.port`, port);
    }
  }
  // The API server treats 0 as its default (kubernetes/kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_Probe).
  checkThresholds(
    kind,
    { failureThreshold: probe.failureThreshold || undefined, successThreshold: probe.successThreshold || undefined },
    problems,
  );
  const times = { initialDelaySeconds, periodSeconds, timeoutSeconds, terminationGracePeriodSeconds };
  for (const [property, seconds] of Object.entries(times)) {
    const min = property === 'terminationGracePeriodSeconds' ? 1 : 0;
    if (seconds !== undefined && !isCount(seconds, min)) {
      problems.add(property, {
        wrong: 'not a valid duration for Kubernetes',
        got: seconds,
        allowed: `whole seconds, at least ${min}`,
        fix: 'remove it for the default',
      });
    }
  }
}
