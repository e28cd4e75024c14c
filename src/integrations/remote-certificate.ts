import type { Problems } from '../reporting/problems';
import type { EngineAccess } from './engine-access';

/** A certificate file for a job that can't mount the client's Secret. */
export interface CertificateFile {
  /** The absolute path of the file, as in the engine's address. */
  readonly path: string;
  /** The environment variable that contains the file's text. */
  readonly variable: string;
  /** The name of the Secret that contains the text. */
  readonly secretName: string;
  /** The key in the Secret. */
  readonly key: string;
}

const VARIABLES: { readonly [parameter: string]: string } = {
  cert_path: 'DAGGER_TLS_CRT',
  key_path: 'DAGGER_TLS_KEY',
  ca_path: 'DAGGER_CA_CRT',
};

/** Returns the certificate files in a `tls://` address, or an empty list for other addresses. */
export function certificateFiles(
  { _additions: { volumeMounts, volumes }, runnerHost }: EngineAccess,
  problems: Problems,
): CertificateFile[] {
  if (!runnerHost.startsWith('tls://')) {
    return [];
  }
  const parameters = new URL(runnerHost).searchParams;
  return Object.entries(VARIABLES).flatMap(([parameter, variable]) => {
    const path = parameters.get(parameter);
    if (path === null) {
      return [];
    }
    const mount = volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
    const secret = volumes.find(({ name }) => name === mount?.name)?.secret;
    const key = secret?.items?.find((item) => `${mount?.mountPath}/${item.path}` === path)?.key;
    if (secret?.secretName === undefined || key === undefined) {
      problems.add('engine', {
        wrong: "the certificate's Secret does not contain this file",
        got: path,
        allowed: 'a Secret with the certificate, the key and the CA',
        fix: "add the CA to the certificate's Secret",
      });
      return [];
    }
    return [{ path, variable, secretName: secret.secretName, key }];
  });
}

/** Returns the lines of a POSIX shell script that write the files. Only the job's user can read the files. */
export function writeFiles(files: readonly CertificateFile[]): string[] {
  const directories = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))];
  return files.length === 0
    ? []
    : [
        // The subshell limits the umask to these files.
        `(${['umask 077', ...directories.map((directory) => `mkdir -p ${directory}`), ...files.map(({ path, variable }) => `printf '%s\\n' "$${variable}" > ${path}`)].join(' && ')})`,
        `unset ${files.map(({ variable }) => variable).join(' ')}`,
      ];
}

/** Reports an address with a scheme that the jobs of a CI system can't use. */
export function checkRemote(
  { runnerHost }: EngineAccess,
  system: string,
  schemes: readonly string[],
  problems: Problems,
): void {
  const scheme = runnerHost.replace(/:.*/, '');
  if (!schemes.includes(scheme)) {
    problems.add('engine', {
      wrong: `${system} jobs can't mount a directory from the node or run an engine in their pod`,
      got: runnerHost,
      allowed: schemes.map((one) => `${one}://`).join(', '),
      fix: 'set listener on the engine, and connect over TCP or TLS',
    });
  }
}
