import { STATE_DIRECTORY } from '../config/engine-directories';
import { checkSeconds } from '../kubernetes/quantity';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { BoundCache } from '../storage/cache-volume';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { DrainTimes } from './drain';
import type { DrainSettings } from './drain-script';
import type { EngineContainerProps } from './engine-container-props';
import { isInVolume } from './mount-paths';
import type { BoundNodeStopLimit, NodeStopLimit } from './node-stop-limit';

/**
 * The number of seconds after which a stopping engine no longer waits for its sessions (dagger/dagger
 * cmd/engine/main.go:56@v0.21.8). This deadline doesn't apply to writing the cache, which can take longer
 * (main.go:485-490).
 */
export const STOP_SECONDS = 300;

/** The default grace period in seconds: twice the time that an engine normally takes to stop. */
export const GRACE_PERIOD_SECONDS = 2 * STOP_SECONDS;

/**
 * The default number of seconds that a stopping engine waits for clients. Most builds in CI end within it, and the
 * default grace period still leaves more than `STOP_SECONDS` to stop.
 */
const DRAIN_SECONDS = 180;

/**
 * The default number of seconds without a client after which an engine is idle. CI runners need a few seconds between
 * two runs of the CLI.
 */
const IDLE_SECONDS = 10;

/** The default for an engine whose readiness probe opens a session, which takes several seconds of every 15. */
const IDLE_BETWEEN_PROBES_SECONDS = 5;

/**
 * The number of seconds reserved after the wait for clients: 45 s to cut connections, and 30 s to save the cache. On two
 * cores with about 20 runnable processes, these steps took up to 16 s and 20 s.
 */
export const AFTER_DRAIN_SECONDS = 75;

/** The number of seconds that the default grace period leaves after a long wait for clients. */
const AFTER_LONG_DRAIN_SECONDS = AFTER_DRAIN_SECONDS + STOP_SECONDS;

/** The time limits of a stopping pod. */
export interface StopTimes {
  /** The number of seconds after which the kubelet kills the engine. */
  readonly gracePeriodSeconds: number;
  /** The times of the drain, or undefined if the library doesn't add a hook. */
  readonly drain?: DrainSettings;
  /** The limits of the nodes. */
  readonly limits: readonly BoundNodeStopLimit[];
}

interface StopContext {
  readonly version: EngineVersion;
  readonly cache: BoundCache | undefined;
  /** The state directory, if it isn't the engine's default. */
  readonly stateDirectory: string | undefined;
  /** The limits of the property `nodes`. */
  readonly limitsOfNodes: readonly NodeStopLimit[];
  readonly problems: Problems;
}

/**
 * Returns the time limits of the pods. Reports limits that are too short for the engine to stop and to keep its cache.
 */
