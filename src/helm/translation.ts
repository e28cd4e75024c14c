import type { Findings } from '../findings/finding';
import type { Problems } from '../reporting/problems';
import { data, literal, name, object, type Expression } from '../program/expression';
import type { EngineVersion } from '../version/engine-version';
import { PUT_RIGHT, report } from './chart-findings';
import type { ChartVersion, HelmChart } from './helm-chart';
import { problemOf, type GivenName, type ReleaseNames } from './names';
import type { Values, ValueMap } from './values';

/** What every part of a translation knows. */
export interface Translation {
  readonly chart: HelmChart;
  readonly version: ChartVersion;
  readonly releaseName: string;
  readonly namespace: string;
  /** The values, with the chart's defaults below them. */
  readonly values: Values;
  /** The values without the defaults. */
  readonly given: ValueMap;
  readonly names: ReleaseNames;
  readonly engine: EngineVersion;
  readonly findings: Findings;
  readonly problems: Problems;
}

type Labelled = Pick<Translation, 'names' | 'releaseName' | 'values' | 'version'>;

/** The labels that a chart puts on every object and on the pods, apart from those that say who made it. */
export function labelsOf(translation: Labelled): { [key: string]: string } {
  return { ...chartLabels(translation), ...translation.values.textMap('engine.labels') };
}

/** The labels that the templates write themselves, except those that Helm manages. */
export function chartLabels({ names, releaseName, version }: Labelled): { [key: string]: string } {
  return {
    'app.kubernetes.io/name': names.name,
    'app.kubernetes.io/instance': releaseName,
    'app.kubernetes.io/version': `v${version.written.replaceAll('+', '_').slice(0, 62).replace(/-$/, '')}`,
    'app.kubernetes.io/part-of': names.name,
  };
}

/** What a chart writes into the same maps, and the library leaves out. */
const LABELS_OF_HELM = ['app.kubernetes.io/managed-by', 'helm.sh/chart'];

/** The name of the engine, its labels, and what selects its pods. */
export function identity(
  translation: Translation,
  kind: 'DaemonSet' | 'Deployment' | 'StatefulSet',
): { readonly name: Expression; readonly labels: Expression; readonly selector: Expression } {
  const { findings, names, problems, values } = translation;
  const engine = `${names.fullname}-engine`;
  // The pods have it as a label, and those of a StatefulSet with eleven characters more; their host names have no dots.
  const isStatefulSet = kind === 'StatefulSet';
  checkName(
    names.origin,
    { of: `the ${kind}`, name: engine, max: isStatefulSet ? 52 : 63, kind: isStatefulSet ? 'label' : 'subdomain' },
    problems,
  );
  if ('name' in values.textMap('engine.labels')) {
    problems.add('engine.labels.name', {
      wrong: "the chart selects its pods by that label, and Kubernetes refuses a selector that doesn't match them",
      got: values.textMap('engine.labels').name,
      allowed: 'other keys',
      fix: 'remove it',
    });
  }
  for (const key of Object.keys(values.textMap('engine.labels')).filter((label) =>
    [...Object.keys(chartLabels(translation)), ...LABELS_OF_HELM].includes(label),
  )) {
    report(
      findings,
      'duplicate-key',
      `engine.labels[${JSON.stringify(key)}]`,
      'the chart writes that label too, and so twice, which kustomize and others refuse to read; that of the values holds',
      PUT_RIGHT,
    );
  }
  return {
    name: literal(engine, names.origin),
    labels: labelsConstant(translation),
    selector: object({ name: literal(engine, names.origin) }, names.origin),
  };
}

/** Reports a name that Kubernetes refuses. */
export function checkName(key: string, name: GivenName, problems: Problems): void {
  const problem = problemOf(name);
  if (problem !== undefined) {
    problems.add(key, problem);
  }
}

/** The constant that a program has for those labels. */
export function labelsConstant(translation: Translation): Expression {
  return name('labels', labelsOf(translation), 'engine.labels');
}

/** A map of texts, or nothing for an empty one. */
export function textMap(values: Values, path: string): Expression | undefined {
  const map = values.textMap(path);
  return Object.keys(map).length === 0 ? undefined : data(map, path);
}
