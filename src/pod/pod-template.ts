import { posix } from 'node:path';
import type {
  Container,
  ContainerPort,
  LifecycleHandler,
  Volume,
  VolumeMount,
  PodSpec,
} from 'kubernetes-types/core/v1';
import type { MountedFile } from '../config/config-context';
import { checkChoice } from '../reporting/choices';
import { compact, nonEmpty } from '../kubernetes/manifest';
import { setName, setOrigin } from '../kubernetes/origins';
import { checkAnnotations, checkLabels, checkNotOwned } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkSeconds } from '../kubernetes/quantity';
import { toWire } from '../kubernetes/wire-form';
import type { BoundCache } from '../storage/cache-volume';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineRisk } from '../reporting/engine-risk';
import { caCertificateFile, checkCaMount } from './ca-certificates';
import { checkArgs } from './engine-args';
import { checkEnv } from './engine-env';
import { ImagePullPolicy, type EngineContainerProps } from './engine-container-props';
import type { EnginePodProps } from './engine-pod-props';
import { EnvVar } from './env-var';
import { gpuParts, type GpuParts } from './gpu';
import type { BoundHostSocket } from './host-socket';
import { imageReference } from './image';
import { podFields } from './pod-fields';
import { PodParts, trimSlash } from './pod-parts';
import type { ProbedListener } from './probe';
import { readinessProbe, renderProbes } from './probes';
import { proxyEnv } from './proxy';
import { renderResources } from './resources';
import { SecretText } from './plain-text-secrets';
import { containerSecurityContext, podSecurityContext } from './security';

/** Name of the engine's container, as the official chart has it: `kube-pod://` clients may name it. */
export const CONTAINER_NAME = 'dagger-engine';

/** The state directory of the engine (dagger/dagger v0.21.7 cmd/engine/config.go). */
const STATE_DIRECTORY = '/var/lib/dagger';

/** The directory of the engine's configuration files. */
const CONFIG_DIRECTORY = '/etc/dagger';

/** The files there, in the order in which the official chart mounts them. */
const CONFIG_FILES = ['engine.toml', 'engine.json'];

/** Annotation that rolls the pods when the engine's files change. */
const CONFIG_HASH = 'checksum/config';

/**
 * The maximum time of a stop of the engine (dagger/dagger v0.21.8 cmd/engine/main.go:56). Writing the cache
 * then ignores that deadline (main.go:485-490), and can take longer.
 */
const STOP_SECONDS = 300;

/** Decisions of other modules about this pod. */
export interface PodContext {
  readonly version: EngineVersion;
  readonly props: EngineContainerProps & EnginePodProps;
  readonly problems: Problems;
  readonly labels: { readonly [key: string]: string };
  readonly selector: { readonly [key: string]: string };
  readonly cache?: BoundCache;
  /** The socket on the node. */
  readonly hostSocket?: BoundHostSocket;
  /** The engine's files, and the ConfigMap that they are in. */
  readonly config: {
    readonly name: string;
    /** The name of its volume, where the user gives it one. */
    readonly volumeName?: string;
    readonly data?: { readonly [file: string]: string };
    readonly hash?: string;
    readonly files: readonly MountedFile[];
    /** The state directory, if it isn't the engine's default. */
    readonly stateDirectory?: string;
  };
  /** Flags that the listener needs. */
  readonly listenerArgs: readonly string[];
  /** The port that the engine itself listens on for clients. */
  readonly listenerPort?: ContainerPort;
  /** Whether its container declares that port. */
  readonly declaresListenerPort?: boolean;
  /** The additions of the listener to the pod. The argument is the grace period in seconds. */
  readonly listenerAddition?: (gracePeriodSeconds: number) => PodAddition | undefined;
  /** Variables and ports of the metrics. */
  readonly metricsEnv: { readonly [name: string]: EnvVar };
  readonly metricsPorts: readonly ContainerPort[];
  readonly serviceAccountName?: string;
}

