import { parseAllDocuments, parseDocument, type DocumentOptions, type ParseOptions, type SchemaOptions } from 'yaml';
import { isServerDefault } from '../../src/reading/server-defaults';
import type { KubernetesObject } from '../manifests';

/** Helm's own metadata, and the annotations that restart pods when a file changes. */
const IGNORED = ['helm.sh/chart', 'app.kubernetes.io/managed-by', 'checksum/config', 'checksum/secret'];

/** Fields in which an empty value has a meaning. */
const MEANT_EMPTY = ['emptyDir', 'labelSelector', 'namespaceSelector', 'storageClassName'];

/**
 * Options to read YAML as Helm and kubectl do (gopkg.in/yaml.v2): timestamps are strings, and the last duplicate key
 * wins.
 */
const YAML_1_1: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  merge: false,
  uniqueKeys: false,
  customTags: (tags) =>
    tags.filter(
      (tag) => typeof tag === 'string' || !/timestamp$|TIME$/.test(`${tag.tag}${'format' in tag ? tag.format : ''}`),
    ),
};

/** The result of a comparison. */
export interface Comparison {
  /** Descriptions of the differences, each with both values. */
  readonly differences: readonly string[];
  /** The name of each correction that the chart's objects needed. */
  readonly corrections: readonly string[];
}

/** Compares the output of a chart with the objects that the library creates from the same values, in any order. */
export function compare(rendered: string, ours: readonly KubernetesObject[]): Comparison {
  const { objects, duplicates } = read(rendered);
  const corrections = [
    ...duplicates,
    ...[...objects].flatMap((object) =>
      CORRECTIONS.filter(({ correct }) => correct(object, objects, ours)).map(({ name }) => name),
    ),
  ];
  const all = differences(byName(objects), byName(ours), []).filter((difference) => !isSameToServer(difference));
  const unquoted = all.filter(isUnquoted);
  return {
    differences: all
      .filter((difference) => !isUnquoted(difference))
      .map(
        ({ at, chart, library }) =>
          `${at.join('/')}: the chart has ${JSON.stringify(chart)}, the library ${JSON.stringify(library)}`,
      ),
    corrections: [...corrections, ...unquoted.map(() => 'unquoted-text')],
  };
}

/** Parses the objects in a rendered chart. `duplicates` has one `duplicate-key` for each duplicate key. */
export function read(rendered: string): { objects: any[]; duplicates: string[] } {
  const documents = parseAllDocuments(rendered, YAML_1_1);
  const failed = documents.flatMap(({ errors }) => errors);
  if (failed.length > 0) {
    throw failed[0];
  }
  const twice = parseAllDocuments(rendered, { version: '1.1' }).flatMap(({ errors }) =>
    errors.filter(({ code }) => code === 'DUPLICATE_KEY'),
  );
  return {
    objects: documents.map((document) => document.toJS()).filter((object) => object !== null),
    duplicates: twice.map(() => 'duplicate-key'),
  };
}

/** A defect in the output of a chart. The library creates the intended form instead. */
export interface Correction {
  readonly name: string;
  /** The name of the library's finding. */
  readonly finding: string;
  /** The defect, as described in docs/reference/helm-charts.md. */
  readonly chart: string;
  readonly ours: string;
  /** Corrects a rendered object, or an object that it refers to. Returns whether anything changed. */
  readonly correct: (object: any, all: any[], ours: readonly any[]) => boolean;
}

/** All corrections of objects. `read` reports `duplicate-key`, and `compare` reports `unquoted-text`. */
export const CORRECTIONS: readonly Correction[] = [
  {
    name: 'second-probe-handler',
    finding: 'second-probe-handler',
    chart: 'a probe with `exec` and the handler in the values, because Helm merges maps',
    ours: 'only the handler in the values',
    correct: (object) =>
      probesOf(object).filter((probe) => {
        const others = ['grpc', 'httpGet', 'tcpSocket'].filter((handler) => probe[handler]);
        const isTwice = probe.exec && others.length === 1;
        if (isTwice) {
          delete probe.exec;
        }
        return isTwice;
      }).length > 0,
  },
  {
    name: 'secret-without-name',
    finding: 'invalid-render',
    chart:
      '`name` next to `secretRef` instead of in it (with magicache: DaemonSets before 0.18.2, StatefulSets before 0.20.4 and of kubiya)',
    ours: '`name` in `secretRef`',
    correct: (object) =>
      engineOf(object)?.envFrom?.filter((source: any) => {
        const isBeside = source.secretRef === null;
        if (isBeside) {
          source.secretRef = { name: source.name };
          delete source.name;
        }
        return isBeside;
      }).length > 0,
  },
  {
    name: 'empty-container-port',
    finding: 'invalid-render',
    chart: 'an item of `engine.containerPorts` without `containerPort`, which should default to `engine.port`',
    ours: '`engine.port`',
    correct: (object) => {
      const port = /^tcp:\/\/0\.0\.0\.0:(\d+)$/.exec(engineOf(object)?.args?.[1] ?? '')?.[1];
      const empty = (engineOf(object)?.ports ?? []).filter(({ containerPort }: any) => containerPort === null);
      empty.forEach((one: any) => {
        one.containerPort = Number(port);
      });
      return empty.length > 0;
    },
  },
  {
    name: 'duplicate-variable',
    finding: 'duplicate-key',
    chart: 'a variable that `engine.env` sets twice, or that magicache sets again',
    ours: 'the last one, which takes effect',
    correct: (object) => {
      const env: any[] = engineOf(object)?.env ?? [];
      const last = env.filter(({ name }, index) => !env.slice(index + 1).some((later) => later.name === name));
      if (last.length === env.length) {
        return false;
      }
      engineOf(object).env = last;
      return true;
    },
  },
  {
    name: 'engine-json-never-written',
    finding: 'invalid-render',
    chart: 'a StatefulSet of kubiya that mounts `engine.json` from a ConfigMap without that key',
    ours: 'the ConfigMap with `engine.json`',
    correct: (object, all, ours) => {
      const source = podOf(object)?.volumes?.find(({ configMap }: any) =>
        [configMap?.items ?? []].flat().some((item: any) => item?.key === 'engine.json'),
      )?.configMap;
      const isConfigMap = ({ kind, metadata }: any): boolean => kind === 'ConfigMap' && metadata.name === source?.name;
      const [chart, library] = [all.find(isConfigMap), ours.find(isConfigMap)];
      if (source === undefined || chart?.data?.['engine.json'] !== undefined) {
        return false;
      }
      if (chart === undefined) {
        const { labels, namespace } = object.metadata;
        all.push({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: source.name, namespace, labels },
          data: library?.data,
        });
      } else {
        chart.data['engine.json'] = library?.data?.['engine.json'];
      }
      return true;
    },
  },
  {
    name: 'missing-data-volume',
    finding: 'no-volume',
    chart:
      'a StatefulSet that mounts the volume `data`, although none of `hostPath`, `persistentVolumeClaim` and `volumes` defines it',
    ours: 'an `emptyDir` with this name',
    correct: (object) => {
      const names = [
        ...(podOf(object)?.volumes ?? []),
        ...(object.spec?.volumeClaimTemplates ?? []).map(({ metadata }: any) => metadata),
      ].map(({ name }) => name);
      const isMissing = object.kind === 'StatefulSet' && !names.includes('data');
      if (isMissing) {
        podOf(object).volumes = [{ name: 'data', emptyDir: {} }, ...(podOf(object).volumes ?? [])];
      }
      return isMissing;
    },
  },
];

