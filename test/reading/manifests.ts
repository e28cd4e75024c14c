/** Any object in a manifest. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** The parts of a workload that tests change. */
export interface Parts {
  readonly workload: any;
  readonly pod: any;
  readonly container: any;
}

const PATHS: { readonly [kind: string]: readonly string[] } = {
  Pod: [],
  DaemonSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const GROUPS: { readonly [kind: string]: string } = { Pod: 'v1', Job: 'batch/v1', CronJob: 'batch/v1' };

/** Returns an engine as an expert would write it by hand. Without changes, it has no findings. */
export function engine(change: (parts: Parts) => void = () => undefined, kind = 'DaemonSet'): KubernetesObject {
  const container = {
    name: 'dagger-engine',
    image: 'registry.dagger.io/engine:v0.21.7',
    resources: { requests: { cpu: '4', memory: '16Gi' } },
    securityContext: { privileged: true },
    readinessProbe: { exec: { command: ['buildctl', 'debug', 'workers'] } },
    volumeMounts: [
      { name: 'cache', mountPath: '/var/lib/dagger' },
      { name: 'socket', mountPath: '/run/dagger' },
    ],
  };
  const pod = {
    metadata: { labels: { app: 'engine' } },
    spec: {
      automountServiceAccountToken: false,
      ...(['CronJob', 'Job'].includes(kind) && { restartPolicy: 'Never' }),
      terminationGracePeriodSeconds: 600,
      containers: [container],
      volumes: [
        {
          name: 'cache',
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '200Gi' } } },
            },
          },
        },
        { name: 'socket', hostPath: { path: '/run/dagger-engine' } },
      ],
    },
  };
  const meta = { apiVersion: GROUPS[kind] ?? 'apps/v1', kind, metadata: { name: 'engine', namespace: 'ci' } };
  const around = (path: readonly string[]): any => (path.length === 0 ? pod : { [path[0]!]: around(path.slice(1)) });
  const workload =
    kind === 'Pod'
      ? { ...meta, ...pod, metadata: { ...meta.metadata, ...pod.metadata } }
      : { ...meta, ...around(PATHS[kind]!) };
  if (GROUPS[kind] === undefined) {
    workload.spec.selector = { matchLabels: { app: 'engine' } };
  }
  change({ workload, pod: workload.kind === 'Pod' ? workload : pod, container });
  return workload;
}

/** Returns another object in the engine's namespace. */
export function beside(kind: string, apiVersion: string, name: string, rest: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace: 'ci' }, ...rest };
}

/** Returns a ConfigMap with the engine's files. `configured` mounts the files in the engine's pod. */
export function configMap(data: { readonly [file: string]: string }): KubernetesObject {
  return beside('ConfigMap', 'v1', 'engine-config', { data });
}

export function configured({ pod, container }: Parts, ...files: readonly string[]): void {
  pod.spec.volumes.push({ name: 'config', configMap: { name: 'engine-config' } });
  container.volumeMounts.push(
    ...files.map((file) => ({ name: 'config', mountPath: `/etc/dagger/${file}`, subPath: file })),
  );
}

/** Returns a Service that selects the engine's pods. */
export function service(port: number, rest: object = {}): KubernetesObject {
  return beside('Service', 'v1', 'engine', { spec: { selector: { app: 'engine' }, ports: [{ port }], ...rest } });
}

/** Returns a network policy that by default allows only clients to reach the engine's pods. */
export function policy(
  ingress: readonly object[] = [{ from: [{ podSelector: { matchLabels: { app: 'runner' } } }] }],
): KubernetesObject {
  return beside('NetworkPolicy', 'networking.k8s.io/v1', 'engine', {
    spec: { podSelector: { matchLabels: { app: 'engine' } }, policyTypes: ['Ingress'], ingress },
  });
}
