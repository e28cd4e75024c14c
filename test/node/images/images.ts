import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moduleProgram } from '../../go-program';
import { ghostunnel } from '../../tls/ghostunnel';
import { extractPackages } from './debian';
import type { Image } from './oci-archive';

const STAND_IN = 'engine-stand-in';
const STAND_IN_FILES = join(__dirname, '..', '..', '..', 'conformance', STAND_IN, 'files');

/** Returns the image of the container that holds the namespaces of a pod. */
export function pauseImage(name: string): Image {
  return {
    names: [name],
    fill: (root) => addBusybox(root),
    // The shell reaps orphaned processes, for pods with a shared process namespace. The container runtime ends the loop
    // with SIGKILL.
    entrypoint: ['sh', '-c', 'while :; do sleep 3600 & wait; done'],
  };
}

/** Returns the image of client pods: busybox, buildctl, and optionally kubectl. */
export function clientImage(name: string, kubectl?: string): Image {
  const buildctl = moduleProgram(STAND_IN, 'github.com/moby/buildkit/cmd/buildctl');
  return {
    names: [name],
    fill: (root) => {
      addBusybox(root);
      addProgram(root, '/usr/bin/buildctl', buildctl);
      addProgram(root, '/usr/bin/runner-buildctl', join(STAND_IN_FILES, 'runner-buildctl'));
      if (kubectl !== undefined) {
        addProgram(root, '/usr/bin/kubectl', kubectl);
      }
    },
    entrypoint: ['sleep', '86400'],
    user: '65532:65532',
    env: { HOME: '/tmp' },
  };
}

/** Returns an image whose user is a name, which the kubelet can't compare with root. */
export function namedUserImage(name: string): Image {
  return { names: [name], fill: (root) => addBusybox(root), entrypoint: ['true'], user: 'root' };
}

/**
 * Returns the image of a registry that stores images in memory. Its program, crane, can also upload, list and extract
 * images.
 */
export function registryImage(name: string): Image {
  const crane = moduleProgram('crane', 'github.com/google/go-containerregistry/cmd/crane');
  return {
    names: [name],
    fill: (root) => {
      addBusybox(root);
      addProgram(root, '/usr/bin/crane', crane);
    },
    entrypoint: ['crane', 'registry', 'serve', '--address=:5000'],
    user: '65532:65532',
    env: { HOME: '/tmp' },
  };
}

/** Returns the image of the TLS sidecar. */
export function ghostunnelImage(tag: string): Image {
  const program = ghostunnel(tag);
  return {
    names: [`docker.io/ghostunnel/ghostunnel:${tag}`],
    fill: (root) => {
      extractPackages(['libc6'], root);
      addProgram(root, '/usr/bin/ghostunnel', program);
    },
    entrypoint: ['/usr/bin/ghostunnel'],
  };
}

/**
 * Returns a stand-in for the engine image: BuildKit's buildkitd and buildctl with the engine's entrypoint, flags, files
 * and sockets (conformance/engine-stand-in). `names` are the engine images in the manifests under test.
 */
export function engineStandInImage(names: readonly string[]): Image {
  const [buildctl, buildkitd] = ['buildctl', 'buildkitd'].map((program) =>
    moduleProgram(STAND_IN, `github.com/moby/buildkit/cmd/${program}`),
  );
  const engine = moduleProgram(STAND_IN, '.', 'dagger-engine');
  return {
    names,
    fill: (root) => {
      extractPackages(
        ['busybox-static', 'containernetworking-plugins', 'iptables', 'nftables', 'procps', 'runc', 'tini'],
        root,
      );
      addApplets(root);
      for (const variant of ['iptables', 'ip6tables']) {
        for (const suffix of ['', '-save', '-restore']) {
          symlinkSync('xtables-legacy-multi', join(root, 'usr', 'sbin', `${variant}${suffix}`));
        }
      }
      mkdirSync(join(root, 'opt', 'cni'), { recursive: true });
      symlinkSync('/usr/lib/cni', join(root, 'opt', 'cni', 'bin'));
      symlinkSync('/usr/sbin/runc', join(root, 'usr', 'bin', 'buildkit-runc'));
      addProgram(root, '/usr/bin/buildctl', buildctl);
      addProgram(root, '/usr/libexec/dagger-engine', buildkitd);
      addProgram(root, '/usr/local/bin/dagger-engine', engine);
      addProgram(root, '/usr/local/bin/dagger-entrypoint.sh', join(STAND_IN_FILES, 'dagger-entrypoint.sh'));
      addProgram(root, '/usr/local/bin/dagger', join(STAND_IN_FILES, 'dagger'));
      addProgram(root, '/usr/bin/dial-stdio', join(STAND_IN_FILES, 'dial-stdio'));
      addText(root, '/etc/dagger/engine.toml', '');
      addText(root, '/etc/dagger/engine.json', '{}\n');
    },
    entrypoint: ['dagger-entrypoint.sh'],
    env: {
      _EXPERIMENTAL_DAGGER_RUNNER_HOST: 'unix:///run/dagger/engine.sock',
      BUILDKIT_HOST: 'unix:///run/dagger/engine.sock',
    },
    labels: { 'org.opencontainers.image.title': 'stand-in for the Dagger Engine' },
  };
}

function addBusybox(root: string): void {
  extractPackages(['busybox-static'], root);
  addApplets(root);
}

/** Links every busybox command that no other package provides, and creates the files that programs expect. */
function addApplets(root: string): void {
  const busybox = join(root, 'usr', 'bin', 'busybox');
  for (const applet of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n')) {
    if (!['bin', 'sbin'].some((folder) => existsSync(join(root, 'usr', folder, applet)))) {
      symlinkSync('busybox', join(root, 'usr', 'bin', applet));
    }
  }
  addText(root, '/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n');
  addText(root, '/etc/group', 'root:x:0:\n');
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o1777);
}

function addProgram(root: string, path: string, source: string): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  chmodSync(target, 0o755);
}

function addText(root: string, path: string, text: string): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
