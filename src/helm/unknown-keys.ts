import type { Findings } from '../findings/finding';
import { parts } from '../program/expression';
import { report } from './chart-findings';
import { GSTACKIO_KEYS } from './gstackio-values';
import { firstWith, type HelmChart } from './helm-chart';
import { KUBIYA_KEYS } from './kubiya-values';
import { isPassedOn, unknownKeys, type KnownKeys } from './known-keys';
import type { ValueMap } from './values';

/** Keys of the official chart that only some of its versions read. */
const LATER: { readonly [key: string]: Parameters<typeof firstWith>[0] } = {
  'engine.runtimeClassName': 'RUNTIME_CLASS',
  'engine.sidecars': 'SIDECARS',
  'engine.containerPorts': 'CONTAINER_PORTS',
  'engine.shareProcessNamespace': 'SHARED_PROCESSES',
  'engine.livenessProbeSettings': 'LIVENESS_PROBE',
  service: 'SERVICE',
};

/** Keys that the official chart has no more, or never had under that name, and what is meant by them. */
const MEANT: { readonly [key: string]: string } = {
  'engine.image.repository': 'removed in 0.13.0: write repository and tag into engine.image.ref',
  'engine.image.tag': 'removed in 0.13.0: write repository and tag into engine.image.ref',
  initContainers: 'the chart has none: set initContainers of the engine',
  'engine.initContainers': 'the chart has none: set initContainers of the engine',
  'engine.replicas': 'the chart runs one engine a node, or one; set replicas of an EngineStatefulSet',
};

/** Keys that Helm drops without a word. */
export function reportUnknownKeys(given: ValueMap, keys: KnownKeys, chart: HelmChart, findings: Findings): void {
  for (const { key, nearest } of unknownKeys(given, keys)) {
    if (isPassedOn(key, keys)) {
      report(
        findings,
        'unknown-key',
        key,
        'the chart passes it on, and Kubernetes has no such field there: kubectl refuses the object',
        `the nearest is ${nearest}`,
      );
    } else {
      report(
        findings,
        'unknown-key',
        key,
        `the ${chart.name} chart has no such key, and Helm drops it without a word`,
        adviceFor(key, nearest, keys, chart),
      );
    }
  }
}

function adviceFor(key: string, nearest: string, keys: KnownKeys, chart: HelmChart): string {
  if (chart.name === 'official' && Object.hasOwn(LATER, key)) {
    return `it is in the chart since ${firstWith(LATER[key]!)}; set the property of the engine instead`;
  }
  if (chart.name === 'official' && Object.hasOwn(MEANT, key)) {
    return MEANT[key]!;
  }
  const misplaced = placeOf(key, keys);
  if (misplaced !== undefined) {
    return `the nearest is ${misplaced}`;
  }
  const elsewhere = Object.entries({ gstackio: GSTACKIO_KEYS, kubiya: KUBIYA_KEYS }).find(
    ([name, known]) => name !== chart.name && Object.hasOwn(known, key),
  );
  return elsewhere === undefined
    ? `the nearest is ${nearest}`
    : `it is a key of the ${elsewhere[0]} chart; remove it, or set the property of the engine`;
}

/** The key that the chart has by that name one level above or below. */
function placeOf(key: string, keys: KnownKeys): string | undefined {
  const words = parts(key);
  const paths = Object.keys(keys)
    .filter((path) => !path.includes('[]') && !isPassedOn(path, keys))
    .flatMap((path) => path.split('.').map((_, index, all) => all.slice(0, index + 1)));
  return paths
    .find((path) => path.at(-1) === words.at(-1) && (isOneMore(path, words) || isOneMore(words, path)))
    ?.join('.');
}

function isOneMore(path: readonly string[], other: readonly string[]): boolean {
  return (
    path.length === other.length + 1 &&
    path.some((_, index) => path.filter((_word, at) => at !== index).join('.') === other.join('.'))
  );
}
