import { fromManifests, type ConvertedManifests } from '../../src/findings/converted-manifests';
import { HAND_WRITTEN } from '../reading/hand-written';
import { changes } from './converted';

jest.spyOn(console, 'warn').mockImplementation();

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
