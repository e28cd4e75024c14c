import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { goProgram } from './images/go-program';
import { pauseImage } from './images/images';
import { writeOciArchive } from './images/oci-archive';

/** The image of the containers that hold the namespaces of pods. It has busybox, so that tests can run it, too. */
export const PAUSE = 'node.test/pause:1';

export const COREDNS = 'node.test/coredns:1';

/** The path of CoreDNS. The first use builds it. */
export function coreDnsProgram(): string {
  return goProgram('coredns', '.', 'coredns');
}

/** Writes the images of the node itself into a folder, and returns their paths. */
export function nodeImages(directory: string): string[] {
  const images = [
    pauseImage(PAUSE),
    {
      names: [COREDNS],
      fill: (root: string) => copyFileSync(coreDnsProgram(), join(root, 'coredns')),
      entrypoint: ['/coredns'],
    },
  ];
  return images.map((image) => {
    const path = join(directory, `${image.names[0].replace(/\W/g, '-')}.tar`);
    writeOciArchive(path, image);
    return path;
  });
}
