import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const FOLDER = join(__dirname, 'engines');

/** Manifests of engines that were written by hand or exported from a cluster, keyed by file name. */
export const HAND_WRITTEN = Object.fromEntries(
  readdirSync(FOLDER).map((file) => [
    file,
    parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map((document): unknown => document.toJS()),
  ]),
);
