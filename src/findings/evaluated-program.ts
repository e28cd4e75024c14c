import { posix } from 'node:path';
import { EnvVar } from '../pod/env-var';
import { NodeStopLimit } from '../pod/node-stop-limit';
import type { EngineProgram } from '../program/engine-program';
import {
  data,
  entryOf,
  literal,
  nonEmptyList,
  nonEmptyObject,
  object,
  staticCall,
  withEntries,
} from '../program/expression';
import type { Expression, ObjectExpression } from '../program/expression';
import type { DescribedEngine } from '../reading/described-engine';
import { engineProperties, groups } from '../reading/engine-properties';
import { LABELS_OF_CONSTRUCTS } from '../reading/pod-properties';
import { cacheOfVolume, duration } from '../reading/property-expressions';
import { nodePoolsOf } from '../reading/node-pools';
import { SHELL_NAME } from '../reading/variables';
import { classOf } from '../reading/workload-properties';
import { isAtOrBelow } from '../reporting/property-path';

/**
 * Returns a program for an engine, for a check with the constructs. The program's selector matches the pods of another
 * engine only if the selector in the manifest does. Properties that Kubernetes accepts and the constructs reject are
 * left out.
 */
export function evaluatedProgram(engine: DescribedEngine): EngineProgram {
  const props = engineProperties(engine);
  const { inventory, object: workload } = engine;
  const matchLabels = workload.root.at('spec', 'selector', 'matchLabels');
  const selector = hasPlainSelector(engine)
    ? matchLabels.texts
    : { 'dagger-engine/place': `${inventory.objects.indexOf(workload)}-${engine.index}` };
  // The constructs would add labels that these pods don't have. With empty values, these labels match no selector.
  const podLabels = {
    ...Object.fromEntries(LABELS_OF_CONSTRUCTS.map((label) => [label, ''])),
    ...(engine.index === 0 && engine.labels),
  };
  return {
    className: classOf(workload.kind),
    props: withEntries(props, {
      name: workload.kind === 'StatefulSet' ? entryOf(props, 'name') : undefined,
      security: groups(engine),
      resources: entryOf(props, 'resources') ?? data({}, engine.container.at('resources').origin),
      ...subdirectory(engine),
      nodeStopLimits: nodeStopLimits(engine),
      env: environment(engine, entryOf(props, 'env') as ObjectExpression | undefined),
      takeOver: literal(true),
      podSelector: data(selector, matchLabels.origin),
      podLabels: data(Object.fromEntries(Object.entries(podLabels).filter(([key]) => !Object.hasOwn(selector, key)))),
    }),
    patches: () => ({}),
    others: [],
  };
}

/** Returns the limits of the NodePools whose nodes can run the engine. */
function nodeStopLimits(engine: DescribedEngine): Expression | undefined {
  const pools = nodePoolsOf(engine).filter(({ graceSeconds }) => graceSeconds !== undefined);
  const limits = pools.map(({ grace: { origin }, graceSeconds }) =>
    staticCall({ NodeStopLimit }, 'karpenter', [duration(graceSeconds!)], origin),
  );
  return nonEmptyList(limits, pools[0]?.grace.origin ?? '');
}

/** Returns the variables of the engine, with the values that ConfigMaps contain. */
function environment(
  { container, variables }: DescribedEngine,
  env: ObjectExpression = object({}, container.at('env').origin),
): ObjectExpression | undefined {
  const texts = [...variables].filter(([name, { text }]) => text !== undefined && SHELL_NAME.test(name));
  const ofConfigMaps = texts.filter(([, { path }]) => !isAtOrBelow(path, container.path));
  return nonEmptyObject(
    withEntries(
      env,
      Object.fromEntries(
        ofConfigMaps.map(([name, { origin, text }]) => [
          name,
          staticCall({ EnvVar }, 'fromValue', [literal(text!)], origin),
        ]),
      ),
    ),
  );
}

/**
 * Returns the `cache` property for a mounted subdirectory of the cache volume. Engines with different subdirectories
 * don't share a cache.
 */
function subdirectory({ mounts: { cache } }: DescribedEngine): { readonly cache?: Expression } {
  const path = cache?.volume?.at('hostPath', 'path').text;
  const subPath = cache?.mount.at('subPath').text;
  if (path === undefined || !subPath) {
    return {};
  }
  const { map } = cache!.volume!;
  const hostPath = { ...cache!.volume!.at('hostPath').map, path: posix.join(path, subPath) };
  return { cache: cacheOfVolume(cache!.volume!.with({ ...map, hostPath }), 'NODE') };
}

/** Whether the selector of a workload can be compared with others. Kubernetes generates the selector of a Job. */
function hasPlainSelector({ index, labels, object: { kind, root } }: DescribedEngine): boolean {
  const selector = root.at('spec', 'selector');
  const matchLabels = selector.at('matchLabels').texts;
  return (
    // Two engines in one pod belong to the same workload.
    index === 0 &&
    kind !== 'Job' &&
    Object.keys(matchLabels).length > 0 &&
    !selector.at('matchExpressions').exists &&
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    !('app.kubernetes.io/version' in matchLabels)
  );
}
