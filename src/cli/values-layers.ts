import { FindingSeverity } from '../findings/finding';
import { isMap, overlay, type ValueMap } from '../helm/values';
import { parts } from '../program/expression';
import { duplicateKeys } from './duplicate-keys';
import { readText, shown, STDIN } from './files';
import { InputError, type Io } from './io';
import { keyPath, type LocatedFinding, type Place } from './located';
import { assign, parseSet, type Assignment } from './set-expression';
import { readYaml, type YamlDocument } from './yaml';

/** What the files of values and the options say, the later above the earlier. */
export interface ValuesLayers {
  readonly values: ValueMap;
  /** What each of them is, without the values. */
  readonly sources: readonly string[];
  /** What of the files Helm drops without a word. */
  readonly findings: readonly LocatedFinding[];
  /** Where a key is written; undefined where the value is the chart's own. */
  readonly placeOf: (key: string) => Place | undefined;
}

/** What is found in a file of values, beside what the library finds. */
export const SECOND_DOCUMENT = 'second-document';

interface Layer {
  readonly source: string;
  readonly apply: (below: ValueMap) => ValueMap;
  readonly findings: readonly LocatedFinding[];
  /** How much of a path is written in it, and where the last of it is. */
  readonly locate: (path: readonly string[]) => { readonly depth: number; readonly place: Place };
}

/** Reads the values as Helm does: the files, then `--set`, then `--set-string`, each in their order. */
export async function readValues(
  files: readonly string[],
  sets: readonly string[],
  setStrings: readonly string[],
  io: Io,
): Promise<ValuesLayers> {
  if (files.filter((file) => file === STDIN).length > 1) {
    throw new InputError('--values -: standard input can be read once; fix: name one of them as a file');
  }
  const layers: Layer[] = [];
  for (const file of files) {
    layers.push(fileLayer(await readText(file, io), shown(file)));
  }
  layers.push(...sets.map((set) => setLayer(set, '--set')), ...setStrings.map((set) => setLayer(set, '--set-string')));
  return {
    values: layers.reduce((below, layer) => layer.apply(below), {} as ValueMap),
    sources: layers.map(({ source }) => source),
    findings: layers.flatMap(({ findings }) => findings),
    placeOf: (key) => {
      const path = parts(key);
      const [best] = layers
        .map(({ locate }) => locate(path))
        .filter(({ depth }) => depth > 0)
        .reverse()
        .sort((a, b) => b.depth - a.depth);
      return best === undefined || best.depth === path.length ? best?.place : { ...best.place, isBelow: true };
    },
  };
}

function fileLayer(text: string, file: string): Layer {
  const [document, ...others] = readYaml(text, file);
  const values = document?.value ?? {};
  if (!isMap(values)) {
    throw document!.errorAt([], 'values are a map; fix: write KEY: VALUE');
  }
  return {
    source: file,
    apply: (below) => overlay(below, values),
    findings: [
      ...(document === undefined ? [] : duplicateKeys(document, file)),
      ...others.flatMap((other) => secondDocument(other, file)),
    ],
    locate: (path) => {
      const { depth, position } = document?.locate(path) ?? { depth: 0, position: { line: 1, column: 1 } };
      return { depth, place: { file, ...position } };
    },
  };
}

function secondDocument({ start, value }: YamlDocument, file: string): LocatedFinding[] {
  return value === null
    ? []
    : [
        {
          name: SECOND_DOCUMENT,
          severity: FindingSeverity.ERROR,
          key: isMap(value) ? Object.keys(value).join(', ') : 'values',
          why: 'another document begins here, and Helm 3 reads the first of a file alone',
          source: 'pkg/cli/values/options.go of helm/helm v3.18.6',
          fix: 'write it into a file of its own, and name both',
          place: { file, ...start },
        },
      ];
}

function setLayer(expression: string, option: '--set' | '--set-string'): Layer {
  const assignments = parseSet(expression, option);
  return {
    source: `${option} ${assignments.map(({ path }) => keyPath(path)).join(',')}`,
    apply: (below) =>
      assignments.reduce((values, assignment) => assign(values, assignment, `${option} ${expression}`), below),
    findings: [],
    locate: (wanted) => {
      const [best] = assignments
        .map(({ path }) => ({ depth: depthIn(path, wanted), place: { option: `${option} ${keyPath(path)}` } }))
        .reverse()
        .sort((a, b) => b.depth - a.depth);
      return best ?? { depth: 0, place: {} };
    },
  };
}

/** How much of a path an assignment is about: nothing where they part. */
function depthIn(path: Assignment['path'], wanted: readonly string[]): number {
  const depth = Math.min(path.length, wanted.length);
  return path.slice(0, depth).every((part, index) => String(part) === wanted[index]) ? depth : 0;
}
