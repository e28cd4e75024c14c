import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { posix } from 'node:path';
import type { SidecarCache } from '../client/sidecar-cache-state';
import { CONTAINER_NAME } from '../pod/engine-container';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { BoundCache } from '../storage/cache-volume';
import { isInDirectory, normalDirectory } from '../storage/node-directories';
import type { EnginePlan } from './engine-plan';
import { alwaysShareNode, neverShareNode, onSameNodes, type Placement } from './node-overlap';
import { SEPARATE } from './separate-clusters';

/** An engine in the app. The checks report to `problems`. */
interface ComparedEngine {
  readonly path: string;
  readonly cluster: IConstruct;
  readonly plan: EnginePlan;
  readonly workload: ApiObject;
  readonly problems: Problems;
}

/** The cache of a sidecar engine. The engines of all its jobs use it. */
export interface SidecarVolume extends SidecarCache {
  readonly path: string;
  readonly cluster: IConstruct;
}

/** A construct that uses volumes. A sidecar has no `placement`, because the nodes of its jobs are unknown. */
interface User {
  readonly path: string;
  readonly placement: Placement | undefined;
  /**
   * Returns the mounted directory within the volume. This is a function, because JSON patches can set the directory
   * until synth.
   */
  readonly subPath: () => string;
  /** The volumes of the cache. */
  readonly caches: readonly Volume[];
  readonly socket?: Volume;
}

interface Volume {
  /** A key that is unique across clusters. */
  readonly key: string;
  /** Whether only engines on the same node use the same volume. */
  readonly isOnNode: boolean;
}

/** The users of all volumes. */
class Users {
  /** The users that may use a volume together with a user, by the key of the volume. */
  private readonly groups = new Map<string, Map<User, readonly User[]>>();

  public constructor(users: readonly User[]) {
    const volumes = new Map<string, { readonly isOnNode: boolean; readonly users: User[] }>();
    for (const user of users) {
      for (const { isOnNode, key } of [...user.caches, ...(user.socket === undefined ? [] : [user.socket])]) {
        const volume = volumes.get(key) ?? { isOnNode, users: [] };
        volume.users.push(user);
        volumes.set(key, volume);
      }
    }
    for (const [key, volume] of volumes) {
      const groups = volume.isOnNode ? onSameNodes(volume.users) : [volume.users];
      this.groups.set(key, new Map(groups.flatMap((group) => group.map((user) => [user, group] as const))));
    }
  }

  /** Returns the earlier users of a user's volumes. */
  public before(user: User, volumes: readonly Volume[]): readonly User[] {
    return volumes.flatMap(({ isOnNode, key }) => {
      const group = this.groups.get(key)!.get(user)!;
      const earlier = group.slice(0, group.indexOf(user));
      return isOnNode ? earlier.filter((other) => !neverShareNode(user.placement, other.placement)) : earlier;
    });
  }
}

/**
 * Reports engines that use the same claim, NFS export or directory. Only one engine can lock a cache; the others exit.
 * A shared directory on nodes is an error if the engines always run on the same node, and a warning otherwise.
 */
export function checkSharedVolumes(engines: readonly ComparedEngine[], sidecars: readonly SidecarVolume[]): void {
  const ofSidecars = sidecars.map(({ cache, cluster, namespace, path }): User => {
    const claim = cache.volume?.persistentVolumeClaim?.claimName;
    const claims = claim === undefined ? [] : [claim];
    return { path, placement: undefined, subPath: () => '', caches: cacheVolumes(cluster, namespace, cache, claims) };
  });
  const ofEngines = engines.map((engine) => ({ engine, user: userOf(engine) }));
  const users = new Users([...ofSidecars, ...ofEngines.map(({ user }) => user)]);
  for (const { engine, user } of ofEngines) {
    const { plan, problems } = engine;
    if (plan.cacheInUse !== undefined) {
      const others = users.before(user, user.caches);
      reportCache(
        plan.cacheInUse,
        user,
        others.filter((other) => other.subPath() === user.subPath()),
        problems,
      );
    }
    if (user.socket !== undefined) {
      reportSocket(plan.hostSocket!.path, user, users.before(user, [user.socket]), problems);
    }
  }
  warnAboutNestedCaches(engines);
}

function userOf({ cluster, path, plan, workload }: ComparedEngine): User {
  const { cacheInUse, claimNames, hostSocket, namespace } = plan;
  let subPath: string | undefined;
  return {
    path,
    placement: plan,
    subPath: () => (subPath ??= subPathOf(workload, plan)),
    caches: cacheInUse === undefined ? [] : cacheVolumes(cluster, namespace, cacheInUse, claimNames),
    ...(hostSocket && { socket: volume(cluster, true, 'hostSocket', normalDirectory(hostSocket.path)) }),
  };
}

/** Returns the volumes of a cache. */
function cacheVolumes(
  cluster: IConstruct,
  namespace: string | undefined,
  { volume: source }: BoundCache,
  claims: readonly string[],
): Volume[] {
  const { hostPath, nfs } = source ?? {};
  return [
    ...claims.map((claim) => volume(cluster, false, 'claim', namespace, claim)),
    ...(nfs ? [volume(cluster, false, 'nfs', nfs.server.toLowerCase(), normalDirectory(nfs.path))] : []),
    ...(hostPath ? [volume(cluster, true, 'hostPath', normalDirectory(hostPath.path))] : []),
  ];
}

