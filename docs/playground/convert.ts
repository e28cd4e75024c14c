import { fromHelm } from '../../src/cli/from-helm';
import { fromManifestsCommand } from '../../src/cli/from-manifests';
import { STDIN } from '../../src/cli/files';
import type { Io } from '../../src/cli/io';
import { Arguments } from '../../src/cli/options';
import type { Answer } from './answer';

/** A request to convert a Helm chart's values, or manifests, to a program. */
export interface ConvertRequest {
  readonly kind: 'convert';
  /** The name of a chart, or `manifests`. */
  readonly source: 'official' | 'gstackio' | 'kubiya' | 'manifests';
  readonly text: string;
}

/** Converts values or manifests with the commands `from-helm` and `from-manifests`. */
export async function convert({ source, text }: ConvertRequest): Promise<Answer> {
  const run = async (emit: string): Promise<{ out: string; log: string }> => {
    const out: string[] = [];
    const log: string[] = [];
    const io: Io = {
      stdin: async () => new TextEncoder().encode(text),
      stdout: { write: (part) => out.push(part) },
      stderr: { write: (part) => log.push(part) },
      env: { NO_COLOR: '1' },
      version: '0.0.0',
    };
    await (source === 'manifests'
      ? fromManifestsCommand(new Arguments({ emit: [emit] }, [STDIN]), io)
      : fromHelm(
          new Arguments(
            { emit: [emit], chart: [source], values: [STDIN], release: ['dagger'], namespace: ['dagger'] },
            [],
          ),
          io,
        ));
    return { out: out.join(''), log: log.join('') };
  };
  const program = await run('typescript');
  const manifests = await run('manifests');
  return {
    files: [
      { name: 'main.ts', text: program.out },
      { name: 'manifests.yaml', text: manifests.out },
    ],
    warnings: program.log,
  };
}
