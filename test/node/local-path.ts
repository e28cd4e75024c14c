import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../cluster/client';
import { requiredFolder } from '../cluster/programs';
import { moduleProgram } from '../go-program';
import { objectsIn } from './dist-files';
import { PAUSE } from './node-images';

const MODULE = 'local-path';
const PROVISIONER = 'github.com/rancher/local-path-provisioner';

/** Returns the path of the local-path provisioner. Builds it once. */
export function localPathProgram(): string {
  return moduleProgram(MODULE, PROVISIONER);
}

/** Returns the arguments of the provisioner, which reads its configuration from the ConfigMap `local-path-config`. */
export function localPathArgs(kubeconfig: string): string[] {
  return ['start', `--kubeconfig=${kubeconfig}`];
}

/**
 * Returns the objects in the manifest of the provisioner's release, without its Deployment: the provisioner runs outside
 * of pods. Only the image of the helper pods is replaced, by another one with busybox.
 */
export function localPathObjects(): Manifest[] {
  const manifest = readFileSync(join(requiredFolder(MODULE, PROVISIONER), 'deploy', 'local-path-storage.yaml'), 'utf8');
  return objectsIn(manifest.replace(/image: busybox$/m, `image: ${PAUSE}`)).filter(({ kind }) => kind !== 'Deployment');
}
