import { keysOf } from '../reporting/property-path';
import type { Findings } from '../findings/finding';
import { report } from './chart-findings';
import { GSTACKIO_KEYS } from './gstackio-values';
import { firstWith, type HelmChart } from './helm-chart';
import { unknownKeys, type KnownKeys } from './known-keys';
import { KUBIYA_KEYS } from './kubiya-values';
import type { ValueMap } from './values';

/** The keys that only newer versions of the official chart read. */
const LATER: { readonly [key: string]: Parameters<typeof firstWith>[0] } = {
  'engine.runtimeClassName': 'RUNTIME_CLASS',
  'engine.sidecars': 'SIDECARS',
  'engine.containerPorts': 'CONTAINER_PORTS',
  'engine.shareProcessNamespace': 'SHARED_PROCESSES',
  'engine.livenessProbeSettings': 'LIVENESS_PROBE',
  service: 'SERVICE',
};

/** The fixes for keys that users expect, but that the official chart doesn't have. */
const INSTEAD: { readonly [key: string]: string } = {
  'engine.image.repository':
    'set engine.image.ref to the repository and the tag. It replaces this key in 0.13.0 and later',
  'engine.image.tag': 'set engine.image.ref to the repository and the tag. It replaces this key in 0.13.0 and later',
  initContainers:
    "the chart doesn't support init containers: convert the release with --emit typescript, and set initContainers",
  'engine.initContainers':
    "the chart doesn't support init containers: convert the release with --emit typescript, and set initContainers",
  'engine.replicas':
    'the chart runs one engine for each node or a single engine: convert the release with --emit typescript, and set replicas',
};

/** Reports keys that Helm ignores silently, and returns them. */
export function reportUnknownKeys(
  ownValues: ValueMap,
  keys: KnownKeys,
  chart: HelmChart,
  findings: Findings,
): readonly string[] {
  const unknown = unknownKeys(ownValues, keys);
  const why = `the ${chart.name} chart does not have this key, and Helm ignores it silently`;
  for (const { key, nearest } of unknown) {
    const fix = fixFor(key, chart) ?? `use ${sameName(key, keys) ?? nearest}, or remove it`;
    report(findings, 'unknown-key', { key, why, fix });
  }
  return unknown.map(({ key }) => key);
}

function fixFor(key: string, chart: HelmChart): string | undefined {
  if (chart.name === 'official' && Object.hasOwn(LATER, key)) {
    return `upgrade the chart to ${firstWith(LATER[key]!)} or later, which supports it, or remove it`;
  }
  if (chart.name === 'official' && Object.hasOwn(INSTEAD, key)) {
    return INSTEAD[key]!;
  }
  const other = Object.entries({ gstackio: GSTACKIO_KEYS, kubiya: KUBIYA_KEYS }).find(
    ([name, known]) => name !== chart.name && Object.hasOwn(known, key),
  );
  return other && `remove it: it is a key of the ${other[0]} chart`;
}

/** Returns the path of a known key, or of a map of known keys, with the same name at another level. */
function sameName(key: string, keys: KnownKeys): string | undefined {
  const name = keysOf(key).at(-1);
  const paths = Object.keys(keys)
    .filter((path) => !path.includes('[]'))
    .flatMap((path) => path.split('.').map((_, index, words) => words.slice(0, index + 1)));
  return paths.find((path) => path.at(-1) === name)?.join('.');
}
