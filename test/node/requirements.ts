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

/** Returns the first requirements that this machine doesn't meet, or undefined if it meets all of them. */
export function missing(): string | undefined {
  const forCluster = process.env.KUBECONFIG === undefined ? missingForLocalNode() : missingForKubeconfig();
  // The test images contain programs from Debian packages.
  return forCluster ?? missingDebian();
}

function missingForLocalNode(): string | undefined {
  if (process.platform !== 'linux') {
    return `Linux, or a cluster in KUBECONFIG; this is ${process.platform}`;
  }
  if (process.getuid!() !== 0) {
    return 'root, or a cluster in KUBECONFIG';
  }
  if (!existsSync('/sys/fs/cgroup/memory')) {
    return 'the controllers of cgroup v1, or a cluster in KUBECONFIG';
  }
  const absent = Object.entries(PACKAGES).filter(([program]) => !runs(program));
  if (absent.length > 0) {
    return absent.map(([program, name]) => `${program} (apt-get install ${name})`).join(', ');
  }
  const [version] = kubernetesVersions().slice(-1);
  return missingTools(version, REAL_NODE) ?? (runs('go') ? undefined : 'Go');
}

function missingForKubeconfig(): string | undefined {
  if (!runs('kubectl')) {
    return 'kubectl';
  }
  return process.env.IMPORT_IMAGE === undefined
    ? 'IMPORT_IMAGE, a command that makes the OCI archive in its last argument known to the nodes of KUBECONFIG, such as "kind load image-archive"'
    : undefined;
}

function runs(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
