import type { Command } from './command';

/** The operands of commands that read manifests. */
export const MANIFEST_OPERANDS: Command['operands'] = {
  name: 'FILE',
  what: 'files, folders, and - for standard input',
};

/** An explanation of those operands. */
export const MANIFEST_SOURCES =
  'FILE is a file of manifests, a folder with .yaml, .yml and .json files, or - for standard input. ' +
  'In a folder, files that are not manifests are skipped. All objects are treated as objects of one cluster. ' +
  'Engines are recognized by their image, their container name, or their mounts.';