/** Additions to the pod, and their mounts in the engine's container. */
export interface PodAddition {
  readonly volumes: readonly Volume[];
  /** Mounts of the engine's container. */
  readonly mounts: readonly VolumeMount[];
  /** A container that starts and stops with the engine. */
  readonly sidecar?: Container;
  /** One that starts before the engine and stops after it. */
  readonly nativeSidecar?: Container;
}

/** The pod template of an engine. */
export interface PodTemplate {
  readonly metadata: {
    readonly labels: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly spec: PodSpec;
}

export function renderPodTemplate(context: PodContext): PodTemplate {
  const { props, problems } = context;
  const gpu = props.gpu && gpuParts(props.gpu, context.version, problems.at('gpu'));
  const parts = new PodParts(problems, context.cache?.claimTemplate === undefined ? [] : [context.cache.volumeName]);
  const preStop = props.preStop?._render(problems.at('preStop'));
  const outlivesPod = checkCache(context);
  const gracePeriodSeconds = gracePeriod(context, outlivesPod, props.preStop?._maxSeconds(problems.at('preStop')) ?? 0);
  const addition = context.listenerAddition?.(gracePeriodSeconds);
  const container = engineContainer(context, parts, { addition, gracePeriodSeconds, gpu, preStop });
  addSidecars(context, addition, parts, problems);
  checkSecretText(context, container);
  return {
    metadata: podMetadata(context, props, parts.sidecars.length > 0, problems),
    spec: {
      ...(context.serviceAccountName && { serviceAccountName: context.serviceAccountName }),
      automountServiceAccountToken: props.automountServiceAccountToken ?? false,
      securityContext: podSecurityContext(props.security ?? {}, problems.at('security')),
      terminationGracePeriodSeconds: gracePeriodSeconds,
      ...podFields(props, gpu, context.selector, problems),
      ...(parts.initContainers.length > 0 && { initContainers: parts.initContainers }),
      containers: [container, ...parts.sidecars],
      ...(parts.volumes.length > 0 && { volumes: parts.volumes }),
    },
  };
}

interface Rendered {
  readonly addition: PodAddition | undefined;
  readonly gracePeriodSeconds: number;
  readonly gpu: GpuParts | undefined;
  readonly preStop: LifecycleHandler | undefined;
}

function engineContainer(
  context: PodContext,
  parts: PodParts,
  { addition, gracePeriodSeconds, gpu, preStop }: Rendered,
): Container {
  const { props, problems, version } = context;
  addVolumes(context, addition, parts);
  addEnv(context, parts, gpu?.env ?? {});
  const reserved = addedContainers(addition).flatMap(({ name, ports: taken = [] }) =>
    taken.map((port) => ({ ...port, container: name })),
  );
  for (const port of context.declaresListenerPort === true ? listenerPorts(context) : []) {
    parts.addPort('metrics.port', setName(port, 'listener'), reserved);
  }
  for (const port of context.metricsPorts) {
    parts.addPort('metrics.port', setName(port, 'metrics'), reserved);
  }
  checkMetricsPort(context);
  for (const [index, port] of toWire<ContainerPort[]>(props.extraPorts ?? []).entries()) {
    const property = `extraPorts[${index}]`;
    parts.addPort(property, setOrigin(port, property), reserved);
  }
  checkChoice(problems, 'imagePullPolicy', props.imagePullPolicy, Object.values(ImagePullPolicy));
  checkArgs(props.args ?? [], version, problems.at('args'));
  const resources = renderResources(props.resources ?? {}, gpu?.limits ?? {}, problems.at('resources'));
  const args = nonEmpty([...context.listenerArgs, ...(props.args ?? [])]);
  const ports = nonEmpty(parts.ports);
  const env = nonEmpty(parts.env);
  const envFrom = nonEmpty(
    (props.envFrom ?? []).map((source, index) => source._render(problems.at(`envFrom[${index}]`))),
  );
  const lifecycle = compact({ postStart: props.postStart?._render(problems.at('postStart')), preStop });
  return {
    name: CONTAINER_NAME,
    image: imageReference(props.image, version, gpu !== undefined, problems),
    ...(props.imagePullPolicy && { imagePullPolicy: props.imagePullPolicy }),
    ...(args && { args }),
    ...(envFrom && { envFrom }),
    ...(env && { env }),
    ...(ports && { ports }),
    ...(resources && { resources }),
    securityContext: containerSecurityContext(props.security ?? {}, problems.at('security')),
    ...renderProbes(props.probes ?? {}, {
      version,
      listener: probedListener(context, parts),
      gracePeriodSeconds,
      problems: problems.at('probes'),
    }),
    ...(lifecycle && { lifecycle }),
    volumeMounts: parts.mounts,
  };
}

/** The ports that the engine itself listens on for clients. */
function listenerPorts({ listenerPort }: PodContext): ContainerPort[] {
  return listenerPort === undefined ? [] : [listenerPort];
}

/** Two ports that are declared are compared as such. */
function checkMetricsPort({ declaresListenerPort, listenerPort, metricsPorts, problems }: PodContext): void {
  if (
    declaresListenerPort === false &&
    metricsPorts.some(({ containerPort }) => containerPort === listenerPort?.containerPort)
  ) {
    problems.add('metrics.port', {
      wrong: 'the engine listens for clients on that port',
      got: listenerPort?.containerPort,
      allowed: 'ports that are not taken',
      fix: 'choose another port',
    });
  }
}

/** The listener's port as probes name it. */
function probedListener({ listenerPort }: PodContext, { ports }: PodParts): ProbedListener | undefined {
  return (
    listenerPort && {
      port: listenerPort.containerPort,
      names: ports.filter(({ containerPort }) => containerPort === listenerPort.containerPort).map(({ name }) => name),
    }
  );
}

/** The volumes, and what the engine mounts of them. */
function addVolumes(
  { cache, config, hostSocket, props, version, problems }: PodContext,
  addition: PodAddition | undefined,
  parts: PodParts,
): void {
  if (cache !== undefined) {
    if (cache.volume !== undefined) {
      parts.addVolume('cache.volumeName', setName(cache.volume, 'cache'));
    }
    parts.addMount('cache', { name: cache.volumeName, mountPath: config.stateDirectory ?? STATE_DIRECTORY });
  }
  if (hostSocket !== undefined) {
    parts.addVolume(hostSocket.isGiven ? 'hostSocket' : undefined, setName(hostSocket.volume, 'hostSocket'));
    parts.addMount('hostSocket', { name: hostSocket.volume.name, mountPath: posix.dirname(version.socketPath) });
  }
  for (const volume of addition?.volumes ?? []) {
    parts.addVolume(undefined, volume);
  }
  for (const mount of addition?.mounts ?? []) {
    parts.addMount('listener', mount);
  }
  if (config.data !== undefined) {
    const { volumeName = 'config' } = config;
    parts.addVolume(config.volumeName && 'configVolumeName', { name: volumeName, configMap: { name: config.name } });
    for (const key of CONFIG_FILES.filter((file) => config.data?.[file] !== undefined)) {
      parts.addMount('engineJson', {
        name: volumeName,
        mountPath: `${CONFIG_DIRECTORY}/${key}`,
        subPath: key,
        readOnly: true,
      });
    }
  }
  for (const file of config.files) {
    parts.addFile('engineJson', file);
  }
  for (const [index, selector] of (props.caCertificates ?? []).entries()) {
    selector._validateCertificate(problems, `caCertificates[${index}]`);
    parts.addFile(`caCertificates[${index}]`, caCertificateFile(selector));
  }
  for (const [index, volume] of toWire<Volume[]>(props.volumes ?? []).entries()) {
    parts.addVolume(`volumes[${index}]`, setOrigin(volume, `volumes[${index}]`));
  }
  const mounts = toWire<VolumeMount[]>(props.volumeMounts ?? []);
  for (const [index, mount] of mounts.entries()) {
    parts.addMount(`volumeMounts[${index}]`, setOrigin(mount, `volumeMounts[${index}]`));
    checkCaMount(
      mount,
      parts.volumes.find(({ name }) => name === mount.name),
      problems.at(`volumeMounts[${index}]`),
    );
  }
}

/** Reports an engine whose state is in no volume. Returns whether it may be in one that outlives the pod. */
function checkCache({
  cache,
  config: { stateDirectory = STATE_DIRECTORY },
  problems,
  props: { volumeMounts = [] },
}: PodContext): boolean {
  if (cache !== undefined) {
    return cache.persistent;
  }
  const mounted = volumeMounts.some(({ mountPath }) =>
    `${trimSlash(stateDirectory)}/`.startsWith(`${trimSlash(mountPath)}/`),
  );
  if (!mounted) {
    problems.add('cache', {
      wrong:
        "without a volume the cache is on the container's own layer, where overlay mounts don't work and a restart loses it",
      allowed: `a volume at ${stateDirectory}`,
      fix: 'for example CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })',
      risk: EngineRisk.NO_CACHE_VOLUME,
    });
  }
  return mounted;
}

function addEnv(
  { metricsEnv, props, problems, version }: PodContext,
  parts: PodParts,
  gpuEnv: { readonly [name: string]: string },
): void {
  const add = (property: string, env: { readonly [name: string]: EnvVar }, keyOf = (name: string) => name): void => {
    for (const [name, variable] of Object.entries(env)) {
      const path = `${property}.${keyOf(name)}`;
      parts.addEnv(path, setOrigin(variable._render(name, problems, path), path));
    }
  };
  add('metrics', metricsEnv);
  add('gpu', Object.fromEntries(Object.entries(gpuEnv).map(([name, text]) => [name, EnvVar.value(text)])));
  if (props.proxy !== undefined) {
    add('proxy', proxyEnv(props.proxy, problems.at('proxy')), (name) => name.replace(/_PROXY$/, '').toLowerCase());
  }
  checkEnv(props.env ?? {}, {
    version,
    cliRuns: readinessProbe(props.probes ?? {}, version)._opensSession,
    problems: problems.at('env'),
  });
  add('env', props.env ?? {});
}

function addedContainers(addition: PodAddition | undefined): Container[] {
  return [addition?.nativeSidecar, addition?.sidecar].filter((container) => container !== undefined);
}

function addSidecars(
  context: PodContext,
  addition: PodAddition | undefined,
  parts: PodParts,
  problems: Problems,
): void {
  const { props, metricsPorts } = context;
  const names = new Set([CONTAINER_NAME, ...addedContainers(addition).map(({ name }) => name)]);
  const check = (property: string, containers: readonly Container[]): Container[] =>
    containers.map((container, index) => {
      setOrigin(container, `${property}[${index}]`);
      if (names.has(container.name)) {
        problems.add(`${property}[${index}].name`, {
          wrong: 'the pod has a container of that name already',
          got: container.name,
          allowed: 'unused names',
          fix: 'rename it',
        });
      }
      names.add(container.name);
      // A plain init container is gone before the engine starts.
      if (property === 'sidecars' || container.restartPolicy === 'Always') {
        checkSharedPorts(
          container.ports ?? [],
          [...listenerPorts(context), ...metricsPorts],
          problems.at(`${property}[${index}]`),
        );
      }
      return container;
    });
  // After those that end, so that it is there just before the engine.
  parts.initContainers.push(
    ...check('initContainers', toWire<Container[]>(props.initContainers ?? [])),
    ...(addition?.nativeSidecar === undefined ? [] : [addition.nativeSidecar]),
  );
  parts.sidecars.push(
    ...(addition?.sidecar === undefined ? [] : [addition.sidecar]),
    ...check('sidecars', toWire<Container[]>(props.sidecars ?? [])),
  );
}

/** The containers of a pod share one network: who comes second can't bind the port. */
function checkSharedPorts(ports: readonly ContainerPort[], taken: readonly ContainerPort[], problems: Problems): void {
  for (const [index, { containerPort, protocol = 'TCP' }] of ports.entries()) {
    if (protocol === 'TCP' && taken.some((port) => port.containerPort === containerPort)) {
      problems.add(`ports[${index}].containerPort`, {
        wrong: 'the engine listens on that port, and the containers of a pod share one network',
        got: containerPort,
        allowed: 'other ports',
        fix: 'choose another port for one of them',
      });
    }
  }
}

/** The texts that everyone who reads the manifest would see. */
function checkSecretText(
  { problems, props }: PodContext,
  { lifecycle, livenessProbe, readinessProbe, startupProbe }: Container,
): void {
  const text = new SecretText(problems);
  text.checkEnv(
    'env',
    Object.entries(props.env ?? {}).map(([name, { _text: value }]) => ({ name, value })),
  );
  text.checkArgs('args', props.args ?? []);
  const { postStart, preStop } = lifecycle ?? {};
  for (const [property, part] of Object.entries({
    postStart,
    preStop,
    'probes.startup': startupProbe,
    'probes.readiness': readinessProbe,
    'probes.liveness': livenessProbe,
  })) {
    text.check(property, JSON.stringify(part ?? ''));
  }
  for (const property of ['initContainers', 'sidecars'] as const) {
    toWire<Container[]>(props[property] ?? []).forEach((container, index) =>
      text.checkContainer(`${property}[${index}]`, container),
    );
  }
}

function podMetadata(
  { labels, selector, config }: PodContext,
  pod: EnginePodProps,
  hasSidecars: boolean,
  problems: Problems,
): PodTemplate['metadata'] {
  checkLabels(problems, 'podLabels', pod.podLabels);
  checkAnnotations(problems, 'podAnnotations', pod.podAnnotations);
  checkNotOwned(problems, 'podLabels', pod.podLabels, Object.keys(selector));
  checkNotOwned(problems, 'podAnnotations', pod.podAnnotations, config.hash === undefined ? [] : [CONFIG_HASH]);
  const annotations = compact({
    // The API server sees no change of the pods when a ConfigMap changes; the hash makes it one.
    [CONFIG_HASH]: config.hash,
    // So that `kubectl exec` and `kube-pod://` without container reach the engine.
    'kubectl.kubernetes.io/default-container': hasSidecars ? CONTAINER_NAME : undefined,
    ...pod.podAnnotations,
  });
  return {
    labels: { ...labels, ...pod.podLabels },
    ...(annotations && { annotations: annotations as { [key: string]: string } }),
  };
}

function gracePeriod({ props, problems, version }: PodContext, outlivesPod: boolean, preStop: number): number {
  const seconds =
    props.terminationGracePeriod === undefined
      ? 2 * STOP_SECONDS
      : checkSeconds(problems, 'terminationGracePeriod', props.terminationGracePeriod, {
          min: 1,
          good: 2 * STOP_SECONDS,
        });
  const left = seconds - preStop;
  // A liveness probe restarts the container alone: the volume stays, also one that goes with the pod.
  const restartsInPlace = props.probes?.liveness?._isNone === false;
  if (preStop > 0 && left <= 0) {
    problems.add('terminationGracePeriod', {
      wrong: `the preStop hook may take ${preStop} s, so the kubelet would kill the engine before asking it to stop`,
      got: `${seconds} s`,
      allowed: `more than ${preStop} s`,
      fix: `set Duration.seconds(${preStop + 2 * STOP_SECONDS})`,
      risk: EngineRisk.GRACE_BELOW_PRE_STOP,
    });
  } else if (
    left <= STOP_SECONDS &&
    (outlivesPod || restartsInPlace) &&
    version.supports(EngineCapability.WIPES_AFTER_UNCLEAN_STOP)
  ) {
    problems.warn(
      EngineRisk.SHORT_GRACE_PERIOD,
      'terminationGracePeriod',
      `${left} s are left for the engine, which may need ${STOP_SECONDS} s and more to stop; killed before it has written its cache, ${version.tag} deletes all of it at the next start`,
    );
  }
  return seconds;
}
