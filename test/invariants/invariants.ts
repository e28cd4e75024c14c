import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1';
import type { ConfigMap, Container, PodSpec, Probe, Service } from 'kubernetes-types/core/v1';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import type { NetworkPolicy, NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { Role, RoleBinding } from 'kubernetes-types/rbac/v1';
import { secretIn } from '../../src/reporting/secret-detection';
import { isFrom, RELEASES } from './releases';

/** An object in a manifest. */
export interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/** The output of one program, and facts about it. */
export interface Scene {
  readonly objects: readonly Manifest[];
  /**
   * The namespaces of the charts; undefined for a chart without one. If the property is omitted, namespaces aren't
   * checked.
   */
  readonly namespaces?: ReadonlyArray<string | undefined>;
  /** Whether a referenced object (`Secret/name`) exists outside the program. */
  readonly isExternal: (reference: string) => boolean;
  /** Whether a volume is user-defined, so that it may be unused. */
  readonly isUserVolume: (name: string) => boolean;
  /** Whether the program requests a service account token in any pod. */
  readonly asksForToken: boolean;
  /** Whether the program requests resource limits in any pod. */
  readonly asksForLimits: boolean;
  /**
   * Returns the peers that the program allows to reach an engine, in addition to its load balancer's source ranges. The
   * property is undefined if only the manifest is known.
   */
  readonly admits?: (workload: Manifest) => Admitted;
}

/** The allowed peers of an engine, as in a NetworkPolicy. */
export interface Admitted {
  readonly clients: readonly NetworkPolicyPeer[];
  readonly scrapers: readonly NetworkPolicyPeer[];
}

/** A rule. It returns its violations in a scene. */
export type Invariant = (scene: Scene) => string[];

type Workload = DaemonSet | Deployment | StatefulSet;

const WORKLOADS = ['DaemonSet', 'Deployment', 'StatefulSet'];
const ENGINE = 'dagger-engine';

// ---- lookups

/** Returns the workloads that contain an engine. */
export function workloads(scene: Scene): Workload[] {
  return allWorkloads(scene).filter((workload) => engineOf(workload) !== undefined);
}

function allWorkloads({ objects }: Scene): Workload[] {
  return objects.filter(({ kind }) => WORKLOADS.includes(kind ?? '')) as Workload[];
}

function services({ objects }: Scene): Service[] {
  return objects.filter(({ kind }) => kind === 'Service') as Service[];
}

function policies({ objects }: Scene): NetworkPolicy[] {
  return objects.filter(({ kind }) => kind === 'NetworkPolicy') as NetworkPolicy[];
}

function configMaps({ objects }: Scene): ConfigMap[] {
  return objects.filter(
    ({ kind, metadata }) => kind === 'ConfigMap' && (metadata?.name ?? '').endsWith('-config'),
  ) as ConfigMap[];
}

/** Returns the ConfigMap with the engine's configuration files. */
export function configOf(scene: Scene, workload: Workload): ConfigMap | undefined {
  return configMaps(scene).find(
    (config) => inSameNamespace(config, workload) && config.metadata?.name === `${workload.metadata?.name}-config`,
  );
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

function selects(
  selector: { [key: string]: string } | undefined,
  labels: { [key: string]: string } | undefined,
): boolean {
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

/** Every workload selects only its own pods, and every Service selects the pods of exactly one workload. */
export const selectorsMatch: Invariant = (scene) => [
  ...forEach(workloads(scene), (workload) =>
    workloads(scene)
      .filter((other) => inSameNamespace(workload, other))
      .map((other) => {
        const matches = selects(workload.spec!.selector.matchLabels, other.spec!.template.metadata?.labels);
        return (
          matches !== (workload === other) &&
          `${name(workload)} ${matches ? 'selects' : 'does not select'} the pods of ${name(other)}`
        );
      }),
  ),
  ...forEach(services(scene), (service) => {
    const chosen = workloads(scene).filter(
      (workload) =>
        inSameNamespace(workload, service) && selects(service.spec!.selector, workload.spec!.template.metadata?.labels),
    );
    return [chosen.length !== 1 && `${name(service)} selects the pods of ${chosen.length} workloads`];
  }),
];

/** Every mount has a volume or claim template, every volume is mounted, and the state directory is on a volume. */
export const mountsHaveVolumes: Invariant = (scene) =>
  forEach(workloads(scene), (workload) => {
    const volumes = (podOf(workload).volumes ?? []).map((volume) => volume.name);
    const mounted = containersOf(podOf(workload)).flatMap(({ volumeMounts = [] }) =>
      volumeMounts.map((mount) => mount.name),
    );
    const all = [...volumes, ...claimTemplates(workload)];
    return [
      ...mounted.map((mount) => !all.includes(mount) && `${name(workload)} mounts ${mount}, which isn't a volume`),
      ...all.map(
        (volume) =>
          !mounted.includes(volume) &&
          !scene.isUserVolume(volume) &&
          `${name(workload)} has a volume ${volume} that nothing mounts`,
      ),
      !engineOf(workload)?.volumeMounts?.some(({ mountPath }) => mountPath === stateDirectory(scene, workload)) &&
        `${name(workload)} has no volume at ${stateDirectory(scene, workload)}`,
    ];
  });

/** Every object to which a workload refers is in the program, or declared as external. */
export const referencesExist: Invariant = (scene) =>
  forEach(workloads(scene), (workload) =>
    references(workload).map((reference) => {
      const exists = scene.objects.some(
        (object) => inSameNamespace(object, workload) && [name(object), secretOf(object)].includes(reference),
      );
      return !exists && !scene.isExternal(reference) && `${name(workload)} refers to ${reference}, which nothing makes`;
    }),
  );

/** Returns the Secret that cert-manager creates for a Certificate. */
function secretOf({ kind, spec }: Manifest & { readonly spec?: { readonly secretName?: string } }): string | undefined {
  return kind === 'Certificate' ? `Secret/${spec?.secretName}` : undefined;
}

/** Returns the Secrets, ConfigMaps, claims, accounts and Services to which a workload refers. */
export function references(workload: Workload): string[] {
  const pod = podOf(workload);
  const found = new Set<string>();
  const note = (kind: string, object: string | undefined): unknown =>
    object !== undefined && found.add(`${kind}/${object}`);
  for (const volume of pod.volumes ?? []) {
    note('Secret', volume.secret?.secretName);
    note('ConfigMap', volume.configMap?.name);
    note('PersistentVolumeClaim', volume.persistentVolumeClaim?.claimName);
    for (const source of volume.projected?.sources ?? []) {
      note('Secret', source.secret?.name);
      note('ConfigMap', source.configMap?.name);
    }
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

/**
 * Every file mounted from a ConfigMap in the program is one of its keys, and read-only. Every key of the engine's own
 * ConfigMap is mounted.
 */
export const configMountsAreKeys: Invariant = (scene) =>
  forEach(workloads(scene), (workload) =>
    (podOf(workload).volumes ?? []).flatMap((volume) => {
      const config = scene.objects.find(
        (object) => name(object) === `ConfigMap/${volume.configMap?.name}` && inSameNamespace(object, workload),
      ) as ConfigMap | undefined;
      if (config === undefined || scene.isUserVolume(volume.name)) {
        return [];
      }
      const keys = Object.keys(config.data ?? {});
      const wanted = (volume.configMap?.items ?? []).map(({ key }) => key);
      const mounts = (engineOf(workload)?.volumeMounts ?? []).filter((mount) => mount.name === volume.name);
      return [
        ...wanted.map((key) => !keys.includes(key) && `${name(config)} has no key ${key}`),
        ...mounts.map(
          ({ mountPath, readOnly, subPath }) =>
            (subPath === undefined || !(wanted.length > 0 ? wanted : keys).includes(subPath) || readOnly !== true) &&
            `${name(workload)} mounts ${subPath} of ${name(config)} at ${mountPath}, which is not one of its keys, read-only`,
        ),
        ...(configMaps(scene).includes(config) ? keys : []).map(
          (key) =>
            !mounts.some(({ mountPath, subPath }) => subPath === key && mountPath === `/etc/dagger/${key}`) &&
            `${name(workload)} does not mount ${key} of ${name(config)} at /etc/dagger/${key}`,
        ),
      ];
    }),
  );

/** Returns the state directory from engine.toml, or the default one. */
function stateDirectory(scene: Scene, workload: Workload): string {
  return /^root = "(.*)"$/m.exec(configOf(scene, workload)?.data?.['engine.toml'] ?? '')?.[1] ?? '/var/lib/dagger';
}

/** Returns the addresses on which the engine listens, from its flags and engine.toml. */
function listensAt(scene: Scene, workload: Workload): string[] {
  const args = engineOf(workload)?.args ?? [];
  const toml = configOf(scene, workload)?.data?.['engine.toml'] ?? '';
  return [
    ...args.filter((_, index) => args[index - 1] === '--addr'),
    ...[...toml.matchAll(/tcp:\/\/[^"]+/g)].map(([address]) => address),
  ];
}

/** Every Service port leads to a container port on which a process listens. Clients use the port of the Service. */
export const portsAgree: Invariant = (scene) =>
  forEach(services(scene), (service) => {
    const workload = workloads(scene).find(
      (other) =>
        inSameNamespace(other, service) && selects(service.spec!.selector, other.spec!.template.metadata?.labels),
    );
    return (service.spec!.ports ?? []).flatMap(({ name: portName, port, targetPort }) => {
      // A Service can refer to a container port by name, except in init containers, whose port names Services ignore.
      const target =
        workload &&
        (engineOf(workload)?.ports?.find((other) => other.name === targetPort) ??
          (podOf(workload).initContainers ?? [])
            .flatMap(({ ports = [] }) => ports)
            .find((other) => other.containerPort === targetPort && other.name === portName) ??
          podOf(workload)
            .containers.flatMap(({ ports = [] }) => ports)
            .find((other) =>
              [other.name, other.name === portName ? other.containerPort : undefined].includes(targetPort),
            ));
      if (workload === undefined || target === undefined) {
        return [`${name(service)} refers to ${targetPort}, which is not a port of the engine`];
      }
      const metrics = engineOf(workload)?.env?.find(
        (variable) => variable.name === '_EXPERIMENTAL_DAGGER_METRICS_ADDR',
      )?.value;
      const terminator = containersOf(podOf(workload))
        .flatMap(({ args = [] }) => args)
        .filter((argument) => argument.startsWith('--listen='));
      const listens = [...listensAt(scene, workload), ...terminator, ...(metrics === undefined ? [] : [metrics])].some(
        (address) => address.endsWith(`:${target.containerPort}`),
      );
      return [
        typeof targetPort === 'string' &&
          portName !== targetPort &&
          `${name(service)} names its port ${portName} and refers to ${targetPort}`,
        // A Service port may differ from the pod's port, but clients must use the Service port.
        ...clientsOf(scene, workload)
          .filter(({ service: used, port: named }) => used === service && named !== port)
          .map(
            ({ client, port: named }) => `${name(client)} uses port ${named} of ${name(service)}, which has ${port}`,
          ),
        !listens && `${name(service)} refers to port ${target.containerPort}, on which nothing listens`,
      ];
    });
  });

/** The engine's container declares every port that is reachable from outside its pod. */
export const openPortsAreDeclared: Invariant = (scene) =>
  forEach(workloads(scene), (workload) =>
    listensAt(scene, workload)
      .filter((address) => !/^tcp:\/\/(127\.|\[::1\]|localhost)/.test(address))
      .map((address) => {
        const port = Number(address.slice(address.lastIndexOf(':') + 1));
        return (
          !engineOf(workload)?.ports?.some(({ containerPort }) => containerPort === port) &&
          `${name(workload)} listens at ${address}, and has no such port`
        );
      }),
  );

/** Returns the open ports for clients, for metrics of the engine, and for metrics of its TLS sidecar. */
function openPorts(workload: Workload): {
  readonly clients?: number;
  readonly scrapers?: number;
  readonly sidecarScrapers?: number;
} {
  const ports = containersOf(podOf(workload)).flatMap((container) => container.ports ?? []);
  const of = (portName: string) => ports.find((port) => port.name === portName)?.containerPort;
  return { clients: of('tcp-engine'), scrapers: of('http-metrics'), sidecarScrapers: of('https-status') };
}

/**
 * Connected clients can reach the engine's port, allowed scrapers can reach the metrics, and other peers can reach
 * neither. Every open port has a NetworkPolicy, unless the workload gives a reason. No rule allows all peers.
 */
export const nobodyElseIsAdmitted: Invariant = (scene) => [
  ...forEach(policies(scene), (policy) => {
    const chosen = workloads(scene).filter(
      (workload) =>
        inSameNamespace(workload, policy) &&
        selects(policy.spec!.podSelector?.matchLabels, workload.spec!.template.metadata?.labels),
    );
    // In a golden that contains only clients, the engine is unknown.
    return [
      workloads(scene).length > 0 &&
        chosen.length !== 1 &&
        `${name(policy)} selects the pods of ${chosen.length} workloads`,
    ];
  }),
  ...forEach(workloads(scene), (workload) => {
    const ports = openPorts(workload);
    const own = policies(scene).filter(
      (policy) =>
        inSameNamespace(workload, policy) &&
        selects(policy.spec!.podSelector?.matchLabels, workload.spec!.template.metadata?.labels),
    );
    const accepted = workload.metadata?.annotations?.['cdk8s-dagger.github.io/accepted-risks'];
    const reason = /^no-network-policy: (.*)$/m.exec(accepted ?? '')?.[1];
    const isOpen = ports.clients !== undefined || ports.scrapers !== undefined;
    const rules = own.flatMap(({ spec }) => spec?.ingress ?? []);
    return [
      reason !== undefined && own.length > 0 && `${name(workload)} says that it has no policy, and has one`,
      reason === '' && `${name(workload)} has no policy, and does not say why`,
      isOpen &&
        reason === undefined &&
        !own.some(({ spec }) => spec?.policyTypes?.includes('Ingress')) &&
        `${name(workload)} opens a port, and no policy closes it`,
      ...rules.flatMap(({ from = [], ports: to = [] }) => [
        from.length === 0 && `a rule of ${name(workload)} admits everyone`,
        ![[ports.clients], [ports.scrapers], [ports.scrapers, ports.sidecarScrapers]].some(
          (open) => JSON.stringify(open) === JSON.stringify(to.map(({ port }) => port)),
        ) && `a rule of ${name(workload)} is for ${JSON.stringify(to)}, which is not a port of the engine`,
        ...repeated(from.map((peer) => JSON.stringify(peer))).map(
          (peer) => `a rule of ${name(workload)} admits ${peer} twice`,
        ),
      ]),
      ...own
        .flatMap(({ spec }) => spec?.egress ?? [])
        .map(
          ({ ports: to = [], to: peers = [] }) =>
            peers.length === 0 &&
            !(to.length > 0 && to.every(({ port }) => port === 53 || port === 5353)) &&
            `a rule of ${name(workload)} lets builds reach everything`,
        ),
      ...(reason === undefined
        ? [...connections(scene, workload, own), ...admissions(scene, workload, own, ports)]
        : []),
    ];
  }),
];

/**
 * Returns the workloads that connect to an engine through a Service, with that Service and the port in the client's
 * address.
 */
function clientsOf(
  scene: Scene,
  engine: Workload,
): Array<{ readonly client: Workload; readonly service: Service; readonly port: number }> {
  const hosts = services(scene)
    .filter(
      (service) =>
        inSameNamespace(service, engine) && selects(service.spec!.selector, engine.spec!.template.metadata?.labels),
    )
    .map((service) => ({
      service,
      own:
        service.metadata?.namespace === undefined
          ? service.metadata!.name!
          : `${service.metadata.name}.${service.metadata.namespace}.svc`,
    }));
  return allWorkloads(scene).flatMap((client) => {
    const address =
      podOf(client)
        .containers.flatMap(({ env = [] }) => env)
        .find((variable) => variable.name === '_EXPERIMENTAL_DAGGER_RUNNER_HOST')?.value ?? '';
    const [, host = '', port] = /^(?:tcp|tls):\/\/([^:/?]+):([0-9]+)/.exec(address) ?? [];
    return hosts
      .filter(({ own }) => host === own || host.endsWith(`.${own}`))
      .map(({ service }) => ({ client, service, port: Number(port) }));
  });
}

function isAdmitted(
  client: Workload,
  { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer,
  policy: NetworkPolicy,
): boolean {
  const matches = (selector: typeof podSelector, labels: { [key: string]: string } | undefined): boolean =>
    (selector?.matchExpressions ?? []).length === 0 &&
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value);
  const inNamespace =
    namespaceSelector === undefined
      ? inSameNamespace(client, policy)
      : matches(namespaceSelector, { 'kubernetes.io/metadata.name': client.metadata?.namespace ?? '' });
  return ipBlock === undefined && inNamespace && matches(podSelector, client.spec!.template.metadata?.labels);
}

/** Returns the pod port to which a Service port refers. */
function podPort(service: Service, port: number, workload: Workload): number | undefined {
  const target = service.spec!.ports?.find((other) => other.port === port)?.targetPort;
  return typeof target === 'number'
    ? target
    : containersOf(podOf(workload))
        .flatMap(({ ports = [] }) => ports)
        .find((other) => other.name === target)?.containerPort;
}

/** Returns a violation for every client that no policy allows to reach the port in its address. */
function connections(scene: Scene, workload: Workload, own: readonly NetworkPolicy[]): string[] {
  return clientsOf(scene, workload).flatMap(({ client, port, service }) =>
    own.some((policy) =>
      (policy.spec?.ingress ?? []).some(
        ({ from = [], ports = [] }) =>
          ports.some((other) => other.port === podPort(service, port, workload)) &&
          from.some((peer) => isAdmitted(client, peer, policy)),
      ),
    )
      ? []
      : [`${name(client)} is a client of ${name(workload)} at port ${port}, and not admitted`],
  );
}

/**
 * Compares the allowed peers with the expected ones: connected clients, peers that the program allows, and source
 * ranges.
 */
function admissions(
  scene: Scene,
  workload: Workload,
  own: readonly NetworkPolicy[],
  ports: ReturnType<typeof openPorts>,
): string[] {
  if (scene.admits === undefined) {
    return [];
  }
  const { clients, scrapers } = scene.admits(workload);
  const ranges = services(scene)
    .filter(
      (service) =>
        inSameNamespace(service, workload) && selects(service.spec!.selector, workload.spec!.template.metadata?.labels),
    )
    .flatMap(({ spec }) => spec?.loadBalancerSourceRanges ?? [])
    .map((cidr) => ({ ipBlock: { cidr } }));
  const expected = { clients: [...ranges, ...clients], scrapers };
  return (['clients', 'scrapers'] as const).flatMap((who) => {
    const given = own
      .flatMap(({ spec }) => spec?.ingress ?? [])
      .filter(({ ports: to }) => to?.[0]?.port === ports[who])
      .flatMap(({ from }) => from ?? []);
    const texts = (peers: readonly NetworkPolicyPeer[]) => [...new Set(peers.map(canonical))].sort();
    const known = texts(expected[who]);
    const connected = who === 'clients' ? clientsOf(scene, workload).map(({ client }) => client) : [];
    /** Whether the peer selects only connected clients. */
    const isClient = (peer: NetworkPolicyPeer) => {
      const meant = allWorkloads(scene).filter((other) => own.some((policy) => isAdmitted(other, peer, policy)));
      return meant.length > 0 && meant.every((other) => connected.includes(other));
    };
    return ports[who] === undefined
      ? []
      : [
          ...known
            .filter((peer) => !texts(given).includes(peer))
            .map((peer) => `${name(workload)} does not admit ${peer} as ${who}`),
          ...given
            .filter((peer) => !known.includes(canonical(peer)) && !isClient(peer))
            .map((peer) => `${name(workload)} admits ${canonical(peer)} as ${who}, which the program doesn't admit`),
        ];
  });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort())
      : inner,
  );
}

/** Names, keys and paths are unique where they must be. */
export const nothingTwice: Invariant = (scene) => [
  ...repeated(
    scene.objects.map((object) => `${object.apiVersion} ${name(object)} in ${object.metadata?.namespace}`),
  ).map((object) => `two objects are ${object}`),
  ...forEach(workloads(scene), (workload) => {
    const pod = podOf(workload);
    return [
      ...repeated([...(pod.volumes ?? []).map((volume) => volume.name), ...claimTemplates(workload)]).map(
        (volume) => `${name(workload)} has two volumes ${volume}`,
      ),
      ...repeated(containersOf(pod).map((container) => container.name)).map(
        (container) => `${name(workload)} has two containers ${container}`,
      ),
      ...containersOf(pod).flatMap((container) => [
        ...repeated((container.env ?? []).map((variable) => variable.name)).map(
          (variable) => `${name(workload)} sets ${variable} twice`,
        ),
        ...repeated((container.volumeMounts ?? []).map(({ mountPath }) => mountPath.replace(/\/+$/, ''))).map(
          (path) => `${name(workload)} mounts two things at ${path}`,
        ),
        ...repeated(
          (container.ports ?? []).map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`),
        ).map((port) => `${name(workload)} has port ${port} twice`),
        ...repeated((container.ports ?? []).flatMap((port) => port.name ?? [])).map(
          (port) => `${name(workload)} has two ports ${port}`,
        ),
        ...repeated(container.args ?? [])
          .filter((argument) => argument.startsWith('tcp://'))
          .map((address) => `${name(workload)} listens at ${address} twice`),
      ]),
    ];
  }),
];

/** Pods have time to stop, and no probe shortens that time in releases that need it to save the cache. */
export const graceIsEnough: Invariant = (scene) =>
  forEach(workloads(scene), (workload) => {
    const pod = podOf(workload);
    const grace = pod.terminationGracePeriodSeconds ?? 30;
    const wipes = isFrom(releaseOf(workload), 'v0.21.0', 'v1.0.0-beta.1');
    const { startupProbe, livenessProbe, readinessProbe } = engineOf(workload) ?? {};
    const kills = (probe: Probe | undefined): boolean =>
      probe?.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds < grace;
    return [
      grace <= 0 && `${name(workload)} gives its pods no time to stop`,
      wipes &&
        kills(startupProbe) &&
        `the startup probe of ${name(workload)} stops the engine in less time than the pod gives it`,
      wipes &&
        kills(livenessProbe) &&
        `the liveness probe of ${name(workload)} stops the engine in less time than the pod gives it`,
      readinessProbe?.terminationGracePeriodSeconds !== undefined &&
        `the readiness probe of ${name(workload)} has a grace period, which the API server rejects`,
    ];
  });

/** The engine is privileged and runs as root, without settings that contradict this. */
export const privilegesAgree: Invariant = (scene) =>
  forEach(workloads(scene), (workload) => {
    const pod = podOf(workload).securityContext;
    const engine = engineOf(workload)?.securityContext;
    return [
      engine?.privileged !== true && `the engine of ${name(workload)} is not privileged`,
      engine?.allowPrivilegeEscalation === false &&
        `the engine of ${name(workload)} is privileged, and may not escalate`,
      (engine?.runAsNonRoot ?? pod?.runAsNonRoot) === true && `the engine of ${name(workload)} may not be root`,
      (engine?.runAsUser ?? pod?.runAsUser) !== 0 && `the engine of ${name(workload)} is not root`,
      engine?.readOnlyRootFilesystem === true && `the engine of ${name(workload)} can't write its root file system`,
    ];
  });

/** Tokens and limits exist only on request, and no pod shares the PID or IPC namespace of its node. */
export const nothingUnasked: Invariant = (scene) =>
  forEach(workloads(scene), (workload) => [
    !scene.asksForToken &&
      podOf(workload).automountServiceAccountToken !== false &&
      `${name(workload)} mounts a token that wasn't requested`,
    !scene.asksForLimits &&
      Object.keys(engineOf(workload)?.resources?.limits ?? {}).length > 0 &&
      `${name(workload)} has limits that weren't requested`,
    (podOf(workload).hostPID ?? podOf(workload).hostIPC) === true && `${name(workload)} shares a namespace of the node`,
  ]);

/**
 * The verbs that clients need to exec into engines, keyed by resource
 * (kubernetes.io/docs/reference/access-authn-authz/authorization).
 */
const RIGHTS: { readonly [resource: string]: readonly string[] } = {
  pods: ['get', 'list'],
  'pods/exec': ['create', 'get'],
};

/**
 * No role has more permissions than exec needs, applies to the whole cluster, or is bound to the service account of an
 * engine. The pods that it names exist.
 */
export const rightsAreMinimal: Invariant = (scene) => {
  const all = scene.objects.filter(({ kind }) => kind === 'Role') as Role[];
  const [seedRoles, roles] = [true, false].map((is) => all.filter((role) => isOfSeed(role) === is)) as [Role[], Role[]];
  const bindings = scene.objects.filter(({ kind }) => kind === 'RoleBinding') as RoleBinding[];
  const pods = workloads(scene)
    .filter(({ kind }) => kind === 'StatefulSet')
    .flatMap((workload) => podNames(workload as StatefulSet));
  return [
    ...forEach(scene.objects, (object) => [
      /^Cluster(Role|RoleBinding)$/.test(object.kind ?? '') && `${name(object)} is for the whole cluster`,
    ]),
    ...forEach(roles, (role) =>
      (role.rules ?? []).flatMap(({ apiGroups = [], resourceNames = [], resources = [], verbs }) => [
        apiGroups.join() !== '' && `${name(role)} is for ${apiGroups.join()}`,
        ...resources.flatMap((resource) =>
          verbs.map((verb) => RIGHTS[resource]?.includes(verb) !== true && `${name(role)} may ${verb} ${resource}`),
        ),
        ...resourceNames.map(
          (pod) => pods.length > 0 && !pods.includes(pod) && `${name(role)} is for the pod ${pod}, which there is not`,
        ),
      ]),
    ),
    ...forEach(seedRoles, (role) => seedRights(role, scene, pods)),
    ...forEach(bindings, (binding) => [
      (binding.subjects ?? []).length === 0 && `${name(binding)} binds no subject`,
      binding.roleRef.kind === 'Role' &&
        !all.some((role) => role.metadata?.name === binding.roleRef.name && inSameNamespace(role, binding)) &&
        `${name(binding)} is for a role that there is not`,
      binding.roleRef.kind === 'ClusterRole' &&
        binding.roleRef.name !== 'system:openshift:scc:privileged' &&
        `${name(binding)} is for ${binding.roleRef.name}`,
      ...(binding.subjects ?? []).flatMap((subject) => [
        subject.kind !== 'ServiceAccount' && `${name(binding)} binds a ${subject.kind}`,
        binding.roleRef.kind === 'Role' &&
          workloads(scene).some(
            (workload) =>
              subject.namespace === workload.metadata?.namespace && podOf(workload).serviceAccountName === subject.name,
          ) &&
          `${name(binding)} grants permissions to the account of an engine`,
      ]),
    ]),
  ];
};

function isOfSeed({ metadata }: Role): boolean {
  return metadata?.labels?.['app.kubernetes.io/name'] === 'dagger-cache-seed';
}

/** The permissions of the job that snapshots a cache, keyed by resource. Objects are named where that is possible. */
const SEED_RIGHTS: { readonly [resource: string]: { readonly named: boolean; readonly verbs: readonly string[] } } = {
  persistentvolumeclaims: { named: false, verbs: ['list'] },
  pods: { named: true, verbs: ['get', 'list', 'watch'] },
  statefulsets: { named: true, verbs: ['get'] },
  'statefulsets/scale': { named: true, verbs: ['get', 'patch'] },
  volumesnapshots: { named: false, verbs: ['create', 'delete', 'get', 'list'] },
};

function seedRights(role: Role, scene: Scene, pods: readonly string[]): (string | false)[] {
  const sets = workloads(scene).map(({ metadata }) => metadata?.name);
  return (role.rules ?? []).flatMap(({ resourceNames = [], resources = [], verbs }) =>
    resources.flatMap((resource) => [
      ...verbs.map(
        (verb) => SEED_RIGHTS[resource]?.verbs.includes(verb) !== true && `${name(role)} may ${verb} ${resource}`,
      ),
      SEED_RIGHTS[resource]?.named === true && resourceNames.length === 0 && `${name(role)} is for all ${resource}`,
      ...resourceNames.map(
        (one) =>
          !(resource === 'pods' ? pods : sets).includes(one) && `${name(role)} is for ${one}, which there is not`,
      ),
    ]),
  );
}

function podNames({ metadata, spec }: StatefulSet): string[] {
  return Array.from(
    { length: spec?.replicas ?? 1 },
    (_, index) => `${metadata?.name}-${(spec?.ordinals?.start ?? 0) + index}`,
  );
}

/** No object is a Secret, or contains a key, token or password. */
export const noKeyMaterial: Invariant = ({ objects }) =>
  forEach(objects, (object) => {
    const what = secretIn(JSON.stringify(object));
    return [
      what !== undefined && `${name(object)} holds ${what}`,
      object.kind === 'Secret' && `${name(object)} is in a manifest`,
    ];
  });

/** Maps with user-defined values, which may be empty. */
const USER_WORDS = /\.(labels|annotations|matchLabels|nodeSelector)\./;
/** Fields in which an empty value has a meaning. */
const MEANINGFUL_WHEN_EMPTY =
  /\.(storageClassName|emptyDir|selfSigned|podSelector|namespaceSelector|env\[\d+\]\.value|apiGroups\[\d+\])$/;

/** No field is empty or set by the API server. Client workloads aren't checked, because cdk8s-plus-28 creates them. */
export const noNoise: Invariant = (scene) =>
  scene.objects
    .filter((object) => !WORKLOADS.includes(object.kind ?? '') || workloads(scene).includes(object as Workload))
    .flatMap((object) => noiseIn(object, name(object)));

function noiseIn(value: unknown, path: string): string[] {
  if (USER_WORDS.test(path) || MEANINGFUL_WHEN_EMPTY.test(path)) {
    return [];
  }
  if (value === null || value === '' || value === undefined) {
    return [`${path} is ${value === '' ? "''" : String(value)}`];
  }
  if (/(?<!\.onPodConditions\[\d+\])\.(status|creationTimestamp|managedFields|resourceVersion|uid)$/.test(path)) {
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

/** Names and labels are valid, including the names that Kubernetes derives from them. */
export const namesAreValid: Invariant = (scene) => [
  // A pod template may have no name.
  ...forEach(
    scene.objects.filter(({ kind, metadata }) => kind !== 'Pod' || metadata?.name !== undefined),
    ({ kind, metadata }) => [
      !(kind === 'Service' ? DNS_1035 : DNS_SUBDOMAIN).test(metadata?.name ?? '') &&
        `${kind} can't be named ${metadata?.name}`,
      ...Object.entries(metadata?.labels ?? {}).map(
        ([key, value]) => !LABEL_VALUE.test(value) && `label ${key} can't be ${value}`,
      ),
    ],
  ),
  ...forEach(services(scene), (service) =>
    (service.spec!.ports ?? []).map(
      (port) => !DNS_LABEL.test(port.name ?? 'unnamed') && `a Service port can't be named ${port.name}`,
    ),
  ),
  ...forEach(workloads(scene), (workload) => {
    const pod = podOf(workload);
    const last =
      ((workload as StatefulSet).spec?.ordinals?.start ?? 0) +
      Math.max(0, ((workload as StatefulSet).spec?.replicas ?? 1) - 1);
    const revision = `${workload.metadata!.name}-${'0'.repeat(10)}`;
    return [
      workload.kind === 'StatefulSet' &&
        !DNS_LABEL.test(`${workload.metadata!.name}-${last}`) &&
        `no pod can be named ${workload.metadata!.name}-${last}`,
      workload.kind === 'StatefulSet' && !LABEL_VALUE.test(revision) && `no label can be ${revision}`,
      ...Object.entries(workload.spec!.template.metadata?.labels ?? {}).map(
        ([key, value]) => !LABEL_VALUE.test(value) && `label ${key} can't be ${value}`,
      ),
      ...[...containersOf(pod), ...(pod.volumes ?? [])].map(
        (part) => !DNS_LABEL.test(part.name) && `nothing in a pod can be named ${part.name}`,
      ),
      ...containersOf(pod)
        .flatMap(({ ports = [] }) => ports)
        .map((port) => port.name !== undefined && !PORT_NAME.test(port.name) && `no port can be named ${port.name}`),
    ];
  }),
];

/** The kinds without a namespace that the library creates. */
const CLUSTER_SCOPED = ['EC2NodeClass', 'NodePool', 'StorageClass', 'VolumeSnapshotClass'];

/** Every other object is in the namespace of a chart. */
export const namespaceIsTheCharts: Invariant = ({ namespaces, objects }) =>
  forEach(objects, (object) => [
    namespaces !== undefined &&
      !CLUSTER_SCOPED.includes(object.kind ?? '') &&
      !namespaces.includes(object.metadata?.namespace) &&
      `${name(object)} is in namespace ${object.metadata?.namespace}`,
  ]);

/** Every StatefulSet has a headless Service, which gives its pods DNS names. */
export const pooledPodsHaveNames: Invariant = (scene) =>
  forEach(workloads(scene), (workload) => {
    const { serviceName } = (workload as StatefulSet).spec!;
    const service = services(scene).find(
      (other) => other.metadata?.name === serviceName && inSameNamespace(other, workload),
    );
    return [
      workload.kind === 'StatefulSet' &&
        service?.spec?.clusterIP !== 'None' &&
        `${name(workload)} has no headless Service ${serviceName}`,
    ];
  });

/**
 * Two engines never use the same volume. The new engine of a rollout starts before the old one stops only if each pod
 * has its own volume.
 */
export const volumesHaveOneEngine: Invariant = (scene) =>
  forEach(workloads(scene), (workload) => {
    const cache = engineOf(workload)?.volumeMounts?.find(
      ({ mountPath }) => mountPath === stateDirectory(scene, workload),
    )?.name;
    const volume = (podOf(workload).volumes ?? []).find((other) => other.name === cache);
    const isShared =
      volume !== undefined && ['persistentVolumeClaim', 'nfs', 'hostPath'].some((source) => source in volume);
    const { spec } = workload as Deployment;
    const maxSurge = (workload as DaemonSet).spec?.updateStrategy?.rollingUpdate?.maxSurge;
    return [
      isShared &&
        workload.kind === 'Deployment' &&
        spec?.strategy?.type !== 'Recreate' &&
        `${name(workload)} starts a new engine on the volume of the old one`,
      isShared &&
        workload.kind !== 'DaemonSet' &&
        (spec?.replicas ?? 1) > 1 &&
        `${name(workload)} has ${spec?.replicas} engines on one volume`,
      workload.kind === 'DaemonSet' &&
        maxSurge !== undefined &&
        maxSurge !== 0 &&
        `${name(workload)} starts a new engine before the old one stops`,
    ];
  });

/** The keys of engine.json, with their first release in the 0.x and 1.x lines (engine/config/config.go at each tag). */
const JSON_KEYS: { readonly [key: string]: readonly [zero: string | undefined, one: string | undefined] } = {
  logLevel: ['v0.15.0', 'v1.0.0-beta.1'],
  security: ['v0.15.0', 'v1.0.0-beta.1'],
  'security.insecureRootCapabilities': ['v0.15.0', 'v1.0.0-beta.1'],
  gc: ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.enabled': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.policies': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.policies[].all': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.policies[].filters': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.policies[].keepDuration': ['v0.15.0', 'v1.0.0-beta.1'],
  'gc.dagqlCache': [undefined, 'v1.0.0-beta.10'],
  'gc.dagqlCache.maxEstimatedBytes': [undefined, 'v1.0.0-beta.10'],
  'gc.dagqlCache.targetEstimatedBytes': [undefined, 'v1.0.0-beta.10'],
  registries: ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>.mirrors': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>.http': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>.insecure': ['v0.19.0', 'v1.0.0-beta.1'],
  'registries.<host>.ca': ['v0.19.0', 'v1.0.0-beta.1'],
  ...Object.fromEntries(
    ['gc', 'gc.policies[]'].flatMap((parent) => [
      ...['reservedSpace', 'maxUsedSpace', 'minFreeSpace'].map((key) => [
        `${parent}.${key}`,
        ['v0.15.0', 'v1.0.0-beta.1'],
      ]),
      [`${parent}.sweepSize`, ['v0.18.11', 'v1.0.0-beta.1']],
    ]),
  ),
};

/** engine.json contains only keys that the release knows. Any other key stops the engine. */
export const engineJsonIsKnown: Invariant = (scene) =>
  forEach(workloads(scene), (workload) => {
    const config = configOf(scene, workload);
    const text = config?.data?.['engine.json'];
    const release = releaseOf(workload);
    if (text === undefined || !RELEASES.includes(release)) {
      return [];
    }
    const hadSweep = ['v0.18.9', 'v0.18.10'].includes(release);
    return keysOf(JSON.parse(text), '').map((key) => {
      const known =
        JSON_KEYS[key] !== undefined
          ? isFrom(release, ...JSON_KEYS[key])
          : hadSweep && /^gc(\.policies\[\])?\.sweep$/.test(key);
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

/** Pods with a configuration have its hash as an annotation, and other pods have none. */
export const configHasHash: Invariant = (scene) =>
  forEach(workloads(scene), (workload) => {
    const hash = workload.spec!.template.metadata?.annotations?.['checksum/config'];
    const config = configOf(scene, workload);
    return [
      (config !== undefined) !== (hash !== undefined) &&
        `${name(workload)} has ${config === undefined ? 'no ' : 'a '}configuration, and ${hash === undefined ? 'no ' : 'a '}hash`,
    ];
  });

/** The rules, keyed by name. */
export const INVARIANTS: { readonly [name: string]: Invariant } = {
  selectorsMatch,
  mountsHaveVolumes,
  referencesExist,
  configMountsAreKeys,
  portsAgree,
  openPortsAreDeclared,
  nobodyElseIsAdmitted,
  nothingTwice,
  graceIsEnough,
  privilegesAgree,
  nothingUnasked,
  rightsAreMinimal,
  noKeyMaterial,
  noNoise,
  namesAreValid,
  namespaceIsTheCharts,
  pooledPodsHaveNames,
  volumesHaveOneEngine,
  engineJsonIsKnown,
  configHasHash,
};

/** Returns the violations, each prefixed with the name of its rule. */
export function violations(scene: Scene): string[] {
  return Object.entries(INVARIANTS).flatMap(([rule, check]) =>
    check(scene).map((violation) => `${rule}: ${violation}`),
  );
}
