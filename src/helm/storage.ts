import { CacheVolume } from '../storage/cache-volume';
import { ClaimRetention, VolumeAccessMode } from '../storage/cache-volume-options';
import { DEFAULT_STATE } from '../reading/listening';
import { instead } from '../reporting/suggestions';
import type { Problems } from '../reporting/problems';
import { checkQuantity } from '../kubernetes/quantity';
import type { Patch } from '../program/engine-program';
import { call, literal, object, type Data, type Expression } from '../program/expression';
import { cacheOfClaimTemplate, cacheOfVolume, noSocket, socketOfVolume } from './parts';
import { listed, placeCache, type ChartVolume, type PlacedCache } from './cache-mount';
import { report } from './chart-findings';
import { POD_SPEC } from './restorations';
import type { Translation } from './translation';
import { isEmpty, type Value, type ValueMap, type Values } from './values';

/** Where the cache and the socket live, and the volumes beside them. */
export interface StorageParts extends PlacedCache {
  readonly hostSocket?: Expression;
}

export function hostPath(volume: string, path: string): ValueMap {
  return { name: volume, hostPath: { path } };
}

/** A DaemonSet of the official chart: directories of the node, each with a switch. */
export function daemonSetStorage(translation: Translation): StorageParts {
  const { findings, names, values } = translation;
  const socketKey = 'engine.hostPath.runVolume.enabled';
  const cacheKey = 'engine.hostPath.dataVolume.enabled';
  const hasSocket = values.flag(socketKey);
  if (hasSocket) {
    report(
      findings,
      'host-socket-path',
      socketKey,
      `the socket is in /run/dagger-${names.fullname} of the node, and runners that mount /run/dagger, as the documentation of GitLab Runner has it, find an empty directory`,
      'mount engine.hostSocketDirectory in runners, or connect them with engine.connect(...)',
    );
  }
  const volume = hostPath('varlibdagger', `${DEFAULT_STATE}-${names.fullname}`);
  const chart = values.flag(cacheKey)
    ? {
        name: 'varlibdagger',
        mountPath: DEFAULT_STATE,
        volume,
        cache: cacheOfVolume(volume, 'NODE', cacheKey),
        key: cacheKey,
      }
    : undefined;
  return {
    ...placeCache(translation, chart, listed(values.maps('engine.volumes'), 'engine.volumes'), cacheKey),
    hostSocket: hasSocket
      ? socketOfVolume(hostPath('varrundagger', `/run/dagger-${names.fullname}`), socketKey)
      : noSocket(socketKey),
  };
}

/** Directories of the node of a StatefulSet's volumes, and where the chart mounts that for the cache. */
export interface StatefulSetPaths extends Pick<ChartVolume, 'mountPath' | 'mountKey'> {
  readonly data: string;
  readonly run: string;
}

/** A StatefulSet of the official chart or of kubiya: a claim, a directory of the node, or a volume of the user's called `data`. */
export function statefulSetStorage(translation: Translation, paths: StatefulSetPaths): StorageParts {
  const { values } = translation;
  const socketKey = 'engine.hostPath.runVolume.enabled';
  return {
    ...dataVolume(translation, paths),
    ...(values.flag(socketKey) && { hostSocket: socketOfVolume(hostPath('run', paths.run), socketKey) }),
  };
}

function dataVolume(translation: Translation, { data: path, mountKey, mountPath }: StatefulSetPaths): PlacedCache {
  const { findings, values } = translation;
  const hostKey = 'engine.hostPath.dataVolume.enabled';
  const claimKey = 'engine.statefulSet.persistentVolumeClaim';
  const volumes = listed(values.maps('engine.volumes'), 'engine.volumes');
  const own = volumes.find(({ given }) => given.name === 'data');
  const chart = { name: 'data', mountPath, mountKey };
  if (values.flag(`${claimKey}.enabled`)) {
    const isOnHost = values.flag(hostKey);
    if (isOnHost || own !== undefined) {
      report(
        findings,
        'volume-declared-twice',
        isOnHost ? hostKey : own!.key,
        'the pods have a volume "data" of their own and a claim template of that name; the claim wins, and the other is never used',
        isOnHost ? `set ${hostKey}: false` : 'remove it',
      );
    }
    const placed = placeCache(
      translation,
      { ...chart, ...claimTemplate(translation, claimKey), key: claimKey },
      volumes.filter((one) => one !== own),
      claimKey,
    );
    return {
      ...placed,
      patches: (workload) => {
        const count = ((workload.spec.template.spec.volumes ?? []) as unknown[]).length;
        return [
          ...placed.patches(workload),
          ...(isOnHost ? [addVolume(count, 0, hostPath('data', path))] : []),
          // Behind it are the user's volumes that follow it in the values.
          ...(own === undefined
            ? []
            : [
                addVolume(
                  count + (isOnHost ? 1 : 0),
                  count + (isOnHost ? 1 : 0) - (volumes.length - volumes.indexOf(own) - 1),
                  own.given,
                ),
              ]),
        ];
      },
    };
  }
  if (values.flag(hostKey)) {
    const volume = hostPath('data', path);
    return placeCache(
      translation,
      { ...chart, volume, cache: cacheOfVolume(volume, 'NODE', hostKey), key: hostKey },
      volumes,
      hostKey,
    );
  }
  if (own !== undefined) {
    return placeCache(translation, { ...chart, key: own.key }, volumes, hostKey);
  }
  report(
    findings,
    'no-volume',
    hostKey,
    'the chart mounts a volume "data" that the pod doesn\'t have, which Kubernetes refuses; here it is an emptyDir, and the cache is lost with the pod',
    'set engine.statefulSet.persistentVolumeClaim.enabled: true',
  );
  const cache = call('CacheVolume.emptyDir', CacheVolume.emptyDir, [object({ volumeName: literal('data') })], hostKey);
  return placeCache(
    translation,
    { ...chart, volume: { name: 'data', emptyDir: {} }, cache, key: hostKey },
    volumes,
    hostKey,
  );
}

