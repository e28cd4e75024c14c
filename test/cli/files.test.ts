import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readText, writeWhole } from '../../src/cli/files';
import type { Io } from '../../src/cli/io';
import { files, inFolder, read } from './command';

inFolder();

const io = { stdin: () => Promise.resolve(Buffer.from('\ufeffin\n')) } as unknown as Io;

describe('reading', () => {
  test('reads files, and standard input for -, without their byte order mark', async () => {
    files({ a: '\ufeffä\n' });
    expect(await readText('a', io)).toBe('ä\n');
    expect(await readText('-', io)).toBe('in\n');
  });

  test.each<[file: string, says: string]>([
    ['none', 'none: no such file; fix: check the path, relative to '],
    ['folder', 'folder: is a directory; fix: use a file in it'],
    ['a/b', 'a/b: a is not a directory'],
    ['latin', 'latin: not UTF-8; fix: save it as UTF-8'],
  ])('rejects %s', async (file, says) => {
    files({ a: '' });
    mkdirSync('folder');
    writeFileSync('latin', Buffer.from([0xe4]));
    await expect(readText(file, io)).rejects.toThrow(says);
  });
});

describe('writing', () => {
  test('creates a file, or replaces it and keeps its mode', () => {
    writeWhole('a', 'one');
    chmodSync('a', 0o640);
    writeWhole('a', 'two');
    expect([read('a'), statSync('a').mode & 0o777, readdirSync('.')]).toEqual(['two', 0o640, ['a']]);
  });

  test('replaces the target of a link, not the link', () => {
    files({ target: 'one' });
    symlinkSync('target', 'link');
    writeWhole('link', 'two');
    expect([read('target'), readlinkSync('link')]).toEqual(['two', 'target']);
  });

  test("doesn't replace a device", () => {
    writeWhole('/dev/null', 'text');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('leaves no file if it fails', () => {
    mkdirSync('folder');
    files({ file: '' });
    expect(() => writeWhole('folder', 'text')).toThrow('folder: is a directory; fix: use a file in it');
    expect(() => writeWhole('none/a', 'text')).toThrow('none/a: no such file; fix: check the path, relative to ');
    expect(() => writeWhole('file/a', 'text')).toThrow('file/a: file is not a directory');
    expect(readdirSync('.')).toEqual(['file', 'folder']);
  });
});
