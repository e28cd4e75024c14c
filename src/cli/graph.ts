import { drawEngines } from '../graph/draw-engines';
import { NodeKind } from '../graph/graph';
import { toDot } from '../graph/dot';
import { jobPodsOf } from '../graph/job-pods';
import { toMermaid } from '../graph/mermaid';
import { shown } from './files';
import { ExitCode, InputError, type Io } from './io';
import { readManifests } from './manifests';
import type { Arguments } from './options';
import { Progress } from './progress';
import { emit } from './report';
import type { GraphFormat } from './shared-options';

/** Runs `cdk8s-dagger graph`. */
export async function drawGraph(args: Arguments, io: Io): Promise<ExitCode> {
  const { documents } = await readManifests(
    args.operands,
    io,
    new Progress(io.stderr),
    (document) => jobPodsOf([document]).length > 0,
  );
  const graph = drawEngines(documents);
  if (!graph.nodes.some(({ kind }) => kind === NodeKind.ENGINE)) {
    throw new InputError(
      `${args.operands.map(shown).join(', ')}: no engine in these manifests; fix: add the files with the engines`,
    );
  }
  const format = args.text('format') as GraphFormat | undefined;
  emit(format === 'dot' ? toDot(graph) : toMermaid(graph), args, io);
  return ExitCode.OK;
}
