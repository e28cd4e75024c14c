import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { fromManifests, type ConvertedManifests } from '../../src/findings/from-manifests';
import { COMPILERS, synthesizedBy, typeErrors } from '../program/emitted';
import { changes } from './converted';

jest.spyOn(console, 'warn').mockImplementation();

const FOLDER = join(__dirname, '../reading/engines');

/** Engines that people could have written by hand, or read from a cluster. */
const HAND_WRITTEN = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [
    file,
    parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document): unknown => document.toJS()),
  ]),
);

describe.each(Object.entries(HAND_WRITTEN))('the program from %s', (file, documents) => {
  let converted: ConvertedManifests;
  beforeAll(() => {
    converted = fromManifests(documents);
  });

  test('creates the same objects', () => {
    expect(converted.notConverted).toEqual([]);
    expect(changes(documents, converted.manifests())).toEqual([]);
  });

  test('is readable', () => {
    expect(converted.typescript(`From ${file}.`)).toMatchSnapshot();
  });

  test('creates in TypeScript the objects that --emit manifests shows', () => {
    const secrets = { ENGINE_LOGIN_TOKEN: 'correct-horse-battery-staple' };
    // A comment with its name precedes each file.
    const text = synthesizedBy(converted.typescript('It.'), secrets).replaceAll(/^# .*$/gm, '---');
    const synthesized = parseAllDocuments(text)
      .map((document): any => document.toJS())
      .filter((object) => object !== null)
      .map(withoutReasons);
    const sorted = (objects: readonly unknown[]): string[] => objects.map((object) => JSON.stringify(object)).sort();
    expect(sorted(synthesized)).toEqual(sorted(converted.manifests()));
  });
});

test('the program of engines that share a directory of a node accepts the risk', () => {
  const sharing = JSON.parse(JSON.stringify(HAND_WRITTEN['side-by-side.yaml']).replaceAll(/,"subPath":"[^"]*"/g, ''));
  const program = fromManifests(sharing).typescript('It.');
  expect(program).toContain("{ risk: EngineRisk.SHARED_CACHE, property: 'cache', reason: 'taken over unchanged' }");
  expect(synthesizedBy(program, {})).toContain('shared-cache (cache): taken over unchanged');
});

/** A program in TypeScript also writes the reasons of accepted risks. */
function withoutReasons({ metadata: { annotations, ...metadata }, ...object }: any): any {
  const { 'cdk8s-dagger.github.io/accepted-risks': _, ...others } = annotations ?? {};
  const kept = Object.keys(others).length > 0 ? { annotations: others } : {};
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: { ...kept, ...metadata }, ...object };
}

test('the programs compile with the strictest settings of the compiler', () => {
  const programs = Object.values(HAND_WRITTEN).map((documents) => fromManifests(documents).typescript('It.'));
  expect(typeErrors(programs, Object.values(COMPILERS)[0]!)).toEqual([]);
});

test('no program contains a secret', () => {
  expect(fromManifests(HAND_WRITTEN['mutual-tls.yaml']!).typescript('It.')).not.toContain('correct-horse');
});

test('creates an engine that no construct supports unchanged, and says why', () => {
  const engine = structuredClone(HAND_WRITTEN['corporate-network.yaml']![1]) as any;
  engine.spec.template.spec.enableServiceLinks = false;
  engine.spec.selector.matchLabels = { name: 'not valid!' };
  const converted = fromManifests([engine]);
  expect(converted.notConverted).toEqual([
    expect.stringMatching(
      /^No construct can create the DaemonSet ci-engine, so the program contains the object unchanged: podSelector\["name"\]: /,
    ),
  ]);
  expect(changes([engine], converted.manifests())).toEqual([]);
});
