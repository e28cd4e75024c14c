import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Processes } from '../processes';
import { Client } from './client';
import {
  apiServerArgs,
  controllerManagerArgs,
  etcdArgs,
  schedulerArgs,
  writeKubeconfig,
  writeServiceAccountKey,
} from './components';
import { program, requiredFolder } from './programs';

/**
 * The age in seconds at which a node's lease counts as lost. It is longer than any test. kwok renews each lease at a
 * quarter of this age. With the default of 40 s, renewing the leases of 1000 nodes would keep two cores busy.
 */
const NODE_GRACE_SECONDS = 3600;

export interface ControlPlaneOptions {
  /** One of `kubernetesVersions()`. */
  readonly version: string;
  /** Whether to run kube-controller-manager, which creates pods and binds claims. @default false */
  readonly controllerManager?: boolean;
  /** Whether to run kube-scheduler, which assigns pods to nodes. @default false */
  readonly scheduler?: boolean;
  /**
   * Whether to simulate the kubelet of every node: nodes become Ready, their pods Running, and deleted pods disappear.
   *
   * @default false
   */
  readonly kwok?: boolean;
}

/**
 * The annotation with the time until a scheduled pod is ready, such as `1s`. By default, kwok makes the pod ready
 * immediately.
 */
export const READY_AFTER = 'test/ready-after';

/**
 * The annotation with the time until a deleted pod is gone, such as `1s`. It simulates the shutdown of an engine. By
 * default, the pod is gone immediately.
 */
export const GONE_AFTER = 'test/gone-after';

/**
 * The value of `GONE_AFTER` for a pod that never stops on its own, so that the kubelet kills it at the end of its grace
 * period. A pod that is already stopping can get another value.
 */
export const WHEN_KILLED = 'when killed';

/** A running control plane on 127.0.0.1. */
export class ControlPlane {
  public readonly url: string;
  public readonly version: string;
  /** A client with the group `system:masters`. */
  public readonly client: Client;

  private constructor(
    version: string,
    url: string,
    client: Client,
    /** The path of the administrator's kubeconfig. */
    public readonly kubeconfig: string,
    private readonly processes: Processes,
  ) {
    this.version = version;
    this.url = url;
    this.client = client;
    processes.beforeStop(() => client.close());
  }

  public static async start({
    version,
    controllerManager = false,
    scheduler = false,
    kwok = false,
  }: ControlPlaneOptions): Promise<ControlPlane> {
    const processes = new Processes(`kubernetes-${version}`);
    try {
      const [etcdPort, peerPort, port] = await freePorts(3);
      const url = `https://127.0.0.1:${port}`;
      const token = randomUUID();
      const serviceAccountKey = writeServiceAccountKey(processes.directory);
      processes.start('etcd', program(version, 'etcd'), etcdArgs(processes.directory, etcdPort, peerPort));
      processes.start('kube-apiserver', program(version, 'kube-apiserver'), [
        ...apiServerArgs({ directory: processes.directory, etcdPort, port, token, serviceAccountKey }),
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        // No pod uses the Service `kubernetes`, and a loopback address isn't a valid endpoint.
        '--endpoint-reconciler-type=none',
        // Without the controllers, no namespace has the service account that this plugin requires.
        ...(controllerManager ? [] : ['--disable-admission-plugins=ServiceAccount']),
      ]);

      // kube-apiserver generates a self-signed certificate for 127.0.0.1. The client trusts only this certificate.
      const certificate = join(processes.directory, 'apiserver.crt');
      await processes.until(
        () => existsSync(certificate) && readFileSync(certificate, 'utf8').includes('-----END CERTIFICATE-----'),
        'kube-apiserver to write its certificate',
      );
      const client = new Client({ url, token, ca: readFileSync(certificate, 'utf8') });
      const kubeconfig = writeKubeconfig(processes.directory, url, certificate, token);
      const controlPlane = new ControlPlane(version, url, client, kubeconfig, processes);
      await controlPlane.until(() => client.isReady(), 'kube-apiserver to be ready');

      if (controllerManager) {
        processes.start(
          'kube-controller-manager',
          program(version, 'kube-controller-manager'),
          controllerManagerArgs({
            kubeconfig,
            certificate,
            serviceAccountKey,
            nodeGraceSeconds: NODE_GRACE_SECONDS,
          }),
        );
      }
      if (scheduler) {
        processes.start(
          'kube-scheduler',
          program(version, 'kube-scheduler'),
          schedulerArgs(processes.directory, kubeconfig),
        );
      }
      if (kwok) {
        processes.start('kwok', program(version, 'kwok'), kwokArgs(processes.directory, kubeconfig));
      }
      if (controllerManager) {
        const account = {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default', namespace: 'default' },
        };
        await controlPlane.until(() => client.get(account), 'kube-controller-manager to make service accounts');
      }
      return controlPlane;
    } catch (error) {
      await processes.stop();
      throw error;
    }
  }

