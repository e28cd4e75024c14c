import { fromManifests } from '../findings/converted-manifests';
import { FINDING_NAMES } from '../findings/finding-kinds';
import { checkKeys } from '../reading/unwritable-keys';
import { explanation, Problems } from '../reporting/problems';
import { shown } from './files';
import { rejectIfAny, type ExitCode, type Io } from './io';
import { showPlace } from './located';
import { readManifests } from './manifests';
import type { Arguments } from './options';
import { Progress } from './progress';
import { withIgnored, emitConverted, readIgnored } from './report';

/** Runs `cdk8s-dagger from-manifests`. */
export async function fromManifestsCommand(args: Arguments, io: Io): Promise<ExitCode> {
  const progress = new Progress(io.stderr);
  const ignored = readIgnored('from-manifests', args, FINDING_NAMES);
  const { documents, findings: ofFiles, placeOf } = await readManifests(args.operands, io, progress);
  const unwritable = documents.flatMap((document, index) => {
    const problems = new Problems();
    checkKeys(document, problems);
    return problems.found.map(({ problem, property: key }) => {
      const place = showPlace(placeOf({ document: { index, path: [] }, key }));
      return `${place}: ${key}: ${explanation(problem)}`;
    });
  });
  rejectIfAny('from-manifests', unwritable);
  const converted = fromManifests(documents, (text) => progress.show(text));
  progress.clear();
  const located = converted.findings.map((finding) => ({ ...finding, place: placeOf(finding) }));
  if (args.required('emit') !== 'findings') {
    converted.notConverted.forEach((sentence) => io.stderr.write(`${sentence}\n`));
  }
  return emitConverted(withIgnored([...ofFiles, ...located], ignored), args, io, {
    manifests: converted.manifests,
    typescript: () => converted.typescript(`From ${args.operands.map(shown).join(', ')}.`),
  });
}
