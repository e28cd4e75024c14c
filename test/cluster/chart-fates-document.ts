import { code } from '../markdown';
import { entries, type Entry, type Fate } from './chart-fates';

/** The header of the table that counts, for each chart, the values that each program is the first to reject. */
export const SUMMARY_HEAD = [
  'Chart',
  'Values',
  'The library rejects',
  'It finds an error',
  'Helm fails',
  'The API server rejects',
  "The engine's loader rejects",
  'All accept them',
];

/** The header of the table of values that helm renders, but that a later program rejects. */
export const NOTICED_HEAD = ['Values', 'Chart', 'Rejected by', 'Message'];

/** The header of the table of values that only the library rejects. */
export const UNNOTICED_HEAD = ['Values that only the library rejects', 'Effect'];

/** Effects of the values that only the library rejects, keyed by title. */
export const UNNOTICED: { readonly [title: string]: string } = {
  'a name too long for the suffix of a StatefulSet':
    'a StatefulSet without pods: the value of their label `controller-revision-hash` would have 64 characters',
  'a label with the name of a JavaScript object property': "nothing: cdk8s can't write it",
  'a name that YAML reads as null': 'no class: the setting is dropped',
  'an unsupported kind': 'no engine is created',
  'a lower-case kind': 'no engine is created',
  'an empty kind': 'no engine is created',
  'a number instead of a boolean': 'Helm treats every number except 0 as true',
  'a port that YAML reads as an octal number': 'the Service refers to port 83, the engine listens on 123',
  'a URL that YAML truncates': 'YAML treats the rest as a comment: the URL is `https://example.com/`',
  'an invalid image reference': 'a pod that never starts: InvalidImageName',
  'a gstackio image without a repository': 'a pod that never starts: InvalidImageName',
  'a negative grace period': 'Kubernetes treats it as one second; then the engine is killed and loses its cache',
};

/** A catalogue entry and its fate. */
export interface Judged {
  readonly entry: Entry;
  readonly fate: Fate;
}

export function summaryRows(judged: readonly Judged[]): string[][] {
  const columns: ReadonlyArray<(one: Judged) => boolean> = [
    () => true,
    ({ entry }) => entry.isRefused,
    ({ entry }) => !entry.isRefused,
    ...(['helm', 'API server', 'loader', 'nobody'] as const).map(
      (judge) =>
        ({ fate }: Judged) =>
          fate.judge === judge,
    ),
  ];
  const charts = [...new Set(judged.map(({ entry }) => chartOf(entry)))].sort();
  const groups = [
    ...charts.map((chart) => ({ chart, all: judged.filter(({ entry }) => chartOf(entry) === chart) })),
    { chart: 'all', all: judged },
  ];
  return groups.map(({ all, chart }) => [chart, ...columns.map((column) => String(all.filter(column).length))]);
}

export function noticedRows(judged: readonly Judged[]): string[][] {
  return judged.flatMap(({ entry, fate: { judge, says } }) =>
    says === undefined ? [] : [[entry.title, chartOf(entry), judge, code(shortened(says))]],
  );
}

export function unnoticedRows(): string[][] {
  return entries()
    .filter(({ title }) => UNNOTICED[title] !== undefined)
    .map((entry) => [`${entry.title} (${chartOf(entry)})`, UNNOTICED[entry.title]!]);
}

function chartOf({ chart, version }: Entry): string {
  return `${chart.name} ${version}`;
}

/** Matches the part of a message that names the object or file. */
const ABOUT =
  /^.*? is invalid: |^failed to create typed patch object \(.*?\): |^failed to convert new object .*?, Kind=\w+: |failed to parse config: /;

/** Returns the first error in a message, without names, long values and examples. */
function shortened(message: string): string {
  const said = message.replace(ABOUT, '');
  // The API server lists the errors of map entries in random order.
  const listed = /^errors:\n([^]*)/
    .exec(said)?.[1]
    ?.split('\n')
    .map((line) => line.trim())
    .sort();
  const first = listed?.[0] ?? said.replace(/^\[(.*?), [a-z]+\..*\]$/, '$1');
  return first.replace(/\{[^{}]{40,}\}/, '{…}').replace(/ \(e\.g\. .*\)$/, '');
}
