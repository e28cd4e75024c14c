import type { Problems } from '../reporting/problems';
import type { EngineAccess } from './engine-access';

/** One file of a client's certificate, in a job that can't mount it. */
export interface CertificateFile {
  /** The absolute path in the address. */
  readonly path: string;
  /** The environment variable with the content. */
  readonly variable: string;
  /** The Secret and key of the content. */
  readonly secretName: string;
  readonly key: string;
}

const VARIABLES: { readonly [parameter: string]: string } = {
  cert_path: 'DAGGER_TLS_CRT',
  key_path: 'DAGGER_TLS_KEY',
  ca_path: 'DAGGER_CA_CRT',
};

/** The files in a `tls://` address. Empty for other addresses. */
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
        wrong: 'the file must be in the same Secret as the certificate',
        got: path,
        allowed: 'a Secret with certificate, key and CA',
        fix: 'put the CA into the Secret of the certificate',
      });
      return [];
    }
    return [{ path, variable, secretName: secret.secretName, key }];
  });
}

/** Lines of a POSIX shell that write the files, readable only for the job's user. */
export function writeFiles(files: readonly CertificateFile[]): string[] {
  const directories = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))];
  return files.length === 0
    ? []
    : [
        // In a subshell, so that umask doesn't affect the files of the job itself.
        `(${['umask 077', ...directories.map((directory) => `mkdir -p ${directory}`), ...files.map(({ path, variable }) => `printf '%s\\n' "$${variable}" > ${path}`)].join(' && ')})`,
        `unset ${files.map(({ variable }) => variable).join(' ')}`,
      ];
}

/** Reports an engine that jobs can't reach because they don't run in their own pods. */
export function checkRemote(
  { runnerHost }: EngineAccess,
  system: string,
  schemes: readonly string[],
  problems: Problems,
): void {
  const scheme = runnerHost.replace(/:.*/, '');
  if (!schemes.includes(scheme)) {
    problems.add('engine', {
      wrong: `a job of ${system} can't mount a host directory or run an engine in its own pod`,
      got: runnerHost,
      allowed: schemes.map((one) => `${one}://`).join(', '),
      fix: 'set a listener on the engine',
    });
  }
}
