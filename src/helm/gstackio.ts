import type { Field } from '../reading/field';
import { commonObjects } from './chart-objects';
import { directory, mount } from './node-directory';
import { probe } from './probe-template';
import { entriesOf, from, nonEmpty, number, valueOf } from './template';
import type { Release } from './chart-release';
import { workload } from './workload-template';

/** The port of the Service. Values can't change it. */
const PORT = 2555;

/** Renders the chart of gstackio (github.com/gstackio/dagger-helm-chart, 0.12.3). */
export function renderGstackio(release: Release): Field[] {
  const { names, values, version } = release;
  const [cacheKey, key] = ['engine.nfsCache', 'engine.replicas'];
  const nfs = nonEmpty(release, cacheKey);
  const [repository, tag] = [
    values.text('engine.image.repository') ?? '',
    values.text('engine.image.tag') ?? `v${version.text}`,
  ];
  const engine = workload(release, {
    kind: 'Deployment',
    key,
    spec: { replicas: number(release, key) },
    affinity: affinity(release),
    image: from(repository === '' ? 'engine.image.repository' : 'engine.image.tag', `${repository}:${tag}`),
    readinessProbe: probe(release, 'engine.readinessProbeSettings'),
    mounts: [mount(cacheKey, 'varlibdagger', '/var/lib/dagger'), mount(key, 'varrundagger', '/var/run/buildkit')],
    volumes: [
      nfs.exists
        ? from(cacheKey, { name: 'varlibdagger', nfs: from(cacheKey, { ...entriesOf(nfs), readOnly: false }) })
        : directory(cacheKey, 'varlibdagger', '/var/lib/dagger'),
      directory(key, 'varrundagger', '/var/run/dagger'),
    ],
    configVolume: 'dagger-engine-config',
  });
  const service = from(key, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: from(names.origin, `${names.fullname}-service`) },
    spec: {
      selector: { name: `${names.fullname}-engine` },
      ports: [from('engine.config', { protocol: 'TCP', port: PORT, targetPort: PORT })],
    },
  });
  return [engine, ...commonObjects(release), service];
}

/** Renders the affinity, which keeps the engines of a release on different nodes. */
function affinity(release: Release): Field {
  const { names, namespace } = release;
  const matchExpressions = [{ key: 'app.kubernetes.io/name', operator: 'In', values: [names.name] }];
  const term = { labelSelector: { matchExpressions }, namespaces: [namespace], topologyKey: 'kubernetes.io/hostname' };
  const nodeAffinity = valueOf(release, 'engine.affinity.nodeAffinity');
  return from('engine.affinity', {
    nodeAffinity: nodeAffinity.map && Object.keys(nodeAffinity.map).length > 0 ? nodeAffinity : undefined,
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
  });
}
