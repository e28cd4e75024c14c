import { FindingSeverity, type FindingKind } from '../findings/finding';
import { reporter, WORKLOAD_FINDINGS } from '../findings/finding-kinds';

const { ERROR, WARNING } = FindingSeverity;

/** The findings in the values of a chart, in addition to those in the engine that they describe. */
export const CHART_FINDINGS = {
  ...WORKLOAD_FINDINGS,
  'account-name-ignored': {
    severity: WARNING,
    title: 'a name for the service account that the chart ignores',
    source: 'templates/_helpers.tpl of the charts',
    property: 'serviceAccount',
  },
  'chart-version-assumed': {
    severity: WARNING,
    title: 'no version of the chart given',
    source: 'helm/dagger/Chart.yaml: its version is that of the engine',
    property: 'version',
  },
  'ignored-value': { severity: WARNING, title: 'a value that the chart ignores', source: 'templates of the charts' },
  'image-of-chart-version': {
    severity: ERROR,
    title: 'an image whose tag is the version of the chart, not of an engine',
    source: 'templates of the kubiya chart',
    property: 'image',
  },
  'invalid-render': {
    severity: ERROR,
    title: 'values from which the chart makes what Kubernetes refuses',
    source: 'templates of the charts',
  },
  'newer-chart': {
    severity: WARNING,
    title: "a version of the chart that the library doesn't know",
    source: 'helm/dagger/CHANGELOG.md',
    property: 'version',
  },
  'no-namespace': {
    severity: WARNING,
    title: 'an object without namespace',
    source: 'helm/dagger/templates/service.yaml, serviceaccount.yaml',
  },
  'second-probe-handler': {
    severity: ERROR,
    title: 'a probe with two handlers',
    source: 'helm/dagger/values.yaml',
    property: 'probes',
  },
  'secret-in-values': {
    severity: ERROR,
    title: 'a secret in the values',
    source: 'templates/magicache-secret.yaml of the charts',
    property: 'envFrom',
  },
  'unknown-key': {
    severity: ERROR,
    title: 'a key that neither the chart nor Kubernetes knows',
    source:
      'values.yaml and templates of the charts, which have no schema; kubernetes.io/docs/reference/kubernetes-api',
  },
  'volume-declared-twice': {
    severity: WARNING,
    title: 'a directory of the node and a claim of one name',
    source: 'helm/dagger/templates/engine-statefulset.yaml',
    property: 'cache',
  },
} satisfies { readonly [name: string]: FindingKind & { readonly source: string } };

/** The names of the findings in values. */
export type ChartFinding = keyof typeof CHART_FINDINGS;

export const report = reporter(CHART_FINDINGS);
