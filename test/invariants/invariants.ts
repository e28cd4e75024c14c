import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1';
import type { ConfigMap, Container, PodSpec, Probe, Service } from 'kubernetes-types/core/v1';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { isFrom, RELEASES } from './releases';

/** An object of a manifest. */
export interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/** Everything that one program writes, and what is known of it beside. */
export interface Scene {
  readonly objects: readonly Manifest[];
  /** The namespace of the chart; undefined where it has none. Left out: one for each object of its own. */
  readonly namespaces?: ReadonlyArray<string | undefined>;
  /** Whether something that the objects refer to (`Secret/name`) is outside of the program. */
  readonly isExternal: (reference: string) => boolean;
  /** Whether a volume is the user's own, who may leave it unused. */
  readonly isUserVolume: (name: string) => boolean;
  /** Whether the program asks for the service account's token, or for resource limits, in some pod. */
  readonly asksForToken: boolean;
  readonly asksForLimits: boolean;
}

/** What is wrong with a scene, in words; nothing when the rule holds. */
export type Invariant = (scene: Scene) => string[];

type Workload = DaemonSet | Deployment | StatefulSet;

const WORKLOADS = ['DaemonSet', 'Deployment', 'StatefulSet'];
const ENGINE = 'dagger-engine';

// ---- finding one's way

export function workloads({ objects }: Scene): Workload[] {
  return objects.filter(({ kind }) => WORKLOADS.includes(kind ?? '')) as Workload[];
}

function services({ objects }: Scene): Service[] {
  return objects.filter(({ kind }) => kind === 'Service') as Service[];
}

function configMaps({ objects }: Scene): ConfigMap[] {
  return objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && (metadata?.name ?? '').endsWith('-config')) as ConfigMap[];
}

/** The ConfigMap with the engine's files. */
export function configOf(scene: Scene, workload: Workload): ConfigMap | undefined {
  return configMaps(scene).find((config) => inSameNamespace(config, workload) && config.metadata?.name === `${workload.metadata?.name}-config`);
}

function podOf(workload: Workload): PodSpec {
  return workload.spec!.template.spec!;
}

function containersOf(pod: PodSpec): Container[] {
  return [...pod.containers, ...(pod.initContainers ?? [])];
}

function engineOf(workload: Workload): Container | undefined {
  return podOf(workload).containers.find(({ name }) => name === ENGINE);
}

function claimTemplates(workload: Workload): string[] {
  return ((workload as StatefulSet).spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata!.name!);
}

export function releaseOf(workload: Workload): string {
  return workload.spec!.template.metadata?.labels?.['app.kubernetes.io/version'] ?? '';
}

