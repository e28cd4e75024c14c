import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goProgram, moduleProgram, MODULES } from '../go-program';

const PACKAGES = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  kubelet: 'k8s.io/kubernetes/cmd/kubelet',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
  karpenter: '.',
  'csi-driver': '.',
  'csi-provisioner': 'github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner',
  'csi-snapshotter': 'github.com/kubernetes-csi/external-snapshotter/v8/cmd/csi-snapshotter',
  'snapshot-controller': 'github.com/kubernetes-csi/external-snapshotter/v8/cmd/snapshot-controller',
};

/** The modules in conformance/ of programs that are built again when the code of the module changes. */
const OTHER_MODULES: { readonly [program: string]: string | undefined } = {
  karpenter: 'karpenter',
  'csi-driver': 'csi',
  'csi-provisioner': 'csi',
  'csi-snapshotter': 'csi',
  'snapshot-controller': 'csi',
};

export type Program = keyof typeof PACKAGES;

/** A requirement of a test: a program, or `definitions` for custom resource definitions. */
export type Tool = Program | 'definitions';

/** The programs that serve the API. */
export const API_SERVER: readonly Program[] = ['etcd', 'kube-apiserver'];

/** The programs that run workloads on simulated nodes. */
export const CONTROL_PLANE: readonly Program[] = [...API_SERVER, 'kube-controller-manager', 'kube-scheduler', 'kwok'];

/** The programs that run workloads on a real node. Only the module of the newest minor version contains all of them. */
export const REAL_NODE: readonly Program[] = [
  ...API_SERVER,
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
];

/**
 * Returns the Kubernetes minor versions to test, oldest first: the version of the programs in `KUBEBUILDER_ASSETS` if
 * it is set, otherwise every version with a module in conformance/. `KUBERNETES` selects one of them.
 */
export function kubernetesVersions(): string[] {
  const versions = process.env.KUBEBUILDER_ASSETS === undefined ? modules() : [assetsVersion()];
  const chosen = process.env.KUBERNETES;
  if (chosen !== undefined && !versions.includes(chosen)) {
    throw new Error(`KUBERNETES: got ${chosen}; allowed: ${versions.join(', ')}`);
  }
  return chosen === undefined ? versions : [chosen];
}

/** Returns the tools for a minor version that are missing on this machine, or undefined if there are none. */
export function missingTools(version: string, tools: readonly Tool[]): string | undefined {
  const absent = tools.filter((tool) =>
    tool === 'definitions' ? process.env.CRDS_DIR === undefined : !inAssets(tool),
  );
  const unbuildable = absent.filter((tool) => tool !== 'definitions' && !isBuildable(version, tool));
  if (unbuildable.length > 0) {
    return `${unbuildable.join(', ')} in KUBEBUILDER_ASSETS`;
  }
  if (absent.length === 0 || spawnSync('go', ['version']).status === 0) {
    return undefined;
  }
  return `Go, or ${absent.map((tool) => (tool === 'definitions' ? 'CRDS_DIR' : `${tool} in KUBEBUILDER_ASSETS`)).join(', ')}`;
}

/** Returns the path of a program in `KUBEBUILDER_ASSETS`, or else builds the program once into the user's cache. */
export function program(version: string, name: Program): string {
  if (inAssets(name)) {
    return join(process.env.KUBEBUILDER_ASSETS!, name);
  }
  const other = OTHER_MODULES[name];
  if (other !== undefined) {
    return moduleProgram(other, PACKAGES[name], name);
  }
  const folder = moduleOf(version, name);
  const release = required(folder, name === 'kwok' ? 'sigs.k8s.io/kwok' : 'k8s.io/kubernetes');
  return goProgram({
    path: join(`${name === 'kwok' ? 'kwok' : 'kubernetes'}-${release}`, name),
    folder,
    package: PACKAGES[name],
    // `providerless` omits the cloud SDKs from the Kubernetes versions that still contain them.
    args: ['-tags=providerless', `-ldflags=-s -w ${identity(release)}`],
  });
}

/** Returns the folder of a module's release in the module cache, which contains the files of its repository. */
export function moduleFolder(module: string, release: string): string {
  const download = spawnSync('go', ['mod', 'download', '-json', `${module}@${release}`], { encoding: 'utf8' });
  if (download.status !== 0) {
    throw new Error(`${module} ${release} can't be downloaded: ${download.stdout}${download.stderr}`);
  }
  return JSON.parse(download.stdout).Dir;
}

/** Returns the folder of a module's release, which a module in conformance/ requires. */
export function requiredFolder(conformance: string, module: string): string {
  return moduleFolder(module, required(join(MODULES, conformance), module));
}

/** The version that a server reports. It determines the feature gate defaults (hack/lib/version.sh@v1.37.2). */
function identity(release: string): string {
  const [major, minor] = release.slice(1).split('.');
  return Object.entries({ gitVersion: release, gitMajor: major, gitMinor: minor })
    .map(([variable, value]) => `-X k8s.io/component-base/version.${variable}=${value}`)
    .join(' ');
}

function modules(): string[] {
  return readdirSync(MODULES)
    .filter((name) => name.startsWith('kubernetes-'))
    .map((name) => name.replace('kubernetes-', ''))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function moduleOf(version: string, name: Program): string {
  return join(MODULES, OTHER_MODULES[name] ?? (name === 'kwok' ? name : `kubernetes-${version}`));
}

/** Whether a module in conformance/ builds a program. That of the oldest Kubernetes builds no kubectl. */
function isBuildable(version: string, name: Program): boolean {
  const file = join(moduleOf(version, name), 'go.mod');
  return (
    existsSync(file) &&
    (PACKAGES[name] === '.' || new RegExp(`^(tool |\\t)${PACKAGES[name]}$`, 'm').test(readFileSync(file, 'utf8')))
  );
}

/** Returns the release of a module that the folder's go.mod requires. */
function required(folder: string, module: string): string {
  return new RegExp(`^(?:require |\\t)${module} (v\\S+)$`, 'm').exec(readFileSync(join(folder, 'go.mod'), 'utf8'))![1];
}

function inAssets(name: Program): boolean {
  return process.env.KUBEBUILDER_ASSETS !== undefined && existsSync(join(process.env.KUBEBUILDER_ASSETS, name));
}

function assetsVersion(): string {
  const apiServer = join(process.env.KUBEBUILDER_ASSETS!, 'kube-apiserver');
  const { stdout, error } = spawnSync(apiServer, ['--version'], { encoding: 'utf8' });
  const version = /^Kubernetes v(\d+\.\d+)/.exec(stdout ?? '')?.[1];
  if (version === undefined) {
    throw new Error(`KUBEBUILDER_ASSETS: ${apiServer} doesn't say its version: ${error?.message ?? stdout}`);
  }
  return version;
}
