import type { Field } from './field';

/** Says of a field what it isn't. */
type Wrong = (field: Field, allowed: string) => void;

/** What a field has to be. Nothing at all is fine: what has to be there is named by what it is in. */
type Form = (field: Field, wrong: Wrong) => void;

function scalar(allowed: string, is: (value: unknown) => boolean): Form {
  return (field, wrong) => (is(field.value) ? undefined : wrong(field, allowed));
}

const text = scalar('a text', (value) => typeof value === 'string');
const number = scalar('a whole number', Number.isInteger);
const count = scalar('a whole number of at least 0', (value) => Number.isInteger(value) && (value as number) >= 0);
const flag = scalar('true or false', (value) => typeof value === 'boolean');
const textOrNumber = scalar('a text or a number', (value) => typeof value === 'string' || typeof value === 'number');

/** A map of which the library reads nothing. */
const map: Form = (field, wrong) => (field.map === undefined ? wrong(field, 'a map') : undefined);

function mapOf(form: Form): Form {
  return (field, wrong) => {
    map(field, wrong);
    field.entries.filter(([, inner]) => inner.exists).forEach(([, inner]) => form(inner, wrong));
  };
}

function listOf(form: Form): Form {
  return (field, wrong) => {
    if (!Array.isArray(field.value)) {
      wrong(field, 'a list');
    }
    field.items.forEach((item) => form(item, wrong));
  };
}

/** A map with these fields, and with others that are not looked at. */
function fields(forms: { readonly [field: string]: Form }, required: readonly string[] = []): Form {
  return (field, wrong) => {
    map(field, wrong);
    for (const [name, form] of Object.entries(forms)) {
      const inner = field.at(name);
      if (inner.exists) {
        form(inner, wrong);
      } else if (field.map !== undefined && required.includes(name)) {
        wrong(inner, 'something: it is missing');
      }
    }
  };
}

const handler = { exec: fields({ command: listOf(text) }), httpGet: fields({ port: textOrNumber }), tcpSocket: fields({ port: textOrNumber }), grpc: fields({ port: number }) };

const probe = fields({
  ...handler,
  failureThreshold: number, initialDelaySeconds: number, periodSeconds: number, successThreshold: number, terminationGracePeriodSeconds: number, timeoutSeconds: number,
});

const container = fields({
  name: text,
  image: text,
  imagePullPolicy: text,
  command: listOf(text),
  args: listOf(text),
  env: listOf(fields({ name: text, value: text, valueFrom: map }, ['name'])),
  envFrom: listOf(fields({ prefix: text, configMapRef: fields({ name: text }), secretRef: fields({ name: text }) })),
  ports: listOf(fields({ name: text, containerPort: number, hostPort: number, protocol: text }, ['containerPort'])),
  resources: fields({ limits: mapOf(textOrNumber), requests: mapOf(textOrNumber) }),
  securityContext: fields({ allowPrivilegeEscalation: flag, privileged: flag, runAsNonRoot: flag, runAsUser: number }),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: fields({ postStart: fields(handler), preStop: fields(handler) }),
  restartPolicy: text,
  volumeMounts: listOf(fields({ name: text, mountPath: text, subPath: text, subPathExpr: text, readOnly: flag }, ['name', 'mountPath'])),
}, ['name']);

const volume = fields({
  name: text,
  configMap: fields({ name: text, items: listOf(fields({ key: text, path: text }, ['key', 'path'])) }),
  emptyDir: fields({ medium: text, sizeLimit: textOrNumber }),
  hostPath: fields({ path: text, type: text }, ['path']),
  nfs: fields({ server: text, path: text }, ['server', 'path']),
  persistentVolumeClaim: fields({ claimName: text }, ['claimName']),
  projected: fields({ sources: listOf(map) }),
}, ['name']);

const spec = fields({
  automountServiceAccountToken: flag,
  containers: listOf(container),
  initContainers: listOf(container),
  dnsConfig: fields({ nameservers: listOf(text) }),
  dnsPolicy: text,
  hostAliases: listOf(map),
  hostNetwork: flag,
  imagePullSecrets: listOf(fields({ name: text })),
  nodeSelector: mapOf(text),
  affinity: map,
  priorityClassName: text,
  runtimeClassName: text,
  schedulerName: text,
  securityContext: fields({ runAsNonRoot: flag, runAsUser: number }),
  serviceAccountName: text,
  shareProcessNamespace: flag,
  terminationGracePeriodSeconds: count,
  tolerations: listOf(fields({ key: text, operator: text, value: text, effect: text, tolerationSeconds: number })),
  topologySpreadConstraints: listOf(map),
  volumes: listOf(volume),
}, ['containers']);

const POD = fields({ metadata: fields({ labels: mapOf(text), annotations: mapOf(text) }), spec }, ['spec']);

const WORKLOAD = fields({
  replicas: count,
  selector: fields({ matchLabels: mapOf(text) }),
  strategy: fields({ type: text }),
  progressDeadlineSeconds: count,
  volumeClaimTemplates: listOf(fields({ metadata: fields({ name: text }, ['name']), spec: map }, ['metadata'])),
});

/**
 * What of a workload is of another type than the API server reads, so that it refuses the whole of it: as far as that is read
 * here, nothing of what is said after this needs to ask for types.
 */
export function wrongTypes(workload: Field, pod: Field): Array<{ readonly field: Field; readonly allowed: string }> {
  const found: Array<{ field: Field; allowed: string }> = [];
  const wrong: Wrong = (field, allowed) => found.push({ field, allowed });
  if (workload.at('spec').exists) {
    WORKLOAD(workload.at('spec'), wrong);
  }
  POD(pod, wrong);
  return found;
}
