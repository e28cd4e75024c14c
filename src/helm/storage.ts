import { CacheVolume } from '../storage/cache-volume';
import { ClaimRetention, VolumeAccessMode } from '../storage/cache-volume-options';
import { instead } from '../internal/nearest';
import type { Problems } from '../internal/problems';
import { checkQuantity } from '../internal/quantity';
import type { Patch, Rendered } from '../program/engine-program';
import { call, literal, object, type Data, type Expression } from '../program/expression';
import { cacheOfClaimTemplate, cacheOfVolume, noCache, noSocket, socketOfVolume } from '../program/parts';
import { report } from './chart-findings';
import { POD_SPEC, volumeIndex } from './restorations';
import type { Translation } from './translation';
import { isEmpty, type Value, type ValueMap, type Values } from './values';

/** Where the cache and the socket live, and the volumes beside them. */
export interface StorageParts {
  readonly cache: Expression;
  readonly hostSocket?: Expression;
  /** The user's volumes without those that stand in the place of the chart's. */
  readonly volumes: readonly ValueMap[];
  readonly patches?: (workload: Rendered) => readonly Patch[];
}

const STATE = '/var/lib/dagger';

export function hostPath(volume: string, path: string): ValueMap {
  return { name: volume, hostPath: { path } };
}

/** A DaemonSet of the official chart: directories of the node, each with a switch. */
export function daemonSetStorage({ findings, names, values }: Translation): StorageParts {
  const socketKey = 'engine.hostPath.runVolume.enabled';
  const cacheKey = 'engine.hostPath.dataVolume.enabled';
  const hasSocket = values.flag(socketKey);
  if (hasSocket) {
    report(findings, 'host-socket-path', socketKey, `the socket is in /run/dagger-${names.fullname} of the node, and runners that mount /run/dagger, as the documentation of GitLab Runner has it, find an empty directory`,
      'mount engine.hostSocketDirectory in runners, or connect them with engine.connect(...)');
  }
  return {
    cache: values.flag(cacheKey)
      ? cacheOfVolume(hostPath('varlibdagger', `${STATE}-${names.fullname}`), 'NODE', cacheKey)
      : noCache(cacheKey),
    hostSocket: hasSocket ? socketOfVolume(hostPath('varrundagger', `/run/dagger-${names.fullname}`), socketKey) : noSocket(socketKey),
    volumes: values.maps('engine.volumes'),
  };
}

/** Names and directories of a StatefulSet's volumes. */
export interface StatefulSetPaths {
  readonly data: string;
  readonly run: string;
}

/** A StatefulSet of the official chart or of kubiya: a claim, a directory of the node, or a volume of the user's called `data`. */
export function statefulSetStorage(translation: Translation, paths: StatefulSetPaths): StorageParts {
  const { values } = translation;
  const socketKey = 'engine.hostPath.runVolume.enabled';
  return {
    ...dataVolume(translation, paths.data),
    ...(values.flag(socketKey) && { hostSocket: socketOfVolume(hostPath('run', paths.run), socketKey) }),
  };
}

