import { keysOf } from '../reporting/property-path';
import { FindingSeverity, type FindingKind } from '../findings/finding';
import { findingOf } from '../findings/finding-kinds';
import { isMap, overlay, type ValueMap } from '../helm/values';
import { duplicateKeys } from './duplicate-keys';
import { readText, shown, STDIN } from './files';
import { InputError, type Io } from './io';
import type { LocatedFinding, Place } from './located';
import { readYaml } from './yaml';
import type { YamlDocument } from './yaml-document';

/** The merged values of several files. Later files override earlier ones. */
export interface ValuesLayers {
  readonly values: ValueMap;
  /** The names of the files. */
  readonly sources: readonly string[];
  /** The parts of the files that Helm silently ignores. */
  readonly findings: readonly LocatedFinding[];
  /** Returns the location of a key, or undefined for a default of the chart. */
  readonly placeOf: (key: string) => Place | undefined;
}

/** The name of a finding that occurs only in values files. */
export const SECOND_DOCUMENT = 'second-document';

/** The kind of that finding. */
export const SECOND_DOCUMENT_KIND = {
  severity: FindingSeverity.ERROR,
  title: 'a values file has a second document, which Helm 3 ignores',
  source: 'pkg/cli/values/options.go of helm/helm v3.18.6',
  fix: 'write it into a separate file, and pass both',
} satisfies FindingKind;

interface Layer {
  readonly file: string;
  readonly document?: YamlDocument;
  readonly values: ValueMap;
  readonly findings: readonly LocatedFinding[];
}

/** Reads values files as Helm does. */
export async function readValues(files: readonly string[], io: Io): Promise<ValuesLayers> {
  if (files.filter((file) => file === STDIN).length > 1) {
    throw new InputError('--values -: standard input can be read only once; fix: use a file for the other values');
  }
  const layers: Layer[] = [];
  for (const file of files) {
    layers.push(layerOf(await readText(file, io), shown(file)));
  }
  return {
    values: layers.reduce((below, { values }) => overlay(below, values), {} as ValueMap),
    sources: layers.map(({ file }) => file),
    findings: layers.flatMap(({ findings }) => findings),
    placeOf: (key) => placeIn([...layers].reverse(), keysOf(key)),
  };
}

/** Returns the location in the file that contains the longest part of a path. */
function placeIn(layers: readonly Layer[], path: readonly string[]): Place | undefined {
  const [best] = layers
    .flatMap(({ document, file }) => (document === undefined ? [] : [{ file, ...document.locate(path) }]))
    .filter(({ depth }) => depth > 0)
    .sort((a, b) => b.depth - a.depth);
  return best && { file: best.file, ...best.position, ...(best.depth < path.length && { isBelow: true }) };
}

function layerOf(text: string, file: string): Layer {
  const [document, ...others] = readYaml(text, file);
  const values = document?.value ?? {};
  if (!isMap(values)) {
    throw document!.errorAt([], 'values must be a map; fix: write KEY: VALUE');
  }
  const duplicates = document === undefined ? [] : duplicateKeys(document, file);
  return {
    file,
    document,
    values,
    findings: [...duplicates, ...others.flatMap((other) => secondDocument(other, file))],
  };
}

function secondDocument({ start, value }: YamlDocument, file: string): LocatedFinding[] {
  if (value === null) {
    return [];
  }
  const finding = findingOf(SECOND_DOCUMENT, SECOND_DOCUMENT_KIND, {
    key: isMap(value) ? Object.keys(value).join(', ') : 'values',
    why: 'another document begins here, and Helm 3 reads only the first document of a file',
  });
  return [{ ...finding, place: { file, ...start } }];
}