export function stopTimes(props: EngineContainerProps, context: StopContext): StopTimes {
  const { probes, terminationGracePeriod, volumeMounts = [] } = props;
  const { cache, limitsOfNodes, problems, stateDirectory = STATE_DIRECTORY, version } = context;
  const preStop = props.preStop?._maxSeconds(problems.at('preStop')) ?? 0;
  const wanted = props.drain?._isNone === false ? props.drain._times(problems.at('drain')) : {};
  const limits = [
    ...(props.nodeStopLimits ?? []).map((limit, index) => limit._bind(`nodeStopLimits[${index}]`, problems)),
    ...limitsOfNodes.map((limit) => limit._bind('nodes', problems)),
  ];
  const removal = shortest(limits.filter(({ isInterruption }) => !isInterruption));
  // If the user accepts that a drain exceeds a limit, only the limited removals of nodes kill the engine.
  const exceeds = wanted.atMost !== undefined && wanted.atMost + AFTER_DRAIN_SECONDS > removal;
  const gracePeriodSeconds =
    terminationGracePeriod === undefined
      ? Math.min(
          exceeds ? Infinity : removal,
          Math.max(GRACE_PERIOD_SECONDS, (wanted.atMost ?? 0) + AFTER_LONG_DRAIN_SECONDS),
        )
      : checkSeconds(problems, 'terminationGracePeriod', terminationGracePeriod, {
          min: 1,
          good: GRACE_PERIOD_SECONDS,
        });
  const drain = drainOf(props, wanted, Math.min(gracePeriodSeconds, shortest(limits)), context);
  const outlivesPod = cache?.persistent ?? isInVolume(stateDirectory, volumeMounts);
  const left = gracePeriodSeconds - preStop;
  // A liveness probe restarts only the container, so the cache survives even on a volume that is deleted with the pod.
  const restartsInPlace = probes?.liveness?._isNone === false;
  const losesCache = (outlivesPod || restartsInPlace) && version.supports(EngineCapability.WIPES_AFTER_UNCLEAN_STOP);
  const fits = checkNodeStopLimits(limits, {
    atMost: wanted.atMost,
    gracePeriodSeconds: terminationGracePeriod && gracePeriodSeconds,
    losesCache,
    context,
  });
  if (!fits) {
    // The other messages would suggest a longer grace period.
  } else if (preStop > 0 && left <= 0) {
    problems.add('terminationGracePeriod', {
      wrong: `the preStop hook can take ${preStop} s, so the kubelet would kill the engine without a chance to stop`,
      got: `${gracePeriodSeconds} s`,
      allowed: `more than ${preStop} s`,
      fix: `set Duration.seconds(${preStop + GRACE_PERIOD_SECONDS})`,
      risk: EngineRisk.GRACE_BELOW_PRE_STOP,
    });
  } else if (drain !== undefined && gracePeriodSeconds < drain.atMost + AFTER_DRAIN_SECONDS) {
    const least = drain.atMost + AFTER_DRAIN_SECONDS;
    problems.add('terminationGracePeriod', {
      wrong: `the drain waits for up to ${drain.atMost} s, and the engine needs up to ${AFTER_DRAIN_SECONDS} s after that`,
      got: `${gracePeriodSeconds} s`,
      allowed: `at least ${least} s`,
      fix: `set Duration.seconds(${least}), or remove terminationGracePeriod`,
      risk: EngineRisk.GRACE_BELOW_PRE_STOP,
    });
    // After a drain, the engine has no clients to wait for, and the time above is enough.
  } else if (drain === undefined && left <= STOP_SECONDS && losesCache) {
    const isLimited = terminationGracePeriod === undefined && gracePeriodSeconds === removal;
    problems.warn(
      EngineRisk.SHORT_GRACE_PERIOD,
      isLimited
        ? limits.find(({ seconds }) => seconds === removal)!.property.replace(/\[.*/, '')
        : 'terminationGracePeriod',
      `the engine has only ${left} s left to stop, but can need more than ${STOP_SECONDS} s. If it is killed before it has written its cache, ${version.tag} deletes the whole cache at the next start`,
      `${isLimited ? 'raise the limit of the nodes to' : 'set'} at least ${preStop + GRACE_PERIOD_SECONDS} s`,
    );
  }
  if (losesCache) {
    warnAboutClients(props, version, problems);
  }
  return { gracePeriodSeconds, drain, limits };
}

/** Returns the shortest limit in seconds that leaves the engine time to save its cache. */
function shortest(limits: readonly BoundNodeStopLimit[]): number {
  return Math.min(...limits.map(({ seconds }) => seconds).filter((seconds) => seconds >= AFTER_DRAIN_SECONDS));
}

/** The times to compare with the limits of nodes. Times that the program doesn't set fit by default. */
interface LimitedTimes {
  /** The maximum time of the drain in seconds. */
  readonly atMost: number | undefined;
  readonly gracePeriodSeconds: number | undefined;
  /** Whether the engine loses its cache if it is killed. */
  readonly losesCache: boolean;
  readonly context: StopContext;
}

/** Reports times that exceed a limit of the nodes. Returns whether the times fit. */
function checkNodeStopLimits(
  limits: readonly BoundNodeStopLimit[],
  { atMost, context: { problems, version }, gracePeriodSeconds, losesCache }: LimitedTimes,
): boolean {
  let fits = true;
  for (const { cause, isInterruption, property, seconds } of limits) {
    const most = seconds - AFTER_DRAIN_SECONDS;
    if (most < 0) {
      if (losesCache) {
        problems.warn(
          EngineRisk.SHORT_GRACE_PERIOD,
          property,
          `when ${cause}, the engine has ${seconds} s to stop, but can need ${AFTER_DRAIN_SECONDS} s. If it is killed before it has written its cache, ${version.tag} deletes the whole cache at the next start`,
          'run engines whose cache must survive on other nodes',
        );
      }
    } else if (atMost !== undefined && atMost > most) {
      fits = false;
      problems.add('drain.atMost', {
        wrong: `when ${cause}, pods have ${seconds} s, and the engine needs up to ${AFTER_DRAIN_SECONDS} s after the drain`,
        got: `${atMost} s`,
        allowed: `at most ${most} s`,
        fix: `set Duration.seconds(${most})${isInterruption ? '' : `, or raise the limit of the nodes${property === 'nodes' ? '' : ` and ${property}`}`}`,
        risk: EngineRisk.STOP_EXCEEDS_NODE_LIMIT,
      });
    } else if (gracePeriodSeconds !== undefined && !isInterruption && gracePeriodSeconds > seconds) {
      fits = false;
      problems.add('terminationGracePeriod', {
        wrong: `when ${cause}, pods have only ${seconds} s`,
        got: `${gracePeriodSeconds} s`,
        allowed: `at most ${seconds} s`,
        fix: 'remove it to use the limit of the nodes, or raise this limit',
        risk: EngineRisk.STOP_EXCEEDS_NODE_LIMIT,
      });
    }
  }
  return fits;
}

/**
 * Returns the times of the drain, or undefined if the library doesn't add a hook.
 *
 * @param stopSeconds the time that the engine has to stop
 */
function drainOf(
  { drain, preStop, probes }: EngineContainerProps,
  wanted: DrainTimes,
  stopSeconds: number,
  { problems, version }: StopContext,
): DrainSettings | undefined {
  const isWanted = drain?._isNone === false;
  const isDefault = drain === undefined && version.supports(EngineCapability.STOP_WAITS_FOR_CLIENTS);
  if (isWanted && preStop !== undefined) {
    problems.add('drain', {
      wrong: 'conflicts with preStop, because a container has only one preStop hook',
      allowed: 'only one of drain and preStop',
      fix: 'remove preStop, or set drain: Drain.none()',
    });
  }
  if (preStop !== undefined || (!isWanted && !isDefault)) {
    return undefined;
  }
  const most = stopSeconds - AFTER_DRAIN_SECONDS;
  if (!isWanted && most < 0) {
    return undefined;
  }
  const atMost = wanted.atMost ?? Math.max(0, Math.min(DRAIN_SECONDS, most));
  const probePeriod = probes?.readiness?._sessionPeriodSeconds('readiness');
  checkIdleFor(wanted.idleFor, { atMost, probePeriod, problems: problems.at('drain') });
  return {
    atMost,
    idleFor: wanted.idleFor ?? defaultIdleFor(atMost, probePeriod !== undefined),
    admitsNewClients: wanted.admitNewClients ?? false,
  };
}

/** Returns the default of `idleFor` in seconds. `hasClientProbe` means that the readiness probe opens sessions. */
export function defaultIdleFor(atMost: number, hasClientProbe = false): number {
  return Math.min(atMost, hasClientProbe ? IDLE_BETWEEN_PROBES_SECONDS : IDLE_SECONDS);
}

/** Reports an `idleFor` that never passes without a client. */
function checkIdleFor(
  idleFor: number | undefined,
  {
    atMost,
    probePeriod,
    problems,
  }: { readonly atMost: number; readonly probePeriod: number | undefined; readonly problems: Problems },
): void {
  if (idleFor !== undefined && idleFor > atMost) {
    problems.add('idleFor', {
      wrong: `the engine would never be idle, because the drain waits for only ${atMost} s`,
      got: `${idleFor} s`,
      allowed: `at most ${atMost} s`,
      fix: `set atMost to at least Duration.seconds(${idleFor}), or remove idleFor`,
    });
  } else if (idleFor !== undefined && probePeriod !== undefined && idleFor >= probePeriod) {
    // The kubelet runs readiness probes until the container has stopped (pkg/kubelet/prober/worker.go:317@v1.37.2).
    problems.add('idleFor', {
      wrong: `the engine would never be idle, because the readiness probe opens a session every ${probePeriod} s`,
      got: `${idleFor} s`,
      allowed: `less than ${probePeriod} s`,
      fix: 'use the readiness probe EngineProbe.connect(), or remove idleFor',
    });
  }
}

/** Warns about an engine that never exits while a client is connected, if the library doesn't add a hook. */
function warnAboutClients({ drain, preStop }: EngineContainerProps, version: EngineVersion, problems: Problems): void {
  if (
    (preStop === undefined && drain?._isNone !== true) ||
    !version.supports(EngineCapability.STOP_WAITS_FOR_CLIENTS)
  ) {
    return;
  }
  const why = `while a client is connected, ${version.tag} doesn't exit, is killed when the grace period ends, and deletes its cache at the next start`;
  if (preStop === undefined) {
    problems.warn(EngineRisk.STOP_LOSES_CACHE, 'drain', why, 'use Drain.untilIdle()');
  } else {
    problems.warn(
      EngineRisk.STOP_LOSES_CACHE,
      'preStop',
      `${why}, unless the hook disconnects all clients`,
      'remove it to use Drain.untilIdle()',
    );
  }
}
