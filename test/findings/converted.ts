import { itemsOf } from '../../src/reading/documents';
import { differences } from '../../src/reading/differences';
import { asApplied, hasController } from '../../src/reading/server-fields';

/** Fields that depend on the library: the hash of the configuration files, and files formatted from typed options. */
const OF_LIBRARY = /template\.metadata\.annotations(\.checksum\/config)?$|^data\.engine\.(json|toml)$/;

/** Returns the differences between the objects that a program creates and the manifests from which it was converted. */
export function changes(documents: readonly unknown[], created: readonly any[]): string[] {
  const wanted = documents
    .flatMap((document) => itemsOf(document).map(({ value }) => value as any))
    .filter((object) => !hasController(object))
    .map(asApplied);
  const nameOf = ({ kind, metadata }: any): string => `${kind} ${metadata?.namespace ?? ''} ${metadata?.name}`;
  expect(created.map(nameOf).sort()).toEqual(wanted.map(nameOf).sort());
  return wanted.flatMap((object, index) => {
    const isSame = (one: any): boolean => nameOf(one) === nameOf(object);
    // Some manifests contain the same object twice.
    const nth = wanted.slice(0, index).filter(isSame).length;
    return differences(created.filter(isSame)[nth]!, object, ({ field }) => field)
      .filter(({ why }) => !OF_LIBRARY.test(why))
      .map(({ op, why }) => `${nameOf(object)}: ${op} ${why}`);
  });
}