function name({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata?.name}`;
}

function selects(selector: { [key: string]: string } | undefined, labels: { [key: string]: string } | undefined): boolean {
  const entries = Object.entries(selector ?? {});
  return entries.length > 0 && entries.every(([key, value]) => labels?.[key] === value);
}

function inSameNamespace(a: Manifest, b: Manifest): boolean {
  return a.metadata?.namespace === b.metadata?.namespace;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function forEach<T>(items: readonly T[], check: (item: T) => Array<string | false | undefined>): string[] {
  return items.flatMap((item) => check(item).filter((found): found is string => typeof found === 'string'));
}

// ---- the rules

/** A workload selects its own pods, and nobody else's; a Service selects the pods of exactly one workload. */
export const selectorsMatch: Invariant = (scene) => [
  ...forEach(workloads(scene), (workload) => workloads(scene).filter((other) => inSameNamespace(workload, other)).map((other) => {
    const matches = selects(workload.spec!.selector.matchLabels, other.spec!.template.metadata?.labels);
    return matches !== (workload === other) && `${name(workload)} ${matches ? 'selects' : 'does not select'} the pods of ${name(other)}`;
  })),
  ...forEach(services(scene), (service) => {
    const chosen = workloads(scene).filter((workload) => inSameNamespace(workload, service) && selects(service.spec!.selector, workload.spec!.template.metadata?.labels));
    return [chosen.length !== 1 && `${name(service)} selects the pods of ${chosen.length} workloads`];
  }),
];

/** What is mounted is a volume or a claim template, and each of those is mounted. */
export const mountsHaveVolumes: Invariant = (scene) => forEach(workloads(scene), (workload) => {
  const volumes = (podOf(workload).volumes ?? []).map((volume) => volume.name);
  const mounted = containersOf(podOf(workload)).flatMap(({ volumeMounts = [] }) => volumeMounts.map((mount) => mount.name));
  const all = [...volumes, ...claimTemplates(workload)];
  return [
    ...mounted.map((mount) => !all.includes(mount) && `${name(workload)} mounts ${mount}, which is no volume`),
    ...all.map((volume) => !mounted.includes(volume) && !scene.isUserVolume(volume) && `${name(workload)} has a volume ${volume} that nothing mounts`),
    !engineOf(workload)?.volumeMounts?.some(({ mountPath }) => mountPath === stateDirectory(scene, workload)) && `${name(workload)} has no volume at ${stateDirectory(scene, workload)}`,
  ];
});

/** Every object that is named exists, or is stated to be outside. */
export const referencesExist: Invariant = (scene) => forEach(workloads(scene), (workload) => references(workload)
  .map((reference) => {
    const exists = scene.objects.some((object) => name(object) === reference && inSameNamespace(object, workload));
    return !exists && !scene.isExternal(reference) && `${name(workload)} refers to ${reference}, which nothing makes`;
  }));

/** The Secrets, ConfigMaps, claims, accounts and Services that a workload names. */
export function references(workload: Workload): string[] {
  const pod = podOf(workload);
  const found = new Set<string>();
  const note = (kind: string, object: string | undefined): unknown => object !== undefined && found.add(`${kind}/${object}`);
  for (const volume of pod.volumes ?? []) {
    note('Secret', volume.secret?.secretName);
    note('ConfigMap', volume.configMap?.name);
    note('PersistentVolumeClaim', volume.persistentVolumeClaim?.claimName);
  }
  for (const container of containersOf(pod)) {
    for (const { valueFrom } of container.env ?? []) {
      note('Secret', valueFrom?.secretKeyRef?.name);
      note('ConfigMap', valueFrom?.configMapKeyRef?.name);
    }
    for (const source of container.envFrom ?? []) {
      note('Secret', source.secretRef?.name);
      note('ConfigMap', source.configMapRef?.name);
    }
  }
  for (const secret of pod.imagePullSecrets ?? []) {
    note('Secret', secret.name);
  }
  note('ServiceAccount', pod.serviceAccountName);
  note('Service', (workload as StatefulSet).spec?.serviceName);
  return [...found].sort();
}

/** A file that is mounted from a ConfigMap of the program is a key of it, and every key is mounted. */
export const configMountsAreKeys: Invariant = (scene) => forEach(workloads(scene), (workload) => (podOf(workload).volumes ?? []).flatMap((volume) => {
  const config = scene.objects.find((object) => name(object) === `ConfigMap/${volume.configMap?.name}` && inSameNamespace(object, workload)) as ConfigMap | undefined;
  if (config === undefined || scene.isUserVolume(volume.name)) {
    return [];
  }
  const keys = Object.keys(config.data ?? {});
  const wanted = (volume.configMap?.items ?? []).map(({ key }) => key);
  const mounts = (engineOf(workload)?.volumeMounts ?? []).filter((mount) => mount.name === volume.name);
  return [
    ...wanted.map((key) => !keys.includes(key) && `${name(config)} has no key ${key}`),
    ...mounts.map(({ mountPath, readOnly, subPath }) => (subPath === undefined || !(wanted.length > 0 ? wanted : keys).includes(subPath) || readOnly !== true)
      && `${name(workload)} mounts ${subPath} of ${name(config)} at ${mountPath}, which is not one of its keys, read-only`),
    ...(configMaps(scene).includes(config) ? keys : []).map((key) => !mounts.some(({ mountPath, subPath }) => subPath === key && mountPath === `/etc/dagger/${key}`)
      && `${name(workload)} does not mount ${key} of ${name(config)} at /etc/dagger/${key}`),
  ];
}));

/** Where engine.toml says that the engine keeps its state. */
function stateDirectory(scene: Scene, workload: Workload): string {
  return /^root = "(.*)"$/m.exec(configOf(scene, workload)?.data?.['engine.toml'] ?? '')?.[1] ?? '/var/lib/dagger';
}

/** Where the engine listens: the addresses of its flags and of engine.toml. */
function listensAt(scene: Scene, workload: Workload): string[] {
  const args = engineOf(workload)?.args ?? [];
  const toml = configOf(scene, workload)?.data?.['engine.toml'] ?? '';
  return [...args.filter((_, index) => args[index - 1] === '--addr'), ...[...toml.matchAll(/tcp:\/\/[^"]+/g)].map(([address]) => address)];
}

/** From a Service to the port of the container by name, and from there to where the engine listens, by number. */
export const portsAgree: Invariant = (scene) => forEach(services(scene), (service) => {
  const workload = workloads(scene).find((other) => inSameNamespace(other, service) && selects(service.spec!.selector, other.spec!.template.metadata?.labels));
  return (service.spec!.ports ?? []).flatMap(({ name: portName, port, targetPort }) => {
    const target = ((workload && engineOf(workload))?.ports ?? []).find((other) => other.name === targetPort);
    if (workload === undefined || target === undefined) {
      return [`${name(service)} leads to ${targetPort}, which is no port of the engine`];
    }
    const metrics = engineOf(workload)?.env?.find((variable) => variable.name === '_EXPERIMENTAL_DAGGER_METRICS_ADDR')?.value;
    const listens = [...listensAt(scene, workload), ...(metrics === undefined ? [] : [metrics])].some((address) => address.endsWith(`:${target.containerPort}`));
    return [
      portName !== targetPort && `${name(service)} names its port ${portName} and leads to ${targetPort}`,
      port !== target.containerPort && `${name(service)} has port ${port} for ${target.containerPort}`,
      !listens && `${name(service)} leads to port ${target.containerPort}, where nothing listens`,
    ];
  });
});

/** A port that the engine opens to others is a port of its container. */
export const openPortsAreDeclared: Invariant = (scene) => forEach(workloads(scene), (workload) => listensAt(scene, workload)
  .filter((address) => !/^tcp:\/\/(127\.|\[::1\]|localhost)/.test(address))
  .map((address) => {
    const port = Number(address.slice(address.lastIndexOf(':') + 1));
    return !engineOf(workload)?.ports?.some(({ containerPort }) => containerPort === port) && `${name(workload)} listens at ${address}, and has no such port`;
  }));

/** Names, keys and paths that must be unique are. */
export const nothingTwice: Invariant = (scene) => [
  ...repeated(scene.objects.map((object) => `${object.apiVersion} ${name(object)} in ${object.metadata?.namespace}`)).map((object) => `two objects are ${object}`),
  ...forEach(workloads(scene), (workload) => {
    const pod = podOf(workload);
    return [
      ...repeated([...(pod.volumes ?? []).map((volume) => volume.name), ...claimTemplates(workload)]).map((volume) => `${name(workload)} has two volumes ${volume}`),
      ...repeated(containersOf(pod).map((container) => container.name)).map((container) => `${name(workload)} has two containers ${container}`),
      ...containersOf(pod).flatMap((container) => [
        ...repeated((container.env ?? []).map((variable) => variable.name)).map((variable) => `${name(workload)} sets ${variable} twice`),
        ...repeated((container.volumeMounts ?? []).map(({ mountPath }) => mountPath.replace(/\/+$/, ''))).map((path) => `${name(workload)} mounts two things at ${path}`),
        ...repeated((container.ports ?? []).map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`)).map((port) => `${name(workload)} has port ${port} twice`),
        ...repeated((container.ports ?? []).flatMap((port) => port.name ?? [])).map((port) => `${name(workload)} has two ports ${port}`),
        ...repeated(container.args ?? []).filter((argument) => argument.startsWith('tcp://')).map((address) => `${name(workload)} listens at ${address} twice`),
      ]),
    ];
  }),
];

