import type { ChartVersion, HelmChart } from './helm-chart';
import type { ReleaseNames } from './release-names';
import type { Values, ValueMap } from './values';

/** A release of a chart, with the data that the chart's templates read. */
export interface Release {
  readonly chart: HelmChart;
  readonly version: ChartVersion;
  readonly releaseName: string;
  readonly namespace: string;
  /** The values that the templates read, merged with the chart's defaults. */
  readonly values: Values;
  /** The user's values, without the defaults. */
  readonly ownValues: ValueMap;
  readonly names: ReleaseNames;
}
