import type { MountedFile } from '../config/config-context';
import type { KeySelector } from '../config/key-selector';

/** What the engine reads at its start, and installs into every build container (dagger/dagger #7067). */
export const CA_DIRECTORY = '/usr/local/share/ca-certificates';

/** The file for a certificate: `update-ca-certificates` takes only names that end in `.crt`. */
export function caCertificateFile(selector: KeySelector): MountedFile {
  const name = `${selector.objectKind.toLowerCase()}-${selector.objectName}-${selector.key}`;
  return { selector, path: `${CA_DIRECTORY}/${name.endsWith('.crt') ? name : `${name}.crt`}` };
}
