import type { Field } from '../reading/field';
import { renderGstackio } from './gstackio';
import { commonSections } from './common-values';
import { GSTACKIO_DEFAULTS, GSTACKIO_KEYS } from './gstackio-values';
import type { ChartVersion, HelmChart } from './helm-chart';
import type { KnownKeys } from './known-keys';
import { renderKubiya } from './kubiya';
import { KUBIYA_DEFAULTS, KUBIYA_KEYS, kubiyaSections } from './kubiya-values';
import { renderOfficial } from './official';
import { officialDefaults, officialKeys, officialSections } from './official-values';
import type { Release } from './chart-release';
import { rendered } from './template';
import type { Values, ValueMap } from './values';

/** The values and templates of a chart. */
export interface ChartContent {
  /** The keys that templates read. */
  readonly keys: KnownKeys;
  readonly defaults: ValueMap;
  /** Returns the paths of the maps that templates read from without checking that they exist. */
  readonly sections: (values: Values) => readonly string[];
  readonly render: (release: Release) => Field[];
}

export function contentOf(chart: HelmChart, version: ChartVersion): ChartContent {
  switch (chart.name) {
    case 'gstackio':
      return {
        keys: GSTACKIO_KEYS,
        defaults: GSTACKIO_DEFAULTS,
        // Helm also fails without `engine.affinity`, but the conversion doesn't need it.
        sections: commonSections,
        render: renderGstackio,
      };
    case 'kubiya':
      return { keys: KUBIYA_KEYS, defaults: KUBIYA_DEFAULTS, sections: kubiyaSections, render: renderKubiya };
    default:
      return {
        keys: officialKeys(version),
        defaults: officialDefaults(version),
        sections: (values) => officialSections(values, version),
        render: renderOfficial,
      };
  }
}

/**
 * Renders the objects of a release, as `helm template` does. The origin of each field is the key of its value. If a
 * mistake in the chart prevents pods from starting, the objects are corrected, and `reportMistakes` reports the
 * mistake.
 */
export function render(release: Release): Field[] {
  return contentOf(release.chart, release.version).render(release).map(rendered);
}
