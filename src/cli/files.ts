import { isUtf8 } from 'node:buffer';
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode, InputError, type Io } from './io';

/** The operand that stands for standard input. */
export const STDIN = '-';

/** Reads the text of a file, or of standard input for `-`, without its byte order mark. */
export async function readText(file: string, io: Io): Promise<string> {
  const bytes = file === STDIN ? await io.stdin() : attempt(file, () => readFileSync(file));
  if (!isUtf8(bytes)) {
    throw new InputError(`${shown(file)}: not UTF-8; fix: save it as UTF-8`);
  }
  const text = new TextDecoder().decode(bytes);
  if (file === STDIN && text.trim() === '') {
    throw new InputError('standard input: empty; fix: check the command before the pipe');
  }
  return text;
}

/** Returns the name of a file for messages. */
export function shown(file: string): string {
  return file === STDIN ? 'standard input' : file;
}

/** Writes a file atomically: a reader sees either the old text or the new one. */
export function writeWhole(file: string, text: string): void {
  attempt(file, () => {
    const existing = statSync(file, { throwIfNoEntry: false });
    // A device or a pipe can't be replaced. For a link, the target is replaced, not the link.
    if (existing !== undefined && !existing.isFile()) {
      writeFileSync(file, text);
    } else {
      replace(existing === undefined ? file : realpathSync(file), text, existing);
    }
  });
}

function replace(file: string, text: string, existing: Stats | undefined): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: existing?.mode });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Runs an operation on a file. If it fails, throws an `InputError` with the reason. */
export function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const exitCode = OUTPUT_CODES.includes(code) ? ExitCode.OUTPUT_FAILED : undefined;
    throw new InputError(`${shown(file)}: ${REASONS[code]?.(file) ?? message}`, exitCode);
  }
}

/** The error codes of a full or broken file system. */
const OUTPUT_CODES = ['EDQUOT', 'EFBIG', 'EIO', 'ENOSPC', 'EPIPE'];

const REASONS: { readonly [code: string]: ((file: string) => string) | undefined } = {
  ENOENT: () => `no such file; fix: check the path, relative to ${process.cwd()}`,
  EISDIR: () => 'is a directory; fix: use a file in it',
  ENOTDIR: (file) => `${dirname(file)} is not a directory`,
  EACCES: () => 'no permission',
  EPERM: () => 'no permission',
  ENOSPC: () => 'no space left on the device',
};
