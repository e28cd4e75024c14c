import type { Problems } from '../reporting/problems';
import type { EngineAccess } from './engine-access';

/** One file of a client's certificate, for a job that can't mount it. */
export interface CertificateFile {
  /** The absolute path in the address. */
  readonly path: string;
  /** The variable with the text of the file. */
  readonly variable: string;
  /** The Secret and the key with the text. */
  readonly secretName: string;
  readonly key: string;
}

const VARIABLES: { readonly [parameter: string]: string } = {
  cert_path: 'DAGGER_TLS_CRT',
  key_path: 'DAGGER_TLS_KEY',
  ca_path: 'DAGGER_CA_CRT',
};

/** The files of a `tls://` address. Empty for other addresses. */
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
        wrong: 'the file is not in the Secret of the certificate',
        got: path,
        allowed: 'a Secret with certificate, key and CA',
        fix: 'put the CA into the Secret of the certificate',
      });
      return [];
    }
    return [{ path, variable, secretName: secret.secretName, key }];
  });
}

/** Lines for a POSIX shell that write the files, so that only the user of the job can read them. */
export function writeFiles(files: readonly CertificateFile[]): string[] {
  const directories = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))];
  return files.length === 0
    ? []
    : [
        // In a subshell, so that the umask doesn't apply to other files of the job.
        `(${['umask 077', ...directories.map((directory) => `mkdir -p ${directory}`), ...files.map(({ path, variable }) => `printf '%s\\n' "$${variable}" > ${path}`)].join(' && ')})`,
        `unset ${files.map(({ variable }) => variable).join(' ')}`,
      ];
}

/** Reports an engine that jobs can't reach because they have no pod. */
export function checkRemote(
  { runnerHost }: EngineAccess,
  system: string,
  schemes: readonly string[],
  problems: Problems,
): void {
  const scheme = runnerHost.replace(/:.*/, '');
  if (!schemes.includes(scheme)) {
    problems.add('engine', {
      wrong: `a job of ${system} can't mount a directory of the node or run an engine in its pod`,
      got: runnerHost,
      allowed: schemes.map((one) => `${one}://`).join(', '),
      fix: 'set a listener on the engine',
    });
  }
}
