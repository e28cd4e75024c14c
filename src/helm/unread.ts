import type { Findings } from '../findings/finding';
import { report } from './chart-findings';
import { chartHas, type ChartVersion, type HelmChart } from './helm-chart';
import type { KnownKeys } from './known-keys';
import { isEmpty, Values, type ValueMap } from './values';

/** A rule about keys that templates ignore if other keys have certain values. */
interface Unread {
  readonly keys: readonly string[];
  readonly when: (values: Values) => boolean;
  readonly why: string;
  readonly fix: string;
  /** The property of the constructs that has the same purpose. */
  readonly property?: string;
}

const isStatefulSet = (values: Values): boolean => values.text('engine.kind') === 'StatefulSet';
const isDaemonSet = (values: Values): boolean => values.text('engine.kind') === 'DaemonSet';

/** The rules for all three charts. */
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
    why: 'the chart ignores it together with engine.newServiceAccount.create',
    fix: 'remove it, or set engine.newServiceAccount.create: false',
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
    why: 'the chart ignores it together with magicache.secretName',
    fix: 'remove it',
  },
];

/** The rules for the charts with a StatefulSet. */
const STATEFUL_SET: readonly Unread[] = [
  {
    keys: ['engine.statefulSet'],
    when: (values) => !isStatefulSet(values),
    why: 'the chart reads it only for a StatefulSet',
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
    fix: 'remove it, or set engine.kind: DaemonSet',
    property: 'runtimeClassName',
  },
  {
    keys: ['engine.hostPort'],
    when: (values) => values.flag('engine.containerPorts'),
    why: 'the chart ignores it together with engine.containerPorts',
    fix: 'set hostPort on the port in engine.containerPorts',
    property: 'extraPorts',
  },
  {
    keys: ['engine.hostPort'],
    when: (values) => !values.flag('engine.port') && !values.flag('engine.containerPorts'),
    why: 'the chart ignores it without engine.port',
    fix: 'set engine.port, or remove it',
    property: 'extraPorts',
  },
  {
    keys: ['service'],
    when: (values) => !values.flag('engine.port') && !values.flag('engine.containerPorts'),
    why: 'the chart creates a Service only with engine.port or engine.containerPorts',
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
    why: 'the chart reads it only for a StatefulSet',
    fix: 'set engine.kind: StatefulSet, or remove it',
  },
  {
    keys: ['engine.hostPort'],
    when: (values) => isStatefulSet(values) && !values.flag('engine.port'),
    why: 'the chart ignores it without engine.port',
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

/** Returns the rules that apply to the values. */
export function unread(chart: HelmChart, version: ChartVersion, values: Values): readonly Unread[] {
  const rules =
    chart.name === 'gstackio' ? ALL : [...ALL, ...STATEFUL_SET, ...(chart.name === 'kubiya' ? KUBIYA : OFFICIAL)];
  return rules.filter(({ when, keys }) => when(values) && (keys[0] !== 'service' || chartHas(version, 'SERVICE')));
}

/** Returns the values except those that templates ignore. */
export function withoutUnread(values: Values, rules: readonly Unread[]): Values {
  return values.without(rules.flatMap(({ keys }) => keys));
}

/** Values, and the rules that apply to them. */
interface ValuesToReport {
  readonly ownValues: ValueMap;
  readonly defaults: ValueMap;
  readonly keys: KnownKeys;
  readonly rules: readonly Unread[];
}

/** Reports values that templates ignore, unless they equal the defaults. */
export function reportUnread({ defaults, keys, ownValues, rules }: ValuesToReport, findings: Findings): void {
  const [own, chart] = [new Values(ownValues), new Values(defaults)];
  for (const { keys: unreadKeys, why, fix, property } of rules) {
    const sections = unreadKeys.filter((key) => own.raw(key) === null);
    const below = Object.keys(keys).filter((key) =>
      unreadKeys.some((above) => key === above || key.startsWith(`${above}.`)),
    );
    for (const key of new Set([...sections, ...below])) {
      const [value, byDefault] = [own.raw(key), chart.raw(key)];
      const isSame = JSON.stringify(value) === JSON.stringify(byDefault) || (isEmpty(value) && isEmpty(byDefault));
      if (value !== undefined && !isSame) {
        report(findings, 'ignored-value', { key, why, fix, property });
      }
    }
  }
}
