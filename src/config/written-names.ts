import type { Table } from './file-keys';

/** What the file calls something, and what the options call it; each holds for what the ones before it made. */
export type Names = ReadonlyArray<readonly [RegExp, string]>;

/** Where the caller wrote what the file has at `path`: in `additional`, or as the property that `names` make of it. */
export function whereWritten(path: string, names: Names, additional: Table = {}): string {
  return path !== '' && holds(additional, path)
    ? `additional.${path}`
    : names.reduce((name, [ofFile, ofOptions]) => name.replace(ofFile, ofOptions), path);
}

/** Whether there is a value at `path`, for example at `registry["docker.io"].mirrors[0]`. */
function holds(table: Table, path: string): boolean {
  const keys = path.match(/[^.[\]"]+|"(?:[^"\\]|\\.)*"/g) ?? [];
  return (
    keys
      .map((key) => (key.startsWith('"') ? (JSON.parse(key) as string) : key))
      .reduce<unknown>((inside, key) => (inside as Table | null | undefined)?.[key], table) !== undefined
  );
}
