import { execFileSync } from 'node:child_process';
import { isUtf8 } from 'node:buffer';
import { posix, relative, sep } from 'node:path';
import { InputError } from './io';
import { canHaveManifests, isSearched, namedFile, type ReadableFile } from './manifests';

/** The maximum size of git's output, in bytes. */
const OUTPUT_MAX = 2 ** 30;

/** The mode of a symbolic link. */
const LINK = '120000';

/** The files at a revision. */
export interface FilesAtRevision {
  readonly files: readonly ReadableFile[];
  /** The paths that have no files at the revision. */
  readonly missing: readonly string[];
}

/** Returns the files and the files of folders at a revision of the git repository in the working directory. */
export function filesAt(revision: string, paths: readonly string[]): FilesAtRevision {
  const commit = commitOf(revision);
  const wanted = paths.map((path) => posix.normalize((relative('', path) || '.').replaceAll(sep, '/')));
  // `git ls-tree` doesn't expand wildcards in paths. `--` marks the end of the options.
  const listed = git(['ls-tree', '-r', '-z', commit, '--', ...wanted.map((path) => path.replace(/\/$/, ''))]);
  const files = listed
    .toString()
    .split('\0')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [, mode, type, id, path] = /^(\d+) (\w+) (\w+)\t(.*)$/s.exec(line)!;
      return type === 'blob' && mode !== LINK ? readable(path!, id!, wanted) : [];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const texts = contents(files.map(({ id }) => id));
  return {
    files: files.map(({ file, path }, index) => ({
      ...file,
      path: `${revision}:${path}`,
      read: () => textOf(texts[index]!, `${revision}:${path}`),
    })),
    missing: paths.filter((_, index) => !files.some(({ path }) => contains(wanted[index]!, path))),
  };
}

/** Whether an operand is the file, or a folder that contains it. */
function contains(operand: string, path: string): boolean {
  return operand === '.' || operand === path || path.startsWith(`${operand.replace(/\/$/, '')}/`);
}

interface ListedFile {
  readonly file: Pick<ReadableFile, 'isOptional'>;
  readonly path: string;
  /** The id of the file's blob in git. */
  readonly id: string;
}

/** Returns the file if an operand names it or a folder that contains it. */
function readable(path: string, id: string, wanted: readonly string[]): ListedFile[] {
  if (wanted.includes(path)) {
    return [{ file: namedFile(path), path, id }];
  }
  const folder = wanted.find((one) => contains(one, path));
  const below = folder === undefined || folder === '.' ? path : path.slice(folder.length);
  return canHaveManifests(path) && below.split('/').every((part) => part === '' || part === '..' || isSearched(part))
    ? [{ file: { isOptional: true }, path, id }]
    : [];
}

function commitOf(revision: string): string {
  if (revision.startsWith('-')) {
    throw new InputError(
      `--base: must be a revision; got ${JSON.stringify(revision)}; fix: use a name such as origin/main`,
    );
  }
  git(['rev-parse', '--git-dir']);
  try {
    return git(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`])
      .toString()
      .trim();
  } catch {
    throw new InputError(
      `--base: this repository has no revision ${JSON.stringify(revision)}; fix: fetch it, for example with git fetch origin ${revision.replace(/^origin\//, '')}; in GitHub Actions, set fetch-depth: 0`,
    );
  }
}

/** Reads the contents of blobs with a single git process. */
function contents(ids: readonly string[]): Buffer[] {
  let rest = ids.length === 0 ? Buffer.alloc(0) : git(['cat-file', '--batch'], `${ids.join('\n')}\n`);
  return ids.map(() => {
    const end = rest.indexOf('\n');
    const size = Number(rest.subarray(0, end).toString().split(' ')[2]);
    const content = rest.subarray(end + 1, end + 1 + size);
    rest = rest.subarray(end + size + 2);
    return content;
  });
}

function textOf(content: Buffer, name: string): string {
  if (!isUtf8(content)) {
    throw new InputError(`${name}: not UTF-8; fix: save it as UTF-8`);
  }
  return new TextDecoder().decode(content);
}

/** Runs git without a shell, and returns its output. */
function git(args: readonly string[], input?: string): Buffer {
  try {
    return execFileSync('git', args, { input, maxBuffer: OUTPUT_MAX, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: string; readonly stderr?: Buffer | string };
    throw new InputError(
      code === 'ENOENT'
        ? '--base: needs git, which is not installed; fix: install it, or pass BEFORE and AFTER instead'
        : `--base: ${String(stderr).trim() || `git ${args[0]} failed`}`,
    );
  }
}
