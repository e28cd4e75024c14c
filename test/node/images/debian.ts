import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, isCached } from '../../user-cache';

/** tar options that exclude package files that no program reads. */
const UNUSED = ['doc', 'man', 'locale', 'lintian', 'bash-completion'].map(
  (folder) => `--exclude=./usr/share/${folder}`,
);

/** Returns the tools that this machine needs for Debian packages but lacks, or undefined if it has them all. */
export function missingDebian(): string | undefined {
  const absent = ['apt-get', 'dpkg-deb', 'tar'].filter((program) => spawnSync(program, ['--version']).status !== 0);
  return absent.length === 0 ? undefined : `${absent.join(', ')} of Debian or Ubuntu`;
}

/** Extracts packages and their dependencies into a folder. apt only downloads them, to the user's cache. */
export function extractPackages(packages: readonly string[], directory: string): void {
  mkdirSync(directory, { recursive: true });
  // Packages contain files in both /lib and /usr/lib, so links make these the same folder.
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(directory, 'usr', folder), { recursive: true });
    symlinkSync(`usr/${folder}`, join(directory, folder));
  }
  for (const path of download(packages)) {
    const extract =
      'dpkg-deb --fsys-tarfile "$0" | tar --extract --keep-directory-symlink --no-same-owner --directory "$@"';
    run('sh', '-c', extract, path, directory, ...UNUSED);
  }
}

/**
 * Downloads the current releases of packages and their dependencies, and returns the paths. If apt's package lists are
 * missing, updates them if the user is root, and throws otherwise.
 */
function download(packages: readonly string[]): string[] {
  let files: string[];
  try {
    files = candidates(packages);
  } catch (error) {
    if (process.getuid!() !== 0) {
      throw new Error(`apt has no candidates for ${packages.join(', ')}: run "apt-get update" as root`, {
        cause: error,
      });
    }
    run('apt-get', 'update');
    files = candidates(packages);
  }
  const absent = files.filter((file) => !isCached(join('debian', file)));
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-debian-'));
  try {
    if (absent.length > 0) {
      // apt-get verifies the signatures, and writes to the current folder.
      execFileSync('apt-get', ['download', ...absent.map((file) => file.split('_')[0])], {
        cwd: directory,
        stdio: 'pipe',
      });
    }
    return files.map((file) => cached(join('debian', file), (fresh) => copyFileSync(join(directory, file), fresh)));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Returns the file names of packages and their dependencies. */
function candidates(packages: readonly string[]): string[] {
  const names = run('apt-cache', 'depends', '--recurse', '--important', ...packages).match(/^\w\S*/gm) ?? [];
  const uris = run('apt-get', '--print-uris', 'download', ...names);
  return [...uris.matchAll(/^'\S+' (\S+\.deb) /gm)].map(([, file]) => file);
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });
}
