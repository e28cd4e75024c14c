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
  // Most releases have no unknown keys, so the paths are rarely needed.
  const paths = unknown.length === 0 ? undefined : pathsByName(keys);
  for (const { key, nearest } of unknown) {
    const fix = fixFor(key, chart) ?? `use ${paths?.get(keysOf(key).at(-1)!) ?? nearest}, or remove it`;
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

/** Maps the name of each known key, and of each map of known keys, to the first path with this name. */
function pathsByName(keys: KnownKeys): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const path of Object.keys(keys).filter((one) => !one.includes('[]'))) {
    const words = path.split('.');
    for (const [index, word] of words.entries()) {
      if (!paths.has(word)) {
        paths.set(word, words.slice(0, index + 1).join('.'));
      }
    }
  }
  return paths;
}
