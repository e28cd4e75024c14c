import { moduleProgram } from '../go-program';

/** Returns the path of a program with cert-manager's controllers for CA and self-signed issuers. Builds it once. */
export function certManagerProgram(): string {
  return moduleProgram('cert-manager', '.', 'cert-manager');
}
