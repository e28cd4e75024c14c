import type { Problems } from '../reporting/problems';

/** Matches the names that Kubernetes, cert-manager and certbot give to files with private keys. */
const PRIVATE_KEY = /\.key$|(^|[-_./])(priv)?key(\.pem)?$/;

/** Reports the name of a private key where a certificate is expected. */
export function checkNoPrivateKey(name: string, property: string, problems: Problems): void {
  if (PRIVATE_KEY.test(name)) {
    problems.add(property, {
      wrong: 'looks like a private key, which would be copied to every pod that needs the certificate',
      got: name,
      allowed: "the name of a file or entry that contains a certificate, such as 'ca.crt'",
      fix: 'use the entry that contains the certificate',
    });
  }
}