function dataVolume(translation: Translation, path: string): Pick<StorageParts, 'cache' | 'volumes' | 'patches'> {
  const { findings, values } = translation;
  const hostKey = 'engine.hostPath.dataVolume.enabled';
  const claimKey = 'engine.statefulSet.persistentVolumeClaim';
  const volumes = values.maps('engine.volumes');
  const own = volumes.findIndex((volume) => volume.name === 'data');
  const others = volumes.filter((_, index) => index !== own);
  if (values.flag(`${claimKey}.enabled`)) {
    const isOnHost = values.flag(hostKey);
    if (isOnHost || own >= 0) {
      report(findings, 'volume-declared-twice', isOnHost ? hostKey : `engine.volumes[${own}]`, 'the pods have a volume "data" of their own and a claim template of that name; the claim wins, and the other is never used', isOnHost ? `set ${hostKey}: false` : 'remove it');
    }
    return {
      cache: claimTemplate(translation, claimKey),
      volumes: others,
      patches: (workload) => {
        const count = ((workload.spec.template.spec.volumes ?? []) as unknown[]).length;
        return [
          ...(isOnHost ? [addVolume(count, 0, hostPath('data', path))] : []),
          // Behind it are the user's volumes that follow it in the values.
          ...(own < 0 ? [] : [addVolume(count + (isOnHost ? 1 : 0), count + (isOnHost ? 1 : 0) - (volumes.length - own - 1), volumes[own]!)]),
        ];
      },
    };
  }
  if (values.flag(hostKey)) {
    return { cache: cacheOfVolume(hostPath('data', path), 'NODE', hostKey), volumes };
  }
  if (own >= 0) {
    // The chart writes it among the user's volumes, behind its own.
    const behind = volumes.length - own - 1;
    return {
      cache: cacheOfVolume(volumes[own]!, 'CLUSTER', `engine.volumes[${own}]`),
      volumes: others,
      patches: (workload) => moveVolume(workload, (workload.spec.template.spec.volumes as unknown[]).length - 1 - behind),
    };
  }
  report(findings, 'no-volume', hostKey, 'the chart mounts a volume "data" that the pod doesn\'t have, which Kubernetes refuses; here it is an emptyDir, and the cache is lost with the pod', 'set engine.statefulSet.persistentVolumeClaim.enabled: true');
  return { cache: call('CacheVolume.emptyDir', CacheVolume.emptyDir, [object({ volumeName: literal('data') })], hostKey), volumes };
}

/** Adds a volume to those that there are already. */
function addVolume(count: number, index: number, volume: ValueMap): Patch {
  const why = 'a claim template has the same name, and wins';
  return count === 0
    ? { op: 'add', path: `${POD_SPEC}/volumes`, value: [volume as Data], why }
    : { op: 'add', path: `${POD_SPEC}/volumes/${index}`, value: volume as Data, why };
}

function moveVolume(workload: Rendered, to: number): Patch[] {
  const from = volumeIndex(workload, 'data');
  return from === to ? [] : [{ op: 'move', from: `${POD_SPEC}/volumes/${from}`, path: `${POD_SPEC}/volumes/${to}`, why: 'the order of the chart; it says nothing' }];
}

/** What Kubernetes refuses a claim without. */
function checkClaim(values: Values, key: string, problems: Problems): void {
  const modes = Object.values(VolumeAccessMode) as string[];
  const given = values.texts(`${key}.accessModes`);
  const unknown = given.find((mode) => !modes.includes(mode));
  if (given.length === 0 || unknown !== undefined) {
    problems.add(`${key}.accessModes`, { wrong: 'not how the claim of an engine can be mounted', got: unknown ?? null, allowed: modes.join(', '), fix: unknown === undefined ? 'remove the line, which leaves ReadWriteOnce' : instead(unknown, modes) });
  }
  const size = values.raw(`${key}.resources.requests.storage`);
  if (isEmpty(size)) {
    problems.add(`${key}.resources`, { wrong: 'Kubernetes refuses a claim without a size', got: values.raw(`${key}.resources`) ?? null, allowed: '{ requests: { storage: SIZE } }', fix: 'set requests.storage, for example 200Gi' });
  } else {
    checkQuantity(problems, `${key}.resources.requests`, 'storage', String(size));
  }
}

/** The claim template as the chart writes it: without what the API server adds. */
function claimTemplate({ problems, values }: Translation, key: string): Expression {
  const { accessModes, resources, storageClassName } = (values.map(key) ?? {}) as { readonly [field: string]: Value };
  checkClaim(values, key, problems);
  const template = {
    metadata: { name: 'data' },
    spec: { ...(storageClassName ? { storageClassName } : {}), ...(accessModes && { accessModes }), ...(resources && { resources }) },
  };
  const policyKey = 'engine.statefulSet.persistentVolumeClaimRetentionPolicy';
  for (const field of ['whenDeleted', 'whenScaled']) {
    const value = values.text(`${policyKey}.${field}`);
    const allowed: string[] = Object.values(ClaimRetention);
    if (value !== undefined && !allowed.includes(value)) {
      problems.add(`${policyKey}.${field}`, { wrong: 'not what can become of a claim', got: value, allowed: allowed.join(', '), fix: instead(value, allowed) });
    }
  }
  return cacheOfClaimTemplate(template, { whenDeleted: values.text(`${policyKey}.whenDeleted`), whenScaled: values.text(`${policyKey}.whenScaled`) }, key, policyKey);
}
