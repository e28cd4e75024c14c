import { moduleProgram } from '../go-program';

/** The path of cert-manager's controllers for CA and self-signed issuers. The first use builds them. */
export function certManagerProgram(): string {
  return moduleProgram('cert-manager', '.', 'cert-manager');
}
