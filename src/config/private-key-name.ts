import type { Problems } from '../reporting/problems';

/** Matches the names that Kubernetes, cert-manager and certbot give to files with private keys. */
const PRIVATE_KEY = /\.key$|(^|[-_./])(priv)?key(\.pem)?$/;

/** Reports a name that looks like that of a private key, where a certificate is expected. */
export function checkNoPrivateKey(name: string, property: string, problems: Problems): void {
  if (PRIVATE_KEY.test(name)) {
    problems.add(property, {
      wrong: 'has the name of a private key, which would be copied to every place that needs the certificate',
      got: name,
      allowed: "a file or key with a certificate, such as 'ca.crt'",
      fix: 'use the key of the certificate',
    });
  }
}
