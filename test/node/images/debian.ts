import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from './cache';

/** Files of packages that no program reads. */
const UNUSED = ['doc', 'man', 'locale', 'lintian', 'bash-completion'].map(
  (folder) => `--exclude=./usr/share/${folder}`,
);

/** The reason why packages of Debian or Ubuntu can't be used on this machine, or undefined. */
export function missingDebian(): string | undefined {
  const absent = ['apt-get', 'dpkg-deb', 'tar'].filter((program) => spawnSync(program, ['--version']).status !== 0);
  return absent.length === 0 ? undefined : `${absent.join(', ')} of Debian or Ubuntu`;
}

/**
 * Extracts packages and their dependencies into a folder. No package is installed on this machine: apt only downloads them
 * into the user's cache.
 */
export function extractPackages(packages: readonly string[], directory: string): void {
  mkdirSync(directory, { recursive: true });
  // Packages contain files in both /lib and /usr/lib, as if these were separate folders.
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(directory, 'usr', folder), { recursive: true });
    symlinkSync(`usr/${folder}`, join(directory, folder));
  }
  for (const { url, file } of download(packages)) {
    const path = cached(join('debian', file), (fresh) => fetchPackage(url, file, fresh));
    execFileSync('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$1" | tar --extract --keep-directory-symlink --no-same-owner --directory "$2" "$3" "$4" "$5" "$6" "$7"',
      'sh',
      path,
      directory,
      ...UNUSED,
    ]);
  }
}

interface Package {
  readonly url: string;
  readonly file: string;
}

/** The current release of each package and of its dependencies. Root updates the lists of apt if there are none. */
function download(packages: readonly string[]): Package[] {
  try {
    return candidates(packages);
  } catch (error) {
    if (process.getuid!() !== 0) {
      throw new Error(`apt has no candidates for ${packages.join(', ')}: run "apt-get update" as root`, {
        cause: error,
      });
    }
    run('apt-get', 'update');
    return candidates(packages);
  }
}

function candidates(packages: readonly string[]): Package[] {
  const names = run('apt-cache', 'depends', '--recurse', '--important', ...packages).match(/^\w\S*/gm) ?? [];
  const uris = run('apt-get', '--print-uris', 'download', ...names);
  return [...uris.matchAll(/^'(\S+)' (\S+\.deb) /gm)].map(([, url, file]) => ({ url, file }));
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });
}

function fetchPackage(url: string, file: string, path: string): void {
  // `apt-get download` checks the signature, and writes into the current folder.
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-debian-'));
  try {
    const name = file.split('_')[0];
    execFileSync('apt-get', ['download', name], { cwd: directory, stdio: 'pipe' });
    renameSync(join(directory, readdirSync(directory)[0]), path);
  } catch (error) {
    throw new Error(`${url} can't be downloaded`, { cause: error });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
