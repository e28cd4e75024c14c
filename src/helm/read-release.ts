import type { Findings } from '../findings/finding';
import { checkKeys } from '../reading/unwritable-keys';
import type { Problems } from '../reporting/problems';
import { isDnsSubdomain } from '../kubernetes/names';
import { report } from './chart-findings';
import { contentOf } from './charts';
import type { ChartVersion, HelmChart } from './helm-chart';
import { releaseNames } from './release-names';
import type { Release } from './chart-release';
import { reportUnknownKeys } from './unknown-keys';
import { reportUnread, unread, withoutUnread } from './unread';
import { checkSections, checkTypes } from './value-types';
import { coalesce, isMap, Values, type ValueMap } from './values';

/** The arguments of `helm template`. */
export interface ReleaseSource {
  readonly chart: HelmChart;
  readonly chartVersion?: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: ValueMap;
}

/** Reads a release. Reports its problems, and returns undefined if there are any. */
export function readRelease(source: ReleaseSource, findings: Findings, problems: Problems): Release | undefined {
  const { chart, namespace, releaseName, values: ownValues } = source;
  const version = chart._version(source.chartVersion, problems);
  checkReleaseName(releaseName, problems);
  if (version === undefined) {
    return undefined;
  }
  reportVersion(source, version, findings);
  const { defaults, keys, sections } = contentOf(chart, version);
  if (!isMap(ownValues)) {
    const fix = 'pass the content of values.yaml';
    problems.add('values', { wrong: 'must be a map', got: ownValues, allowed: 'a map', fix });
    return undefined;
  }
  checkKeys(ownValues, problems);
  const unknown = reportUnknownKeys(ownValues, keys, chart, findings);
  const merged = coalesce(defaults, ownValues);
  checkTypes(merged, keys, problems);
  if (problems.found.length > 0) {
    return undefined;
  }
  const known = new Values(merged).without(unknown);
  checkSections(known, sections(known), problems);
  if (problems.found.length > 0) {
    return undefined;
  }
  const rules = unread(chart, version, known);
  reportUnread({ ownValues, defaults, keys, rules }, findings);
  const values = withoutUnread(known, rules);
  const [nameOverride, fullnameOverride] = [values.text('nameOverride'), values.text('fullnameOverride')];
  const names = releaseNames(releaseName, { nameOverride, fullnameOverride });
  return { chart, version, releaseName, namespace, values, ownValues, names };
}

function reportVersion({ chart, chartVersion }: ReleaseSource, version: ChartVersion, findings: Findings): void {
  if (chartVersion === undefined && chart.oldestVersion !== chart.newestVersion) {
    report(findings, 'chart-version-assumed', {
      key: 'chartVersion',
      why: `the version of the chart is not set, so the newest stable version is assumed: ${version.text}. It determines the release of the engine`,
      fix: 'set the version that helm list shows',
    });
  } else if (version.isNewer) {
    report(findings, 'newer-chart', {
      key: 'chartVersion',
      why: `${version.text} is newer than ${chart.newestVersion}, the newest version that the library knows, and is treated as that version`,
      fix: 'compare the result with the output of helm template',
    });
  }
}

/** Checks the name of a release as Helm does (pkg/chartutil/validate_name.go). */
function checkReleaseName(name: string, problems: Problems): void {
  if (!isDnsSubdomain(name, 53)) {
    problems.add('releaseName', {
      wrong: 'is not a valid name for a Helm release',
      got: name,
      allowed: "lower-case letters, digits, '-' and '.', at most 53 characters",
      fix: 'use the name that helm list shows',
    });
  }
}
