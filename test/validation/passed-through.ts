import { App, Chart, Size } from 'cdk8s';
import {
  CacheVolume,
  EngineProbe,
  EngineStatefulSet,
  LifecycleHook,
  Listener,
  type EngineStatefulSetProps,
} from '../../src/index';
import { ValidationError } from '../../src/reporting/problems';
import { OBJECTS } from './objects';

/** The pod fields that are also engine properties with the same name. */
const POD_FIELDS = [
  'affinity',
  'dnsConfig',
  'dnsPolicy',
  'hostAliases',
  'initContainers',
  'nodeSelector',
  'priorityClassName',
  'runtimeClassName',
  'schedulerName',
  'shareProcessNamespace',
  'tolerations',
  'topologySpreadConstraints',
  'volumes',
] as const;

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

const example = (OBJECTS[0] as any).spec.template.spec;

/** The parts of a pod that users set, in the engine's container and in the pod. */
export const PARTS: object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'parts' },
  spec: {
    ...Object.fromEntries(
      POD_FIELDS.map((field) => [field, example[field]]).filter(([, value]) => value !== undefined),
    ),
    dnsPolicy: 'None',
    volumes: [
      { name: 'data', emptyDir: { sizeLimit: '100Gi' } },
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'claim', persistentVolumeClaim: { claimName: 'a' } },
    ],
    initContainers: [{ name: 'prepare', image: 'prepare:1', command: ['true'] }],
    containers: [
      {
        name: 'dagger-engine',
        image: 'registry.dagger.io/engine:v0.21.8',
        ports: [{ name: 'extra', containerPort: 9000 }],
        resources: { requests: { cpu: '1', memory: '1Gi' } },
        startupProbe: { exec: { command: ['true'] }, failureThreshold: 60 },
        readinessProbe: { exec: { command: ['true'] }, periodSeconds: 5 },
        livenessProbe: { exec: { command: ['true'] }, terminationGracePeriodSeconds: 600 },
        lifecycle: { postStart: { exec: { command: ['true'] } } },
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'settings', mountPath: '/settings', subPath: 'a' },
        ],
      },
      {
        name: 'logs',
        image: 'logs:1',
        env: [{ name: 'A', value: 'b' }],
        volumeMounts: [{ name: 'settings', mountPath: '/settings' }],
      },
    ],
  },
};

/** Creates an engine with the smallest set of properties, plus `props`. */
function engine(props: Partial<EngineStatefulSetProps>): EngineStatefulSet {
  const chart = new Chart(new App(), 'chart', { namespace: 'ci' });
  return new EngineStatefulSet(chart, 'engine', {
    version: 'v0.21.8',
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
    listener: Listener.insecureTcp(),
    resources: { requests: { cpu: '1', memory: '1Gi' } },
    ...props,
  });
}

/**
 * Returns the properties that set the parts of a pod. Passes values of the wrong type through, as a JavaScript program
 * could.
 */
function propsOf(spec: any): Partial<EngineStatefulSetProps> {
  const [own = {}, ...sidecars] = Array.isArray(spec.containers) ? spec.containers : [];
  const probes = Object.fromEntries(
    PROBES.filter((name) => own?.[name] !== undefined).map((name) => [
      name.replace('Probe', ''),
      EngineProbe.fromProbe(own[name]),
    ]),
  );
  const { postStart } = own?.lifecycle ?? {};
  return {
    ...Object.fromEntries(POD_FIELDS.map((field) => [field, spec[field] ?? undefined])),
    sidecars,
    volumeMounts: own?.volumeMounts ?? undefined,
    resources: own?.resources ?? undefined,
    extraPorts: own?.ports ?? undefined,
    probes,
    ...(postStart && { postStart: LifecycleHook.fromHandler(postStart) }),
  };
}

const PLAIN = (engine({}).workload.toJson() as any).spec.template.spec;
const WORKLOAD = engine({}).workload.toJson() as any;

