import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Arguments and files for the components of a control plane. `directory` contains the files. */

export function etcdArgs(directory: string, port: number, peerPort: number): string[] {
  const url = `http://127.0.0.1:${port}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${join(directory, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
  ];
}

export interface ApiServer {
  readonly directory: string;
  readonly etcdPort: number;
  readonly port: number;
  /** The token of an administrator. */
  readonly token: string;
  readonly serviceAccountKey: string;
}

/** The arguments of kube-apiserver, without the addresses that it listens on. */
export function apiServerArgs({ directory, etcdPort, port, token, serviceAccountKey }: ApiServer): string[] {
  const tokens = join(directory, 'tokens.csv');
  writeFileSync(tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--cert-dir=${directory}`,
    `--secure-port=${port}`,
    // Some programs request dual-stack Services.
    '--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112',
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    // kubeadm and all cloud providers set this. The default admission plugins include Pod Security.
    '--allow-privileged=true',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${serviceAccountKey}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    // The tests are the only client, so they need no rate limit.
    '--enable-priority-and-fairness=false',
    '--profiling=false',
  ];
}

export interface ControllerManager {
  readonly kubeconfig: string;
  /** The certificate of the API server. */
  readonly certificate: string;
  readonly serviceAccountKey: string;
  /** The age in seconds at which a node's lease counts as lost. */
  readonly nodeGraceSeconds: number;
}

export function controllerManagerArgs(options: ControllerManager): string[] {
  return [
    `--kubeconfig=${options.kubeconfig}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
    `--node-monitor-grace-period=${options.nodeGraceSeconds}s`,
    `--root-ca-file=${options.certificate}`,
    `--service-account-private-key-file=${options.serviceAccountKey}`,
    // The default of 15 s would make tests slow.
    '--horizontal-pod-autoscaler-sync-period=1s',
    // With 1000 nodes, the default log level is too verbose.
    '-v=0',
  ];
}

export function schedulerArgs(directory: string, kubeconfig: string): string[] {
  const config = join(directory, 'scheduler.json');
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      clientConnection: { kubeconfig, qps: 1000, burst: 2000 },
      leaderElection: { leaderElect: false },
    }),
  );
  return [`--config=${config}`, '--secure-port=0'];
}

/** Writes the key that signs the tokens of service accounts, and returns its path. */
export function writeServiceAccountKey(directory: string): string {
  const path = join(directory, 'service-account.key');
  writeFileSync(
    path,
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }),
    { mode: 0o600 },
  );
  return path;
}

/** Writes the kubeconfig of the administrator, and returns its path. */
export function writeKubeconfig(directory: string, server: string, certificate: string, token: string): string {
  const path = join(directory, 'kubeconfig.json');
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server, 'certificate-authority': certificate } }],
      users: [{ name: 'admin', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
      'current-context': 'test',
    }),
    { mode: 0o600 },
  );
  return path;
}
