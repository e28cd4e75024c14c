import { STATE_DIRECTORY } from '../config/engine-directories';
import { checkSeconds } from '../kubernetes/quantity';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { BoundCache } from '../storage/cache-volume';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { EngineContainerProps } from './engine-container-props';
import { isInVolume } from './mount-paths';

/**
 * The time in seconds after which a stopping engine no longer waits for its sessions (dagger/dagger
 * cmd/engine/main.go:56@v0.21.8). This deadline doesn't apply to writing the cache, which can take longer
 * (main.go:485-490).
 */
export const STOP_SECONDS = 300;

/** The default grace period in seconds: twice the time that an engine normally takes to stop. */
export const GRACE_PERIOD_SECONDS = 2 * STOP_SECONDS;

interface GracePeriodContext {
  readonly version: EngineVersion;
  readonly cache: BoundCache | undefined;
  /** The state directory, if it isn't the engine's default. */
  readonly stateDirectory: string | undefined;
  readonly problems: Problems;
}

/** Returns the grace period of the pods in seconds. Reports a period that is too short for the engine to stop. */
export function gracePeriodSeconds(
  { preStop: hook, probes, terminationGracePeriod, volumeMounts = [] }: EngineContainerProps,
  { cache, problems, stateDirectory = STATE_DIRECTORY, version }: GracePeriodContext,
): number {
  const preStop = hook?._maxSeconds(problems.at('preStop')) ?? 0;
  const seconds =
    terminationGracePeriod === undefined
      ? GRACE_PERIOD_SECONDS
      : checkSeconds(problems, 'terminationGracePeriod', terminationGracePeriod, {
          min: 1,
          good: GRACE_PERIOD_SECONDS,
        });
  const outlivesPod = cache?.persistent ?? isInVolume(stateDirectory, volumeMounts);
  const left = seconds - preStop;
  // A liveness probe restarts only the container, so the cache survives even on a volume that is deleted with the pod.
  const restartsInPlace = probes?.liveness?._isNone === false;
  if (preStop > 0 && left <= 0) {
    problems.add('terminationGracePeriod', {
      wrong: `the preStop hook can take ${preStop} s, so the kubelet would kill the engine without a chance to stop`,
      got: `${seconds} s`,
      allowed: `more than ${preStop} s`,
      fix: `set Duration.seconds(${preStop + GRACE_PERIOD_SECONDS})`,
      risk: EngineRisk.GRACE_BELOW_PRE_STOP,
    });
  } else if (
    left <= STOP_SECONDS &&
    (outlivesPod || restartsInPlace) &&
    version.supports(EngineCapability.WIPES_AFTER_UNCLEAN_STOP)
  ) {
    problems.warn(
      EngineRisk.SHORT_GRACE_PERIOD,
      'terminationGracePeriod',
      `the engine has only ${left} s left to stop, but can need more than ${STOP_SECONDS} s; if it is killed before it has written its cache, ${version.tag} deletes the whole cache at the next start`,
    );
  }
  return seconds;
}
