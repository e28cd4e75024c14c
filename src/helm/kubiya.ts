import type { EngineProgram, OtherObject, Patch, Rendered } from '../program/engine-program';
import { data, literal, object, type Expression } from '../program/expression';
import { cacheOfVolume, socketOfVolume } from './parts';
import { PUT_RIGHT, report } from './chart-findings';
import type { ChosenImage } from '../reading/engine-image';
import { DEFAULT_STATE } from '../reading/listening';
import { reportOldSocket, reportRights } from '../findings/pod-rules';
import { placeCache, type ChartVolume } from './cache-mount';
import { reportMisplacedSecret } from './env';
import { kindOf, workloadProgram } from './official';
import { PROBE_COMMAND } from './official-values';
import { probes } from './probes';
import { ENGINE_CONTAINER } from './restorations';
import { hostPath, statefulSetStorage, type StorageParts } from './storage';
import { checkName, labelsConstant, type Translation } from './translation';

/** The chart of kubiya: that of Dagger at v0.13, with a StatefulSet, a headless Service, and a Role. */
export function kubiyaProgram(translation: Translation, image: ChosenImage): EngineProgram | undefined {
  const { findings, values } = translation;
  const kind = kindOf(translation);
  if (kind === undefined) {
    return undefined;
  }
  const isDaemonSet = kind === 'DaemonSet';
  const postfix = values.text('volumeMountsPostfix') === undefined ? '' : `-${values.text('volumeMountsPostfix')}`;
  if (values.text('engine.image.ref') === undefined) {
    report(
      findings,
      'image-of-chart-version',
      'engine.image.ref',
      `without it the image is registry.dagger.io/engine:v${translation.version.written}, the version of the chart; its appVersion 0.18.16 is read by nobody`,
      'set it to registry.dagger.io/engine:v0.18.16',
    );
  }
  if (!isDaemonSet && values.text('engine.configJson') !== undefined) {
    report(
      findings,
      'invalid-render',
      'engine.configJson',
      'the chart mounts engine.json, but never writes it, so that no pod starts; it is in the ConfigMap here',
      PUT_RIGHT,
    );
  }
  if (!isDaemonSet) {
    reportMisplacedSecret(translation);
  }
  if (isDaemonSet) {
    reportOldSocket(translation.engine, 'engine.kind', findings);
  }
  const mount = { mountPath: `${DEFAULT_STATE}${postfix}`, ...(postfix !== '' && { mountKey: 'volumeMountsPostfix' }) };
  const port = servicePort(translation);
  const program = workloadProgram(translation, image, {
    kind,
    storage: isDaemonSet
      ? daemonSetStorage(translation, mount)
      : statefulSetStorage(translation, { ...mount, data: mount.mountPath, run: `/run/dagger${postfix}` }),
    configVolume: isDaemonSet ? 'dagger-engine-config' : 'config',
    services:
      port === undefined
        ? []
        : [{ key: SERVICE, headless: true, affinity: false, ports: [{ number: port, key: `${SERVICE}.port` }] }],
    probes: probes(
      translation,
      { key: 'engine.readinessProbe', fixedCommand: isDaemonSet ? undefined : PROBE_COMMAND },
      undefined,
    ),
    restore: (workload) => mountRestorations(workload, isDaemonSet, postfix),
  });
  return { ...program, others: [...program.others, ...rights(translation), ...headlessService(translation)] };
}

/** The directories of the node that its DaemonSet has, whatever the values say. */
function daemonSetStorage(translation: Translation, mount: Pick<ChartVolume, 'mountPath' | 'mountKey'>): StorageParts {
  const key = 'engine.kind';
  const volume = hostPath('varlibdagger', DEFAULT_STATE);
  return {
    ...placeCache(
      translation,
      { ...mount, name: 'varlibdagger', volume, cache: cacheOfVolume(volume, 'NODE', key), key },
      [],
      key,
    ),
    hostSocket: socketOfVolume(hostPath('varrundagger', '/var/run/dagger'), key),
  };
}

