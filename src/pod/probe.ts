import { EngineRisk } from '../reporting/engine-risk';
import type { Duration } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Probe } from 'kubernetes-types/core/v1';
import { checkPort, checkPortName } from '../kubernetes/ports';
import type { Problems } from '../reporting/problems';
import { checkSeconds, isCount } from '../kubernetes/quantity';
import { decode } from '../kubernetes/validation/decode';
import { toWire } from '../kubernetes/wire-form';
import { EngineCapability } from '../version/engine-capability';
import { checkCalls } from '../reporting/check-arguments';

/** The timing of a probe. All durations are whole seconds. */
export interface EngineProbeOptions {
  /**
   * The time before the first run of the probe.
   *
   * @default Duration.seconds(0)
   */
  readonly initialDelay?: Duration;

  /**
   * The time between two runs.
   *
   * @default - startup: 5 s, readiness: 10 s (15 s for `EngineProbe.session()`), liveness: 30 s
   */
  readonly period?: Duration;

  /**
   * The time after which a run counts as failed.
   *
   * @default - startup: 5 s, readiness: 5 s (14 s for `EngineProbe.session()`), liveness: 29 s
   */
  readonly timeout?: Duration;

  /**
   * The number of consecutive failed runs after which the probe fails.
   *
   * @default - startup: 120, readiness: 6 (10 for `EngineProbe.session()`), liveness: 20
   */
  readonly failureThreshold?: number;

  /**
   * The number of consecutive successful runs after which the probe succeeds. It must be 1 unless this is a readiness
   * probe.
   *
   * @default 1
   */
  readonly successThreshold?: number;

  /**
   * The grace period of restarts that this probe causes, instead of the pod's grace period. Readiness probes don't
   * support it.
   *
   * @default - the grace period of the pod
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
  /** The names of the port in the engine's container. */
  readonly names: ReadonlyArray<string | undefined>;
}