  /**
   * Calls `probe` repeatedly until it returns a truthy value, and returns this value. Throws after the timeout, or if a
   * component of the control plane has exited.
   */
  public until<T>(probe: () => T | Promise<T>, what: string, timeoutMs = 60_000): Promise<NonNullable<T>> {
    return this.processes.until(probe, what, timeoutMs);
  }

  /** The last lines that each process logged. */
  public get logs(): string {
    return this.processes.logs;
  }

  /** The ids of the control plane's processes. */
  public get pids(): number[] {
    return this.processes.pids;
  }

  /** Starts another program, which ends with the control plane. */
  public run(name: string, path: string, args: readonly string[]): void {
    this.processes.start(name, path, args);
  }

  /** The directory with the control plane's files. It is deleted when the control plane stops. */
  public get directory(): string {
    return this.processes.directory;
  }

  /** Registers a function to call before the control plane stops. Functions are called in reverse order. */
  public beforeStop(ending: () => void | Promise<void>): void {
    this.processes.beforeStop(ending);
  }

  /** Stops the control plane, and then throws the errors of the registered functions. */
  public stop(): Promise<void> {
    return this.processes.stop();
  }
}

function kwokArgs(directory: string, kubeconfig: string): string[] {
  const folder = join(requiredFolder('kwok', 'sigs.k8s.io/kwok'), 'kustomize', 'stage');
  const stages = [
    'node/fast/node-initialize',
    'node/heartbeat-with-lease/node-heartbeat-with-lease',
    'pod/fast/pod-complete',
  ].map((stage) => join(folder, `${stage}.yaml`));
  // The pod stages from kwok's tests, with delays as in kwok's demonstration stages.
  const annotation = (name: string): string => `.metadata.annotations[${JSON.stringify(name)}]`;
  const goneAfter = annotation(GONE_AFTER);
  const delays = {
    'pod-ready': annotation(READY_AFTER),
    'pod-delete': `if ${goneAfter} == "${WHEN_KILLED}" then .metadata.deletionTimestamp else ${goneAfter} end`,
  };
  const delayed = Object.entries(delays).map(([stage, expressionFrom]) => {
    const { spec, ...rest } = parse(readFileSync(join(folder, 'pod', 'fast', `${stage}.yaml`), 'utf8'));
    const path = join(directory, `${stage}.json`);
    writeFileSync(
      path,
      JSON.stringify({
        ...rest,
        spec: { ...spec, delay: { durationFrom: { expressionFrom } } },
      }),
    );
    return path;
  });
  return [
    `--kubeconfig=${kubeconfig}`,
    '--manage-all-nodes',
    `--node-lease-duration-seconds=${NODE_GRACE_SECONDS}`,
    '-v=WARN',
    ...[...stages, ...delayed].map((path) => `--config=${path}`),
  ];
}

/** Returns distinct ports that are currently free. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
