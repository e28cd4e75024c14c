import type { Probe } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineRisk } from '../reporting/engine-risk';
import { EngineProbe, type ProbedListener, type ProbeKind } from './probe';

/** The three probes of the engine's container. */
export interface EngineProbes {
  /**
   * The startup probe. The other probes start after it has succeeded once.
   *
   * @default EngineProbe.connect() - every 5 s for up to ten minutes
   */
  readonly startup?: EngineProbe;

  /**
   * The readiness probe. While it fails, Services exclude the engine.
   *
   * @default EngineProbe.connect() - every 10 s, up to 6 failures
   */
  readonly readiness?: EngineProbe;

  /**
   * The liveness probe. If it fails, the kubelet restarts the engine, which cancels every running build. In v0.21.0 and
   * later, and in v1.0.0-beta.1 and later, a restart that takes longer than the probe's grace period deletes the whole
   * cache.
   *
   * @default EngineProbe.none() - Kubernetes restarts crashed engines anyway, and busy engines keep running
   */
  readonly liveness?: EngineProbe;
}

/**
 * Returns the probe that opens a session most often while the engine runs, or undefined if none does.
 *
 * @internal
 */
export function sessionProbe({ liveness, readiness }: EngineProbes = {}):
  { readonly kind: ProbeKind; readonly periodSeconds: number } | undefined {
  const probes = [
    { kind: 'readiness' as const, periodSeconds: readiness?._sessionPeriodSeconds('readiness') ?? Infinity },
    { kind: 'liveness' as const, periodSeconds: liveness?._sessionPeriodSeconds('liveness') ?? Infinity },
  ];
  const [first] = probes.sort((one, other) => one.periodSeconds - other.periodSeconds);
  return first!.periodSeconds === Infinity ? undefined : first;
}

/**
 * Environment variables for the `dagger` CLI in a shell command. Without them, each run would also report to Dagger and
 * look for a newer release (dagger/dagger v0.21.8 cmd/dagger/main.go:253-268).
 */
export const QUIET_CLI = 'DO_NOT_TRACK=1 DAGGER_NO_UPDATE_CHECK=1';

/** The input for rendering and checking probes. */
interface ProbesContext {
  readonly version: EngineVersion;
  readonly listener: ProbedListener | undefined;
  readonly gracePeriodSeconds: number;
  readonly problems: Problems;
}

/**
 * Renders the probes of the container, keyed by field name.
 *
 * @internal
 */
export function renderProbes(
  probes: EngineProbes,
  context: ProbesContext,
): { startupProbe?: Probe; readinessProbe?: Probe; livenessProbe?: Probe } {
  const { version } = context;
  const hasCli = version.supports(EngineCapability.CLI_IN_IMAGE);
  const render = (kind: ProbeKind, probe: EngineProbe): Probe | undefined => {
    const problems = context.problems.at(kind);
    const wire = probe._render({
      problems,
      kind,
      // In the image, `buildctl` is a helper that pipes its standard input to the engine's socket. With empty input it
      // connects, disconnects and exits 0. With open input it would hang (dagger/dagger #7733).
      connectCommand: ['sh', '-c', 'buildctl dial-stdio </dev/null'],
      // The CLI in the image finds the engine through the image's environment variables.
      sessionCommand: hasCli ? ['sh', '-c', `${QUIET_CLI} exec dagger core version`] : undefined,
      listener: context.listener,
    });
    if (wire !== undefined) {
      checkGrace(wire, kind, context, problems);
    }
    return wire;
  };
  const startupProbe = render('startup', probes.startup ?? EngineProbe.connect());
  const readinessProbe = render('readiness', probes.readiness ?? EngineProbe.connect());
  const livenessProbe = render('liveness', probes.liveness ?? EngineProbe.none());
  if (probes.liveness?._opensSession === true) {
    context.problems.warn(
      EngineRisk.LIVENESS_UNDER_LOAD,
      'liveness',
      'an engine under load opens sessions slowly, so this probe would restart it and cancel every build (a default of the official chart ' +
        'since dagger/dagger #11703)',
      'use EngineProbe.connect(), or remove liveness',
    );
  }
  return {
    ...(startupProbe && { startupProbe }),
    ...(readinessProbe && { readinessProbe }),
    ...(livenessProbe && { livenessProbe }),
  };
}

/** Reports a probe whose grace period is shorter than the pod's. */
function checkGrace(
  probe: Probe,
  kind: ProbeKind,
  { version, gracePeriodSeconds }: ProbesContext,
  problems: Problems,
): void {
  const own = probe.terminationGracePeriodSeconds;
  if (own === undefined) {
    return;
  }
  if (kind === 'readiness') {
    problems.add('terminationGracePeriod', {
      wrong: "a readiness probe doesn't stop the engine, and the API server rejects a grace period on it",
      got: `${own} s`,
      allowed: 'a startup or liveness probe',
      fix: 'remove it',
    });
  } else if (own < gracePeriodSeconds && version.supports(EngineCapability.WIPES_AFTER_UNCLEAN_STOP)) {
    problems.add('terminationGracePeriod', {
      wrong: `a restart by this probe would kill the engine before it has written its cache, and ${version.tag} deletes the whole cache after that`,
      got: `${own} s`,
      allowed: `at least the pod's ${gracePeriodSeconds} s`,
      fix: 'remove it to use the grace period of the pod',
      risk: EngineRisk.SHORT_PROBE_GRACE,
    });
  }
}
