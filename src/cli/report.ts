import { Yaml } from 'cdk8s';
import { isAtLeast, type FindingSeverity } from '../findings/finding';
import { secretIn } from '../reporting/secret-detection';
import { nearest } from '../reporting/suggestions';
import { writeWhole } from './files';
import { ExitCode, rejectIfAny, type Io, type Output } from './io';
import type { LocatedFinding } from './located';
import type { Given } from './options';
import { jsonReport } from './report-json';
import type { Emit, Format } from './shared-options';
import { sarifReport } from './report-sarif';
import { textReport } from './report-text';

/** Reads `--ignore`. Returns the reasons by the names of findings. Rejects unknown names, and names without a reason. */
export function readIgnored(command: string, given: Given, names: readonly string[]): ReadonlyMap<string, string> {
  const ignored = given.texts('ignore').map((text) => {
    const [name, ...reason] = text.split('=');
    return { name: name!, reason: reason.join('=').trim() };
  });
  rejectIfAny(
    command,
    ignored.flatMap(({ name, reason }) => {
      if (!names.includes(name)) {
        const got = JSON.stringify(name);
        return [`--ignore: no finding has this name; got ${got}; fix: the nearest is ${nearest(name, names)}`];
      }
      return reason === '' || secretIn(reason) !== undefined
        ? [`--ignore: ${name} needs a reason, without secrets; fix: write --ignore '${name}=a test cluster'`]
        : [];
    }),
  );
  return new Map(ignored.map(({ name, reason }) => [name, reason]));
}

/** The findings, the worst first, with the reasons for which they are ignored. */
export function chosen(
  findings: readonly LocatedFinding[],
  reasons: ReadonlyMap<string, string>,
): readonly LocatedFinding[] {
  const isWorse = (one: FindingSeverity, other: FindingSeverity): number =>
    Number(isAtLeast(one, other)) - Number(isAtLeast(other, one));
  return findings
    .map((finding) => ({ ...finding, ignored: reasons.get(finding.name) }))
    .sort((a, b) => isWorse(b.severity, a.severity));
}

/** The outputs of a command that converts engines. */
export interface Outputs {
  readonly manifests: () => unknown[];
  readonly typescript: () => string;
}

/** Writes the output that `--emit` names, unless there are findings that `--strict` forbids. Findings go to standard error. */
export function emitConverted(findings: readonly LocatedFinding[], given: Given, io: Io, outputs: Outputs): ExitCode {
  const code = verdict(findings, given);
  const wanted = given.required('emit') as Emit;
  if (wanted === 'findings') {
    emitReport(findings, given, io);
    return code;
  }
  if (findings.length > 0) {
    io.stderr.write(report(findings, given, io.stderr, io));
  }
  if (code === ExitCode.OK) {
    emit(wanted === 'manifests' ? Yaml.stringify(...outputs.manifests()) : outputs.typescript(), given, io);
  }
  return code;
}

/** Writes findings as the result of the command. */
export function emitReport(findings: readonly LocatedFinding[], given: Given, io: Io): void {
  emit(report(findings, given, given.has('output') ? {} : io.stdout, io), given, io);
}

function emit(text: string, given: Given, { stdout }: Io): void {
  const file = given.text('output');
  if (file === undefined) {
    stdout.write(text);
  } else {
    writeWhole(file, text);
  }
}

/** The findings as text, JSON or SARIF, for an output. */
function report(
  findings: readonly LocatedFinding[],
  given: Given,
  to: Pick<Output, 'isTTY' | 'columns'>,
  { env, version }: Io,
): string {
  switch (given.text('format') as Format | undefined) {
    case 'json':
      return jsonReport(findings);
    case 'sarif':
      return sarifReport(findings, version);
    default:
      return textReport(findings, {
        hasColours: to.isTTY === true && !env['NO_COLOR'],
        width: to.isTTY === true ? to.columns : undefined,
      });
  }
}

/** The exit code that `--strict` asks for. */
export function verdict(findings: readonly LocatedFinding[], given: Given): ExitCode {
  const strict = given.text('strict') as FindingSeverity | undefined;
  const counts = ({ ignored, severity }: LocatedFinding): boolean =>
    ignored === undefined && strict !== undefined && isAtLeast(severity, strict);
  return findings.some(counts) ? ExitCode.FINDINGS : ExitCode.OK;
}
