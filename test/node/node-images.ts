import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleProgram } from '../go-program';
import { writeOciArchive, type Image } from './images/oci-archive';

/** The image of the containers that hold pod namespaces. It contains busybox, so tests can use it for other pods. */
export const PAUSE = 'node.test/pause:1';

export const COREDNS = 'node.test/coredns:1';

/** Returns the path of CoreDNS. Builds it once. */
export function coreDnsProgram(): string {
  return moduleProgram('coredns', '.', 'coredns');
}

export function coreDnsImage(): Image {
  return {
    names: [COREDNS],
    fill: (root) => copyFileSync(coreDnsProgram(), join(root, 'coredns')),
    entrypoint: ['/coredns'],
  };
}

/** Writes images as archives, and imports them. */
export async function importImages(
  images: readonly Image[],
  importArchive: (path: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-images-'));
  try {
    for (const image of images) {
      const archive = join(folder, 'image.tar');
      writeOciArchive(archive, image);
      await importArchive(archive);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
