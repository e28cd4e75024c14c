import type { CronJob } from 'kubernetes-types/batch/v1';
import type { ServiceAccount, Toleration } from 'kubernetes-types/core/v1';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import type { Role, RoleBinding } from 'kubernetes-types/rbac/v1';

/** The facts that the objects of the job depend on. */
export interface SnapshotJob {
  /** The name of the objects. */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly seed: string;
  /** The name of the StatefulSet. */
  readonly engine: string;
  readonly podName: string;
  readonly script: string;
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  readonly schedule: string;
  readonly timeZone: string;
  /** The maximum time of a job in seconds. */
  readonly seconds: number;
  readonly nodeSelector: { readonly [key: string]: string } | undefined;
  readonly tolerations: readonly Toleration[] | undefined;
  readonly priorityClassName: string | undefined;
  readonly podLabels: { readonly [key: string]: string } | undefined;
  /** Whether the pod sets its user. */
  readonly setsUser: boolean;
}

/** The objects of the job. */
export interface SnapshotObjects {
  readonly account: ServiceAccount;
  readonly role: Role;
  readonly binding: RoleBinding;
  readonly cronJob: CronJob;
}

/**
 * Returns the labels of the job's objects and pods. With the labels of the engine, the pods would be part of its Service
 * and its StatefulSet.
 */
export function jobLabels(seed: string): { readonly [key: string]: string } {
  return { 'app.kubernetes.io/name': 'dagger-cache-seed', 'app.kubernetes.io/instance': seed };
}

/** Renders the CronJob that takes the snapshots, and its permissions. */
export function snapshotObjects(job: SnapshotJob): SnapshotObjects {
  const { engine, name, namespace, podName, seed } = job;
  const labels = jobLabels(seed);
  const metadata: ObjectMeta = { name, labels };
  return {
    account: { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    role: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: [engine], verbs: ['get'] },
        { apiGroups: ['apps'], resources: ['statefulsets/scale'], resourceNames: [engine], verbs: ['get', 'patch'] },
        { apiGroups: [''], resources: ['pods'], resourceNames: [podName], verbs: ['get', 'list', 'watch'] },
        // Kubernetes can't restrict lists and creations by name. The names of old snapshots contain their time.
        { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['list'] },
        {
          apiGroups: ['snapshot.storage.k8s.io'],
          resources: ['volumesnapshots'],
          verbs: ['create', 'delete', 'get', 'list'],
        },
      ],
    },
    binding: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, ...(namespace !== undefined && { namespace }) }],
    },
    cronJob: cronJob(job, metadata, labels),
  };
}

function cronJob(job: SnapshotJob, metadata: ObjectMeta, labels: { readonly [key: string]: string }): CronJob {
  const { image, imagePullSecrets, name, podLabels, priorityClassName, schedule, script, timeZone } = job;
  const { nodeSelector, tolerations } = job;
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: {
      schedule,
      timeZone,
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels },
        spec: {
          // A retry would stop the engine again. A pod that was evicted is replaced, and starts the engine again.
          backoffLimit: 0,
          podFailurePolicy: {
            rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
          },
          activeDeadlineSeconds: job.seconds,
          template: {
            metadata: { labels: { ...podLabels, ...labels } },
            spec: {
              serviceAccountName: name,
              restartPolicy: 'Never',
              terminationGracePeriodSeconds: 60,
              ...(imagePullSecrets.length > 0 && {
                imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })),
              }),
              ...(priorityClassName !== undefined && { priorityClassName }),
              ...(nodeSelector !== undefined && { nodeSelector }),
              ...(tolerations !== undefined && { tolerations: [...tolerations] }),
              securityContext: {
                runAsNonRoot: true,
                ...(job.setsUser && { runAsUser: 65534, runAsGroup: 65534 }),
                seccompProfile: { type: 'RuntimeDefault' },
              },
              containers: [
                {
                  name: 'snapshot',
                  image,
                  command: ['sh', '-uc', script],
                  // kubectl caches the API's discovery documents.
                  env: [{ name: 'HOME', value: '/tmp' }],
                  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ['ALL'] },
                    readOnlyRootFilesystem: true,
                  },
                  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
                },
              ],
              volumes: [{ name: 'tmp', emptyDir: {} }],
            },
          },
        },
      },
    },
  };
}
