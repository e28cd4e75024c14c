import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Testing } from 'cdk8s';
import { MtlsPoolSecretsChart } from './chart';

test('rejects a certificate that clients would reject', () => {
  const certificate = readFileSync(join(__dirname, '../../test/network/pem/expired.pem'), 'utf8');
  expect(
    () => new MtlsPoolSecretsChart(Testing.app(), 'mtls-pool-secrets', { namespace: 'dagger', certificate }),
  ).toThrow(
    new Error(
      [
        '[mtls-pool-secrets/mtls-secrets] EngineStatefulSet has 2 problems:',
        '  - listener.certificates.verify.certificate: CN=expired has expired; got "Jan  1 00:00:00 2021 GMT"; allowed: a time in the future; fix: renew it',
        '  - listener.certificates.verify.certificate: clients connect to mtls-secrets.dagger.svc, mtls-secrets-0.mtls-secrets-headless.dagger.svc, mtls-secrets-1.mtls-secrets-headless.dagger.svc, but the certificate does not contain these names; got "DNS:engine.ci.svc, DNS:engine.ci, DNS:*.engine-headless.ci.svc"; allowed: a subject alternative name for each, or a wildcard; fix: issue the certificate with these names',
      ].join('\n'),
    ),
  );
});
