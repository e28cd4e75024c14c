import { FindingSeverity, type Finding, type FindingKind, type Findings } from '../findings/finding';
import { FINDINGS, findingOf, type FindingDetails, type ManifestFindingName } from '../findings/finding-kinds';
import { GRACE_PERIOD_SECONDS } from '../pod/grace-period';
import { isEmpty, type Values } from './values';

const { ERROR, INFO, WARNING } = FindingSeverity;

/** The kinds of findings that occur only in chart values. */
export const CHART_FINDINGS = {
  'account-name-ignored': {
    severity: WARNING,
    title: 'the chart ignores a name for the service account',
    source: 'templates/_helpers.tpl of the charts',
    property: 'serviceAccount',
  },
  'chart-version-assumed': {
    severity: WARNING,
    title: 'the version of the chart is not set',
    source: 'helm/dagger/Chart.yaml: its version is the version of the engine',
    property: 'version',
  },
  // The official chart mounts the socket by default.
  'host-socket-path': { ...FINDINGS['host-socket-path'], severity: INFO },
  'ignored-value': { severity: WARNING, title: 'the chart ignores a value', source: 'templates of the charts' },
  'image-of-chart-version': {
    severity: ERROR,
    title: 'the tag of the image is the version of the chart, not of the engine',
    source: 'templates of the kubiya chart',
    property: 'image',
  },
  'invalid-render': {
    severity: ERROR,
    title: 'Kubernetes rejects an object that the chart renders',
    source: 'templates of the charts',
  },
  'newer-chart': {
    severity: WARNING,
    title: "the library doesn't know this version of the chart",
    source: 'helm/dagger/CHANGELOG.md',
    property: 'version',
  },
  'no-namespace': {
    severity: WARNING,
    title: 'an object has no namespace',
    source: 'helm/dagger/templates/service.yaml, serviceaccount.yaml',
  },
  'second-probe-handler': {
    severity: ERROR,
    title: 'a probe has two handlers',
    source: 'helm/dagger/values.yaml',
    property: 'probes',
  },
  'secret-in-values': {
    severity: ERROR,
    title: 'a secret is in the values',
    source: 'templates/magicache-secret.yaml of the charts',
    property: 'envFrom',
  },
  'unknown-key': {
    severity: ERROR,
    title: 'a key is unknown to the chart and to Kubernetes',
    source:
      'values.yaml and templates of the charts, which have no schema; kubernetes.io/docs/reference/kubernetes-api',
  },
  'volume-declared-twice': {
    severity: WARNING,
    title: 'a directory on the node and a claim have the same name',
    source: 'helm/dagger/templates/engine-statefulset.yaml',
    property: 'cache',
  },
} satisfies { readonly [name: string]: FindingKind & { readonly source: string } };

/** The name of a finding in values. */
export type ChartFinding = keyof typeof CHART_FINDINGS | ManifestFindingName;

const KINDS: { readonly [name in ChartFinding]: FindingKind } = { ...FINDINGS, ...CHART_FINDINGS };

/** The names of all findings in values. */
export const CHART_FINDING_NAMES: readonly string[] = [
  ...new Set([...Object.keys(FINDINGS), ...Object.keys(CHART_FINDINGS)]),
].sort();

const CONVERT = 'the chart has no value for it: convert the release with --emit typescript, and';
const SET_TO_DEFAULT = `set it to ${GRACE_PERIOD_SECONDS}`;

/** The fixes for values. In manifests, these findings are fixed with fields that no chart value sets. */
const FIXES_IN_VALUES: { readonly [name in ManifestFindingName]?: string } = {
  'broad-role': 'set it to false; the account of a runner needs only get for pods and create for pods/exec',
  'cache-not-mounted':
    'use the default directory: remove the suffix of the mounts, or remove the state directory from engine.args and engine.config',
  'magicache-removed': 'set magicache.enabled: false',
  'no-cache-volume': 'set engine.hostPath.dataVolume.enabled: true, or mount a volume at the state directory',
  'port-without-listener': 'let the engine listen on this port, or change the port of the Service',
  'rollout-deadlock': `${CONVERT} set updateStrategy`,
  'shared-cache': "give each engine its own volume, such as a StatefulSet's claim with engine.kind: StatefulSet",
  'short-grace-period': SET_TO_DEFAULT,
  'short-probe-grace': SET_TO_DEFAULT,
  'socket-not-on-node': `${CONVERT} set hostSocket`,
  'socket-takeover': `${CONVERT} set updateStrategy`,
  'split-sessions': `${CONVERT} set sessionAffinity; or use the node's socket`,
  'stop-loses-cache': `${CONVERT} remove drain; until then, stop the engine only while no client is connected`,
  'token-mounted': `${CONVERT} remove the patch`,
  'unknown-engine-version': 'use the tag of a release',
};

/** Returns a finding with a fix for values. Users must set null to remove a chart's default. */
export function withFixInValues(finding: Finding, defaults: Values): Finding {
  const fix = FIXES_IN_VALUES[finding.name as ManifestFindingName] ?? finding.fix;
  return finding.name === 'ignored-value' || isEmpty(defaults.raw(finding.key))
    ? { ...finding, fix }
    : { ...finding, fix: fix.replace(/^remove (it|the probe)\b/, "set it to null, which removes the chart's default") };
}

/** Adds a finding about values. */
export function report(findings: Findings, name: ChartFinding, details: FindingDetails): void {
  findings.add(findingOf(name, KINDS[name], details));
}
