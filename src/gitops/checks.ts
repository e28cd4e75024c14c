import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { isCount } from '../kubernetes/quantity';
import type { Problems } from '../reporting/problems';
import { redact } from '../reporting/secret-detection';

/** Reports charts that a tool can't apply. The object of the tool must not be in a chart that the tool applies. */
export function checkCharts(problems: Problems, scope: Construct, charts: readonly Chart[]): void {
  if (charts.length === 0) {
    problems.add('charts', {
      wrong: 'must not be empty',
      got: charts,
      allowed: 'the charts whose manifests are in the directory',
      fix: 'add the chart with the engines',
    });
  }
  const own = charts.indexOf(Chart.of(scope));
  if (own !== -1) {
    problems.add(`charts[${own}]`, {
      wrong: 'contains this construct, so the tool would manage its own object',
      got: charts[own]!.node.path,
      allowed: 'other charts',
      fix: "create this construct in a separate chart, such as new Chart(app, 'tools')",
    });
  }
}

/** Matches URLs with a password or token: before the host, or in the query. */
const CREDENTIALS =
  /^https?:\/\/[^/@]+@|^\w+:\/\/[^/@]*:[^/@]*@|[?&#;][^=&]*(token|passw|secret|key|auth|credential|sig)[^=&]*=/i;

/** Whether a URL contains credentials. */
export function hasCredentials(url: string): boolean {
  return CREDENTIALS.test(url) || redact(url) !== url;
}

/** Reports an invalid URL of a Git repository. A URL with a password would be committed. */
export function checkRepoUrl(problems: Problems, property: string, url: string): void {
  const isSecret = hasCredentials(url);
  const isUrl = /^(https?|ssh|git|file):\/\/\S+$|^[\w.-]+@[\w.-]+:\S+$|^oci:\/\/\S+$/.test(url);
  if (!isUrl || isSecret) {
    problems.add(property, {
      wrong: isSecret ? 'must not contain credentials' : 'must be the URL of a repository',
      ...(!isSecret && { got: url }),
      allowed: 'a URL such as https://git.example.com/ci/manifests.git or git@git.example.com:ci/manifests.git',
      fix: isSecret ? 'store the credentials in a Secret of the GitOps tool' : 'add the protocol',
    });
  }
}

/** Reports a path that isn't in the repository. */
export function checkPath(problems: Problems, property: string, path: string): void {
  if (path === '' || path.startsWith('/') || path.split('/').includes('..')) {
    problems.add(property, {
      wrong: 'must be a directory in the repository',
      got: path,
      allowed: 'a relative path without ..',
      fix: "use a path such as 'dist'",
    });
  }
}

/** Reports an invalid number of nodes. */
export function checkMaxNodes(problems: Problems, property: string, nodes: number | undefined): void {
  if (nodes !== undefined && !isCount(nodes, 1)) {
    problems.add(property, {
      wrong: 'must be a number of nodes',
      got: nodes,
      allowed: 'a whole number of at least 1',
      fix: 'set it to the highest number of nodes that the cluster can have',
    });
  }
}

/** Reports the address of a cluster that isn't a URL. */
export function checkServer(problems: Problems, property: string, server: string): void {
  const isSecret = hasCredentials(server);
  if (isSecret || !/^https?:\/\/[^\s/]+\S*$/.test(server)) {
    problems.add(property, {
      wrong: isSecret ? 'must not contain credentials' : 'must be the URL of an API server',
      ...(!isSecret && { got: server }),
      allowed: 'a URL such as https://kubernetes.default.svc',
      fix: isSecret
        ? 'store the credentials in the cluster Secret of Argo CD'
        : 'use the URL that `argocd cluster list` shows',
    });
  }
}

/** Reports a revision that can't exist in a Git repository. */
export function checkRevision(problems: Problems, property: string, revision: string): void {
  if (!/^\S+$/.test(revision)) {
    problems.add(property, {
      wrong: 'must be a revision',
      got: revision,
      allowed: 'a branch, tag or commit',
      fix: "remove it, or use a value such as 'main'",
    });
  }
}