/** No probe and no hook takes the time that the engine needs to write its cache. */
export const graceIsEnough: Invariant = (scene) => forEach(workloads(scene), (workload) => {
  const pod = podOf(workload);
  const grace = pod.terminationGracePeriodSeconds ?? 30;
  const wipes = isFrom(releaseOf(workload), 'v0.21.0', 'v1.0.0-beta.1');
  const { startupProbe, livenessProbe, readinessProbe } = engineOf(workload) ?? {};
  const kills = (probe: Probe | undefined): boolean => probe?.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds < grace;
  return [
    grace <= 0 && `${name(workload)} gives its pods no time to stop`,
    wipes && kills(startupProbe) && `the startup probe of ${name(workload)} stops the engine in less time than the pod gives it`,
    wipes && kills(livenessProbe) && `the liveness probe of ${name(workload)} stops the engine in less time than the pod gives it`,
    readinessProbe?.terminationGracePeriodSeconds !== undefined && `the readiness probe of ${name(workload)} has a grace period, which the API server refuses`,
  ];
});

/** The engine is privileged and root, with nothing beside that the API server refuses. */
export const privilegesAgree: Invariant = (scene) => forEach(workloads(scene), (workload) => {
  const pod = podOf(workload).securityContext;
  const engine = engineOf(workload)?.securityContext;
  return [
    engine?.privileged !== true && `the engine of ${name(workload)} is not privileged`,
    engine?.allowPrivilegeEscalation === false && `the engine of ${name(workload)} is privileged, and may not escalate`,
    (engine?.runAsNonRoot ?? pod?.runAsNonRoot) === true && `the engine of ${name(workload)} may not be root`,
    (engine?.runAsUser ?? pod?.runAsUser) !== 0 && `the engine of ${name(workload)} is not root`,
    engine?.readOnlyRootFilesystem === true && `the engine of ${name(workload)} can't write its root file system`,
  ];
});

