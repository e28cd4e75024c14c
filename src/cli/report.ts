import { isAtLeast, type FindingSeverity } from '../findings/finding';
import { nearest } from '../reporting/suggestions';
import { writeWhole } from './files';
import { ExitCode, rejectIfAny, type Io, type Output } from './io';
import type { LocatedFinding } from './located';
import type { Given } from './options';
import { jsonReport } from './report-json';
import type { Format } from './report-options';
import { sarifReport } from './report-sarif';
import { textReport } from './report-text';

/** The findings that are not ignored, the worst first. */
export function chosen(findings: readonly LocatedFinding[], given: Given): LocatedFinding[] {
  const isWorse = (one: FindingSeverity, other: FindingSeverity): number =>
    Number(isAtLeast(one, other)) - Number(isAtLeast(other, one));
  return findings
    .filter(({ name }) => !given.texts('ignore').includes(name))
    .sort((a, b) => isWorse(b.severity, a.severity));
}

/** Rejects names for `--ignore` that no finding has. */
export function checkIgnored(command: string, given: Given, names: readonly string[]): void {
  const unknown = given.texts('ignore').filter((name) => !names.includes(name));
  rejectIfAny(
    command,
    unknown.map(
      (name) =>
        `--ignore: no finding has that name; got ${JSON.stringify(name)}; fix: the nearest is ${nearest(name, names)}`,
    ),
  );
}

/** Writes the result of the command. */
export function emit(text: string, given: Given, { stdout }: Io): void {
  const file = given.text('output');
  if (file === undefined) {
    stdout.write(text);
  } else {
    writeWhole(file, text);
  }
}

/** Writes findings as the result of the command. */
export function emitReport(findings: readonly LocatedFinding[], given: Given, io: Io): void {
  emit(report(findings, given, given.has('output') ? {} : io.stdout, io), given, io);
}

/** The findings as text, JSON or SARIF, for an output. */
export function report(
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
  return strict !== undefined && findings.some(({ severity }) => isAtLeast(severity, strict))
    ? ExitCode.FINDINGS
    : ExitCode.OK;
}
