import type { Findings } from '../findings/finding';
import { report } from './chart-findings';
import { chartHas, type ChartVersion, type HelmChart } from './helm-chart';
import { isPassedOn, type KnownKeys } from './known-keys';
import { isEmpty, Values, type ValueMap } from './values';

/** Keys that a chart has, and its templates don't read beside certain other values. */
interface Unread {
  /** With all below them. */
  readonly keys: readonly string[];
  readonly when: (values: Values) => boolean;
  readonly why: string;
  readonly fix: string;
  /** The property of the constructs that does what is meant. */
  readonly property?: string;
}

const isStatefulSet = (values: Values): boolean => values.text('engine.kind') === 'StatefulSet';
const isDaemonSet = (values: Values): boolean => values.text('engine.kind') === 'DaemonSet';

/** What all three charts have. */
const ALL: readonly Unread[] = [
  {
    keys: ['engine.newServiceAccount.name', 'engine.newServiceAccount.annotations'],
    when: (values) => !values.flag('engine.newServiceAccount.create'),
    why: 'the chart reads it only with engine.newServiceAccount.create',
    fix: 'set engine.newServiceAccount.create: true, or remove it',
    property: 'serviceAccount',
  },
  {
    keys: ['engine.existingServiceAccount.name'],
    when: (values) => values.flag('engine.newServiceAccount.create'),
    why: 'beside engine.newServiceAccount.create the chart ignores it',
    fix: 'remove one of the two',
    property: 'serviceAccount',
  },
  {
    keys: ['magicache.url', 'magicache.secretName', 'magicache.token'],
    when: (values) => !values.flag('magicache.enabled'),
    why: 'the chart reads it only with magicache.enabled',
    fix: 'remove it',
  },
  {
    keys: ['magicache.token'],
    when: (values) => values.flag('magicache.enabled') && values.flag('magicache.secretName'),
    why: 'beside magicache.secretName the chart ignores it',
    fix: 'remove it',
  },
];

/** What the charts with a StatefulSet have. */
const STATEFUL_SET: readonly Unread[] = [
  {
    keys: ['engine.statefulSet'],
    when: (values) => !isStatefulSet(values),
    why: 'the chart reads it for a StatefulSet alone',
    fix: 'set engine.kind: StatefulSet, or remove it',
  },
  {
    keys: ['accessModes', 'resources', 'storageClassName']
      .map((key) => `engine.statefulSet.persistentVolumeClaim.${key}`)
      .concat('engine.statefulSet.persistentVolumeClaimRetentionPolicy'),
    when: (values) => isStatefulSet(values) && !values.flag('engine.statefulSet.persistentVolumeClaim.enabled'),
    why: 'the chart reads it only with engine.statefulSet.persistentVolumeClaim.enabled',
    fix: 'set engine.statefulSet.persistentVolumeClaim.enabled: true, or remove it',
    property: 'cache',
  },
];

const OFFICIAL: readonly Unread[] = [
  {
    keys: ['engine.runtimeClassName'],
    when: isStatefulSet,
    why: 'the chart ignores it for a StatefulSet',
    fix: 'set pod.runtimeClassName',
    property: 'pod.runtimeClassName',
  },
  {
    keys: ['engine.hostPort'],
    when: (values) => values.flag('engine.containerPorts'),
    why: 'beside engine.containerPorts the chart ignores it',
    fix: 'set hostPort on the port in engine.containerPorts',
    property: 'extraPorts',
  },
  {
    keys: ['engine.hostPort'],
    when: (values) => !values.flag('engine.port') && !values.flag('engine.containerPorts'),
    why: 'without engine.port the chart ignores it',
    fix: 'set engine.port, or remove it',
    property: 'extraPorts',
  },
  {
    keys: ['service'],
    when: (values) => !values.flag('engine.port') && !values.flag('engine.containerPorts'),
    why: 'without engine.port and engine.containerPorts the chart makes no Service',
    fix: 'set engine.port, or remove it',
    property: 'listener',
  },
];

const KUBIYA: readonly Unread[] = [
  {
    keys: [
      'engine.configJson',
      'engine.annotations',
      'engine.port',
      'engine.hostPort',
      'engine.env',
      'engine.imagePullSecrets',
      'engine.lifecycle.preStop',
      'engine.volumeMounts',
      'engine.volumes',
      'engine.sidecars',
      'engine.hostPath',
    ],
    when: isDaemonSet,
    why: 'the chart reads it for a StatefulSet alone',
    fix: 'set the property of the engine, or engine.kind: StatefulSet',
  },
  {
    keys: ['engine.hostPort'],
    when: (values) => isStatefulSet(values) && !values.flag('engine.port'),
    why: 'without engine.port the chart ignores it',
    fix: 'set engine.port, or remove it',
    property: 'extraPorts',
  },
  { keys: ['labels'], when: () => true, why: 'no template reads it', fix: 'set engine.labels', property: 'labels' },
  {
    keys: ['additionalResources.service.name', 'additionalResources.service.port'],
    when: (values) => !values.flag('additionalResources.service.create'),
    why: 'the chart reads it only with additionalResources.service.create',
    fix: 'remove it',
  },
];

/** What of a chart isn't read beside these values. */
export function unread(chart: HelmChart, version: ChartVersion, values: Values): readonly Unread[] {
  const rules =
    chart.name === 'gstackio' ? ALL : [...ALL, ...STATEFUL_SET, ...(chart.name === 'kubiya' ? KUBIYA : OFFICIAL)];
  return rules.filter(({ when, keys }) => when(values) && (keys[0] !== 'service' || chartHas(version, 'SERVICE')));
}

/** The values without those that aren't read. */
export function withoutUnread(values: Values, rules: readonly Unread[]): Values {
  return values.without(rules.flatMap(({ keys }) => keys));
}

/** Reports values that aren't read, unless they say what the chart says without them. */
export function reportUnread(
  given: ValueMap,
  defaults: ValueMap,
  keys: KnownKeys,
  rules: readonly Unread[],
  findings: Findings,
): void {
  const [own, chart] = [new Values(given), new Values(defaults)];
  for (const { keys: unreadKeys, why, fix, property } of rules) {
    const sections = unreadKeys.filter((key) => own.raw(key) === null);
    const below = Object.keys(keys).filter(
      (key) => !isPassedOn(key, keys) && unreadKeys.some((above) => key === above || key.startsWith(`${above}.`)),
    );
    for (const key of new Set([...sections, ...below])) {
      const [value, byDefault] = [own.raw(key), chart.raw(key)];
      const isSame = JSON.stringify(value) === JSON.stringify(byDefault) || (isEmpty(value) && isEmpty(byDefault));
      if (value !== undefined && !isSame) {
        report(findings, 'ignored-value', key, why, fix, property);
      }
    }
  }
}
