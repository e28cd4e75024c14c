import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const FOLDER = join(__dirname, 'engines');

/** Engines as people write them by hand, or read them from a cluster, by the names of their files. */
export const HAND_WRITTEN = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [
    file,
    parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document): unknown => document.toJS()),
  ]),
);
