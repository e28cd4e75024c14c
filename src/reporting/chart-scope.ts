import type { Construct } from 'constructs';
import type { Problems } from './problems';

/** Reports a scope outside every chart, because cdk8s writes objects only in charts. */
export function checkChart(scope: Construct, problems: Problems): void {
  // An app can contain two copies of cdk8s, so the check uses a member of its charts.
  if (!scope.node.scopes.some((one) => 'generateObjectName' in one)) {
    problems.add('scope', {
      wrong: 'is not in a chart',
      got: scope,
      allowed: 'a chart, or a construct in a chart',
      fix: "create a chart: new Chart(app, 'ci', { namespace: 'dagger' })",
    });
  }
}
