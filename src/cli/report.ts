import { Yaml } from 'cdk8s';
import { isAtLeast, type FindingSeverity } from '../findings/finding';
import { secretIn } from '../reporting/secret-detection';
import { nearest } from '../reporting/suggestions';
import { writeWhole } from './files';
import { ExitCode, rejectIfAny, type Io, type Output } from './io';
import type { LocatedFinding, Reported } from './located';
import type { Arguments } from './options';
import { codeQualityReport } from './report-code-quality';
import { jsonReport } from './report-json';
import type { Emit, Format } from './shared-options';
import { sarifReport } from './report-sarif';
import { textReport, type Terminal } from './report-text';

/**
 * Reads `--ignore`. Returns a map from the names of findings to the reasons. Rejects unknown names, and names without a
 * reason.
 */
export function readIgnored(command: string, args: Arguments, names: readonly string[]): ReadonlyMap<string, string> {
  const ignored = args.texts('ignore').map((text) => {
    const [name, ...reason] = text.split('=');
    return { name: name!, reason: reason.join('=').trim() };
  });
  rejectIfAny(
    command,
    ignored.flatMap(({ name, reason }) => {
      if (!names.includes(name)) {
        const got = JSON.stringify(name);
        return [`--ignore: no finding has this name; got ${got}; fix: use ${nearest(name, names)}`];
      }
      return reason === '' || secretIn(reason) !== undefined
        ? [`--ignore: ${name} needs a reason, without secrets; fix: use --ignore '${name}=a test cluster'`]
        : [];
    }),
  );
  return new Map(ignored.map(({ name, reason }) => [name, reason]));
}

/** Sorts findings, the worst first, and adds the reasons for ignoring them. */
export function withIgnored<T extends Reported>(
  findings: readonly T[],
  reasons: ReadonlyMap<string, string>,
): ReadonlyArray<T & { readonly ignored?: string }> {
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

/**
 * Writes the output of `--emit`, unless there are findings that `--fail-on` forbids. Other findings go to standard
 * error.
 */
export function emitConverted(
  findings: readonly LocatedFinding[],
  args: Arguments,
  io: Io,
  outputs: Outputs,
): ExitCode {
  const code = exitCodeOf(findings, args.text('fail-on'));
  const wanted = args.required('emit') as Emit;
  if (wanted === 'findings') {
    emitReport(findings, args, io);
    return code;
  }
  if (findings.length > 0) {
    io.stderr.write(report(findings, args, io.stderr, io));
  }
  if (code === ExitCode.OK) {
    emit(wanted === 'manifests' ? Yaml.stringify(...outputs.manifests()) : outputs.typescript(), args, io);
  }
  return code;
}

/** Writes findings as the output of the command. */
export function emitReport(findings: readonly LocatedFinding[], args: Arguments, io: Io): void {
  emit(report(findings, args, args.has('output') ? {} : io.stdout, io), args, io);
}

/** Writes the output of a command to `--output`, or else to standard output. */
export function emit(text: string, args: Arguments, { stdout }: Io): void {
  const file = args.text('output');
  if (file === undefined) {
    stdout.write(text);
  } else {
    writeWhole(file, text);
  }
}

/** Formats findings in the format of `--format`. */
function report(
  findings: readonly LocatedFinding[],
  args: Arguments,
  to: Pick<Output, 'isTTY' | 'columns'>,
  { env, version }: Io,
): string {
  switch (args.text('format') as Format | undefined) {
    case 'json':
      return jsonReport(findings);
    case 'code-quality':
      return codeQualityReport(findings);
    case 'sarif':
      return sarifReport(findings, version);
    default:
      return textReport(findings, terminalOf(to, env));
  }
}

/** Returns the colours and the width for an output. */
export function terminalOf(to: Pick<Output, 'isTTY' | 'columns'>, env: Io['env']): Terminal {
  return {
    hasColours: to.isTTY === true && !env['NO_COLOR'],
    width: to.isTTY === true ? to.columns : undefined,
  };
}

/** Returns the exit code for the severity in `--fail-on`. */
export function exitCodeOf(findings: readonly Reported[], severity: string | undefined): ExitCode {
  const counts = (finding: Reported): boolean =>
    finding.ignored === undefined && severity !== undefined && isAtLeast(finding.severity, severity as FindingSeverity);
  return findings.some(counts) ? ExitCode.FINDINGS : ExitCode.OK;
}