/** Nothing but the engine's container is privileged, tokens are not mounted, and there are no limits, unless asked for. */
export const nothingUnasked: Invariant = (scene) => forEach(workloads(scene), (workload) => [
  !scene.asksForToken && podOf(workload).automountServiceAccountToken !== false && `${name(workload)} mounts a token that nobody asked for`,
  !scene.asksForLimits && Object.keys(engineOf(workload)?.resources?.limits ?? {}).length > 0 && `${name(workload)} has limits that nobody asked for`,
  (podOf(workload).hostPID ?? podOf(workload).hostIPC) === true && `${name(workload)} shares a namespace of the node`,
]);

/** Maps of the user's own words, where an empty text is one. */
const USER_WORDS = /\.(labels|annotations|matchLabels|nodeSelector)\./;
/** Fields where an empty value says something. */
const MEANINGFUL_WHEN_EMPTY = /\.(storageClassName|emptyDir|env\[\d+\]\.value|apiGroups\[\d+\])$/;

/** No fields without a value, and none that belongs to the API server. */
export const noNoise: Invariant = ({ objects }) => objects.flatMap((object) => noiseIn(object, name(object)));

function noiseIn(value: unknown, path: string): string[] {
  if (USER_WORDS.test(path) || MEANINGFUL_WHEN_EMPTY.test(path)) {
    return [];
  }
  if (value === null || value === '' || value === undefined) {
    return [`${path} is ${value === '' ? "''" : String(value)}`];
  }
  if (/\.(status|creationTimestamp|managedFields|resourceVersion|uid)$/.test(path)) {
    return [`${path} belongs to the API server`];
  }
  if (typeof value !== 'object') {
    return [];
  }
  const inside = Array.isArray(value)
    ? value.flatMap((item, index) => noiseIn(item, `${path}[${index}]`))
    : Object.entries(value).flatMap(([key, item]) => (path.endsWith('.data') ? [] : noiseIn(item, `${path}.${key}`)));
  return Object.keys(value).length === 0 ? [`${path} is ${JSON.stringify(value)}`] : inside;
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_1035 = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Names that Kubernetes takes, those that it makes from them included. */
export const namesAreValid: Invariant = (scene) => [
  ...forEach(scene.objects, ({ kind, metadata }) => [
    !(kind === 'Service' ? DNS_1035 : DNS_SUBDOMAIN).test(metadata?.name ?? '') && `${kind} can't be named ${metadata?.name}`,
    ...Object.entries(metadata?.labels ?? {}).map(([key, value]) => !LABEL_VALUE.test(value) && `label ${key} can't be ${value}`),
  ]),
  ...forEach(services(scene), (service) => (service.spec!.ports ?? []).map((port) => !DNS_LABEL.test(port.name ?? 'unnamed') && `a Service port can't be named ${port.name}`)),
  ...forEach(workloads(scene), (workload) => {
    const pod = podOf(workload);
    const last = ((workload as StatefulSet).spec?.ordinals?.start ?? 0) + Math.max(0, ((workload as StatefulSet).spec?.replicas ?? 1) - 1);
    const revision = `${workload.metadata!.name}-${'0'.repeat(10)}`;
    return [
      workload.kind === 'StatefulSet' && !DNS_LABEL.test(`${workload.metadata!.name}-${last}`) && `no pod can be named ${workload.metadata!.name}-${last}`,
      workload.kind === 'StatefulSet' && !LABEL_VALUE.test(revision) && `no label can be ${revision}`,
      ...Object.entries(workload.spec!.template.metadata?.labels ?? {}).map(([key, value]) => !LABEL_VALUE.test(value) && `label ${key} can't be ${value}`),
      ...[...containersOf(pod), ...(pod.volumes ?? [])].map((part) => !DNS_LABEL.test(part.name) && `nothing in a pod can be named ${part.name}`),
      ...containersOf(pod).flatMap(({ ports = [] }) => ports).map((port) => port.name !== undefined && !PORT_NAME.test(port.name) && `no port can be named ${port.name}`),
    ];
  }),
];

/** The namespace is the chart's, and nowhere else is one. */
export const namespaceIsTheCharts: Invariant = ({ namespaces, objects }) => forEach(objects, (object) => [
  namespaces !== undefined && !namespaces.includes(object.metadata?.namespace) && `${name(object)} is in namespace ${object.metadata?.namespace}`,
]);

/** The StatefulSet's own Service is headless. */
export const pooledPodsHaveNames: Invariant = (scene) => forEach(workloads(scene), (workload) => {
  const { serviceName } = (workload as StatefulSet).spec!;
  const service = services(scene).find((other) => other.metadata?.name === serviceName && inSameNamespace(other, workload));
  return [
    workload.kind === 'StatefulSet' && service?.spec?.clusterIP !== 'None' && `${name(workload)} has no headless Service ${serviceName}`,
  ];
});

/** Two engines never hold one volume: no new one starts beside the old one on a volume that is not the pod's own. */
export const volumesHaveOneEngine: Invariant = (scene) => forEach(workloads(scene), (workload) => {
  const cache = engineOf(workload)?.volumeMounts?.find(({ mountPath }) => mountPath === stateDirectory(scene, workload))?.name;
  const volume = (podOf(workload).volumes ?? []).find((other) => other.name === cache);
  const isShared = volume !== undefined && ['persistentVolumeClaim', 'nfs', 'hostPath'].some((source) => source in volume);
  const { spec } = workload as Deployment;
  const maxSurge = (workload as DaemonSet).spec?.updateStrategy?.rollingUpdate?.maxSurge;
  return [
    isShared && workload.kind === 'Deployment' && spec?.strategy?.type !== 'Recreate' && `${name(workload)} starts a new engine on the volume of the old one`,
    isShared && workload.kind !== 'DaemonSet' && (spec?.replicas ?? 1) > 1 && `${name(workload)} has ${spec?.replicas} engines on one volume`,
    workload.kind === 'DaemonSet' && maxSurge !== undefined && maxSurge !== 0 && `${name(workload)} starts a new engine beside the old one`,
  ];
});

/** The keys of engine.json, with the first release of either line (engine/config/config.go at each tag). */
const JSON_KEYS: { readonly [key: string]: readonly [zero: string | undefined, one: string | undefined] } = {
  'logLevel': ['v0.15.0', 'v1.0.0-beta.1'],
  'security': ['v0.15.0', 'v1.0.0-beta.1'],
  'security.insecureRootCapabilities': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.enabled': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.policies': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.policies[].all': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.policies[].filters': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.policies[].keepDuration': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.dagqlCache': [undefined, 'v1.0.0-beta.10'],
  'gc.dagqlCache.maxEstimatedBytes': [undefined, 'v1.0.0-beta.10'],
  'gc.dagqlCache.targetEstimatedBytes': [undefined, 'v1.0.0-beta.10'],
  'registries': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>.mirrors': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>.http': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>.insecure': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>.ca': ['v0.19.0', 'v1.0.0-beta.1'],
  ...Object.fromEntries(['gc', 'gc.policies[]'].flatMap((parent) => [
    ...['reservedSpace', 'maxUsedSpace', 'minFreeSpace'].map((key) => [`${parent}.${key}`, ['v0.15.0', 'v1.0.0-beta.1']]),
    [`${parent}.sweepSize`, ['v0.18.11', 'v1.0.0-beta.1']],
  ])),
};

/** engine.json is one JSON object with keys that the release knows: any other stops the engine. */
export const engineJsonIsKnown: Invariant = (scene) => forEach(workloads(scene), (workload) => {
  const config = configOf(scene, workload);
  const text = config?.data?.['engine.json'];
  const release = releaseOf(workload);
  if (text === undefined || !RELEASES.includes(release)) {
    return [];
  }
  const hadSweep = ['v0.18.9', 'v0.18.10'].includes(release);
  return keysOf(JSON.parse(text), '').map((key) => {
    const known = JSON_KEYS[key] !== undefined ? isFrom(release, ...JSON_KEYS[key]) : hadSweep && /^gc(\.policies\[\])?\.sweep$/.test(key);
    return !known && `engine.json of ${name(workload)} has ${key}, which stops ${release}`;
  });
});

function keysOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => keysOf(item, `${path}[]`));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const inside = path === '' ? key : `${path}.${path === 'registries' ? '<host>' : key}`;
    return [inside, ...keysOf(item, inside)];
  });
}

/** Pods with a configuration carry its hash, and others carry none. */
export const configHasHash: Invariant = (scene) => forEach(workloads(scene), (workload) => {
  const hash = workload.spec!.template.metadata?.annotations?.['checksum/config'];
  const config = configOf(scene, workload);
  return [(config !== undefined) !== (hash !== undefined) && `${name(workload)} has ${config === undefined ? 'no ' : 'a '}configuration, and ${hash === undefined ? 'no ' : 'a '}hash`];
});

/** All rules, by name. */
export const INVARIANTS: { readonly [name: string]: Invariant } = {
  selectorsMatch, mountsHaveVolumes, referencesExist, configMountsAreKeys, portsAgree, openPortsAreDeclared, nothingTwice, graceIsEnough,
  privilegesAgree, nothingUnasked, noNoise, namesAreValid, namespaceIsTheCharts, pooledPodsHaveNames, volumesHaveOneEngine, engineJsonIsKnown, configHasHash,
};

/** What breaks which rule. */
export function violations(scene: Scene): string[] {
  return Object.entries(INVARIANTS).flatMap(([rule, check]) => check(scene).map((violation) => `${rule}: ${violation}`));
}