/** Adds a volume to those that there are already. */
function addVolume(count: number, index: number, volume: ValueMap): Patch {
  const why = 'a claim template has the same name, and wins';
  return count === 0
    ? { op: 'add', path: `${POD_SPEC}/volumes`, value: [volume as Data], why }
    : { op: 'add', path: `${POD_SPEC}/volumes/${index}`, value: volume as Data, why };
}

/** What Kubernetes refuses a claim without. */
function checkClaim(values: Values, key: string, problems: Problems): void {
  const modes = Object.values(VolumeAccessMode) as string[];
  const given = values.texts(`${key}.accessModes`);
  const unknown = given.find((mode) => !modes.includes(mode));
  if (given.length === 0 || unknown !== undefined) {
    problems.add(`${key}.accessModes`, {
      wrong: 'not how the claim of an engine can be mounted',
      got: unknown ?? null,
      allowed: modes.join(', '),
      fix: unknown === undefined ? 'remove the line, which leaves ReadWriteOnce' : instead(unknown, modes),
    });
  }
  const size = values.raw(`${key}.resources.requests.storage`);
  if (isEmpty(size)) {
    problems.add(`${key}.resources`, {
      wrong: 'Kubernetes refuses a claim without a size',
      got: values.raw(`${key}.resources`) ?? null,
      allowed: '{ requests: { storage: SIZE } }',
      fix: 'set requests.storage, for example 200Gi',
    });
  } else {
    checkQuantity(problems, `${key}.resources.requests`, 'storage', String(size));
  }
}

/** The claim template as the chart writes it: without what the API server adds. */
function claimTemplate(
  { problems, values }: Translation,
  key: string,
): Required<Pick<ChartVolume, 'cache' | 'templatePatches'>> {
  const { accessModes, resources, storageClassName } = (values.map(key) ?? {}) as { readonly [field: string]: Value };
  checkClaim(values, key, problems);
  const template = {
    metadata: { name: 'data' },
    spec: {
      ...(storageClassName ? { storageClassName } : {}),
      ...(accessModes && { accessModes }),
      ...(resources && { resources }),
    },
  };
  const policyKey = 'engine.statefulSet.persistentVolumeClaimRetentionPolicy';
  for (const field of ['whenDeleted', 'whenScaled']) {
    const value = values.text(`${policyKey}.${field}`);
    const allowed: string[] = Object.values(ClaimRetention);
    if (value !== undefined && !allowed.includes(value)) {
      problems.add(`${policyKey}.${field}`, {
        wrong: 'not what can become of a claim',
        got: value,
        allowed: allowed.join(', '),
        fix: instead(value, allowed),
      });
    }
  }
  const retention = values.map(policyKey);
  return {
    cache: cacheOfClaimTemplate(
      template,
      { whenDeleted: values.text(`${policyKey}.whenDeleted`), whenScaled: values.text(`${policyKey}.whenScaled`) },
      key,
      policyKey,
    ),
    templatePatches: [
      {
        op: 'add',
        path: '/spec/volumeClaimTemplates',
        value: [template as Data],
        why: 'the chart has a claim for every pod, whatever the engine is told',
      },
      ...(retention === undefined
        ? []
        : [
            {
              op: 'add',
              path: '/spec/persistentVolumeClaimRetentionPolicy',
              value: retention as Data,
              why: 'what becomes of those claims',
            } as const,
          ]),
    ],
  };
}
