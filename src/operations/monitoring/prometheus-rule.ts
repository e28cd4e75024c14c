import type { PrometheusRuleSpec } from '../../../imports/monitoring.coreos.com';
import type { Imported } from '../../kubernetes/imported';
import { checkSeconds } from '../../kubernetes/quantity';
import type { Problems } from '../../reporting/problems';
import { alertRules, type AlertRule } from './alert-rules';
import type { EngineAlertOptions } from './engine-alert';
import type { PlacedEngine } from './monitored-engine';
import type { PrometheusOperatorOptions } from './monitoring-options';
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

/** Renders the alerts of an engine, and reports invalid options. */
export function ruleSpec(engine: PlacedEngine, options: PrometheusOperatorOptions): RuleSpec {
  const { problems } = engine;
  const { alertLabels = {}, alerts = [], runbookUrl = RUNBOOKS } = options;
  checkRunbookUrl(runbookUrl, problems);
  checkAlertLabels(alertLabels, problems);
  const rules = alertRules(engine, seriesOf(engine));
  checkAlerts(alerts, rules, engine);
  const changes = new Map(alerts.map((one) => [one.alert, one]));
  const rendered = rules.flatMap((rule) => {
    const { enabled = true, pending, severity, threshold }: Partial<EngineAlertOptions> = changes.get(rule.alert) ?? {};
    const expr = enabled ? rule.expr(threshold ?? rule.threshold) : undefined;
    const seconds = pending?.toSeconds({ integral: false }) ?? rule.pendingSeconds;
    return expr === undefined
      ? []
      : [
          {
            alert: rule.alert,
            expr,
            ...(seconds > 0 && { for: duration(seconds) }),
            // Otherwise, alerts about certificates would have cert-manager's namespace, and alerts about absent metrics
            // wouldn't have any.
            labels: { severity: severity ?? rule.severity, namespace: engine.namespace, ...alertLabels },
            annotations: {
              summary: rule.summary,
              description: rule.description,
              runbook_url: `${runbookUrl}#${rule.alert.toLowerCase()}`,
            },
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

function checkAlertLabels(labels: { readonly [name: string]: string }, problems: Problems): void {
  for (const name of Object.keys(labels)) {
    if (!LABEL_NAME.test(name) || name.startsWith('__')) {
      problems.add(`alertLabels[${JSON.stringify(name)}]`, {
        wrong: 'must be the name of a Prometheus label',
        got: name,
        allowed: "letters, digits and '_', without a digit or '__' at the start",
        fix: 'rename it',
      });
    } else if (name === 'severity' || name === 'alertname') {
      problems.add(`alertLabels.${name}`, {
        wrong: 'the library sets this label itself',
        got: labels[name],
        allowed: 'other labels',
        fix: name === 'severity' ? 'set severity in alerts' : 'remove it',
      });
    }
  }
}

/** Reports changes to alerts that have no effect or are invalid. */
function checkAlerts(alerts: readonly EngineAlertOptions[], rules: readonly AlertRule[], engine: PlacedEngine): void {
  for (const [index, { alert, pending, threshold, ...rest }] of alerts.entries()) {
    const problems = engine.problems.at(`alerts[${index}]`);
    const rule = rules.find((one) => one.alert === alert);
    const others = Object.values(rest).some((value) => value !== undefined) || pending !== undefined;
    if (alerts.findIndex((other) => other.alert === alert) < index) {
      problems.add('alert', {
        wrong: 'another entry changes the same alert',
        got: alert,
        allowed: 'one entry for each alert',
        fix: 'merge the entries',
      });
    } else if (rule === undefined) {
      problems.add('alert', {
        wrong: 'this engine does not have the alert',
        got: alert,
        allowed: rules.map((one) => one.alert).join(', '),
        fix: 'remove the entry',
      });
    } else if (threshold === undefined && !others) {
      problems.add('', {
        wrong: 'does not change anything',
        got: alert,
        allowed: 'enabled, severity, pending or threshold',
        fix: 'remove the entry',
      });
    } else if (rule.expr(threshold ?? rule.threshold) === undefined && rest.enabled !== false) {
      problems.add('threshold', {
        wrong: 'is required, because no limit is known for this engine',
        allowed: 'a number above 0',
        fix: 'set it, or remove the entry',
      });
    }
    if (pending !== undefined) {
      checkSeconds(problems, 'pending', pending, { min: 0, good: rule?.pendingSeconds });
    }
    if (threshold !== undefined && rule?.hasThreshold === false) {
      problems.add('threshold', {
        wrong: 'is not supported by this alert',
        got: threshold,
        allowed: 'no value',
        fix: 'remove it',
      });
    } else if (threshold !== undefined && !(threshold > 0)) {
      problems.add('threshold', {
        wrong: 'must be positive',
        got: threshold,
        allowed: 'a number above 0',
        fix: rule?.threshold === undefined ? 'remove it' : `remove it to use ${rule.threshold}`,
      });
    }
  }
}
