import { call, data, literal, list, object, type Data } from '../program/expression';
import type { EngineProgram, Patch, Rendered } from '../program/engine-program';
import { cacheOfVolume, socketOfVolume } from './parts';
import { shape } from '../reading/k8s-expressions';
import { placeCache } from './cache-mount';
import { APPLY_WITH_NAMESPACE, PUT_RIGHT, report } from './chart-findings';
import type { ChosenImage } from '../reading/engine-image';
import { reportExposure } from '../findings/exposure';
import { DEFAULT_STATE } from '../reading/listening';
import { reportOldSocket, reportToken } from '../findings/pod-rules';
import { env } from './env';
import { files } from './files';
import { accountKey, container, gracePeriod, podOptions, resources, serviceAccount } from './pod';
import { EngineDeploymentUpdateStrategy } from '../workload/update-strategy';
import { listeningIn } from './ports';
import { probes } from './probes';
import { accountRestorations, ENGINE_CONTAINER, podRestorations, WITHOUT_NAMESPACE } from './restorations';
import { hostPath } from './storage';
import { checkName, identity, labelsConstant, type Translation } from './translation';
import { isEmpty, isMap } from './values';

/** The port of its Service, which no value changes. */
const PORT = 2555;

/** The chart of gstackio: a Deployment whose engines are kept on different nodes. */
export function gstackioProgram(translation: Translation, image: ChosenImage): EngineProgram {
  const { findings, names, problems, values } = translation;
  const variables = env(translation);
  const required = resources(translation);
  const grace = gracePeriod(translation);
  const replicas = values.number('engine.replicas');
  const nfs = values.map('engine.nfsCache');
  const { imagePullPolicy, security } = container(translation);
  const args = values.texts('engine.args');
  const missing = nfs === undefined ? [] : ['server', 'path'].filter((one) => isEmpty(nfs[one]));
  const cacheKey = 'engine.nfsCache';
  const onNode = nfs === undefined || missing.length > 0;
  const volume = onNode
    ? hostPath('varlibdagger', DEFAULT_STATE)
    : { name: 'varlibdagger', nfs: { ...nfs, readOnly: false } };
  const cache = placeCache(
    translation,
    {
      name: 'varlibdagger',
      mountPath: DEFAULT_STATE,
      volume,
      cache: cacheOfVolume(volume, onNode ? 'NODE' : 'CLUSTER', cacheKey),
      key: cacheKey,
    },
    [],
    cacheKey,
  );
  for (const field of missing) {
    problems.add(`engine.nfsCache.${field}`, {
      wrong: 'Kubernetes refuses an NFS volume without it',
      allowed: field === 'server' ? 'a host' : 'a path',
      fix: 'set it, or set engine.nfsCache: null for a directory of the node',
    });
  }
  reportToken(accountKey(translation), translation.findings);
  reportPort(translation, (replicas ?? 1) > 1);
  reportOldSocket(translation.engine, 'engine.replicas', findings);
  checkName(names.origin, { of: 'the Service', name: `${names.fullname}-service`, max: 63, kind: 'service' }, problems);
  if (!isMap(values.raw('engine.affinity'))) {
    report(
      findings,
      'invalid-render',
      'engine.affinity',
      'the template reads engine.affinity.nodeAffinity, and Helm fails where there is no engine.affinity; here it is taken for an empty one',
      'set engine.affinity: {}',
    );
  } else if (values.map('engine.affinity.nodeAffinity') !== undefined) {
    report(
      findings,
      'invalid-render',
      'engine.affinity.nodeAffinity',
      'the template writes it beside podAntiAffinity with another indentation, which is no YAML, and Helm fails; it is beside podAntiAffinity here',
      PUT_RIGHT,
    );
  }
  report(
    findings,
    'no-namespace',
    'namespace',
    `the chart leaves the namespace out of the Service ${names.fullname}-service, which lands in that of whoever applies it`,
    APPLY_WITH_NAMESPACE,
  );
  return {
    className: 'EngineDeployment',
    constants: { labels: labelsConstant(translation) },
    props: object({
      version: literal(image.version.tag),
      ...identity(translation, 'Deployment'),
      image: image.image,
      imagePullPolicy,
      cache: cache.cache,
      replicas: replicas === undefined ? undefined : literal(replicas, 'engine.replicas'),
      updateStrategy: call(
        'EngineDeploymentUpdateStrategy.rollingUpdate',
        EngineDeploymentUpdateStrategy.rollingUpdate,
        [],
        'engine.replicas',
      ),
      hostSocket: socketOfVolume(hostPath('varrundagger', '/var/run/dagger'), 'engine.replicas'),
      ...files(translation),
      configVolumeName: values.text('engine.config') === undefined ? undefined : literal('dagger-engine-config'),
      args:
        args.length === 0
          ? undefined
          : list(
              args.map((arg, index) => literal(arg, `engine.args[${index}]`)),
              'engine.args',
            ),
      env: variables.env,
      envFrom: variables.envFrom,
      resources: required.resources,
      security,
      serviceAccount: serviceAccount(translation),
      probes: probes(
        translation,
        { key: 'engine.readinessProbeSettings', fixedCommand: ['buildctl', 'debug', 'workers'] },
        undefined,
      ),
      terminationGracePeriod: grace.terminationGracePeriod,
      ...withAntiAffinity(translation),
    }),
    patches: ({ workload, serviceAccount: account }) => ({
      workload: [
        ...podRestorations(workload!, 'dagger-engine-config'),
        ...deploymentRestorations(workload!, replicas),
        ...[required.patch, grace.patch].filter((patch) => patch !== undefined),
        ...cache.patches(workload!),
      ],
      serviceAccount: accountRestorations(account),
    }),
    others: [
      ...variables.others,
      {
        id: 'service',
        patches: [WITHOUT_NAMESPACE],
        manifest: object({
          apiVersion: literal('v1'),
          kind: literal('Service'),
          metadata: object({ name: literal(`${names.fullname}-service`) }),
          spec: data({
            ports: [{ protocol: 'TCP', port: PORT, targetPort: PORT }],
            selector: { name: `${names.fullname}-engine` },
          }),
        }),
      },
    ],
  };
}

