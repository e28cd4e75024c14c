import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { KubernetesObject, ManifestFinding } from '../findings/check-manifests';
import { isMap } from '../helm/values';
import { parts } from '../program/expression';
import { duplicateKeys } from './duplicate-keys';
import { attempt, readText, shown, STDIN } from './files';
import { InputError, type Io } from './io';
import type { LocatedFinding, Place } from './located';
import { readYaml, type YamlDocument } from './yaml';

/** The objects of files, and where they are written. */
export interface Manifests {
  readonly objects: readonly KubernetesObject[];
  readonly findings: readonly LocatedFinding[];
  readonly placeOf: (finding: ManifestFinding) => Place | undefined;
}

/** An object, and what leads to it in its document: nothing, or the index in a list. */
interface Written {
  readonly object: KubernetesObject;
  readonly file: string;
  readonly document: YamlDocument;
  readonly path: readonly string[];
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** Reads files, folders, and standard input. */
export async function readManifests(operands: readonly string[], io: Io): Promise<Manifests> {
  const written: Written[] = [];
  const findings: LocatedFinding[] = [];
  for (const file of [...new Set(operands.flatMap(filesOf))]) {
    for (const document of readYaml(await readText(file, io), shown(file))) {
      written.push(...objectsIn(document.value, document, shown(file), []));
      findings.push(...duplicateKeys(document, shown(file)));
    }
  }
  return { objects: written.map(({ object }) => object), findings, placeOf };

  function placeOf({ key, object }: ManifestFinding): Place | undefined {
    const own = written.find((one) => isSame(one.object, object));
    if (own === undefined) {
      return undefined;
    }
    const path = [...own.path, ...parts(key)];
    const { depth, position } = own.document.locate(path);
    return { file: own.file, ...position, ...(depth < path.length && { isBelow: true }) };
  }
}

function isSame({ apiVersion, kind, metadata }: KubernetesObject, wanted: ManifestFinding['object']): boolean {
  return apiVersion === wanted.apiVersion && kind === wanted.kind && (metadata?.name ?? '') === (wanted.name ?? '') && metadata?.namespace === wanted.namespace;
}

/** The manifests of a folder and those below it; the file itself for a file. What starts with a dot is left out. */
function filesOf(operand: string): string[] {
  if (operand === STDIN || !attempt(operand, () => statSync(operand)).isDirectory()) {
    return [operand];
  }
  const files = attempt(operand, () => manifestsBelow(operand));
  if (files.length === 0) {
    throw new InputError(`${operand}: no manifests in this folder; allowed: files that end in ${EXTENSIONS.join(', ')}`);
  }
  return files;
}

function manifestsBelow(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'node_modules').sort().flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isDirectory() === true ? manifestsBelow(path) : stats?.isFile() === true && EXTENSIONS.includes(extname(name)) ? [path] : [];
  });
}

/** A document's object, or those of its `List`; nothing for an empty document. */
function objectsIn(value: unknown, document: YamlDocument, file: string, path: readonly string[]): Written[] {
  if (value === null) {
    return [];
  }
  if (!isMap(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string') {
    throw document.errorAt(path, 'not a Kubernetes object, which has an apiVersion and a kind; fix: leave the file out, or what is no manifest in it');
  }
  if (value['kind'] === 'List' && Array.isArray(value['items'])) {
    return value['items'].flatMap((item: unknown, index) => objectsIn(item, document, file, [...path, 'items', String(index)]));
  }
  return [{ object: value as unknown as KubernetesObject, file, document, path }];
}
