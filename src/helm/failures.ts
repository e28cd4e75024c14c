import type { Problems } from '../reporting/problems';
import { instead } from '../reporting/suggestions';
import { usesMagicache } from './chart-objects';
import type { Release } from './chart-release';

const KINDS = ['DaemonSet', 'StatefulSet'];
const SERVICE_TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer'];

/** Reports values that make Helm fail, or that prevent the chart from rendering an engine. */
export function checkFailures(release: Release, problems: Problems): void {
  const { chart, values } = release;
  const kind = values.text('engine.kind') ?? '';
  if (chart.name !== 'gstackio' && !KINDS.includes(kind)) {
    problems.add('engine.kind', {
      wrong: 'the chart does not support this kind, and silently renders no engine',
      got: kind,
      allowed: KINDS.join(', '),
      fix: instead(kind, KINDS),
    });
  }
  if (usesMagicache(release)) {
    checkMagicache(release, problems);
  }
  if ('name' in values.textMap('engine.labels')) {
    problems.add('engine.labels.name', {
      wrong: 'replaces the label by which the workload selects its pods, so Kubernetes rejects the workload',
      got: values.textMap('engine.labels')['name'],
      allowed: 'other labels',
      fix: 'remove it',
    });
  }
  const type = values.text('service.type') ?? SERVICE_TYPES[0]!;
  if (!SERVICE_TYPES.includes(type)) {
    problems.add('service.type', {
      wrong: 'must be a type of Service that selects pods',
      got: type,
      allowed: SERVICE_TYPES.join(', '),
      fix: instead(type, SERVICE_TYPES),
    });
  }
}

function checkMagicache({ values }: Release, problems: Problems): void {
  const url = values.text('magicache.url');
  if (url === undefined || !/^[A-Za-z0-9]\S*[^\s:]$/.test(url)) {
    problems.add('magicache.url', {
      wrong: url === undefined ? 'Helm fails without it' : 'must be a URL that needs no quotes in YAML',
      ...(url !== undefined && { got: url }),
      allowed: 'a URL without spaces',
      fix: 'use a URL such as https://api.dagger.cloud/magicache',
    });
  }
  if (!values.flag('magicache.secretName') && !values.flag('magicache.token')) {
    problems.add('magicache.token', {
      wrong: 'Helm fails without it',
      allowed: 'a token, or magicache.secretName',
      fix: 'set magicache.secretName to an existing Secret',
    });
  }
}
