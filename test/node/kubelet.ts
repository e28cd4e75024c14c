import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTAINERD_SOCKET } from './containerd';
import { DNS_ADDRESS } from './coredns';

interface NodeOptions {
  /** The folder of configuration files. */
  readonly directory: string;
  readonly kubeconfig: string;
  readonly address: string;
  readonly name: string;
}

interface KubeletOptions extends NodeOptions {
  /** The parent of the pods' cgroups. */
  readonly cgroup: string;
}

/** Writes the configuration of the kubelet, and returns its arguments. */
export function kubeletArgs({ directory, kubeconfig, address, name, cgroup }: KubeletOptions): string[] {
  const config = join(directory, 'kubelet.json');
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      address,
      // Only the API server and the pods can reach this network.
      authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
      authorization: { mode: 'AlwaysAllow' },
      containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
      cgroupDriver: 'cgroupfs',
      cgroupRoot: cgroup,
      failCgroupV1: false,
      failSwapOn: false,
      makeIPTablesUtilChains: false,
      clusterDNS: [DNS_ADDRESS],
      clusterDomain: 'cluster.local',
      // The pods don't use name servers outside the cluster.
      resolvConf: '',
      // The machine may have less than 15 % free space, which is the default threshold.
      evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1Gi', 'imagefs.available': '1Gi' },
      imageGCHighThresholdPercent: 100,
    }),
  );
  return [
    `--config=${config}`,
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${name}`,
    `--node-ip=${address}`,
    '-v=1',
  ];
}

/** Writes the configuration of kube-proxy, and returns its arguments. */
export function kubeProxyArgs({ directory, kubeconfig, address, name }: NodeOptions): string[] {
  const config = join(directory, 'kube-proxy.json');
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      // In iptables mode, kube-router would delete kube-proxy's rules, because it replaces the whole filter table.
      mode: 'nftables',
      bindAddress: address,
      healthzBindAddress: '127.0.0.1:10256',
      metricsBindAddress: '127.0.0.1:10249',
      hostnameOverride: name,
      clientConnection: { kubeconfig },
      // Keeps the kernel's limits for connection tracking.
      conntrack: { maxPerCore: 0, min: 0 },
    }),
  );
  return [`--config=${config}`];
}
