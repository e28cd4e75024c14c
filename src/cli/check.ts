import { checkManifests } from '../findings/check-manifests';
import { FINDING_NAMES } from '../findings/finding-kinds';
import { enginesOf } from '../reading/engine-pods';
import { Inventory } from '../reading/inventory';
import { shown as nameOfFile } from './files';
import { InputError, type ExitCode, type Io } from './io';
import { readManifests } from './manifests';
import type { Arguments } from './options';
import { Progress } from './progress';
import { withIgnored, emitReport, readIgnored, exitCodeOf } from './report';

/** Runs `cdk8s-dagger check`. */
export async function check(args: Arguments, io: Io): Promise<ExitCode> {
  const ignored = readIgnored('check', args, FINDING_NAMES);
  const progress = new Progress(io.stderr);
  const { documents, findings, placeOf } = await readManifests(args.operands, io, progress);
  const { objects } = Inventory.ofDocuments(documents);
  if (objects.length === 0) {
    throw new InputError(
      `${args.operands.map(nameOfFile).join(', ')}: no Kubernetes objects; fix: check the command that wrote this input`,
    );
  }
  if (objects.flatMap(enginesOf).length === 0) {
    io.stderr.write(`no engine in ${objects.length === 1 ? 'this object' : `these ${objects.length} objects`}\n`);
  }
  const found = checkManifests(documents, (text) => progress.show(text));
  progress.clear();
  const all = [...findings, ...found.map((finding) => ({ ...finding, place: placeOf(finding) }))];
  const shown = withIgnored(all, ignored);
  emitReport(shown, args, io);
  return exitCodeOf(shown, args.text('fail-on'));
}
