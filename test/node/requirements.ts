import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { kubernetesVersions, missingTools, REAL_NODE } from '../cluster/programs';
import { missingDebian } from './images/debian';

/** Debian and Ubuntu packages, keyed by the program that they provide. */
const PACKAGES = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  ip: 'iproute2',
  runc: 'runc',
  iptables: 'iptables',
  nft: 'nftables',
  ipset: 'ipset',
};

/** Returns everything that this machine lacks, or undefined if it meets all requirements. */
export function missing(): string | undefined {
  const isLocal = process.env.KUBECONFIG === undefined;
  const absent = isLocal ? missingForLocalNode() : missingForKubeconfig();
  const forCluster = absent.join(', ') + (isLocal && absent.length > 0 ? ', or a cluster in KUBECONFIG' : '');
  // The test images contain programs from Debian packages.
  return joined(forCluster, missingDebian());
}

/** Returns the requirement of a test, after everything that this machine lacks. */
export function missingAnd(needed: string): string {
  return joined(missing(), needed)!;
}

function joined(...parts: readonly (string | undefined)[]): string | undefined {
  return parts.filter(Boolean).join('; ') || undefined;
}

function missingForLocalNode(): string[] {
  const isLinux = process.platform === 'linux';
  const programs = Object.entries(PACKAGES).filter(([program]) => isLinux && !runs(program));
  const [version] = kubernetesVersions().slice(-1);
  // Only Go can build containerd and others.
  const tools = runs('go') ? missingTools(version, REAL_NODE) : 'Go';
  return [
    ...(isLinux ? [] : [`Linux (this is ${process.platform})`]),
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...(isLinux && !existsSync('/sys/fs/cgroup/memory') ? ['the controllers of cgroup v1'] : []),
    ...programs.map(([program, name]) => `${program} (apt-get install ${name})`),
    ...(tools === undefined ? [] : [tools]),
  ];
}

function missingForKubeconfig(): string[] {
  return [
    ...(runs('kubectl') ? [] : ['kubectl']),
    ...(process.env.IMPORT_IMAGE === undefined
      ? [
          'IMPORT_IMAGE, a command that makes the OCI archive in its last argument known to the nodes of KUBECONFIG, such as "kind load image-archive"',
        ]
      : []),
  ];
}

function runs(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
