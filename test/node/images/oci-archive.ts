import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Image {
  /** The names of the image in containerd after the import. */
  readonly names: readonly string[];
  /** Fills the folder that becomes the only layer. The archive ignores the owners and times of the files. */
  readonly fill: (root: string) => void;
  readonly entrypoint: readonly string[];
  readonly env?: { readonly [name: string]: string };
  readonly labels?: { readonly [name: string]: string };
  /** @default root */
  readonly user?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const ARCHITECTURES: { readonly [arch: string]: string } = { x64: 'amd64', arm64: 'arm64' };

/** tar flags that make the archive of a folder reproducible. */
const REPRODUCIBLE = ['--format=gnu', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];

/**
 * Writes an image as an OCI archive, which containerd, Podman and skopeo can import. The same content always results in
 * the same bytes. GNU tar preserves the links and modes in the folder.
 */
export function writeOciArchive(
  path: string,
  { names, fill, entrypoint, env = {}, labels = {}, user = '0:0' }: Image,
): void {
  const work = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-image-'));
  try {
    const [root, layout] = [join(work, 'root'), join(work, 'layout')];
    const blobs = join(layout, 'blobs', 'sha256');
    mkdirSync(root);
    mkdirSync(blobs, { recursive: true });
    const addFile = (mediaType: string, file: string): Descriptor => {
      const hex = sha256(file);
      const size = statSync(file).size;
      renameSync(file, join(blobs, hex));
      return { mediaType, digest: `sha256:${hex}`, size };
    };
    const addJson = (mediaType: string, content: object): Descriptor => {
      writeFileSync(join(work, 'blob'), JSON.stringify(content));
      return addFile(mediaType, join(work, 'blob'));
    };

    fill(root);
    tar(join(work, 'layer'), root);
    const layer = addFile('application/vnd.oci.image.layer.v1.tar', join(work, 'layer'));
    const config = addJson('application/vnd.oci.image.config.v1+json', {
      architecture: ARCHITECTURES[arch()] ?? arch(),
      os: 'linux',
      config: {
        User: user,
        Env: Object.entries({ PATH: '/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin', ...env }).map((pair) =>
          pair.join('='),
        ),
        Entrypoint: entrypoint,
        Labels: labels,
      },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    });
    const manifest = addJson('application/vnd.oci.image.manifest.v1+json', {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config,
      layers: [layer],
    });
    writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    writeFileSync(
      join(layout, 'index.json'),
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: names.map((name) => ({
          ...manifest,
          annotations: {
            'io.containerd.image.name': name,
            'org.opencontainers.image.ref.name': name.replace(/^.*:/, ''),
          },
        })),
      }),
    );
    tar(path, layout);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function tar(file: string, directory: string): void {
  execFileSync('tar', ['--create', `--file=${file}`, ...REPRODUCIBLE, `--directory=${directory}`, '.'], {
    stdio: 'pipe',
  });
}

function sha256(path: string): string {
  const [hash, part, file] = [createHash('sha256'), Buffer.alloc(1 << 20), openSync(path, 'r')];
  try {
    for (let length = readSync(file, part); length > 0; length = readSync(file, part)) {
      hash.update(part.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
