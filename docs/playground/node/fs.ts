// The part of `node:fs` that cdk8s and the command need, with files in memory.
const files = new Map<string, string>();

/** Removes and returns the files that were written, by their paths. */
export function takeFiles(): ReadonlyMap<string, string> {
  const taken = new Map(files);
  files.clear();
  return taken;
}

export function writeFileSync(path: string, text: string): void {
  files.set(path, text);
}

export function readFileSync(path: string): string {
  const text = files.get(path);
  if (text === undefined) {
    throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
  }
  return text;
}

export function mkdtempSync(prefix: string): string {
  return `${prefix}playground`;
}

export function mkdirSync(): void {}

/** The commands read only standard input in the playground. These functions are never called. */
function noFiles(): never {
  throw new Error('the playground has no files');
}

export const readdirSync = noFiles;
export const realpathSync = noFiles;
export const renameSync = noFiles;
export const rmSync = noFiles;
export const statSync = noFiles;
