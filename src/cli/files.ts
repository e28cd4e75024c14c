import { isUtf8 } from 'node:buffer';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { InputError, type Io } from './io';

/** What stands for standard input. */
export const STDIN = '-';

/** The text of a file, or of standard input for `-`. A byte order mark is none of it. */
export async function readText(file: string, io: Io): Promise<string> {
  const bytes = file === STDIN ? await io.stdin() : attempt(file, () => readFileSync(file));
  if (!isUtf8(bytes)) {
    throw new InputError(`${shown(file)}: not UTF-8; fix: save it as UTF-8`);
  }
  return new TextDecoder().decode(bytes);
}

/** A file as messages name it. */
export function shown(file: string): string {
  return file === STDIN ? 'standard input' : file;
}

/** Writes a file whole or not at all: whoever reads it meanwhile reads what was there. */
export function writeWhole(file: string, text: string): void {
  attempt(file, () => {
    const there = statSync(file, { throwIfNoEntry: false });
    // A device or a pipe is written to; what a link points to is replaced, and not the link.
    if (there !== undefined && !there.isFile()) {
      writeFileSync(file, text);
    } else {
      replace(there === undefined ? file : realpathSync(file), text, there);
    }
  });
}

function replace(file: string, text: string, there: Stats | undefined): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: there?.mode });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Does something with a file, and says in plain words why that can't be done. */
export function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new InputError(`${shown(file)}: ${reason(file, error as NodeJS.ErrnoException)}`);
  }
}

function reason(file: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return `no such file; fix: check the path, from ${process.cwd()}`;
    case 'EISDIR':
      return 'a directory; fix: name a file in it';
    case 'ENOTDIR':
      return `${dirname(file)} is no directory`;
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    default:
      return message;
  }
}
