import { ApiObject, type Chart } from 'cdk8s';
import { CliInstall, type ConnectOptions, type Engine } from '../../../src/index';
import { objects } from '../../engines';
import { BUILDCTL_COMMANDS, ClientPod, DAGGER_COMMANDS, type Commands } from '../client-pod';
import type { TestCluster } from '../cluster';
import { CLIENT_IMAGE, type EngineSuite, type TestEngine } from '../engines';
import { isReady } from '../../cluster/pods';
import type { Manifest } from '../../cluster/client';

/** Resources of engines on a small node. */
export const SMALL = { requests: { cpu: '50m', memory: '64Mi' } };

/**
 * Applies the objects in a chart, like `kubectl apply --namespace`. `change` changes each object first. Warnings from the
 * API server are errors.
 */
export async function apply(
  cluster: TestCluster,
  chart: Chart,
  change: (manifest: Manifest) => Manifest = (manifest) => manifest,
): Promise<void> {
  const manifests: Manifest[] = Object.values(objects(chart)).map(change);
  const { namespace } = chart;
  const warnings = await cluster.apply(
    accountsFirst(manifests).map((manifest) => ({ ...manifest, metadata: { namespace, ...manifest.metadata } })),
  );
  if (warnings.length > 0) {
    throw new Error(`the API server warns: ${warnings.join('; ')}`);
  }
}

/** Sorts objects for the API server, which rejects a pod whose service account doesn't exist yet. */
export function accountsFirst(manifests: readonly Manifest[]): Manifest[] {
  return [...manifests].sort((a, b) => Number(b.kind === 'ServiceAccount') - Number(a.kind === 'ServiceAccount'));
}

/** The start of an engine, until its probes report that it is ready. */
export interface Start {
  readonly seconds: number;
  readonly restarts: number;
  /** Warning events about the engine's pods. */
  readonly warnings: readonly string[];
}

/** Waits until all pods of an engine have the newest template and are Ready. */
export async function settled(cluster: TestCluster, engine: Engine, timeoutSeconds = 180): Promise<Start> {
  const started = Date.now();
  const workload = engine.workload.toJson();
  const { namespace } = workload.metadata;
  await cluster.until(
    async () => {
      const { metadata, spec, status } = await cluster.client.get(workload);
      const counts =
        workload.kind === 'DaemonSet'
          ? [status.currentNumberScheduled, status.numberReady, status.updatedNumberScheduled]
          : [status.replicas, status.readyReplicas, status.updatedReplicas];
      const wanted = workload.kind === 'DaemonSet' ? status.desiredNumberScheduled : spec.replicas;
      return (
        status.observedGeneration === metadata.generation && wanted > 0 && counts.every((count = 0) => count === wanted)
      );
    },
    `${workload.kind} ${engine.name} to be Ready`,
    timeoutSeconds,
  );
  const pods = await cluster.client.list('v1', 'Pod', { namespace });
  const restarts = pods
    .flatMap(({ status }) => [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  const events = await cluster.events(namespace);
  const warnings = events
    .filter(({ type, involvedObject }) => type === 'Warning' && involvedObject.name.startsWith(`${engine.name}-`))
    .map(({ reason, message }) => `${reason}: ${message}`);
  return { seconds: (Date.now() - started) / 1000, restarts, warnings };
}

/** Warning events that are normal during a start. */
const EXPECTED_WARNINGS = [
  // The scheduler waits for the claim of an ephemeral volume.
  /^FailedScheduling: .* waiting for ephemeral volume controller/,
  // cert-manager creates the Secrets of a CA and of a Certificate some seconds after the Issuer and the pod.
  /^Err(GetKeyPair|InitIssuer): .* not found$/,
  /^FailedMount: .* secret ".*" not found$/,
  // The startup probe fails until the engine listens, which takes some time on a busy machine.
  /^Unhealthy: Startup probe failed/,
  // An engine without a startup probe isn't ready until it listens.
  /^Unhealthy: Readiness probe failed: [Ee]rror: dial unix \S+: connect: no such file or directory/,
  // The TLS sidecar starts before the engine, but isn't ready until the engine listens.
  /^Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503/,
];

/** Waits until an engine is ready. Expects no restarts, and only normal warnings. */
export async function expectReady(cluster: TestCluster, engine: Engine): Promise<void> {
  const { seconds, restarts, warnings } = await settled(cluster, engine);
  seen(
    `${engine.workload.kind} ${engine.name}: Ready after ${seconds.toFixed(0)} s, ${restarts} restarts, warnings: ${warnings.join('; ') || 'none'}`,
  );
  expect(restarts).toBe(0);
  expect(warnings.filter((warning) => !isNormal(warning))).toEqual([]);
}

/** Whether a warning event is normal during a start. */
export function isNormal(warning: string): boolean {
  return EXPECTED_WARNINGS.some((expected) => expected.test(warning));
}

/** The label of a node that contains its name. */
export const HOSTNAME = 'kubernetes.io/hostname';

export interface ClientOptions extends ConnectOptions {
  /** The security context of the pod. @default - the image's user and group, 65532 */
  readonly securityContext?: object;
  readonly serviceAccountName?: string;
  /** The security context of the container. @default - none */
  readonly containerSecurityContext?: object;
  /** The node of the pod. @default - any */
  readonly node?: string;
}

/** Adds an idle pod, which tests run commands in, and connects it to an engine. */
export function clientPod(chart: Chart, name: string, engine: Engine, options: ClientOptions = {}): void {
  const { containerSecurityContext, node, securityContext, serviceAccountName, ...connectOptions } = options;
  const pod = new ApiObject(chart, name, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 0,
      ...(securityContext && { securityContext }),
      ...(serviceAccountName && { serviceAccountName }),
      ...(node && { nodeSelector: { [HOSTNAME]: node } }),
      containers: [
        {
          name: 'client',
          image: CLIENT_IMAGE,
          ...(containerSecurityContext && { securityContext: containerSecurityContext }),
        },
      ],
    },
  });
  engine.connect(pod, { ...connectOptions, cli: CliInstall.fromEngineImage() });
}

export interface PlainPodOptions {
  readonly labels?: { readonly [key: string]: string };
  readonly runnerHost: string;
}

/** Adds a pod with the address of an engine, but without connecting the pod through the library. */
export function plainPod(chart: Chart, name: string, { labels, runnerHost }: PlainPodOptions): void {
  new ApiObject(chart, name, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'client',
          image: CLIENT_IMAGE,
          env: [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: runnerHost }],
        },
      ],
    },
  });
}

/** Returns the commands for the clients of an engine. */
export function commandsOf({ archive }: TestEngine): Commands {
  return archive === undefined ? BUILDCTL_COMMANDS : DAGGER_COMMANDS;
}

/** Waits for a pod that `clientPod` added. */
export async function runningClient(
  { cluster, engine }: Pick<EngineSuite, 'cluster' | 'engine'>,
  namespace: string,
  name: string,
): Promise<ClientPod> {
  const ref = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } };
  await cluster().until(async () => isReady(await cluster().client.get(ref)), `${name} to run`, 120);
  return new ClientPod(cluster(), { namespace, pod: name, container: 'client' }, commandsOf(engine));
}

/** Logs the observations of a scenario. */
export function seen(text: string): void {
  process.stderr.write(`    seen: ${text}\n`);
}

/** Returns the last error that a client reported. */
export function lastError(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /error|shutting down|reset|EOF|closed|killed/i.test(line));
  return lines[lines.length - 1]?.trim().slice(0, 160) ?? 'no message';
}
