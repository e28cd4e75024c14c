import { itemsOf } from '../../src/reading/documents';
import { differences } from '../../src/reading/differences';
import { asApplied, hasController } from '../../src/reading/server-fields';

/** The hash of the engine's files depends on the library, and so does the format of typed files. */
const OF_LIBRARY = /template\.metadata\.annotations(\.checksum\/config)?$|^data\.engine\.(json|toml)$/;

/** The differences between the objects that a program creates and those that it was converted from. */
export function changes(documents: readonly unknown[], created: readonly any[]): string[] {
  const wanted = documents
    .flatMap((document) => itemsOf(document).map(({ value }) => value as any))
    .filter((object) => !hasController(object))
    .map(asApplied);
  const nameOf = ({ kind, metadata }: any): string => `${kind} ${metadata?.namespace ?? ''} ${metadata?.name}`;
  expect(created.map(nameOf).sort()).toEqual(wanted.map(nameOf).sort());
  return wanted.flatMap((object, index) => {
    const isSame = (one: any): boolean => nameOf(one) === nameOf(object);
    // Some manifests contain an object twice.
    const nth = wanted.slice(0, index).filter(isSame).length;
    return differences(created.filter(isSame)[nth]!, object, ({ field }) => field)
      .filter(({ why }) => !OF_LIBRARY.test(why))
      .map(({ op, why }) => `${nameOf(object)}: ${op} ${why}`);
  });
}
