import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_STATE, holds } from '../reading/listening';
import { reportCacheElsewhere } from '../findings/pod-rules';
import type { Patch, Rendered } from '../program/engine-program';
import type { Data, Expression } from '../program/expression';
import { cacheOfVolume, noCache, sharingOf } from './parts';
import { shape } from '../reading/k8s-expressions';
import { listeningIn } from './ports';
import { ENGINE_CONTAINER, POD_SPEC } from './restorations';
import type { Translation } from './translation';
import { isEmpty, isMap, type ValueMap } from './values';

/** The volume that a chart has for the engine's state, and mounts whatever the engine is told. */
export interface ChartVolume {
  readonly name: string;
  readonly mountPath: string;
  /** What of the values puts it there; undefined where nothing does. */
  readonly mountKey?: string;
  /** As a pod has it; undefined for a claim template, and where it is one of the user's volumes. */
  readonly volume?: ValueMap;
  /** As the cache of the engine; undefined where it is one of the user's volumes. */
  readonly cache?: Expression;
  /** What makes a claim template of it that is not for the cache. */
  readonly templatePatches?: readonly Patch[];
  readonly key: string;
}

/** A volume or a mount, and where it is written. */
export interface Given {
  readonly given: ValueMap;
  readonly key: string;
}

/** The cache, and the volumes and mounts beside it and the socket. */
export interface PlacedCache {
  readonly cache: Expression;
  /** Where the limit of its emptyDir is written, if it is one that has a limit. */
  readonly limitKey?: string;
  readonly volumes: readonly Expression[];
  readonly volumeMounts: readonly Expression[];
  readonly patches: (workload: Rendered) => readonly Patch[];
}

export function listed(items: readonly ValueMap[], key: string): Given[] {
  return items.map((given, index) => ({ given, key: `${key}[${index}]` }));
}

const ORDER = 'the order of the chart; it says nothing';

/**
 * The volume that is mounted where the engine keeps its state: that of the chart, or one of the user's, which then is the cache
 * as well. `chart` is undefined where the chart has none, because of `key`.
 */
export function placeCache(
  translation: Translation,
  chart: ChartVolume | undefined,
  own: readonly Given[],
  key: string,
): PlacedCache {
  const { findings, values } = translation;
  const told = listeningIn(translation).stateDirectory;
  const state = told?.text ?? DEFAULT_STATE;
  const given = listed(values.maps('engine.volumeMounts'), 'engine.volumeMounts');
  const chartMount: Given[] =
    chart === undefined
      ? []
      : [{ given: { name: chart.name, mountPath: chart.mountPath }, key: chart.mountKey ?? key }];
  const volumeOf = (mount: Given): Given | undefined => own.find(({ given: { name } }) => name === mount.given.name);
  const isChart = (mount: Given): boolean => chart?.cache !== undefined && mount.given.name === chart.name;
  const holding = [...chartMount, ...given]
    .filter((mount) => holds(pathOf(mount), state) && (isChart(mount) || volumeOf(mount) !== undefined))
    .sort((a, b) => pathOf(b).length - pathOf(a).length);
  const mount = holding[0] ?? chartMount[0];
  if (chart !== undefined && holding.length === 0) {
    reportCacheElsewhere(chart.mountPath, state, told?.key ?? chart.mountKey ?? key, findings);
  }
  const volume = mount === undefined || isChart(mount) ? undefined : volumeOf(mount);
  // A claim template isn't among the volumes of a pod: what isn't for the cache is added as it is.
  const isUnusedTemplate = volume !== undefined && chart?.templatePatches !== undefined;
  const plain: Given[] =
    volume === undefined || chart?.volume === undefined ? [] : [{ given: chart.volume, key: chart.key }];
  const others = own.filter((one) => one !== volume);
  const mounts = [...chartMount, ...given].filter((one) => one !== mount && !(isUnusedTemplate && isChart(one)));
  return {
    cache:
      mount === undefined
        ? noCache(key)
        : volume === undefined
          ? chart!.cache!
          : cacheOfVolume(volume.given, sharingOf(volume.given, mount.given), volume.key),
    ...(volume !== undefined && isLimited(volume.given) && { limitKey: volume.key }),
    volumes: [...plain, ...others].map((one) => shape(one.given, 'Volume', one.key)),
    volumeMounts: mounts.map((one) => shape(one.given, 'VolumeMount', one.key)),
    patches: (workload) => {
      const {
        containers: [{ volumeMounts }],
        volumes = [],
      } = workload.spec.template.spec as Rendered;
      return [
        ...(mount === undefined ? [] : restored((volumeMounts as ValueMap[])[0]!, mount.given)),
        ...(volume === undefined
          ? []
          : reordered(
              `${POD_SPEC}/volumes`,
              (volumes as unknown[]).length,
              plain.length > 0 ? others.length : undefined,
              own.length - own.indexOf(volume) - 1,
            )),
        ...(mount === undefined || mount === chartMount[0]
          ? []
          : reordered(
              `${ENGINE_CONTAINER}/volumeMounts`,
              (volumeMounts as unknown[]).length,
              mounts.includes(chartMount[0]!) ? mounts.length - 1 : undefined,
              given.length - given.indexOf(mount) - 1,
            )),
        ...(isUnusedTemplate
          ? [
              ...chart!.templatePatches!,
              {
                op: 'add',
                path: `${ENGINE_CONTAINER}/volumeMounts/0`,
                value: chartMount[0]!.given as Data,
                why: 'the chart mounts it, whatever the engine is told',
              } as const,
            ]
          : []),
      ];
    },
  };
}

function isLimited({ emptyDir }: ValueMap): boolean {
  return isMap(emptyDir) && !isEmpty(emptyDir.sizeLimit);
}

/** The first mount, which is that of the cache, as it is given. */
function restored(made: ValueMap, given: ValueMap): Patch[] {
  const path = `${ENGINE_CONTAINER}/volumeMounts/0`;
  const why = 'as the chart mounts it';
  if (isDeepStrictEqual(made, { ...given })) {
    return [];
  }
  return isDeepStrictEqual({ ...made, mountPath: given.mountPath }, { ...given })
    ? [{ op: 'replace', path: `${path}/mountPath`, value: given.mountPath as Data, why }]
    : [{ op: 'replace', path, value: given as Data, why }];
}

/**
 * The chart's own goes first, and what the constructs have first where the user has it. `behindChart` is what follows the chart's
 * own, `behind` what follows the other.
 */
function reordered(path: string, count: number, behindChart: number | undefined, behind: number): Patch[] {
  const move = (from: number, to: number): Patch[] =>
    from === to ? [] : [{ op: 'move', from: `${path}/${from}`, path: `${path}/${to}`, why: ORDER }];
  return behindChart === undefined
    ? move(0, count - 1 - behind)
    : [...move(count - 1 - behindChart, 0), ...move(1, count - 1 - behind)];
}

function pathOf({ given: { mountPath } }: Given): string {
  return typeof mountPath === 'string' ? mountPath : '';
}
