import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { ManifestFinding } from '../findings/check-manifests';
import { itemsOf } from '../reading/documents';
import { isMap } from '../helm/values';
import { parts } from '../program/expression';
import { duplicateKeys } from './duplicate-keys';
import { attempt, readText, shown, STDIN } from './files';
import { InputError, type Io } from './io';
import type { LocatedFinding, Place } from './located';
import { readYaml, type YamlDocument } from './yaml';

/** The documents of files, and where what is in them is written. */
export interface Manifests {
  readonly documents: readonly unknown[];
  readonly findings: readonly LocatedFinding[];
  readonly placeOf: (finding: ManifestFinding) => Place;
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** Reads files, folders, and standard input. */
export async function readManifests(operands: readonly string[], io: Io): Promise<Manifests> {
  const written: Array<{ readonly file: string; readonly document: YamlDocument }> = [];
  const findings: LocatedFinding[] = [];
  for (const file of [...new Set(operands.flatMap(filesOf))]) {
    for (const document of readYaml(await readText(file, io), shown(file))) {
      checkObjects(document);
      written.push({ file: shown(file), document });
      findings.push(...duplicateKeys(document, shown(file)));
    }
  }
  return { documents: written.map(({ document }) => document.value), findings, placeOf };

  function placeOf({ document: { index, path: above }, key }: ManifestFinding): Place {
    const { document, file } = written[index]!;
    const path = [...above, ...parts(key)];
    const { depth, position } = document.locate(path);
    return { file, ...position, ...(depth < path.length && { isBelow: true }) };
  }
}

/** The manifests of a folder and those below it; the file itself for a file. What starts with a dot is left out. */
function filesOf(operand: string): string[] {
  if (operand === STDIN || !attempt(operand, () => statSync(operand)).isDirectory()) {
    return [operand];
  }
  const files = attempt(operand, () => manifestsBelow(operand));
  if (files.length === 0) {
    throw new InputError(
      `${operand}: no manifests in this folder; allowed: files that end in ${EXTENSIONS.join(', ')}`,
    );
  }
  return files;
}

function manifestsBelow(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isDirectory() === true
        ? manifestsBelow(path)
        : stats?.isFile() === true && EXTENSIONS.includes(extname(name))
          ? [path]
          : [];
    });
}

/** Refuses what is no Kubernetes object; an empty document is nothing. */
function checkObjects(document: YamlDocument): void {
  for (const { path, value } of itemsOf(document.value)) {
    if (
      value !== null &&
      !(isMap(value) && typeof value['apiVersion'] === 'string' && typeof value['kind'] === 'string')
    ) {
      throw document.errorAt(
        path,
        'not a Kubernetes object, which has an apiVersion and a kind; fix: leave the file out, or what is no manifest in it',
      );
    }
  }
}