function volume(cluster: IConstruct, isOnNode: boolean, ...names: ReadonlyArray<string | undefined>): Volume {
  return { isOnNode, key: JSON.stringify([cluster.node.path, ...names]) };
}

/** Warns about a cache directory on a node that is inside the cache directory of another engine. */
function warnAboutNestedCaches(engines: readonly ComparedEngine[]): void {
  const caches = new Map<string, ComparedEngine[]>();
  const keyOf = (cluster: IConstruct, path: string): string => JSON.stringify([cluster.node.path, path]);
  for (const engine of engines.filter(hasDirectory)) {
    const key = keyOf(engine.cluster, hostPathOf(engine));
    const others = caches.get(key) ?? [];
    others.push(engine);
    caches.set(key, others);
  }
  for (const engine of engines.filter(hasDirectory)) {
    for (const path of directoriesAbove(hostPathOf(engine))) {
      const outer = caches.get(keyOf(engine.cluster, path))?.find((other) => containsCache(other, engine));
      if (outer !== undefined) {
        engine.problems.warn(
          EngineRisk.SHARED_HOST_PATH,
          'cache',
          `the node's directory ${directoryOf(engine)} is inside ${directoryOf(outer)}, the cache of ${outer.path}. If that engine deletes its cache, it also deletes this directory`,
          'use a directory outside that cache',
        );
      }
    }
  }
}

function hasDirectory({ plan }: ComparedEngine): boolean {
  return plan.cacheInUse?.volume?.hostPath !== undefined;
}

/** Returns the directory on the node that is the volume of a cache. */
function hostPathOf({ plan }: ComparedEngine): string {
  return normalDirectory(plan.cacheInUse!.volume!.hostPath!.path);
}

/** Returns the directory on the node that contains a cache, which can be a subdirectory of the volume. */
function directoryOf(engine: ComparedEngine): string {
  return normalDirectory(posix.join(hostPathOf(engine), subPathOf(engine.workload, engine.plan)));
}

/** Returns the directories that contain a directory, without the root. */
function directoriesAbove(directory: string): string[] {
  const names = directory.split('/').slice(1, -1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
}

function containsCache(outer: ComparedEngine, inner: ComparedEngine): boolean {
  return !neverShareNode(outer.plan, inner.plan) && isInDirectory(directoryOf(inner), directoryOf(outer));
}

function reportCache(cache: BoundCache, user: User, others: readonly User[], problems: Problems): void {
  const [other] = others;
  if (other === undefined) {
    return;
  }
  if (cache.volume?.hostPath === undefined) {
    problems.add('cache', {
      wrong: `${other.path} uses the same volume, and the second engine fails to lock it`,
      got: cache.title,
      allowed: 'a separate volume for each engine',
      fix: `give each engine its own claim or path, ${SEPARATE}`,
      risk: EngineRisk.SHARED_CACHE,
    });
    return;
  }
  const onSameNode = others.find((one) => alwaysShareNode(one.placement, user.placement));
  if (onSameNode === undefined) {
    problems.warn(
      EngineRisk.SHARED_HOST_PATH,
      'cache',
      `${other.path} also uses ${cache.title}. On the same node, the second engine can't lock it and crash-loops`,
      'use another directory, or keep the engines on different nodes',
    );
  } else {
    problems.add('cache', {
      wrong: `${onSameNode.path} uses the same directory on the same nodes, and the second engine fails to lock it`,
      got: cache.title,
      allowed: 'a separate directory for each engine on a node',
      fix: `give each engine its own path or its own nodes, ${SEPARATE}`,
      risk: EngineRisk.SHARED_CACHE,
    });
  }
}

function reportSocket(directory: string, user: User, others: readonly User[], problems: Problems): void {
  const [other] = others;
  if (other === undefined) {
    return;
  }
  const onSameNode = others.find((one) => alwaysShareNode(one.placement, user.placement));
  if (onSameNode === undefined) {
    problems.warn(
      EngineRisk.SHARED_HOST_PATH,
      'hostSocket',
      `${other.path} also uses the node's directory ${JSON.stringify(directory)}. On the same node, the second engine silently replaces the socket`,
      'use another directory, or keep the engines on different nodes',
    );
  } else {
    problems.add('hostSocket', {
      wrong: `${onSameNode.path} uses the same directory on the same nodes, and the second engine silently replaces its socket`,
      got: directory,
      allowed: 'a separate directory for each engine on a node',
      fix: `give each engine its own directory or its own nodes, or use HostSocket.none(), ${SEPARATE}`,
      risk: EngineRisk.SHARED_SOCKET,
    });
  }
}

/** Returns the directory within the cache volume that an engine mounts, according to its rendered pod. */
function subPathOf(workload: ApiObject, { cacheInUse: cache }: EnginePlan): string {
  const { containers = [] } = (workload.toJson() as { spec: { template: { spec: Partial<PodSpec> } } }).spec.template
    .spec;
  const mount = containers
    .find(({ name }) => name === CONTAINER_NAME)
    ?.volumeMounts?.find(({ name }) => name === cache?.volumeName);
  return mount?.subPath === undefined ? '' : normalDirectory(mount.subPath);
}
