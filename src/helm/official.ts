import type { Field } from '../reading/field';
import { commonObjects, labels } from './chart-objects';
import { chartHas } from './helm-chart';
import { CACHE_DIRECTORY, directory, mount, SOCKET_DIRECTORY } from './node-directory';
import { probe } from './probe-template';
import { statefulSet } from './stateful-set-template';
import { entriesOf, from, nonEmpty, number, when } from './template';
import type { Release } from './chart-release';
import { workload, type WorkloadTraits } from './workload-template';

/** Renders the official chart: helm/dagger/templates in dagger/dagger, tags v0.17.0 to v1.0.0-beta.11. */
export function renderOfficial(release: Release): Field[] {
  const { names, values, version } = release;
  const isDaemonSet = values.text('engine.kind') === 'DaemonSet';
  const engine = workload(release, {
    ...(isDaemonSet ? daemonSet(release) : statefulSet(release, { pathPostfix: `-${names.fullname}` })),
    affinity: nonEmpty(release, 'engine.affinity'),
    image: from('engine.image.ref', values.text('engine.image.ref') ?? `registry.dagger.io/engine:v${version.text}`),
    readinessProbe: probe(release, 'engine.readinessProbeSettings'),
    livenessProbe: chartHas(version, 'LIVENESS_PROBE') ? probe(release, 'engine.livenessProbeSettings') : undefined,
  });
  return [engine, ...commonObjects(release), ...service(release)];
}

function daemonSet({
  names: { fullname },
  values,
}: Release): Pick<WorkloadTraits, 'kind' | 'key' | 'mounts' | 'volumes' | 'configVolume'> {
  const [hasCache, hasSocket] = [values.flag(CACHE_DIRECTORY), values.flag(SOCKET_DIRECTORY)];
  return {
    kind: 'DaemonSet',
    key: 'engine.kind',
    mounts: [
      ...when(hasCache, mount(CACHE_DIRECTORY, 'varlibdagger', '/var/lib/dagger')),
      ...when(hasSocket, mount(SOCKET_DIRECTORY, 'varrundagger', '/run/dagger')),
    ],
    volumes: [
      ...when(hasCache, directory(CACHE_DIRECTORY, 'varlibdagger', `/var/lib/dagger-${fullname}`)),
      ...when(hasSocket, directory(SOCKET_DIRECTORY, 'varrundagger', `/run/dagger-${fullname}`)),
    ],
    configVolume: 'dagger-engine-config',
  };
}

/** Renders the Service with all declared ports, and without a namespace, as the chart does. */
function service(release: Release): readonly Field[] {
  const { names, releaseName, version } = release;
  const port = number(release, 'engine.port');
  const listed = nonEmpty(release, 'engine.containerPorts').items;
  const key = listed.length > 0 ? 'engine.containerPorts' : 'engine.port';
  const declared = listed.length > 0 ? listed : when(Boolean(port.value), from('engine.port', {}));
  const metadata = {
    name: from(names.origin, names.fullname),
    labels: from('service.labels', { ...labels(release), ...entriesOf(nonEmpty(release, 'service.labels')) }),
    annotations: nonEmpty(release, 'service.annotations'),
  };
  const spec = {
    type: nonEmpty(release, 'service.type'),
    ports: declared.map((one) => servicePort(one, port)),
    selector: { 'app.kubernetes.io/name': names.name, 'app.kubernetes.io/instance': releaseName },
  };
  return when(
    chartHas(version, 'SERVICE') && declared.length > 0,
    from(key, { apiVersion: 'v1', kind: 'Service', metadata, spec }),
  );
}

function servicePort(declared: Field, enginePort: Field): Field {
  const name = declared.at('name').text || 'dagger';
  const port = Number(declared.at('containerPort').value) || enginePort.value;
  return from(declared.origin, { name, port, targetPort: name, protocol: declared.at('protocol').text || 'TCP' });
}
