import { Testing, Yaml } from 'cdk8s';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MtlsPoolSecretsChart } from './chart';

const namespace = 'dagger';

test('manifests', () => {
  const chart = new MtlsPoolSecretsChart(Testing.app(), 'mtls-pool-secrets', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('rejects a certificate that clients would reject', () => {
  const certificate = readFileSync(join(__dirname, '../../test/network/pem/expired.pem'), 'utf8');
  expect(() => new MtlsPoolSecretsChart(Testing.app(), 'mtls-pool-secrets', { namespace, certificate })).toThrow(
    new Error(
      [
        '[mtls-pool-secrets/mtls-secrets] EngineStatefulSet has 2 problems:',
        '  - listener.certificates.verify.certificate: CN=expired has expired; got "Jan  1 00:00:00 2021 GMT"; allowed: a time in the future; fix: have it renewed',
        '  - listener.certificates.verify.certificate: it is not for mtls-secrets.dagger.svc, mtls-secrets-0.mtls-secrets-headless.dagger.svc, mtls-secrets-1.mtls-secrets-headless.dagger.svc, as which clients connect; got "DNS:engine.ci.svc, DNS:engine.ci, DNS:*.engine-headless.ci.svc"; allowed: a subject alternative name for each, or a wildcard; fix: have it issued with these names',
      ].join('\n'),
    ),
  );
});
