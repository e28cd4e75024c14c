import type { PrometheusRuleSpec } from '../../../imports/monitoring.coreos.com';
import type { Imported } from '../../kubernetes/imported';
import { bytesOf } from '../../config/gc-limits';
import { checkSeconds, isCount } from '../../kubernetes/quantity';
import type { Problems } from '../../reporting/problems';
import { ALERT_NAMES, type AlertId, type EngineAlertOptions, type EngineAlertsOptions } from './alert-options';
import type { AlertRule } from './alert-rule';
import { alertRules } from './alert-rules';
import type { PlacedEngine } from './monitored-engine';
import { duration } from './prometheus-duration';
import { seriesOf } from './series';

/** The spec of a PrometheusRule. `cdk8s import` types the expression as a class. */
export interface RuleSpec {
  readonly groups: ReadonlyArray<
    Pick<Imported<NonNullable<PrometheusRuleSpec['groups']>[number]>, 'name'> & {
      readonly rules: readonly RenderedRule[];
    }
  >;
}

type ImportedRule = NonNullable<NonNullable<PrometheusRuleSpec['groups']>[number]['rules']>[number];

type RenderedRule = Omit<Imported<ImportedRule>, 'expr'> & { readonly expr: string };

const RUNBOOKS = 'https://github.com/cdk8s-dagger/cdk8s-dagger/blob/main/docs/reference/runbooks.md';

/** Label names and values that Prometheus accepts in rules (model/rulefmt/rulefmt.go@v3.16.0 of Prometheus). */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Reports invalid options of the alerts about an engine. */
export function checkAlertOptions(engine: PlacedEngine, options: EngineAlertsOptions): void {
  const problems = engine.problems.at('alerts');
  const { labels = {}, runbookUrl = RUNBOOKS } = options;
  checkRunbookUrl(runbookUrl, problems);
  checkAlertLabels(labels, problems);
  checkAlerts(alertRules(engine, seriesOf(engine), options), options, problems);
}

/** Renders the alerts about an engine and its clients. */
export function ruleSpec(engine: PlacedEngine, options: EngineAlertsOptions): RuleSpec {
  const { labels = {}, runbookUrl = RUNBOOKS } = options;
  const rules = alertRules(engine, seriesOf(engine), options);
  const rendered = rules.flatMap(({ description, expr, id, summary, ...rule }) => {
    const { enabled = true, pending, severity = rule.severity }: EngineAlertOptions = options[id] ?? {};
    const seconds = pending?.toSeconds({ integral: false }) ?? rule.pendingSeconds;
    const alert = ALERT_NAMES[id];
    return expr === undefined || !enabled
      ? []
      : [
          {
            alert,
            expr,
            ...(seconds > 0 && { for: duration(seconds) }),
            // Otherwise, alerts about certificates would have cert-manager's namespace, and alerts about absent metrics
            // wouldn't have any.
            labels: { severity, namespace: engine.namespace, ...labels },
            annotations: { summary, description, runbook_url: `${runbookUrl}#${alert.toLowerCase()}` },
          },
        ];
  });
  return { groups: [{ name: `dagger-engine-${engine.name}`, rules: rendered }] };
}

function checkRunbookUrl(url: string, problems: Problems): void {
  if (!URL.canParse(url) || url.includes('#')) {
    problems.add('runbookUrl', {
      wrong: 'must be the URL of a page, without a fragment',
      got: url,
      allowed: 'https://HOST/PATH',
      fix: 'remove it to use the runbooks of this library',
    });
  }
}

/** The fixes for labels that the library sets itself. */
const OWN_LABELS: { readonly [name: string]: string } = {
  alertname: 'remove it',
  namespace: 'remove it, because it is the namespace of the engine',
  severity: 'set severity on each alert',
};

function checkAlertLabels(labels: { readonly [name: string]: string }, problems: Problems): void {
  for (const [name, value] of Object.entries(labels)) {
    if (!LABEL_NAME.test(name) || name.startsWith('__')) {
      problems.add(`labels[${JSON.stringify(name)}]`, {
        wrong: 'must be the name of a Prometheus label',
        got: name,
        allowed: "letters, digits and '_', without a digit or '__' at the start",
        fix: 'rename it',
      });
    } else if (Object.hasOwn(OWN_LABELS, name)) {
      problems.add(`labels.${name}`, {
        wrong: 'the library sets this label itself',
        got: value,
        allowed: 'other labels',
        fix: OWN_LABELS[name]!,
      });
    }
  }
}

/** Reports changes to alerts that have no effect or are invalid. */
function checkAlerts(rules: readonly AlertRule[], options: EngineAlertsOptions, problems: Problems): void {
  const changed = (Object.keys(ALERT_NAMES) as AlertId[]).filter((id) => options[id] !== undefined);
  for (const id of changed) {
    const { enabled = true, pending, ...others } = options[id]!;
    const rule = rules.find((one) => one.id === id);
    if (rule === undefined) {
      problems.add(id, {
        wrong: 'this engine does not have the alert',
        allowed: rules.map((one) => one.id).join(', '),
        fix: 'remove it',
      });
    } else if (!enabled && [pending, ...Object.values(others)].some((value) => value !== undefined)) {
      problems.add(id, {
        wrong: 'enabled: false disables the alert, so the other options have no effect',
        allowed: 'only enabled: false',
        fix: 'remove the other options, or remove enabled: false',
      });
    } else if (rule.expr === undefined && rule.required !== undefined && enabled) {
      const { allowed, option, why } = rule.required;
      problems.add(`${id}.${option}`, {
        wrong: `is required, because ${why}`,
        allowed,
        fix: `set it, or remove ${id}`,
      });
    }
    if (pending !== undefined) {
      checkSeconds(problems.at(id), 'pending', pending, { min: 0, good: rule?.pendingSeconds });
    }
  }
  checkLimits(options, problems);
}

function checkLimits(options: EngineAlertsOptions, problems: Problems): void {
  const { busy, caExpires, certificateExpires, clientCertificateExpires, drainStuck, gcBehind, volumeFull } = options;
  const sizes = { 'volumeFull.freeSpace': volumeFull?.freeSpace, 'gcBehind.cacheSize': gcBehind?.cacheSize };
  for (const [property, size] of Object.entries(sizes)) {
    if (size !== undefined && !(bytesOf(size) > 0)) {
      problems.add(property, {
        wrong: 'must be above zero',
        got: `${bytesOf(size)} bytes`,
        allowed: 'a size such as Size.gibibytes(10)',
        fix: 'remove it to use the default',
      });
    }
  }
  if (busy?.sessions !== undefined && !isCount(busy.sessions, 1)) {
    problems.add('busy.sessions', {
      wrong: 'must be a number of sessions',
      got: busy.sessions,
      allowed: 'a whole number of at least 1',
      fix: 'remove it to use the default',
    });
  }
  const times = {
    'drainStuck.remaining': drainStuck?.remaining,
    'certificateExpires.remaining': certificateExpires?.remaining,
    'clientCertificateExpires.remaining': clientCertificateExpires?.remaining,
    'caExpires.remaining': caExpires?.remaining,
  };
  for (const [property, time] of Object.entries(times)) {
    if (time !== undefined) {
      checkSeconds(problems, property, time, { min: 1 });
    }
  }
}
