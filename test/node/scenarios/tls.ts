import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Size, type Chart } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  ClientCertificate,
  EngineCapability,
  EngineStatefulSet,
  Listener,
  TlsSecret,
  Transport,
} from '../../../src/index';
import { chart } from '../../engines';
import { Issuer, type Secret } from '../../tls/certificates';
import { supporting, type EngineSuite } from '../engines';
import { apply, clientPod, commandsOf, expectReady, runningClient, seen, SMALL } from './scenario';

/** The keys of the Secrets with certificates. */
export const KEYS = { certificate: 'tls.crt', privateKey: 'tls.key', ca: 'ca.crt' };
const TROUBLESHOOTING = join(__dirname, '../../../docs/how-to/troubleshooting.md');
const KEY = { algorithm: 'ECDSA', size: 256 };

/** The part of an engine's address that names the certificate of the client, as a regular expression. */
export const CLIENT_CERTIFICATE = 'cert_path=[^&]*&key_path=[^&]*&';

/** The names of the clients. Each is also the name of the Secret with its certificate. */
const CLIENTS = ['admitted', 'other-name', 'foreign', 'recreated'];

/** Defines tests of mutual TLS with certificates from Secrets. */
export function tls(suite: EngineSuite): void {
  const { cluster, scenario } = suite;
  const { version } = suite.engine;
  const tlsScenario = supporting(suite.engine, EngineCapability.TLS_CLIENT, scenario);

  tlsScenario('a client with a certificate builds over tls, others are rejected', async (namespace) => {
    const program = chart({ namespace });
    const engine = new EngineStatefulSet(program, 'engine', {
      version,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      resources: SMALL,
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server', KEYS) }),
        allowedClients: ['admitted'],
      }),
    });
    for (const name of CLIENTS) {
      clientPod(program, name, engine, {
        transport: Transport.tls(),
        certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName(name, KEYS)),
      });
    }
    addSecrets(program, [`engine.${namespace}.svc`]);
    await apply(cluster(), program);
    await expectReady(cluster(), engine);

    const client = await runningClient(suite, namespace, 'admitted');
    const build = await client.build();
    seen(`tls: build ${build.seconds} s`);
    for (const name of CLIENTS.slice(1)) {
      const rejected = await runningClient(suite, namespace, name);
      const started = Date.now();
      const { status, stderr } = await rejected.connect();
      seen(`tls, ${name}: rejected after ${(Date.now() - started) / 1000} s: ${/^error: .*/m.exec(stderr)?.[0]}`);
      expect(status).not.toBe(0);
    }
    const host = `$(echo "$_EXPERIMENTAL_DAGGER_RUNNER_HOST" | sed 's/${CLIENT_CERTIFICATE}//')`;
    const started = Date.now();
    const without = await client.run(
      `_EXPERIMENTAL_DAGGER_RUNNER_HOST="${host}" ${commandsOf(suite.engine).connect}`,
      30,
    );
    seen(
      `tls, without a certificate: rejected after ${(Date.now() - started) / 1000} s: ${/^error: .*/m.exec(without.stderr)?.[0]}`,
    );
    expect(without.status).not.toBe(0);
    const log = await cluster().logs({ namespace, pod: 'engine-0', container: 'tls' });
    // A client written in Go sends a certificate only if the engine names its CA.
    for (const reason of [
      'unauthorized: invalid principal, or principal not allowed',
      "tls: client didn't provide a certificate",
      'tls: failed to verify certificate',
    ]) {
      expect(log).toContain(reason);
      expect(readFileSync(TROUBLESHOOTING, 'utf8')).toContain(reason);
    }
  });
}

/**
 * Adds the Secrets of the engine and the clients: `server`, `admitted`, `other-name`, `foreign` and `recreated`. The last
 * two certificates have an allowed name, but a different CA. The CA of the last one has the name of the engine's CA.
 */
export function addSecrets(program: Chart, dnsNames: readonly string[]): void {
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-certificates-'));
  try {
    const issuer = (name: string, folder = name): Issuer => {
      const usages = ['digital signature', 'cert sign', 'crl sign'];
      const spec = { commonName: name, isCA: true, usages, privateKey: KEY };
      const ca = new Issuer(join(directory, `${folder}-root`)).issue({ spec });
      return new Issuer(join(directory, folder), ca);
    };
    const [ca, foreign, recreated] = [issuer('ca'), issuer('foreign-ca'), issuer('ca', 'recreated-ca')];
    const client = (commonName: string): object => ({
      spec: { commonName, usages: ['digital signature', 'client auth'], privateKey: KEY },
    });
    const server = {
      spec: { commonName: 'engine', dnsNames, usages: ['digital signature', 'server auth'], privateKey: KEY },
    };
    const add = (name: string, stringData: Secret): ApiObject =>
      new ApiObject(program, `secret-${name}`, { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData });
    const trusted = ca.issue(server);
    add('server', trusted);
    add('admitted', ca.issue(client('admitted')));
    add('other-name', ca.issue(client('other-name')));
    add('foreign', { ...foreign.issue(client('admitted')), 'ca.crt': trusted['ca.crt'] });
    add('recreated', { ...recreated.issue(client('admitted')), 'ca.crt': trusted['ca.crt'] });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
