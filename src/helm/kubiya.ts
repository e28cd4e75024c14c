import type { Field } from '../reading/field';
import { commonObjects, labels, serviceAccountName } from './chart-objects';
import { directory, mount } from './node-directory';
import { probe } from './probe-template';
import { statefulSet } from './stateful-set-template';
import { entriesOf, from, nonEmpty, number, when } from './template';
import type { Release } from './chart-release';
import { workload, type WorkloadTraits } from './workload-template';

const RESOURCES = 'additionalResources';

/** Renders the chart of kubiya (charts/dagger-helm in github.com/kubiyabot/helm-charts, 0.4.1). */
export function renderKubiya(release: Release): Field[] {
  const { values, version } = release;
  const isDaemonSet = values.text('engine.kind') === 'DaemonSet';
  const postfix = values.flag('volumeMountsPostfix') ? `-${values.text('volumeMountsPostfix')}` : '';
  const engine = workload(release, {
    ...(isDaemonSet ? daemonSet(postfix) : statefulSet(release, { mountPostfix: postfix, pathPostfix: postfix })),
    affinity: nonEmpty(release, 'engine.affinity'),
    image: from('engine.image.ref', values.text('engine.image.ref') ?? `registry.dagger.io/engine:v${version.text}`),
    readinessProbe: probe(release, 'engine.readinessProbe'),
  });
  return [engine, ...commonObjects(release), ...role(release), ...roleBinding(release), ...service(release)];
}

function daemonSet(postfix: string): Pick<WorkloadTraits, 'kind' | 'key' | 'mounts' | 'volumes' | 'configVolume'> {
  const key = 'engine.kind';
  const mountKey = postfix === '' ? key : 'volumeMountsPostfix';
  return {
    kind: 'DaemonSet',
    key,
    mounts: [
      mount(mountKey, 'varlibdagger', `/var/lib/dagger${postfix}`),
      mount(mountKey, 'varrundagger', `/var/run/buildkit${postfix}`),
    ],
    volumes: [directory(key, 'varlibdagger', '/var/lib/dagger'), directory(key, 'varrundagger', '/var/run/dagger')],
    configVolume: 'dagger-engine-config',
  };
}

const RBAC = 'rbac.authorization.k8s.io';

/** Renders the Role, which grants all permissions on all objects of the core group. */
function role(release: Release): readonly Field[] {
  const { names, namespace, values } = release;
  const key = `${RESOURCES}.role.create`;
  return when(
    values.flag(key),
    from(key, {
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: { name: names.name, namespace, labels: labels(release) },
      rules: [{ apiGroups: [''], resources: ['*'], verbs: ['*'] }],
    }),
  );
}

function roleBinding(release: Release): readonly Field[] {
  const { names, namespace, values } = release;
  const key = `${RESOURCES}.roleBinding.create`;
  return when(
    values.flag(key),
    from(key, {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: `${names.name}-binding`, namespace, labels: labels(release) },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccountName(release), namespace }],
      roleRef: { apiGroup: RBAC, kind: 'Role', name: names.name },
    }),
  );
}

function service(release: Release): readonly Field[] {
  const { names, namespace, values } = release;
  const key = `${RESOURCES}.service`;
  const name = nonEmpty(release, `${key}.name`);
  const port = number(release, `${key}.port`);
  return when(
    values.flag(`${key}.create`),
    from(key, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: name.exists ? name : from(names.origin, `${names.fullname}-engine`),
        namespace,
        labels: labels(release),
      },
      spec: {
        clusterIP: 'None',
        selector: from(`${key}.create`, {
          'app.kubernetes.io/name': names.name,
          ...entriesOf(nonEmpty(release, 'engine.labels')),
        }),
        ports: [from(`${key}.port`, { name: 'dagger', port, targetPort: port, protocol: 'TCP' })],
      },
    }),
  );
}
