import { drainSettingsOf } from '../pod/drain-script';
import { autoscalerOf } from '../reading/autoscaler';
import type { DescribedEngine } from '../reading/described-engine';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { releaseOfTag } from '../version/release-of-tag';
import { RETIRED } from '../fleet/retired-label';
import { readImage } from '../reading/engine-image';
import { podOf } from '../reading/engine-pods';
import type { EngineVersion } from '../version/engine-version';
import { EngineCapability } from '../version/engine-capability';
import { duration } from './english';

/** The kinds whose controllers replace pods when the pod template changes. */
export const ROLLING_KINDS = ['DaemonSet', 'Deployment', 'StatefulSet'];

/** Whether a controller replaces the pods of an object when its pod template changes. */
export function isRolling({ kind, type }: ManifestObject): boolean {
  return type === `apps/${kind}` && ROLLING_KINDS.includes(kind);
}

/** Returns the number of pods in a manifest, or undefined if an autoscaler or the number of nodes determines it. */
export function podCount(object: ManifestObject, inventory: Inventory): number | undefined {
  const replicas = object.root.at('spec', 'replicas').number;
  return object.kind === 'DaemonSet' || (replicas === undefined && autoscalerOf(object, inventory) !== undefined)
    ? undefined
    : (replicas ?? 1);
}

/** Returns the lowest ordinal of a StatefulSet's pods. */
export function firstOrdinal({ root }: ManifestObject): number {
  return root.at('spec', 'ordinals', 'start').number ?? 0;
}

/** Returns the name of a range of a StatefulSet's pods, from the highest to the lowest ordinal. */
export function podRange(name: string, highest: number, lowest: number): string {
  return highest === lowest ? `${name}-${lowest}` : `${name}-${highest} to ${name}-${lowest}`;
}

/** Returns the arguments of kubectl that select a workload, such as `statefulset/pool --namespace ci`. */
export function target({ kind, name }: ManifestObject): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** Returns the option of kubectl for the namespace of an object. */
export function namespaceOption({ namespace }: ManifestObject): string {
  return namespace === undefined ? '' : ` --namespace ${namespace}`;
}

/** Returns the release of an engine, or undefined if neither its image nor its labels name one. */
export function releaseOf({ container, object, pod }: DescribedEngine): EngineVersion | undefined {
  const labels = [pod.at('metadata', 'labels'), object.root.at('metadata', 'labels')];
  return [
    readImage(container.at('image').text ?? '').release,
    ...labels.map((one) => releaseOfTag(one.at('app.kubernetes.io/version').text)),
  ].find((release) => release !== undefined);
}

/** Returns the release of an engine for messages, or its image if the release isn't known. */
export function releaseName(engine: DescribedEngine): string {
  return releaseOf(engine)?.tag ?? `the image ${engine.container.at('image').text ?? ''}`;
}

/** The shutdown of an engine's pod. */
export interface Stop {
  /** The number of seconds after which Kubernetes kills the pod. */
  readonly graceSeconds: number;
  /** The number of seconds that the pod waits for clients, or undefined if this isn't known. */
  readonly drainSeconds: number | undefined;
  /** Whether the pod has a preStop hook. */
  readonly hasHook: boolean;
}

/** Returns the shutdown of an engine's pod. */
export function stopOf({ container, spec }: DescribedEngine): Stop {
  const hook = container.at('lifecycle', 'preStop');
  return {
    graceSeconds: spec.at('terminationGracePeriodSeconds').number ?? 30,
    drainSeconds: drainSettingsOf(hook.at('exec', 'command').items[2]?.text ?? '')?.atMost,
    hasHook: hook.exists,
  };
}

/** Whether a workload has no pods. */
export function hasNoPods({ inventory, object }: DescribedEngine): boolean {
  return selectsNoNode(object) || podCount(object, inventory) === 0;
}

/** Whether a stopping engine cuts builds at once. */
export function cutsBuilds(engine: DescribedEngine): boolean {
  const { drainSeconds, hasHook } = stopOf(engine);
  return !hasHook || drainSeconds === 0;
}

/** Whether a killed engine loses a cache that otherwise outlives its pod. */
export function maySufferFromKill(engine: DescribedEngine): boolean {
  return (
    cutsBuilds(engine) &&
    !hasNoPods(engine) &&
    engine.version.supports(EngineCapability.WIPES_AFTER_UNCLEAN_STOP) &&
    engine.version.supports(EngineCapability.STOP_WAITS_FOR_CLIENTS)
  );
}

/** Returns sentences about the builds that run while an engine stops. */
export function stopSentences(engine: DescribedEngine): string[] {
  const { drainSeconds, graceSeconds, hasHook } = stopOf(engine);
  if (drainSeconds !== undefined && drainSeconds > 0) {
    return [
      `Each engine waits up to ${duration(drainSeconds)} for its clients before it stops. Builds that take longer are cut.`,
    ];
  }
  if (hasHook && drainSeconds === undefined) {
    return [
      `Each engine runs its own preStop hook first. Kubernetes kills it ${duration(graceSeconds)} after the stop began, and builds that still run are cut.`,
    ];
  }
  return ['The old pods have no drain, so running builds are cut at once.'];
}

/** Whether a DaemonSet selects no node, because it belongs to a drained member of a fleet. */
export function selectsNoNode(object: ManifestObject): boolean {
  return object.kind === 'DaemonSet' && podOf(object)!.at('spec', 'nodeSelector', RETIRED).exists;
}
