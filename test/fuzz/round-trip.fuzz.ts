import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { parsed } from '../../src/reading/config-text';
import { RELEASE_NAMES, VALUES } from '../helm/chart-values';
import { COMPILERS, synthesizedBy, typeErrors } from '../program/compiled';
import { emit, type Emitted, type Release } from '../program/emitted';
import { RELEASES } from '../program/releases';

/** The number of generated releases for each chart. `FC_RUNS=250 npm run test:fuzz -- round-trip` runs more. */
const RUNS = Number(process.env.FC_RUNS ?? 8);

/** Chart versions of the official chart with different templates. */
const OFFICIAL = fc.constantFrom(undefined, '0.17.0', '0.18.7', '0.19.7', '0.20.4', '0.21.7');

jest.spyOn(console, 'warn').mockImplementation();

/**
 * Emits the program of a release. Returns undefined if the constructs reject the values, for example because of a long
 * name.
 */
function attempt(release: Release): Emitted | undefined {
  try {
    return emit(release);
  } catch (error) {
    expect(error).toHaveProperty('name', 'ValidationError');
    return undefined;
  }
}

const generated = Object.entries(VALUES).flatMap(([chart, values]) =>
  fc
    .sample(
      fc.record({
        chart: fc.constant(chart),
        chartVersion: chart === 'official' ? OFFICIAL : fc.constant(undefined),
        releaseName: RELEASE_NAMES,
        values,
      }),
      { numRuns: 4 * RUNS },
    )
    .map(attempt)
    .filter((emitted) => emitted !== undefined)
    .slice(0, RUNS),
);
const all = [...Object.values(RELEASES).map(emit), ...generated];

test('most generated values result in a program', () => {
  expect(generated.length).toBe(RUNS * Object.keys(VALUES).length);
});

test.each(Object.entries(COMPILERS))('programs compile with %s', (_title, options) => {
  expect(
    typeErrors(
      all.map(({ text }) => text),
      options,
    ),
  ).toEqual([]);
});

/** Removes the annotation with accepted risks. Only the program writes it; a release reports its risks instead. */
function withoutAcceptedRisks(yaml: string): string {
  return yaml
    .replace(/\n    cdk8s-dagger\.github\.io\/accepted-risks: (\|-(\n {6}.*)+|.*)/g, '')
    .replace(/\n  annotations:(?=\n {0,2}\S)/g, '');
}

/**
 * Removes the API server's defaults. The program writes some that a chart omits, and omits some that a chart writes.
 */
function withoutServerDefaults(yaml: string): string {
  return yaml
    .replace(/\n( +)- apiVersion: v1\n +kind: PersistentVolumeClaim\n +metadata:/g, '\n$1- metadata:')
    .replace(/\n +(protocol: TCP|volumeMode: Filesystem|readOnly: false)/g, '');
}

/**
 * Parses the configuration files and removes their hash, because a program with typed options formats the files
 * differently.
 */
function withFilesAsData(object: any): unknown {
  for (const file of ['engine.json', 'engine.toml'] as const) {
    if (object.data?.[file] !== undefined) {
      object.data[file] = parsed(file, object.data[file]) ?? object.data[file];
    }
  }
  delete object.spec?.template?.metadata?.annotations?.['checksum/config'];
  return object;
}

function comparable(yaml: string): unknown[] {
  return parseAllDocuments(withoutServerDefaults(withoutAcceptedRisks(yaml))).map((document) =>
    withFilesAsData(document.toJS()),
  );
}

test('programs synthesize the same objects as the release', () => {
  for (const { secrets, text, yaml } of all) {
    expect(yaml).toContain('kind: ');
    expect(comparable(synthesizedBy(text, secrets))).toEqual(comparable(yaml));
  }
});

test('every finding is reported', () => {
  for (const { findings, text } of all) {
    const comments = text.replace(/\n *\/\/ +/g, ' ');
    for (const { name, severity, why } of findings) {
      expect(comments).toMatch(new RegExp(`\\b${severity} ${name}(:| at )`));
      expect(comments).toContain(why);
    }
  }
});

test('lines are no wider than 120 columns, unless they are one long name, and have no trailing spaces', () => {
  const lines = all.flatMap(({ text }) => text.split('\n'));
  const isOneName = (line: string): boolean => /^ *\w+: secret\('\w+'\),$/.test(line);
  expect(lines.filter((line) => (line.length > 120 && !isOneName(line)) || / $/.test(line))).toEqual([]);
});

test('secrets are not in the program', () => {
  const { secrets, text, yaml } = emit(RELEASES['the official chart, with a claim, sidecars and secrets']!);
  expect(yaml.match(/not-to-be-seen-\d/g)).toHaveLength(3);
  expect(Object.keys(secrets)).toEqual([
    'ARGS_1',
    'DAGGER_CLOUD_TOKEN',
    'SIDECARS_0_ENV_STATS_PASSWORD',
    'DAGGER_DAGGER_HELM_MAGICACHE_TOKEN_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN_BASE64',
  ]);
  Object.values(secrets).forEach((secret) => expect(text).not.toContain(secret));
  expect(() => synthesizedBy(text, {})).toThrow('the environment variable ARGS_1 is not set; set it to the secret');
});
