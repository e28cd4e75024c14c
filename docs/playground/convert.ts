import { createTwoFilesPatch } from 'diff';
import { parseAllDocuments, stringify } from 'yaml';
import { fromHelm } from '../../src/cli/from-helm';
import { fromManifestsCommand } from '../../src/cli/from-manifests';
import { STDIN } from '../../src/cli/files';
import type { Answer } from './answer';
import { runCommand } from './command';
import { diagramOf } from './diagram';

/** A request to convert a Helm chart's values, or manifests, to a program. */
export interface ConvertRequest {
  readonly kind: 'convert';
  /** The name of a chart, or `manifests`. */
  readonly source: 'official' | 'gstackio' | 'kubiya' | 'manifests';
  readonly text: string;
}

/** Converts values or manifests with the commands `from-helm` and `from-manifests`. */
export async function convert({ source, text }: ConvertRequest): Promise<Answer> {
  const emit = (what: string): ReturnType<typeof runCommand> =>
    source === 'manifests'
      ? runCommand(fromManifestsCommand, text, { emit: [what] })
      : runCommand(fromHelm, text, {
          emit: [what],
          chart: [source],
          values: [STDIN],
          release: ['dagger'],
          namespace: ['dagger'],
        });
  const program = await emit('typescript');
  const manifests = (await emit('manifests')).out;
  return {
    files: [
      { name: 'main.ts', text: program.out },
      { name: 'manifests.yaml', text: manifests },
      ...(source === 'manifests' ? [{ name: 'manifests.diff', text: difference(text, manifests) }] : []),
    ],
    warnings: program.log,
    diagram: await diagramOf(manifests),
  };
}

/** Compares the objects of the paste with those of the program, whose order can differ. */
function difference(before: string, after: string): string {
  const [pasted, created] = [sorted(before), sorted(after)];
  return pasted === created
    ? 'The program creates the same objects.\n'
    : createTwoFilesPatch('pasted', 'program', pasted, created);
}

function sorted(manifests: string): string {
  return parseAllDocuments(manifests, { version: '1.1' })
    .map((document) => document.toJS())
    .flatMap((object) => (object?.kind === 'List' ? object.items : (object ?? [])))
    .map((object) => stringify(object, { sortMapEntries: true, aliasDuplicateObjects: false }))
    .sort()
    .join('---\n');
}
