import type { k8s } from 'cdk8s-plus-28';
import type { BoundCache } from '../storage/cache-volume';
import type { Problems } from '../reporting/problems';
import { isInDirectory } from '../storage/node-directories';
import type { IEngineNodes } from './engine-nodes-interface';

/** The properties of an engine that its nodes determine. */
interface PlacedProps {
  readonly nodes?: IEngineNodes;
  readonly nodeSelector?: { [key: string]: string };
  readonly tolerations?: k8s.Toleration[];
}

/** Returns the properties with the node selector and the tolerations of `nodes`. Reports a selector that conflicts. */
export function placeOnNodes<T extends PlacedProps>(props: T, problems: Problems): T {
  const { nodes, nodeSelector = {}, tolerations = [] } = props;
  if (nodes === undefined) {
    return props;
  }
  for (const [key, value] of Object.entries(nodes.nodeSelector)) {
    if (nodeSelector[key] !== undefined && nodeSelector[key] !== value) {
      problems.add(`nodeSelector[${JSON.stringify(key)}]`, {
        wrong: `conflicts with nodes, which have the label ${key}: ${value}`,
        got: nodeSelector[key],
        allowed: 'other labels',
        fix: 'remove it, or remove nodes',
      });
    }
  }
  return {
    ...props,
    nodeSelector: { ...nodes.nodeSelector, ...nodeSelector },
    tolerations: [...tolerations, ...nodes.tolerations],
  };
}

/** Reports a cache that isn't on the disk for caches. */
export function checkCacheDirectory(
  nodes: IEngineNodes | undefined,
  cache: BoundCache | undefined,
  problems: Problems,
): void {
  const directory = nodes?.cacheDirectory;
  const path = cache?.volume?.hostPath?.path;
  if (directory !== undefined && path !== undefined && !isInDirectory(path, directory)) {
    problems.add('cache', {
      wrong: `is not on the disk that nodes provide for caches, ${directory}`,
      got: path,
      allowed: `a directory in ${directory}`,
      fix: 'use CacheVolume.hostPath() without a path',
    });
  }
}
