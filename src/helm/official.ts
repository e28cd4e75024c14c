import { PodManagementPolicy } from '../workload/engine-stateful-set';
import { instead } from '../reporting/suggestions';
import type { EngineProgram, Patch, Rendered } from '../program/engine-program';
import { list, literal, name, object, type Expression } from '../program/expression';
import { PUT_RIGHT, report } from './chart-findings';
import type { ChosenImage } from '../reading/engine-image';
import type { LeadingService } from '../findings/exposure';
import { DEFAULT_STATE } from '../reading/listening';
import { reportToken } from '../findings/pod-rules';
import { env, reportMisplacedSecret } from './env';
import { files } from './files';
import { chartHas } from './helm-chart';
import { PROBE_COMMAND } from './official-values';
import { accountKey, container, gracePeriod, podOptions, preStop, resources, serviceAccount } from './pod';
import { ports } from './ports';
import { probes } from './probes';
import { accountRestorations, podRestorations } from './restorations';
import { daemonSetStorage, statefulSetStorage, type StorageParts } from './storage';
import { identity, labelsConstant, type Translation } from './translation';

const KINDS = ['DaemonSet', 'StatefulSet'];

/** The kind of workload; undefined, and reported, where the chart makes none. */
export function kindOf({ problems, values }: Translation): 'DaemonSet' | 'StatefulSet' | undefined {
  const kind = values.text('engine.kind');
  if (kind === 'DaemonSet' || kind === 'StatefulSet') {
    return kind;
  }
  problems.add('engine.kind', {
    wrong: 'the chart makes no engine of that kind, without a word',
    got: kind ?? null,
    allowed: KINDS.join(', '),
    fix: instead(kind ?? '', KINDS),
  });
  return undefined;
}

/** The official chart: a DaemonSet or a StatefulSet. */
export function officialProgram(translation: Translation, image: ChosenImage): EngineProgram | undefined {
  const { names, values, version } = translation;
  const kind = kindOf(translation);
  if (kind === undefined) {
    return undefined;
  }
  if (values.text('engine.runtimeClassName') !== undefined && chartHas(version, 'RUNTIME_CLASS')) {
    report(
      translation.findings,
      'duplicate-key',
      'engine.runtimeClassName',
      'the chart writes runtimeClassName twice, which kustomize and others refuse to read',
      PUT_RIGHT,
    );
  }
  if (!chartHas(version, kind === 'DaemonSet' ? 'DAEMON_SET_SECRET_NAME' : 'STATEFUL_SET_SECRET_NAME')) {
    reportMisplacedSecret(translation);
  }
  const fixed = chartHas(version, 'PROBES_AS_VALUES') ? undefined : PROBE_COMMAND;
  return workloadProgram(translation, image, {
    kind,
    storage:
      kind === 'DaemonSet'
        ? daemonSetStorage(translation)
        : statefulSetStorage(translation, {
            mountPath: DEFAULT_STATE,
            data: `${DEFAULT_STATE}-${names.fullname}`,
            run: `/run/dagger-${names.fullname}`,
          }),
    configVolume: kind === 'DaemonSet' ? 'dagger-engine-config' : 'config',
    probes: probes(
      translation,
      { key: 'engine.readinessProbeSettings', fixedCommand: fixed },
      chartHas(version, 'LIVENESS_PROBE') ? { key: 'engine.livenessProbeSettings', fixedCommand: fixed } : undefined,
    ),
  });
}

/** What distinguishes the charts that have a DaemonSet or a StatefulSet. */
export interface WorkloadTraits {
  readonly kind: 'DaemonSet' | 'StatefulSet';
  readonly storage: StorageParts;
  readonly configVolume: string;
  readonly probes: Expression;
  /** The Services that are made beside what the official chart has. */
  readonly services?: readonly LeadingService[];
  readonly restore?: (workload: Rendered) => readonly Patch[];
}

/** A DaemonSet or a StatefulSet, as the official chart and kubiya's have it. */
export function workloadProgram(translation: Translation, image: ChosenImage, traits: WorkloadTraits): EngineProgram {
  const isDaemonSet = traits.kind === 'DaemonSet';
  const { storage } = traits;
  const exposure = ports(translation, isDaemonSet, traits.services);
  const variables = env(translation);
  const required = resources(translation);
  const grace = gracePeriod(translation);
  const written = files(translation, storage.limitKey);
  const { imagePullPolicy, security } = container(translation);
  reportToken(accountKey(translation), translation.findings);
  const props = object({
    version: literal(image.version.tag, image.image === undefined ? 'engine.image.ref' : undefined),
    ...identity(translation, isDaemonSet ? 'DaemonSet' : 'StatefulSet'),
    image: image.image,
    imagePullPolicy,
    cache: storage.cache,
    ...(isDaemonSet ? {} : statefulSetProps(translation)),
    hostSocket: storage.hostSocket,
    ...written,
    configVolumeName:
      (written.engineToml === undefined && written.engineJson === undefined) || traits.configVolume === 'config'
        ? undefined
        : literal(traits.configVolume),
    listener: exposure.listener,
    networkPolicy: exposure.networkPolicy,
    args: exposure.args,
    env: variables.env,
    envFrom: variables.envFrom,
    extraPorts: exposure.extraPorts,
    volumeMounts: storage.volumeMounts.length === 0 ? undefined : list(storage.volumeMounts, 'engine.volumeMounts'),
    resources: required.resources,
    security,
    serviceAccount: serviceAccount(translation),
    probes: traits.probes,
    terminationGracePeriod: grace.terminationGracePeriod,
    preStop: preStop(translation),
    ...podOptions(translation, storage.volumes),
  });
  return {
    className: isDaemonSet ? 'EngineDaemonSet' : 'EngineStatefulSet',
    constants: { labels: labelsConstant(translation) },
    props,
    patches: ({ workload, serviceAccount: account }) => ({
      workload: [
        ...podRestorations(workload!, traits.configVolume),
        ...[required.patch, grace.patch].filter((patch) => patch !== undefined),
        ...(traits.restore?.(workload!) ?? []),
        // They change the order of volumes and mounts.
        ...storage.patches(workload!),
      ],
      serviceAccount: accountRestorations(account),
    }),
    others: [...variables.others, ...exposure.others],
  };
}

/** The charts' StatefulSets are one engine, without a Service that gives its pod a name. */
function statefulSetProps({ problems, values }: Translation): { [property: string]: Expression } {
  const key = 'engine.statefulSet.podManagementPolicy';
  const policy = values.text(key);
  const member = Object.entries(PodManagementPolicy).find(([, value]) => value === policy);
  if (member === undefined) {
    const allowed = Object.values(PodManagementPolicy);
    problems.add(key, {
      wrong: 'not an order to start and stop pods in',
      got: policy ?? null,
      allowed: allowed.join(', '),
      fix: instead(policy ?? '', allowed),
    });
  }
  return {
    headlessService: literal(false),
    ...(member && { podManagementPolicy: name(`PodManagementPolicy.${member[0]}`, member[1], key) }),
  };
}