/** The directory of the socket isn't where the engine looks. */
function mountRestorations(workload: Rendered, isDaemonSet: boolean, postfix: string): Patch[] {
  const mounts = workload.spec.template.spec.containers[0].volumeMounts as Rendered[];
  const at = (volume: string, mountPath: string, why: string): Patch[] => {
    const index = mounts.findIndex(({ name }) => name === volume);
    return index < 0 || mounts[index]!.mountPath === mountPath
      ? []
      : [{ op: 'replace', path: `${ENGINE_CONTAINER}/volumeMounts/${index}/mountPath`, value: mountPath, why }];
  };
  return isDaemonSet
    ? at('varrundagger', `/var/run/buildkit${postfix}`, 'the directory of engines before v0.17.0')
    : at('run', `/run/dagger${postfix}`, 'where volumeMountsPostfix puts it');
}

/** Every right on every object of the core group, for the engine's own account. */
function rights(translation: Translation): OtherObject[] {
  const { findings, names, namespace, values } = translation;
  const key = 'additionalResources';
  const metadata = (name: string): Expression => object({ name: literal(name), labels: labelsConstant(translation) });
  const account = values.flag('engine.newServiceAccount.create')
    ? names.fullname
    : (values.text('engine.existingServiceAccount.name') ?? 'default');
  const others: OtherObject[] = [];
  if (values.flag(`${key}.role.create`)) {
    if (values.flag(`${key}.roleBinding.create`)) {
      reportRights(`${key}.role.create`, findings);
    }
    others.push({
      id: 'role',
      patches: [],
      manifest: object(
        {
          apiVersion: literal('rbac.authorization.k8s.io/v1'),
          kind: literal('Role'),
          metadata: metadata(names.name),
          rules: data([{ apiGroups: [''], resources: ['*'], verbs: ['*'] }]),
        },
        `${key}.role.create`,
      ),
    });
  }
  if (values.flag(`${key}.roleBinding.create`)) {
    others.push({
      id: 'role-binding',
      patches: [],
      manifest: object(
        {
          apiVersion: literal('rbac.authorization.k8s.io/v1'),
          kind: literal('RoleBinding'),
          metadata: metadata(`${names.name}-binding`),
          subjects: data([{ kind: 'ServiceAccount', name: account, namespace }]),
          roleRef: data({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: names.name }),
        },
        `${key}.roleBinding.create`,
      ),
    });
  }
  return others;
}

const SERVICE = 'additionalResources.service';

/** The port that its Service leads to; undefined without Service, or where the values take the port away. */
function servicePort({ values }: Translation): number | undefined {
  return values.flag(`${SERVICE}.create`) ? values.number(`${SERVICE}.port`) : undefined;
}

function headlessService(translation: Translation): OtherObject[] {
  const { findings, names, problems, values } = translation;
  if (!values.flag(`${SERVICE}.create`)) {
    return [];
  }
  const port = servicePort(translation);
  if (port === undefined) {
    problems.add(`${SERVICE}.port`, {
      wrong: 'the Service has no port without it, which Kubernetes refuses',
      allowed: 'a port',
      fix: 'remove the line, which leaves 8080',
    });
    return [];
  }
  const own = values.text(`${SERVICE}.name`);
  const service = own ?? `${names.fullname}-engine`;
  checkName(
    own === undefined ? names.origin : `${SERVICE}.name`,
    { of: 'the Service', name: service, max: 63, kind: 'service', override: `${SERVICE}.name` },
    problems,
  );
  const labels = values.textMap('engine.labels') ?? {};
  if (Object.keys(labels).length === 0) {
    report(
      findings,
      'shared-selector',
      `${SERVICE}.create`,
      `the Service selects by the name of the chart alone: it finds the engines of every release in the namespace whose label app.kubernetes.io/name is ${JSON.stringify(names.name)}`,
      'set a label of this release alone in engine.labels, which is in the selector too',
    );
  }
  const selector = { 'app.kubernetes.io/name': names.name, ...labels };
  return [
    {
      id: 'headless-service',
      patches: [],
      manifest: object(
        {
          apiVersion: literal('v1'),
          kind: literal('Service'),
          metadata: object({ name: literal(service), labels: labelsConstant(translation) }),
          spec: data({
            clusterIP: 'None',
            selector,
            ports: [{ name: 'dagger', port, targetPort: port, protocol: 'TCP' }],
          }),
        },
        SERVICE,
      ),
    },
  ];
}