/** The chart keeps the engines of the release on different nodes; what it is told of nodes stands beside that. */
function withAntiAffinity(translation: Translation): ReturnType<typeof podOptions> {
  const { names, namespace, values } = translation;
  const nodeAffinity = values.map('engine.affinity.nodeAffinity');
  const affinity = shape(
    {
      ...(nodeAffinity && { nodeAffinity }),
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: {
              matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: [names.name] }],
            },
            namespaces: [namespace],
            topologyKey: 'kubernetes.io/hostname',
          },
        ],
      },
    },
    'Affinity',
    'engine.affinity',
  );
  return { ...podOptions({ ...translation, values: values.without(['engine.affinity']) }, []), affinity };
}

/** The Service always leads to one port, and only engine.config or engine.args open it. */
function reportPort(translation: Translation, several: boolean): void {
  reportExposure(
    {
      several,
      hasPolicy: false,
      perNode: false,
      ...listeningIn(translation),
      declared: { key: 'engine.config', ports: [] },
      services: [
        { key: 'engine.replicas', headless: false, affinity: false, ports: [{ number: PORT, key: 'engine.config' }] },
      ],
    },
    translation.findings,
  );
}

/** What a Deployment of the library has beside that of the chart. */
function deploymentRestorations({ spec }: Rendered, replicas: number | undefined): Patch[] {
  const socket = (spec.template.spec.containers[0].volumeMounts as Rendered[]).findIndex(
    ({ name }) => name === 'varrundagger',
  );
  return [
    ...('strategy' in spec
      ? [{ op: 'remove', path: '/spec/strategy', why: "a rolling update is the API server's own choice" } as const]
      : []),
    ...(replicas === undefined
      ? [{ op: 'remove', path: '/spec/replicas', why: 'without it there is one, and scaling by others stays' } as const]
      : []),
    {
      op: 'remove',
      path: '/spec/progressDeadlineSeconds',
      why: "after the API server's ten minutes a slow rollout counts as failed",
    },
    {
      op: 'replace',
      path: `${ENGINE_CONTAINER}/volumeMounts/${socket}/mountPath`,
      value: '/var/run/buildkit' as Data,
      why: 'the same directory by another name',
    },
  ];
}
