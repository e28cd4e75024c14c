import { pathBelow } from '../reporting/property-path';
import type { Findings } from '../findings/finding';
import { reportRepeatedVariables } from '../findings/container-rules';
import { blockScalar } from './block-scalar';
import { report, type ChartFinding } from './chart-findings';
import { chartLabels, JSON_FILE, TOML, usesMagicache } from './chart-objects';
import { MAGICACHE_URL } from './container-template';
import { chartHas, HelmChart } from './helm-chart';
import { CACHE_DIRECTORY, SOCKET_DIRECTORY } from './node-directory';
import { commandOf, replacingHandler } from './probe-template';
import type { Release } from './chart-release';
import { CLAIM } from './stateful-set-template';
import { nonEmpty, when } from './template';
import { isMap } from './values';

/** A mistake that a chart makes with certain values. */
interface Mistake {
  readonly name: ChartFinding;
  readonly key: string;
  readonly why: string;
  /** The fix. By default, none is needed, because the converted release doesn't have the mistake. */
  readonly fix?: string;
}

const CORRECTED = 'none needed: the converted release is correct';
const APPLY_WITH_NAMESPACE = 'apply it with --namespace';

/** Reports values that a chart renders incorrectly. */
export function reportMistakes(release: Release, findings: Findings): void {
  reportRepeatedVariables(nonEmpty(release, 'engine.env').items, findings);
  const rules = [ofAllCharts, ofProbes, ofStatefulSet, OF_CHART[release.chart.name]!];
  for (const { fix = CORRECTED, key, name, why } of rules.flatMap((rule) => rule(release))) {
    report(findings, name, { key, why, fix });
  }
}

const OF_CHART: { readonly [chart: string]: (release: Release) => Mistake[] } = {
  [HelmChart.OFFICIAL.name]: ofOfficial,
  [HelmChart.GSTACKIO.name]: ofGstackio,
  [HelmChart.KUBIYA.name]: ofKubiya,
};

function ofAllCharts(release: Release): Mistake[] {
  const { names, values } = release;
  const account = 'engine.newServiceAccount';
  const accountName = values.text(`${account}.name`);
  const isInvalidBlock = (key: string): boolean => values.flag(key) && blockScalar(values.text(key)!) === undefined;
  const hasToken = usesMagicache(release) && !values.flag('magicache.secretName') && values.flag('magicache.token');
  return [
    ...when<Mistake>(values.flag(`${account}.create`) && accountName !== undefined && accountName !== names.fullname, {
      name: 'account-name-ignored',
      key: `${account}.name`,
      why: `the chart always names the account ${JSON.stringify(names.fullname)}`,
      fix: 'remove it',
    }),
    ...when<Mistake>(values.flag(`${account}.create`), {
      name: 'no-namespace',
      key: 'namespace',
      why: `the chart leaves out the namespace of the ServiceAccount ${names.fullname}`,
      fix: APPLY_WITH_NAMESPACE,
    }),
    ...when<Mistake>(hasToken, {
      name: 'secret-in-values',
      key: 'magicache.token',
      why: 'the token is in the values and in the manifest, where every reader sees it',
      fix: 'keep it in a Secret, and set magicache.secretName',
    }),
    ...when<Mistake>(
      usesMagicache(release) &&
        nonEmpty(release, 'engine.env').items.some((variable) => variable.at('name').text === MAGICACHE_URL),
      {
        name: 'duplicate-key',
        key: 'engine.env',
        why: `the list contains ${MAGICACHE_URL}, and the chart adds the variable again with magicache.url, which takes precedence`,
        fix: 'remove it from the list',
      },
    ),
    ...[TOML, JSON_FILE].filter(isInvalidBlock).map((key): Mistake => ({
      name: 'invalid-render',
      key,
      why: 'the chart copies the text into YAML, which rejects a first line that is indented more than a later one',
      fix: 'remove the indentation of the first line',
    })),
    ...Object.keys(values.textMap('engine.labels'))
      .filter((label) => label in chartLabels(release) || LABELS_OF_HELM.includes(label))
      .map((label): Mistake => ({
        name: 'duplicate-key',
        key: pathBelow('engine.labels', label),
        why: 'the chart also sets this label. The label in the values takes effect, but kustomize and other tools reject the duplicate key',
      })),
  ];
}

/** The labels that Helm manages. */
const LABELS_OF_HELM = ['app.kubernetes.io/managed-by', 'helm.sh/chart'];

function ofProbes(release: Release): Mistake[] {
  const keys = ['engine.readinessProbeSettings', 'engine.livenessProbeSettings', 'engine.readinessProbe'];
  return keys.flatMap((key): Mistake[] => {
    const handler = replacingHandler(release, key);
    const isWrittenTwice = commandOf(release, key) !== undefined && release.values.raw(`${key}.exec`) !== undefined;
    return [
      ...when<Mistake>(isWrittenTwice, {
        name: 'duplicate-key',
        key: `${key}.exec`,
        why: 'the chart also renders its own exec. The exec in the values takes effect, but kustomize and other tools reject the duplicate key',
      }),
      ...when<Mistake>(handler !== undefined, {
        name: 'second-probe-handler',
        key,
        why: `Helm adds ${handler} to the chart's exec, and Kubernetes rejects a probe with two handlers. The converted release has only ${handler}`,
        fix: 'also set exec: null',
      }),
    ];
  });
}