/** Returns the name of the library's finding about a correction. */
export function findingOf(correction: string): string {
  const others: { readonly [name: string]: string } = {
    'duplicate-key': 'duplicate-key',
    'unquoted-text': 'invalid-render',
  };
  return CORRECTIONS.find(({ name }) => name === correction)?.finding ?? others[correction]!;
}

function podOf(object: any): any {
  return object.spec?.template?.spec;
}

function engineOf(object: any): any {
  return podOf(object)?.containers?.[0];
}

function probesOf(object: any): any[] {
  return [engineOf(object)?.readinessProbe, engineOf(object)?.livenessProbe].filter(Boolean);
}

/** Returns the objects, keyed by API version, kind and name. */
function byName(objects: readonly KubernetesObject[]): { [name: string]: any } {
  return Object.fromEntries(
    objects.map((object) => [
      `${object.apiVersion} ${object.kind} ${scalar(String(object.metadata.name))}`,
      normal(object),
    ]),
  );
}

/** Removes Helm's metadata, and null and empty fields. List items are removed only if they are null. */
function normal(value: any): any {
  if (Array.isArray(value)) {
    return value.map(normal).filter((item) => item !== null);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value)
    .filter(([key]) => !IGNORED.includes(key))
    .map(([key, item]) => [key, normal(item)] as const)
    .filter(([key, item]) => item !== null && (MEANT_EMPTY.includes(key) || !isEmpty(item)));
  return Object.fromEntries(entries);
}

function isEmpty(value: any): boolean {
  return value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

interface Difference {
  readonly at: readonly string[];
  readonly chart: unknown;
  readonly library: unknown;
}

function differences(chart: any, library: any, at: readonly string[]): Difference[] {
  if (
    typeof chart !== 'object' ||
    typeof library !== 'object' ||
    chart === null ||
    library === null ||
    Array.isArray(chart) !== Array.isArray(library)
  ) {
    return Object.is(chart, library) ? [] : [{ at, chart, library }];
  }
  return [...new Set([...Object.keys(chart), ...Object.keys(library)])].flatMap((key) =>
    differences(chart[key], library[key], [...at, key]),
  );
}

/**
 * Whether the API server treats both values as equal: a default and an absent field, or two forms of the same quantity.
 */
function isSameToServer({ at: [, ...path], chart, library }: Difference): boolean {
  const field = path.reduce(
    (text, part) => (/^\d+$/.test(part) ? `${text}[]` : text === '' ? part : `${text}.${part}`),
    '',
  );
  const isQuantity = /\.(requests|limits)\..+$|\.(divisor|sizeLimit)$/.test(field);
  return chart === undefined || library === undefined
    ? isServerDefault(field, chart ?? library)
    : isQuantity && String(chart) === String(library);
}

/** Returns the value that YAML reads from unquoted text. */
function scalar(text: string): unknown {
  return parseDocument(text, YAML_1_1).toJS();
}

/** Fields with text, which YAML may read as a number or boolean if the chart renders it without quotes. */
const TEXTS =
  /^(name|namespace|app\.kubernetes\.io\/.*|serviceAccountName|priorityClassName|runtimeClassName|storageClassName|value)$/;

/** Whether the values differ only because the chart renders a text without quotes, which YAML reads as another type. */
function isUnquoted({ at, chart, library }: Difference): boolean {
  const isText =
    TEXTS.test(at.at(-1)!) || (at.at(-2) === 'values' && at.includes('labelSelector')) || at.at(-2) === 'namespaces';
  return (
    isText &&
    typeof library === 'string' &&
    (typeof chart === 'number' || typeof chart === 'boolean') &&
    Object.is(scalar(library), chart)
  );
}
