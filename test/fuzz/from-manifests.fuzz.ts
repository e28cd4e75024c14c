import { fromManifests } from '../../src/findings/from-manifests';
import { changes } from '../findings/converted';
import { distributed, goldens } from '../manifests';

jest.spyOn(console, 'warn').mockImplementation();

test.each(Object.entries({ ...distributed(), ...goldens() }))(
  'the program from %s creates the same objects',
  (_, documents) => {
    const converted = fromManifests(documents);
    expect(converted.notConverted).toEqual([]);
    expect(changes(documents, converted.manifests())).toEqual([]);
  },
);
