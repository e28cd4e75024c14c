import { Testing, Yaml } from 'cdk8s';
import { Transport } from 'cdk8s-dagger';
import { MtlsPoolChart } from './chart';

const namespace = 'dagger';

test('manifests', () => {
  const chart = new MtlsPoolChart(Testing.app(), 'mtls-pool-cert-manager', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('the addresses that the README names', () => {
  const { engine } = new MtlsPoolChart(Testing.app(), 'mtls-pool-cert-manager', { namespace });
  const files =
    'cert_path=/etc/dagger-client/mtls-pool/tls.crt&key_path=/etc/dagger-client/mtls-pool/tls.key&ca_path=/etc/dagger-client/mtls-pool/ca.crt';
  expect(engine.runnerHost(Transport.tls())).toBe(`tls://mtls-pool.dagger.svc:8443?${files}`);
  expect(engine.runnerHost(Transport.tls({ ordinal: 2 }))).toBe(
    `tls://mtls-pool-2.mtls-pool-headless.dagger.svc:8443?${files}`,
  );
});
