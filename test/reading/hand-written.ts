import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const FOLDER = join(__dirname, 'engines');

/** Engines that were written by hand, or read from a cluster. Each key is the name of a file. */
export const HAND_WRITTEN = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [
    file,
    parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document): unknown => document.toJS()),
  ]),
);
