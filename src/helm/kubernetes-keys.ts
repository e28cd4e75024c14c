import type {
  Affinity,
  Container,
  EnvVarSource,
  NodeAffinity,
  PodAffinity,
  Probe,
  ResourceRequirements,
  Toleration,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1';
import type { K8sType } from '../kubernetes/field-types';
import type { KnownKeys, ValueType } from './known-keys';

/** What the charts pass on to Kubernetes: its fields, which it refuses others than. Deeper ones are left to it. */
type Fields<T> = { readonly [field in keyof T]-?: ValueType };

const HANDLER: KnownKeys = {
  'exec.command': 'texts',
  'httpGet.host': 'text',
  'httpGet.httpHeaders': 'maps',
  'httpGet.path': 'text',
  'httpGet.port': 'portOrName',
  'httpGet.scheme': 'text',
  'tcpSocket.host': 'text',
  'tcpSocket.port': 'portOrName',
};

const PROBE: KnownKeys = {
  ...HANDLER,
  'grpc.port': 'number',
  'grpc.service': 'text',
  ...({
    failureThreshold: 'number',
    initialDelaySeconds: 'number',
    periodSeconds: 'number',
    successThreshold: 'number',
    terminationGracePeriodSeconds: 'number',
    timeoutSeconds: 'number',
  } satisfies Fields<Omit<Probe, 'exec' | 'grpc' | 'httpGet' | 'tcpSocket'>>),
};

const ENV: KnownKeys = {
  name: 'required',
  value: 'text',
  ...below('valueFrom', {
    configMapKeyRef: 'map',
    fieldRef: 'map',
    resourceFieldRef: 'map',
    secretKeyRef: 'map',
  } satisfies Fields<EnvVarSource>),
};

const TOLERATION = {
  effect: 'text',
  key: 'text',
  operator: 'text',
  tolerationSeconds: 'number',
  value: 'text',
} satisfies Fields<Toleration>;

const AFFINITY: KnownKeys = {
  ...below('nodeAffinity', {
    preferredDuringSchedulingIgnoredDuringExecution: 'maps',
    requiredDuringSchedulingIgnoredDuringExecution: 'map',
  } satisfies Fields<NodeAffinity>),
  ...below('podAffinity', {
    preferredDuringSchedulingIgnoredDuringExecution: 'maps',
    requiredDuringSchedulingIgnoredDuringExecution: 'maps',
  } satisfies Fields<PodAffinity>),
  ...below('podAntiAffinity', {
    preferredDuringSchedulingIgnoredDuringExecution: 'maps',
    requiredDuringSchedulingIgnoredDuringExecution: 'maps',
  } satisfies Fields<Affinity['podAntiAffinity'] & object>),
};

const VOLUME_MOUNT = {
  mountPath: 'required',
  mountPropagation: 'text',
  name: 'required',
  readOnly: 'flag',
  recursiveReadOnly: 'text',
  subPath: 'text',
  subPathExpr: 'text',
} satisfies Fields<VolumeMount>;

const VOLUME: KnownKeys = {
  ...({
    awsElasticBlockStore: 'map',
    azureDisk: 'map',
    azureFile: 'map',
    cephfs: 'map',
    cinder: 'map',
    configMap: 'map',
    csi: 'map',
    downwardAPI: 'map',
    emptyDir: 'map',
    ephemeral: 'map',
    fc: 'map',
    flexVolume: 'map',
    flocker: 'map',
    gcePersistentDisk: 'map',
    gitRepo: 'map',
    glusterfs: 'map',
    hostPath: 'map',
    iscsi: 'map',
    name: 'required',
    nfs: 'map',
    persistentVolumeClaim: 'map',
    photonPersistentDisk: 'map',
    portworxVolume: 'map',
    projected: 'map',
    quobyte: 'map',
    rbd: 'map',
    scaleIO: 'map',
    secret: 'map',
    storageos: 'map',
    vsphereVolume: 'map',
  } satisfies Fields<Volume>),
  image: 'map',
};

const RESOURCES: KnownKeys = { claims: 'maps', limits: 'map', requests: 'map' } satisfies Fields<ResourceRequirements>;

const CONTAINER: KnownKeys = {
  ...({
    args: 'texts',
    command: 'texts',
    env: 'maps',
    envFrom: 'maps',
    image: 'text',
    imagePullPolicy: 'text',
    lifecycle: 'map',
    livenessProbe: 'map',
    name: 'required',
    ports: 'maps',
    readinessProbe: 'map',
    resizePolicy: 'maps',
    resources: 'map',
    restartPolicy: 'text',
    securityContext: 'map',
    startupProbe: 'map',
    stdin: 'flag',
    stdinOnce: 'flag',
    terminationMessagePath: 'text',
    terminationMessagePolicy: 'text',
    tty: 'flag',
    volumeDevices: 'maps',
    volumeMounts: 'maps',
    workingDir: 'text',
  } satisfies Fields<Container>),
  ...below('env[]', ENV),
  ...below('volumeMounts[]', VOLUME_MOUNT),
  ...below('resources', RESOURCES),
  ...below('livenessProbe', PROBE),
  ...below('readinessProbe', PROBE),
  ...below('startupProbe', PROBE),
};

/** The keys of values that are passed on, by the type that Kubernetes has for them. */
const SHAPES = {
  Affinity: AFFINITY,
  Container: CONTAINER,
  EnvVar: ENV,
  LifecycleHandler: { ...HANDLER, 'sleep.seconds': 'number' },
  LocalObjectReference: { name: 'required' },
  Probe: PROBE,
  ResourceRequirements: RESOURCES,
  Toleration: TOLERATION,
  Volume: VOLUME,
  VolumeMount: VOLUME_MOUNT,
} satisfies { readonly [type in K8sType]?: KnownKeys };

/** A key of a chart that holds that, and the keys below it. */
export function passedOn(key: string, type: keyof typeof SHAPES): KnownKeys {
  return { [key.replace(/\[\]$/, '')]: key.endsWith('[]') ? `${type}[]` : type, ...below(key, SHAPES[type]) };
}

function below(path: string, keys: KnownKeys): KnownKeys {
  return Object.fromEntries(Object.entries(keys).map(([key, type]) => [`${path}.${key}`, type]));
}
