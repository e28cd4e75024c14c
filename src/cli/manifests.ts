import { keysOf } from '../reporting/property-path';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { DocumentPlace } from '../reading/inventory';
import { isMap } from '../helm/values';
import { itemsOf } from '../reading/documents';
import { duplicateKeys } from './duplicate-keys';
import { attempt, readText, shown, STDIN } from './files';
import { InputError, type Io } from './io';
import type { LocatedFinding, Place } from './located';
import type { Progress } from './progress';
import { readYaml } from './yaml';
import type { YamlDocument } from './yaml-document';

/** The documents in files, and the locations of their fields. */
export interface Manifests {
  readonly documents: readonly unknown[];
  readonly findings: readonly LocatedFinding[];
  readonly placeOf: (of: { readonly document: DocumentPlace; readonly key: string }) => Place;
}

/** Whether a command also reads a document that isn't a Kubernetes object. */
type Accepts = (value: unknown) => boolean;

/** Reads files, folders and standard input. */
export function readManifests(
  operands: readonly string[],
  io: Io,
  progress: Progress,
  accepts?: Accepts,
): Promise<Manifests> {
  const files = new Map(operands.flatMap(filesOf).map((file) => [file.path, file]));
  const withText = [...files.values()].map((file) => ({ ...file, read: () => readText(file.path, io) }));
  return parseManifests(withText, io, progress, accepts);
}

/** Parses the manifests in files. */
export async function parseManifests(
  files: readonly ReadableFile[],
  io: Io,
  progress: Progress,
  accepts?: Accepts,
): Promise<Manifests> {
  const written: Array<{ readonly file: string; readonly document: YamlDocument }> = [];
  const skipped: string[] = [];
  for (const { isOptional, path, read } of files) {
    progress.show(`reading ${path}`);
    const text = await read();
    const documents = isOptional && accepts === undefined && !MANIFEST.test(text) ? [] : readYaml(text, shown(path));
    const isAccepted = (document: YamlDocument): boolean => accepts?.(document.value) === true;
    if (
      isOptional &&
      documents.every((document) => !hasObjects(document) && !isAccepted(document)) &&
      text.trim() !== ''
    ) {
      skipped.push(path);
      continue;
    }
    documents.filter((document) => !isAccepted(document)).forEach(checkObjects);
    written.push(...documents.map((document) => ({ file: shown(path), document })));
  }
  progress.clear();
  reportSkipped(skipped, io);
  return {
    documents: written.map(({ document }) => document.value),
    findings: written.flatMap(({ document, file }) => duplicateKeys(document, file)),
    placeOf: ({ document: { index, path: above }, key }) => {
      const { document, file } = written[index]!;
      const path = [...above, ...keysOf(key)];
      const { depth, position } = document.locate(path);
      return { file, ...position, ...(depth < path.length && { isBelow: true }) };
    },
  };
}

/** A file, and whether it is skipped if it has no objects. */
export interface InputFile {
  readonly path: string;
  readonly isOptional: boolean;
}

/** A file whose text can be read. */
export interface ReadableFile extends InputFile {
  readonly read: () => Promise<string> | string;
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** Matches a field that every manifest has. Other files in a folder aren't parsed. */
const MANIFEST = /apiVersion["']?\s*:/;

/** Returns the operand if it is a file, or all non-hidden files in the folder and its subfolders. */
function filesOf(operand: string): InputFile[] {
  if (operand === STDIN || !attempt(operand, () => statSync(operand)).isDirectory()) {
    return [namedFile(operand)];
  }
  const files = attempt(operand, () => filesBelow(operand, []));
  if (files.length === 0) {
    throw new InputError(
      `${operand}: no manifests in this folder; allowed: files that end in ${EXTENSIONS.join(', ')}`,
    );
  }
  return files.map((path) => ({ path, isOptional: true }));
}

/** Returns a file that an operand names. */
export function namedFile(path: string): InputFile {
  // A shell wildcard also matches this file, which can omit its kind.
  return { path, isOptional: /^kustomization\.ya?ml$/i.test(basename(path)) };
}

/** Whether a folder is searched for manifests. */
export function isSearched(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules';
}

/** Whether a file in a folder can contain manifests. */
export function canHaveManifests(name: string): boolean {
  return EXTENSIONS.includes(extname(name));
}

/** @param above the real paths of the parent folders, because a symbolic link can refer to one of them */
function filesBelow(folder: string, above: readonly string[]): string[] {
  const real = realpathSync(folder);
  if (above.includes(real)) {
    return [];
  }
  return readdirSync(folder)
    .filter(isSearched)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isDirectory() === true
        ? filesBelow(path, [...above, real])
        : stats?.isFile() === true && canHaveManifests(name)
          ? [path]
          : [];
    });
}

function reportSkipped(files: readonly string[], { stderr }: Io): void {
  if (files.length > 0) {
    const count = files.length === 1 ? '1 file' : `${files.length} files`;
    const names = `${files.slice(0, 3).join(', ')}${files.length > 3 ? ', ...' : ''}`;
    stderr.write(`skipped ${count} without Kubernetes objects: ${names}\n`);
  }
}

function isObject(value: unknown): boolean {
  return isMap(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string';
}

function hasObjects({ value }: YamlDocument): boolean {
  return itemsOf(value).some((item) => isObject(item.value));
}

/** Rejects a document that isn't a Kubernetes object. Empty documents are allowed. */
function checkObjects(document: YamlDocument): void {
  for (const { path, value } of itemsOf(document.value)) {
    if (value !== null && !isObject(value)) {
      throw document.errorAt(
        path,
        'not a Kubernetes object with an apiVersion and a kind; fix: remove it, or leave out the file',
      );
    }
  }
}
