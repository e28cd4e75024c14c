import { parseAllDocuments } from 'yaml';
import { fromManifests } from '../../src/findings/converted-manifests';
import { changes } from '../findings/converted';
import { distributed, goldens } from '../manifests';
import { COMPILERS, synthesizedBy, typeErrors } from '../program/compiled';
import { HAND_WRITTEN } from '../reading/hand-written';

jest.spyOn(console, 'warn').mockImplementation();

test.each(Object.entries({ ...distributed(), ...goldens() }))(
  'the program from %s creates the same objects',
  (_, documents) => {
    const converted = fromManifests(documents);
    expect(converted.notConverted).toEqual([]);
    expect(changes(documents, converted.manifests())).toEqual([]);
  },
);

test.each(Object.entries(HAND_WRITTEN))(
  'the TypeScript program from %s creates the objects that --emit manifests shows',
  (_, documents) => {
    const converted = fromManifests(documents);
    const secrets = { ENGINE_LOGIN_TOKEN: 'correct-horse-battery-staple' };
    // A comment with the name of the file precedes each file.
    const text = synthesizedBy(converted.typescript('It.'), secrets).replaceAll(/^# .*$/gm, '---');
    const synthesized = parseAllDocuments(text)
      .map((document): any => document.toJS())
      .filter((object) => object !== null)
      .map(withoutReasons);
    const sorted = (objects: readonly unknown[]): string[] => objects.map((object) => JSON.stringify(object)).sort();
    expect(sorted(synthesized)).toEqual(sorted(converted.manifests()));
  },
);

/** Removes the annotation with accepted risks, which only TypeScript programs write. */
function withoutReasons({ metadata: { annotations, ...metadata }, ...object }: any): any {
  const { 'cdk8s-dagger.github.io/accepted-risks': _, ...others } = annotations ?? {};
  const kept = Object.keys(others).length > 0 ? { annotations: others } : {};
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: { ...kept, ...metadata }, ...object };
}

test('the TypeScript programs compile with the strictest settings', () => {
  const programs = Object.values(HAND_WRITTEN).map((documents) => fromManifests(documents).typescript('It.'));
  expect(typeErrors(programs, Object.values(COMPILERS)[0]!)).toEqual([]);
});

test('the program of engines that share a directory of a node accepts the risk', () => {
  const sharing = JSON.parse(JSON.stringify(HAND_WRITTEN['side-by-side.yaml']).replaceAll(/,"subPath":"[^"]*"/g, ''));
  const program = fromManifests(sharing).typescript('It.');
  expect(program).toContain("{ risk: EngineRisk.SHARED_CACHE, property: 'cache', reason: 'taken over unchanged' }");
  expect(synthesizedBy(program, {})).toContain('shared-cache (cache): taken over unchanged');
});
