import { Yaml } from 'cdk8s';
import { fromManifests } from '../findings/from-manifests';
import { FINDING_NAMES } from '../findings/finding-kinds';
import { shown } from './files';
import { ExitCode, type Io } from './io';
import { readManifests } from './manifests';
import type { Given } from './options';
import { Progress } from './progress';
import { checkIgnored, chosen, emit, emitReport, report, verdict } from './report';
import type { Emit } from './report-options';

/** `cdk8s-dagger from-manifests`. */
export async function fromManifestsCommand(given: Given, io: Io): Promise<ExitCode> {
  checkIgnored('from-manifests', given, FINDING_NAMES);
  const { documents, findings: ofFiles, placeOf } = await readManifests(given.operands, io, new Progress(io.stderr));
  const converted = fromManifests(documents);
  const located = converted.findings.map((finding) => ({ ...finding, place: placeOf(finding) }));
  const findings = chosen([...ofFiles, ...located], given);
  const code = verdict(findings, given);
  const wanted = given.required('emit') as Emit;
  if (wanted === 'findings') {
    emitReport(findings, given, io);
    return code;
  }
  if (findings.length > 0) {
    io.stderr.write(report(findings, given, io.stderr, io));
  }
  converted.notConverted.forEach((sentence) => io.stderr.write(`${sentence}\n`));
  if (code === ExitCode.OK) {
    const about = `From ${given.operands.map(shown).join(', ')}.`;
    emit(wanted === 'manifests' ? Yaml.stringify(...converted.manifests()) : converted.typescript(about), given, io);
  }
  return code;
}
