import type { Client, Selection } from './client';

/**
 * Calls `onChange` with all pods, first with the existing ones and then after each change, so that no state is missed.
 * The returned function ends the watch.
 */
export async function watchPods(
  client: Client,
  selection: Selection,
  onChange: (pods: readonly any[]) => void,
): Promise<() => void> {
  const unheard = new Set((await client.list('v1', 'Pod', selection)).map(({ metadata }) => metadata.uid));
  const pods = new Map<string, any>();
  return client.watch('v1', 'Pod', selection, ({ type, object }) => {
    if (type === 'DELETED') {
      pods.delete(object.metadata.uid);
    } else {
      pods.set(object.metadata.uid, object);
    }
    unheard.delete(object.metadata.uid);
    if (unheard.size === 0) {
      onChange([...pods.values()]);
    }
  });
}

/**
 * Returns the largest number of pods that share a key, such as a node. A terminating pod counts until the kubelet
 * reports that all its processes are gone.
 */
export function mostSharing(pods: readonly any[], keysOf: (pod: any) => readonly string[]): number {
  const counts = new Map<string, number>();
  for (const key of pods.flatMap(keysOf)) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Returns a list that contains the pod's node, or an empty list if the pod isn't scheduled yet. */
export function nodesOf(pod: any): string[] {
  return pod.spec.nodeName === undefined ? [] : [pod.spec.nodeName];
}

/**
 * Returns the names of the claims that a pod mounts. The claim for an ephemeral volume is named after the pod and the
 * volume.
 */
export function claimsOf({ metadata, spec }: any): string[] {
  return (spec.volumes ?? []).flatMap(({ name, ephemeral, persistentVolumeClaim }: any) => {
    const claim = ephemeral === undefined ? persistentVolumeClaim?.claimName : `${metadata.name}-${name}`;
    return claim === undefined ? [] : [claim];
  });
}

/** Whether a pod serves clients: it is ready and not terminating. */
export function isAvailable({ metadata, status }: any): boolean {
  return metadata.deletionTimestamp === undefined && isReady({ status });
}

export function isReady(object: any): boolean {
  return object?.status.conditions?.some(({ type, status: is }: any) => type === 'Ready' && is === 'True') === true;
}

/** Returns the image of a pod's first container. */
export function imageOf({ spec }: any): string {
  return spec.containers[0].image;
}
