import type { Findings } from '../findings/finding';
import { report } from './chart-findings';
import { GSTACKIO_KEYS } from './gstackio-values';
import { firstWith, type HelmChart } from './helm-chart';
import { KUBIYA_KEYS } from './kubiya-values';
import { isPassedOn, unknownKeys, type KnownKeys, type ValueMap } from './values';

/** Keys of the official chart that only some of its versions read. */
const LATER: { readonly [key: string]: Parameters<typeof firstWith>[0] } = {
  'engine.runtimeClassName': 'RUNTIME_CLASS',
  'engine.sidecars': 'SIDECARS',
  'engine.containerPorts': 'CONTAINER_PORTS',
  'engine.shareProcessNamespace': 'SHARED_PROCESSES',
  'engine.livenessProbeSettings': 'LIVENESS_PROBE',
  'service': 'SERVICE',
};

/** Keys that the official chart has no more, or never had under that name, and what is meant by them. */
const MEANT: { readonly [key: string]: string } = {
  'engine.image.repository': 'removed in 0.13.0: write repository and tag into engine.image.ref',
  'engine.image.tag': 'removed in 0.13.0: write repository and tag into engine.image.ref',
  'engine.replicas': 'the chart runs one engine a node, or one; set replicas of an EngineStatefulSet',
};

/** Keys that Helm drops without a word. */
export function reportUnknownKeys(given: ValueMap, keys: KnownKeys, chart: HelmChart, findings: Findings): void {
  for (const { key, nearest } of unknownKeys(given, keys)) {
    if (isPassedOn(key, keys)) {
      report(findings, 'unknown-key', key, 'the chart passes it on, and Kubernetes has no such field there: kubectl refuses the object', `the nearest is ${nearest}`);
    } else {
      report(findings, 'unknown-key', key, `the ${chart.name} chart has no such key, and Helm drops it without a word`, adviceFor(key, nearest, chart));
    }
  }
}

function adviceFor(key: string, nearest: string, chart: HelmChart): string {
  if (chart.name === 'official' && Object.hasOwn(LATER, key)) {
    return `it is in the chart since ${firstWith(LATER[key]!)}; set the property of the engine instead`;
  }
  if (chart.name === 'official' && Object.hasOwn(MEANT, key)) {
    return MEANT[key]!;
  }
  const elsewhere = Object.entries({ gstackio: GSTACKIO_KEYS, kubiya: KUBIYA_KEYS }).find(([name, known]) => name !== chart.name && Object.hasOwn(known, key));
  return elsewhere === undefined ? `the nearest is ${nearest}` : `it is a key of the ${elsewhere[0]} chart; remove it, or set the property of the engine`;
}
