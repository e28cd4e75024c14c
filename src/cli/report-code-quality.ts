import { createHash } from 'node:crypto';
import { FindingSeverity } from '../findings/finding';
import { shown as nameOfFile, STDIN } from './files';
import { showObject, type LocatedFinding } from './located';

const SEVERITIES: { readonly [severity in FindingSeverity]: 'critical' | 'minor' | 'info' } = {
  [FindingSeverity.ERROR]: 'critical',
  [FindingSeverity.WARNING]: 'minor',
  [FindingSeverity.INFO]: 'info',
};

/** Formats findings as a GitLab Code Quality report (https://docs.gitlab.com/ci/testing/code_quality/). */
export function codeQualityReport(findings: readonly LocatedFinding[]): string {
  const reported = findings.filter(({ ignored }) => ignored === undefined).map(entry);
  return `${JSON.stringify(reported, undefined, 2)}\n`;
}

function entry({ fix, key, name, object, place, severity, why }: LocatedFinding): object {
  const subject = object === undefined ? key : `${showObject(object)}: ${key}`;
  return {
    description: `${subject}: ${why}. Fix: ${fix}`,
    check_name: name,
    // GitLab compares the fingerprints of two branches. Lines above a finding must not change its fingerprint.
    fingerprint: createHash('sha256')
      .update(JSON.stringify([name, subject, why]))
      .digest('hex'),
    severity: SEVERITIES[severity],
    location: { path: pathOf(place?.file), lines: { begin: place?.line ?? 1 } },
  };
}

/** Returns the path that GitLab compares with its own, which has no `./`. */
function pathOf(file: string | undefined): string {
  return file === undefined || file === nameOfFile(STDIN) ? 'stdin' : file.replace(/^\.\//, '');
}