/** The input for rendering a probe. */
interface ProbeContext {
  readonly problems: Problems;
  readonly kind: ProbeKind;
  /** The command that connects to the engine's socket and disconnects again. */
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

/** The default timing of each kind of probe. */
const TIMING: Record<ProbeKind, Timing> = {
  // Ten minutes in total: a start with an empty or a large cache can be slow, and clients wait that long for an engine
  // (dagger/dagger v0.21.7 engine/client/buildkit.go).
  startup: { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 120 },
  // One minute in total, because removing an engine from its Service breaks sessions that still open connections.
  readiness: { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  // Ten minutes in total, because a restart cancels every running build.
  liveness: { periodSeconds: 30, timeoutSeconds: 29, failureThreshold: 20 },
};

/**
 * The default timing of a readiness probe that opens sessions: two and a half minutes in total, as in the official
 * chart. An engine under load opens sessions late.
 */
const SESSION_READINESS: Timing = { periodSeconds: 15, timeoutSeconds: 14, failureThreshold: 10 };

/** The form of a probe. A `custom` probe has its own timing. */
type ProbeForm = 'check' | 'session' | 'custom' | 'none';

type Renderer = (context: ProbeContext) => Omit<Probe, 'periodSeconds'> | undefined;

/** A probe of the engine's container. */
export class EngineProbe {
  /**
   * Connects to the engine's socket and disconnects again. This doesn't open a session or affect metrics. It takes 0.01
   * to 0.3 seconds, even on a busy engine (observed on v0.21.8). It checks that the engine accepts connections, not
   * that builds work.
   *
   * @param options timing
   */
  public static connect(options: EngineProbeOptions = {}): EngineProbe {
    return new EngineProbe('check', options, ({ connectCommand }) => ({ exec: { command: connectCommand } }));
  }

  /**
   * Opens a session with the CLI in the image. This is the only end-to-end check.
   *
   * Each run takes about one second of CPU time, counts as a connected client, and can start a garbage collection. On
   * two cores with 16 CPU-bound build steps, a run took 15 to 17 seconds (observed on v0.21.8). With the default
   * timeout, Services would exclude such an engine in the middle of builds, and a liveness probe would restart it.
   *
   * @param options timing
   * @throws if the image has no CLI (`EngineCapability.CLI_IN_IMAGE`)
   */
  public static session(options: EngineProbeOptions = {}): EngineProbe {
    return new EngineProbe('session', options, ({ sessionCommand, problems }) => {
      if (sessionCommand === undefined) {
        problems.add('', {
          wrong: 'the image of this version does not contain the CLI that opens sessions',
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
          wrong: 'must not be empty',
          got: [],
          allowed: 'a program and its arguments',
          fix: 'use EngineProbe.connect()',
        });
      }
      return { exec: { command: [...command] } };
    });
  }

  /**
   * Opens a TCP connection to the port of the listener.
   *
   * @param options timing
   * @throws if the engine has no listener
   */
  public static tcp(options: EngineProbeOptions = {}): EngineProbe {
    return new EngineProbe('check', options, ({ listener, problems }) => {
      if (listener === undefined) {
        problems.add('', {
          wrong: 'the engine has no listener, so the probe would always fail',
          allowed: 'TCP probes only with a listener',
          fix: 'set a listener, or use EngineProbe.connect()',
        });
        return undefined;
      }
      return { tcpSocket: { port: listener.port } };
    });
  }

  /**
   * Uses a Kubernetes `Probe`. It must have exactly one handler.
   *
   * @param probe the probe
   * @throws if it is an HTTP or gRPC probe of the listener's port, which the engine doesn't answer
   */
  public static fromProbe(probe: k8s.Probe): EngineProbe {
    return new EngineProbe('custom', {}, (context) => {
      const wire = decode(context.problems, toWire(probe), { kind: 'struct', name: 'Probe' }) as Probe;
      checkCustomProbe(wire, context);
      return wire;
    });
  }

  /** Disables the probe. */
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
    return probe === undefined || this.form === 'custom'
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

  /**
   * Returns the time in seconds between two sessions of the probe, or undefined if it opens none.
   *
   * @internal
   */
  public _sessionPeriodSeconds(kind: ProbeKind): number | undefined {
    return this._opensSession
      ? (this.options.period?.toSeconds({ integral: false }) ?? this.defaultTiming(kind).periodSeconds)
      : undefined;
  }

  private defaultTiming(kind: ProbeKind): Timing {
    return kind === 'readiness' && this.form === 'session' ? SESSION_READINESS : TIMING[kind];
  }

  private timing(kind: ProbeKind, problems: Problems): Omit<Probe, 'exec' | 'tcpSocket'> {
    const { initialDelay, period, timeout, failureThreshold, successThreshold, terminationGracePeriod } = this.options;
    const defaults = this.defaultTiming(kind);
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

/** Checks the thresholds of typed and custom probes. */
function checkThresholds(
  kind: ProbeKind,
  { failureThreshold, successThreshold }: Pick<Probe, 'failureThreshold' | 'successThreshold'>,
  problems: Problems,
): void {
  if (kind !== 'readiness' && successThreshold !== undefined && successThreshold !== 1) {
    problems.add('successThreshold', {
      wrong: `must be 1 on a ${kind} probe`,
      got: successThreshold,
      allowed: '1',
      fix: 'remove it',
    });
  }
  for (const [property, count] of Object.entries({ failureThreshold, successThreshold })) {
    if (count !== undefined && !isCount(count, 1)) {
      problems.add(property, {
        wrong: 'must be a positive whole number',
        got: count,
        allowed: 'a whole number of at least 1',
        fix: 'set it to 1 or more',
      });
    }
  }
}

/** Reports a custom probe that the API server rejects, or that the engine can't answer. */
function checkCustomProbe(probe: Probe, { kind, listener, problems }: ProbeContext): void {
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
      wrong: 'must have exactly one handler',
      got: handlers,
      allowed: 'one of exec, grpc, httpGet, tcpSocket',
      fix: 'use EngineProbe.connect()',
    });
  }
  const asked = (grpc ?? httpGet)?.port;
  if (listener !== undefined && asked !== undefined && [listener.port, ...listener.names].includes(asked)) {
    problems.add('', {
      wrong:
        "the engine doesn't answer HTTP or gRPC probes on the listener's port: requests without the metadata of a client get status 500",
      got: asked,
      allowed: 'other ports, such as the metrics port',
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
        wrong: 'must be a duration that Kubernetes supports',
        got: seconds,
        allowed: `a whole number of seconds, at least ${min}`,
        fix: 'remove it to use the default',
      });
    }
  }
}