function ofStatefulSet(release: Release): Mistake[] {
  const { values } = release;
  const isStatefulSet = values.text('engine.kind') === 'StatefulSet';
  const [hasDirectory, hasClaim] = [values.flag(CACHE_DIRECTORY), values.flag(`${CLAIM}.enabled`)];
  const volume = nonEmpty(release, 'engine.volumes').items.find((one) => one.at('name').text === 'data');
  return [
    ...when<Mistake>(isStatefulSet && hasClaim && (hasDirectory || volume !== undefined), {
      name: 'volume-declared-twice',
      key: hasDirectory ? CACHE_DIRECTORY : (volume?.origin ?? ''),
      why: 'the pods have a volume "data" and a claim template with the same name. Kubernetes uses the claim',
      fix: hasDirectory ? `set ${CACHE_DIRECTORY}: false` : 'remove it',
    }),
    ...when<Mistake>(isStatefulSet && !hasClaim && !hasDirectory && volume === undefined, {
      name: 'no-volume',
      key: CACHE_DIRECTORY,
      why: 'the chart mounts a volume "data" that the pod doesn\'t have, which Kubernetes rejects. The converted release has an emptyDir, which is lost with the pod',
      fix: `set ${CLAIM}.enabled: true`,
    }),
  ];
}

function ofOfficial(release: Release): Mistake[] {
  const { names, values, version } = release;
  const isDaemonSet = values.text('engine.kind') === 'DaemonSet';
  const ports = nonEmpty(release, 'engine.containerPorts').items;
  const hasPort = values.flag('engine.port');
  const portsWithoutNumber = ports.filter(({ value }) => hasPort && isMap(value) && !value['containerPort']);
  const hasSecret = chartHas(version, isDaemonSet ? 'DAEMON_SET_SECRET_NAME' : 'STATEFUL_SET_SECRET_NAME');
  return [
    ...when<Mistake>(values.flag('engine.runtimeClassName'), {
      name: 'duplicate-key',
      key: 'engine.runtimeClassName',
      why: 'the chart renders runtimeClassName twice, which kustomize and other tools reject',
    }),
    ...misplacedSecret(release, !hasSecret),
    ...portsWithoutNumber.map(({ origin }): Mistake => ({
      name: 'invalid-render',
      key: `${origin}.containerPort`,
      why: "the chart documents that it defaults to engine.port, but doesn't render it, which Kubernetes rejects",
      fix: `set it to ${values.number('engine.port')}`,
    })),
    ...when<Mistake>(isDaemonSet && values.flag(SOCKET_DIRECTORY), {
      name: 'host-socket-path',
      key: SOCKET_DIRECTORY,
      why: `the socket is in /run/dagger-${names.fullname} on the node. Runners that mount /run/dagger, as the documentation of GitLab Runner shows, find an empty directory`,
      fix: `mount /run/dagger-${names.fullname} in runners`,
    }),
    ...when<Mistake>(chartHas(version, 'SERVICE') && (values.flag('engine.port') || ports.length > 0), {
      name: 'no-namespace',
      key: 'namespace',
      why: `the chart leaves out the namespace of the Service ${names.fullname}`,
      fix: APPLY_WITH_NAMESPACE,
    }),
  ];
}

function ofGstackio({ names, values }: Release): Mistake[] {
  const key = 'engine.affinity';
  return [
    ...when<Mistake>(!isMap(values.raw(key)), {
      name: 'invalid-render',
      key,
      why: 'Helm fails without it, because the template reads engine.affinity.nodeAffinity. The converted release treats it as empty',
      fix: 'set engine.affinity: {}',
    }),
    ...when<Mistake>(values.flag(`${key}.nodeAffinity`), {
      name: 'invalid-render',
      key: `${key}.nodeAffinity`,
      why: 'Helm fails, because the template indents it differently than podAntiAffinity',
    }),
    ...when<Mistake>(true, {
      name: 'no-namespace',
      key: 'namespace',
      why: `the chart leaves out the namespace of the Service ${names.fullname}-service`,
      fix: APPLY_WITH_NAMESPACE,
    }),
  ];
}

function ofKubiya(release: Release): Mistake[] {
  const { names, values, version } = release;
  const isStatefulSet = values.text('engine.kind') === 'StatefulSet';
  const service = 'additionalResources.service.create';
  return [
    ...when<Mistake>(!values.flag('engine.image.ref'), {
      name: 'image-of-chart-version',
      key: 'engine.image.ref',
      why: `without it, the image is registry.dagger.io/engine:v${version.text}, which is the version of the chart. The chart doesn't use its appVersion 0.18.16`,
      fix: 'set it to registry.dagger.io/engine:v0.18.16',
    }),
    ...when<Mistake>(isStatefulSet && values.flag(JSON_FILE), {
      name: 'invalid-render',
      key: JSON_FILE,
      why: "the chart mounts engine.json but doesn't render it, so no pod starts",
    }),
    ...misplacedSecret(release, isStatefulSet),
    ...when<Mistake>(values.flag(service) && Object.keys(values.textMap('engine.labels')).length === 0, {
      name: 'shared-selector',
      key: service,
      why: `the Service selects the engines of every release in the namespace with the label app.kubernetes.io/name: ${names.name}`,
      fix: 'set a label of this release in engine.labels, which is part of the selector',
    }),
  ];
}

function misplacedSecret(release: Release, isMisplaced: boolean): readonly Mistake[] {
  return when<Mistake>(isMisplaced && usesMagicache(release), {
    name: 'invalid-render',
    key: 'magicache.enabled',
    why: 'the chart renders the name of the Secret next to secretRef instead of inside it, which Kubernetes rejects',
  });
}
