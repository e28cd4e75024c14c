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
import { alwaysShareNode, neverShareNode, type Placement } from './node-overlap';
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

/** A construct that uses a volume. A sidecar has no `placement`, because the nodes of its jobs are unknown. */
interface User {
  readonly path: string;
  readonly placement?: Placement;
  /**
   * Returns the mounted directory within the volume. This is a function, because JSON patches can set the directory
   * until synth.
   */
  readonly subPath: () => string;
}

/** The users of each volume. The key of a volume is unique across clusters. */
class Users {
  private readonly users = new Map<string, User[]>();

  /** Adds a user of a volume, and returns its earlier users. */
  public add(user: User, volume: ReadonlyArray<string | undefined>): readonly User[] {
    const key = JSON.stringify(volume);
    const earlier = this.users.get(key) ?? [];
    this.users.set(key, [...earlier, user]);
    return earlier;
  }
}

/**
 * Reports engines that use the same claim, NFS export or directory. Only one engine can lock a cache; the others exit.
 * A shared directory on nodes is an error if the engines always run on the same node, and a warning otherwise.
 */
export function checkSharedVolumes(engines: readonly ComparedEngine[], sidecars: readonly SidecarVolume[]): void {
  const users = new Users();
  for (const { cache, cluster, namespace, path } of sidecars) {
    const claim = cache.volume?.persistentVolumeClaim?.claimName;
    addToCaches(users, { path, subPath: () => '' }, [
      cluster.node.path,
      namespace,
      cache,
      claim === undefined ? [] : [claim],
    ]);
  }
  for (const { cluster, path, plan, problems, workload } of engines) {
    const { cacheInUse: cache, claimNames, hostSocket, namespace } = plan;
    const user = { path, placement: plan, subPath: () => subPathOf(workload, plan) };
    if (cache !== undefined) {
      reportCache(cache, user, addToCaches(users, user, [cluster.node.path, namespace, cache, claimNames]), problems);
    }
    if (hostSocket !== undefined) {
      const earlier = users
        .add(user, [cluster.node.path, 'hostSocket', normalDirectory(hostSocket.path)])
        .filter(mayMeet(user));
      reportSocket(hostSocket.path, user, earlier, problems);
    }
  }
  warnAboutNestedCaches(engines);
}

/** Warns about a cache directory on a node that is inside the cache directory of another engine. */
function warnAboutNestedCaches(engines: readonly ComparedEngine[]): void {
  const caches = new Map<string, ComparedEngine[]>();
  const keyOf = (cluster: IConstruct, path: string): string => JSON.stringify([cluster.node.path, path]);
  for (const engine of engines.filter(hasDirectory)) {
    const key = keyOf(engine.cluster, hostPathOf(engine));
    caches.set(key, [...(caches.get(key) ?? []), engine]);
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

/** Adds a user of a cache. Returns the earlier users of the same volumes. */
function addToCaches(
  users: Users,
  user: User,
  [cluster, namespace, { volume }, claims]: [string, string | undefined, BoundCache, readonly string[]],
): readonly User[] {
  const { hostPath, nfs } = volume ?? {};
  return [
    ...claims.flatMap((claim) => users.add(user, [cluster, 'claim', namespace, claim])),
    ...(nfs ? users.add(user, [cluster, 'nfs', nfs.server.toLowerCase(), normalDirectory(nfs.path)]) : []),
    ...(hostPath ? users.add(user, [cluster, 'hostPath', normalDirectory(hostPath.path)]).filter(mayMeet(user)) : []),
  ].filter((other) => other.subPath() === user.subPath());
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
  const onSameNode = others.find((one) => shareNode(one, user));
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
  const onSameNode = others.find((one) => shareNode(one, user));
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

function shareNode(one: User, other: User): boolean {
  return (
    one.placement !== undefined && other.placement !== undefined && alwaysShareNode(one.placement, other.placement)
  );
}

/** Returns a predicate for users that may run on the same node as this one. */
function mayMeet({ placement }: User): (other: User) => boolean {
  return (other) =>
    placement === undefined || other.placement === undefined || !neverShareNode(placement, other.placement);
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
