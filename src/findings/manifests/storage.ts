import { posix } from 'node:path';
import { CacheVolume } from '../../storage/cache-volume';
import { call, literal, object, type Expression } from '../../program/expression';
import {
  cacheOfClaimTemplate,
  cacheOfVolume,
  noCache,
  noSocket,
  sharingOf,
  socketOfVolume,
} from '../../reading/property-expressions';
import { shape } from '../../reading/k8s-expressions';
import type { Findings } from '../finding';
import { DEFAULT_STATE, holds } from '../flags';
import { reportCacheElsewhere, reportOldSocket } from '../pod-rules';
import { isConfigMount, pathOf } from './config-files';
import type { DescribedEngine } from './described-engine';
import type { Field } from '../../reading/field';
import { report } from '../manifest-findings';

/** What an engine keeps, and what it shows of itself on its node. */
export interface StorageParts {
  readonly cache: Expression;
  readonly hostSocket: Expression;
  readonly configVolumeName?: Expression;
  /** The volumes beside those, as the constructs take them. */
  readonly volumes: readonly Expression[];
  readonly volumeMounts: readonly Expression[];
}

export function storage(engine: DescribedEngine, findings: Findings): StorageParts {
  const {
    container,
    json,
    object: { kind, root },
    spec,
    toml,
    version,
  } = engine;
  const templates = kind === 'StatefulSet' ? root.at('spec', 'volumeClaimTemplates').items : [];
  const named = (fields: readonly Field[], name: string | undefined, ...path: string[]): Field | undefined =>
    fields.find((one) => one.at(...path, 'name').text === name);
  const all = spec.at('volumes').items;
  const mounts = container.at('volumeMounts').items;

  const cacheMount = mountOfCache(engine, mounts);
  const cacheName = cacheMount?.at('name').text;
  const template = cacheName === undefined ? undefined : named(templates, cacheName, 'metadata');
  const volume = cacheName === undefined ? undefined : named(all, cacheName);
  if (cacheMount !== undefined && isBeside(pathOf(cacheMount), engine)) {
    reportCacheElsewhere(pathOf(cacheMount), engine.stateDirectory, cacheMount.origin, findings);
  }

  const socketMount = mountOfSocket(engine, mounts, all);
  const socketDirectory = posix.dirname(version.socketPath);
  if (socketMount !== undefined && pathOf(socketMount).startsWith('/run/buildkit')) {
    reportOldSocket(version, socketMount.origin, findings);
  }
  const socket = socketMount && named(all, socketMount.at('name').text);

  const configVolume =
    toml.kind === 'text'
      ? toml.volume
      : json.kind === 'text'
        ? json.volume
        : mounts.find(isConfigMount)?.at('name').text;
  const taken = [cacheName, socket?.at('name').text, configVolume];
  return {
    cache:
      template !== undefined
        ? claims(template, root)
        : volume !== undefined
          ? cacheOfVolume(sourced(volume), sharingOf(volume.map ?? {}, cacheMount!.map ?? {}), volume.origin)
          : cacheMount !== undefined
            ? missing(cacheMount, findings)
            : noCache(container.at('volumeMounts').exists ? container.at('volumeMounts').origin : container.origin),
    hostSocket: socket === undefined ? noSocket(container.origin) : socketOfVolume(sourced(socket), socket.origin),
    ...(configVolume !== undefined && { configVolumeName: literal(configVolume) }),
    volumes: [
      ...all
        .filter(
          (one) =>
            !taken.includes(one.at('name').text) && named(templates, one.at('name').text, 'metadata') === undefined,
        )
        .map((one) => shape(sourced(one), 'Volume', one.origin)),
      ...templates
        .filter((one) => !taken.includes(one.at('metadata', 'name').text))
        .map((one) => shape({ name: one.at('metadata', 'name').value, emptyDir: {} }, 'Volume', one.origin)),
    ],
    volumeMounts: mounts
      .filter(
        (mount) =>
          mount !== cacheMount &&
          mount !== socketMount &&
          !isConfigMount(mount) &&
          !(socket !== undefined && pathOf(mount) === socketDirectory),
      )
      .map((mount) => shape(mount.value, 'VolumeMount', mount.origin)),
  };
}

/** The mount of the engine's state, or of a directory that holds it; else one beside it, which is meant for it. */
function mountOfCache(engine: DescribedEngine, mounts: readonly Field[]): Field | undefined {
  const above = mounts
    .filter((mount) => holds(pathOf(mount), engine.stateDirectory))
    .sort((a, b) => pathOf(b).length - pathOf(a).length);
  return above[0] ?? mounts.find((mount) => isBeside(pathOf(mount), engine));
}

/** Where other engines have their state, or would have it. */
function isBeside(path: string, { stateDirectory }: DescribedEngine): boolean {
  return (
    !holds(path, stateDirectory) &&
    (path === DEFAULT_STATE || [stateDirectory, DEFAULT_STATE].some((state) => path.startsWith(`${state}-`)))
  );
}

/** The mount of a directory of the node where the engine's socket is to appear, by preference where clients look. */
function mountOfSocket(
  { version }: DescribedEngine,
  mounts: readonly Field[],
  volumes: readonly Field[],
): Field | undefined {
  const ofNode = mounts.filter(
    (mount) =>
      volumes.find((volume) => volume.at('name').text === mount.at('name').text)?.at('hostPath').exists === true,
  );
  return (
    ofNode.find((mount) => pathOf(mount) === posix.dirname(version.socketPath)) ??
    ofNode.find((mount) => /^\/run\/(buildkit|dagger)(-[^/]+)?$/.test(pathOf(mount)))
  );
}

/** A volume that has no source is an empty directory (kubernetes/kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_Volume). */
function sourced(volume: Field): unknown {
  const hasSource = volume.entries.some(([key, { exists }]) => key !== 'name' && exists);
  return hasSource ? volume.value : { ...volume.map, emptyDir: {} };
}

function claims(template: Field, workload: Field): Expression {
  const retention = workload.at('spec', 'persistentVolumeClaimRetentionPolicy');
  return cacheOfClaimTemplate(
    template.value,
    { whenDeleted: retention.at('whenDeleted').text, whenScaled: retention.at('whenScaled').text },
    template.origin,
    retention.origin,
  );
}

/** Kubernetes refuses the pod; what else is wrong with it is found with an empty directory in its place. */
function missing(mount: Field, findings: Findings): Expression {
  const name = mount.at('name');
  report(
    findings,
    'no-volume',
    name.origin,
    `the pod has no volume ${JSON.stringify(name.text)}, which Kubernetes refuses`,
    'add the volume, or a claim template of that name',
  );
  return call(
    'CacheVolume.emptyDir',
    CacheVolume.emptyDir,
    [object({ volumeName: literal(name.text ?? '') })],
    mount.origin,
  );
}