/** Returns the StatefulSet that a user expects from these parts. */
export function expected({ spec }: any): object {
  const [own = {}, ...sidecars] = Array.isArray(spec.containers) ? spec.containers : [];
  const [container] = PLAIN.containers;
  const joined = (first: unknown[] | undefined, second: unknown): unknown =>
    second === undefined || second === null ? first : Array.isArray(second) ? [...(first ?? []), ...second] : second;
  const pod = {
    ...PLAIN,
    ...Object.fromEntries(POD_FIELDS.map((field) => [field, spec[field]])),
    volumes: joined(PLAIN.volumes, spec.volumes),
    containers: [
      {
        ...container,
        ...Object.fromEntries(PROBES.map((name) => [name, own?.[name]])),
        resources: own?.resources,
        ports: joined(container.ports, own?.ports),
        volumeMounts: joined(container.volumeMounts, own?.volumeMounts),
        lifecycle: own?.lifecycle?.postStart && { postStart: own.lifecycle.postStart },
      },
      ...sidecars,
    ],
  };
  return { ...WORKLOAD, spec: { ...WORKLOAD.spec, template: { ...WORKLOAD.spec.template, spec: pod } } };
}

/** The result of a program: its objects, or the problems with its properties. */
export type Outcome =
  | { readonly objects: readonly object[] }
  | { readonly problems: ReadonlyArray<{ readonly property: string; readonly wrong: string; readonly risk?: string }> };

/** A Service and a claim for an engine. Users set their fields with options. */
export const OTHER_PARTS: readonly object[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'engine', labels: { app: 'dagger' }, annotations: { 'example.com/a': 'b' } },
    spec: {
      type: 'LoadBalancer',
      ports: [{ name: 'engine', port: 1234, nodePort: 30001, appProtocol: 'example.com/dagger' }],
      allocateLoadBalancerNodePorts: true,
      loadBalancerClass: 'example.com/lb',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      externalTrafficPolicy: 'Local',
      internalTrafficPolicy: 'Cluster',
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'logs', labels: { app: 'dagger' } },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'ssd', resources: { requests: { storage: '100Gi' } } },
  },
];

/** Runs the program with these parts. */
export function synthesized({ kind, metadata, spec }: any): Outcome {
  switch (kind) {
    case 'Service': {
      const { labels, annotations } = metadata ?? {};
      const { ports, selector: _, sessionAffinity: __, sessionAffinityConfig: ___, ...options } = spec ?? {};
      const { appProtocol, nodePort, port } = (Array.isArray(ports) ? ports[0] : undefined) ?? {};
      const known = Object.fromEntries(SERVICE_FIELDS.map((field) => [field, options[field] ?? undefined]));
      const service: any = { ...known, labels, annotations, appProtocol, nodePort, port };
      return outcome(() => ({ listener: Listener.insecureTcp({ service }) }));
    }
    case 'PersistentVolumeClaim':
      return outcome(() => ({
        claimTemplates: [{ metadata, spec }],
        volumeMounts: [{ name: 'logs', mountPath: '/logs' }],
      }));
    default:
      return outcome(() => propsOf(spec));
  }
}

const SERVICE_FIELDS = [
  'allocateLoadBalancerNodePorts',
  'externalTrafficPolicy',
  'internalTrafficPolicy',
  'ipFamilies',
  'ipFamilyPolicy',
  'loadBalancerClass',
  'loadBalancerSourceRanges',
  'type',
] as const;

function outcome(props: () => Partial<EngineStatefulSetProps>): Outcome {
  try {
    return { objects: Chart.of(engine(props())).toJson() };
  } catch (error) {
    if (error instanceof ValidationError) {
      const problems = error.found.map(({ problem, property }) => ({
        property,
        wrong: problem.wrong,
        risk: problem.risk,
      }));
      return { problems };
    }
    throw error;
  }
}
