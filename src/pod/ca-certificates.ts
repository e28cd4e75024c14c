import { EngineRisk } from '../reporting/engine-risk';
import { posix } from 'node:path';
import type { Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { MountedFile } from '../config/config-context';
import type { KeySelector } from '../config/key-selector';
import type { Problems } from '../reporting/problems';

/**
 * The directory of CA certificates. The engine reads it at startup, and copies it into every build container
 * (dagger/dagger#7067).
 */
const CA_DIRECTORY = '/usr/local/share/ca-certificates';

/**
 * Returns the file for a certificate. `update-ca-certificates` accepts only names that end in `.crt`. Object names
 * can't contain underscores, so two objects never get the same file.
 */
export function caCertificateFile(selector: KeySelector): MountedFile {
  const name = `${selector.objectKind.toLowerCase()}_${selector.objectName}_${selector.key}`;
  return { selector, path: `${CA_DIRECTORY}/${name.endsWith('.crt') ? name : `${name}.crt`}` };
}

/**
 * Reports a mount of certificates that the engine can't copy into build containers. An emptyDir that an init container
 * fills is allowed.
 */
export function checkCaMount(
  { mountPath = '', subPath, subPathExpr }: VolumeMount,
  volume: Volume | undefined,
  problems: Problems,
): void {
  const linked = volume?.configMap ?? volume?.secret ?? volume?.projected;
  const wholeVolume = (subPath ?? '') === '' && (subPathExpr ?? '') === '';
  if (linked !== undefined && wholeVolume && `${posix.normalize(mountPath)}/`.startsWith(`${CA_DIRECTORY}/`)) {
    problems.add('', {
      wrong:
        'a volume mounted as a whole contains symbolic links, which are broken in build containers (dagger/dagger#11069)',
      got: mountPath,
      allowed: 'single files, mounted with subPath',
      fix: 'use caCertificates',
      risk: EngineRisk.CA_VOLUME,
    });
  }
}
