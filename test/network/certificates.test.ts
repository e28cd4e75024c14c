import { App, Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Certificates,
  ClientCertificate,
  KeySelector,
  Listener,
  PrivateKeyAlgorithm,
  TlsSecret,
  type CertificateOptions,
  type CertificatePem,
  type IssueClientOptions,
  type IssuedCertificatesOptions,
  type PrivateCaOptions,
  type SecretCertificatesOptions,
  type TlsListenerOptions,
} from '../../src/index';
import { manifest } from '../golden';
import { deployment, objects, pod, problems, refusal, statefulSet } from '../engines';

beforeEach(() => {
  jest.restoreAllMocks();
  jest.spyOn(console, 'warn').mockImplementation();
});

const clusterIssuer = { name: 'corporate', kind: 'ClusterIssuer' };
const pool = (certificates: Certificates, options: Partial<TlsListenerOptions> = {}) =>
  statefulSet({ listener: Listener.tls({ certificates, ...options }) });
const refused = (certificates: Certificates, options: Partial<TlsListenerOptions> = {}): string[] =>
  problems(() => pool(certificates, options));

/** Renders the cert-manager objects. */
function certManager(certificates: Certificates): string {
  const engine = pool(certificates);
  engine.issueClient('ci-runners');
  const ours = Testing.synth(Chart.of(engine)).filter(({ apiVersion }) => apiVersion === 'cert-manager.io/v1');
  return manifest({ ...new Chart(Testing.app(), 'x'), toJson: () => ours } as unknown as Chart);
}

describe('from an issuer', () => {
  test('minimal', () => {
    const engine = deployment({ listener: Listener.tls({ certificates: Certificates.issuedBy({ name: 'ours' }) }) });
    expect(objects(engine)['Certificate engine-tls']).toEqual({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: {
        name: 'engine-tls',
        namespace: 'ci',
        labels: { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' },
      },
      spec: {
        secretName: 'engine-tls',
        dnsNames: ['engine', 'engine.ci', 'engine.ci.svc', 'engine.ci.svc.cluster.local'],
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['digital signature', 'server auth'],
        issuerRef: { name: 'ours', kind: 'Issuer', group: 'cert-manager.io' },
      },
    });
  });

  test('every property', () => {
    const clients: Required<CertificateOptions> = {
      duration: Duration.days(1),
      renewBefore: Duration.hours(8),
      keyAlgorithm: PrivateKeyAlgorithm.ED25519,
      keySize: undefined as unknown as number,
    };
    const all: Required<IssuedCertificatesOptions> = {
      duration: Duration.days(30),
      renewBefore: Duration.minutes(90),
      keyAlgorithm: PrivateKeyAlgorithm.RSA,
      keySize: 4096,
      secretName: 'builds-tls',
      extraDnsNames: ['builds.example.com', '*.builds.example.com', 'engine.ci'],
      extraIpAddresses: ['10.0.0.1', 'fd00::1'],
      clientCa: KeySelector.fromSecretName('clients', 'authority.pem'),
      clients,
    };
    const engine = pool(Certificates.issuedBy({ ...clusterIssuer, group: 'cert-manager.io' }, all));
    expect(objects(engine)['Certificate builds-tls'].spec).toEqual({
      secretName: 'builds-tls',
      dnsNames: [
        'engine',
        'engine.ci',
        'engine.ci.svc',
        'engine.ci.svc.cluster.local',
        'engine-0.engine-headless',
        'engine-0.engine-headless.ci',
        'engine-0.engine-headless.ci.svc',
        'engine-0.engine-headless.ci.svc.cluster.local',
        'builds.example.com',
        '*.builds.example.com',
      ],
      ipAddresses: ['10.0.0.1', 'fd00::1'],
      duration: '720h0m0s',
      renewBefore: '1h30m0s',
      privateKey: { algorithm: 'RSA', size: 4096, rotationPolicy: 'Always' },
      usages: ['digital signature', 'key encipherment', 'server auth'],
      issuerRef: { name: 'corporate', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    });
    // The engine doesn't trust client certificates from this issuer.
    expect(problems(() => engine.issueClient('ci-runners'))).toHaveLength(1);
    const withClients = pool(Certificates.issuedBy(clusterIssuer, { ...all, clientCa: undefined }));
    withClients.issueClient('ci-runners');
    expect(objects(withClients)['Certificate engine-client-ci-runners'].spec).toEqual({
      secretName: 'engine-client-ci-runners',
      commonName: 'ci-runners',
      duration: '24h0m0s',
      renewBefore: '8h0m0s',
      privateKey: { algorithm: 'Ed25519', rotationPolicy: 'Always' },
      usages: ['digital signature', 'client auth'],
      issuerRef: { name: 'corporate', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    });
    expect(pod(engine).volumes.find(({ name }: { name: string }) => name === 'tls').projected.sources).toEqual([
      {
        secret: {
          name: 'builds-tls',
          items: [
            { key: 'tls.crt', path: 'tls.crt' },
            { key: 'tls.key', path: 'tls.key' },
          ],
        },
      },
      { secret: { name: 'clients', items: [{ key: 'authority.pem', path: 'ca.crt' }] } },
    ]);
  });

  test('accepts an issuer of another API group with any kind', () => {
    const engine = pool(
      Certificates.issuedBy({ name: 'pca', kind: 'AWSPCAClusterIssuer', group: 'awspca.cert-manager.io' }),
    );
    expect(objects(engine)['Certificate engine-tls'].spec.issuerRef).toEqual({
      name: 'pca',
      kind: 'AWSPCAClusterIssuer',
      group: 'awspca.cert-manager.io',
    });
    expect(engine.issueClient('ci', { namespace: 'runners' }).namespace).toBe('runners');
  });
});

describe('from a private CA', () => {
  test('minimal', () => {
    expect(certManager(Certificates.privateCa())).toMatchSnapshot();
  });

  test('every property', () => {
    const ca: Required<CertificateOptions> = {
      duration: Duration.days(365),
      renewBefore: Duration.days(60),
      keyAlgorithm: PrivateKeyAlgorithm.ECDSA,
      keySize: 384,
    };
    const all: Required<Pick<PrivateCaOptions, 'ca'>> & PrivateCaOptions = {
      ca,
      duration: Duration.days(7),
      extraDnsNames: ['builds.example.com'],
      clients: { duration: Duration.hours(1) },
    };
    expect(certManager(Certificates.privateCa(all))).toMatchSnapshot();
  });
});

describe('from Secrets', () => {
  test('every property', () => {
    const all: Required<Omit<SecretCertificatesOptions, 'verify'>> = {
      server: TlsSecret.fromSecretName('server', { certificate: 'cert.pem', privateKey: 'key.pem', ca: 'root.pem' }),
      clientCa: KeySelector.fromSecretName('server', 'clients.pem'),
      client: ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner'), 'ci'),
      publicCa: false,
    };
    const engine = pool(Certificates.fromSecrets(all));
    expect(pod(engine).volumes.find(({ name }: { name: string }) => name === 'tls').secret).toEqual({
      secretName: 'server',
      defaultMode: 0o444,
      items: [
        { key: 'cert.pem', path: 'tls.crt' },
        { key: 'key.pem', path: 'tls.key' },
        { key: 'clients.pem', path: 'ca.crt' },
      ],
    });
  });

  test("mounts the CA of the engine's Secret in clients", () => {
    expect(
      pod(
        pool(Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server', { ca: 'root.pem' }) })),
      ).volumes.find(({ name }: { name: string }) => name === 'tls').secret.items,
    ).toContainEqual({ key: 'root.pem', path: 'ca.crt' });
  });
});

describe('a client certificate', () => {
  test('is issued once for a name and namespace', () => {
    const engine = pool(Certificates.issuedBy(clusterIssuer));
    const first = engine.issueClient('ci-runners');
    expect(first).toMatchObject({ name: 'ci-runners', secretName: 'engine-client-ci-runners', namespace: 'ci' });
    expect(engine.issueClient('ci-runners')).toBe(first);
    expect(engine.issueClient('ci-runners', { namespace: 'ci' })).toBe(first);
    expect(engine.issueClient('ci-runners', { namespace: 'runners' })).not.toBe(first);
    expect(Object.keys(objects(engine)).filter((name) => name.startsWith('Certificate engine-client'))).toEqual([
      'Certificate engine-client-ci-runners',
    ]);
    const elsewhere = Testing.synth(Chart.of(engine))
      .filter(({ metadata }) => metadata.name === 'engine-client-ci-runners')
      .map(({ metadata }) => metadata.namespace);
    expect(elsewhere).toEqual(['ci', 'runners']);
  });

  test('every property', () => {
    const all: Required<IssueClientOptions> = {
      namespace: 'runners',
      secretName: 'dagger-tls',
      duration: Duration.hours(2),
      renewBefore: Duration.hours(1),
      keyAlgorithm: PrivateKeyAlgorithm.RSA,
      keySize: 2048,
      scope: new Chart(Testing.app(), 'runners', { namespace: 'runners' }),
    };
    const engine = pool(Certificates.issuedBy(clusterIssuer));
    const client = engine.issueClient('ci', all);
    expect(engine.issueClient('ci', all)).toBe(client);
    expect(engine.issueClient('ci', { namespace: 'runners' })).toBe(client);
    expect(objects(engine)['Certificate dagger-tls']).toBeUndefined();
    expect(objects(all.scope)['Certificate dagger-tls']).toMatchObject({
      metadata: { name: 'dagger-tls', namespace: 'runners' },
      spec: {
        secretName: 'dagger-tls',
        commonName: 'ci',
        duration: '2h0m0s',
        renewBefore: '1h0m0s',
        privateKey: { algorithm: 'RSA', size: 2048 },
        usages: ['digital signature', 'key encipherment', 'client auth'],
      },
    });
  });

  test.each<[string, () => unknown, string[]]>([
    [
      'for an engine without listener',
      () => statefulSet().issueClient('ci'),
      [
        'listener: the engine does not use client certificates; allowed: an engine with mutual TLS; fix: set listener: Listener.tls({ certificates: Certificates.privateCa() }) on the engine',
      ],
    ],
    [
      'without mutual TLS',
      () => pool(Certificates.privateCa(), { mutual: false }).issueClient('ci'),
      [
        'listener: the engine does not use client certificates; allowed: an engine with mutual TLS; fix: set listener: Listener.tls({ certificates: Certificates.privateCa() }) on the engine',
      ],
    ],
    [
      'with certificates from Secrets',
      () => pool(Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server') })).issueClient('ci'),
      [
        'listener.certificates: this program has no issuer for certificates that the engine accepts; allowed: Certificates.issuedBy(...) or Certificates.privateCa(), without clientCa; fix: use an existing certificate with ClientCertificate.fromSecret(...)',
      ],
    ],
    [
      'in another namespace than its Issuer',
      () => pool(Certificates.privateCa()).issueClient('ci', { namespace: 'runners' }),
      [
        'namespace: the Issuer "engine-ca" signs only for the engine\'s namespace; got "runners"; allowed: ci; fix: use Certificates.issuedBy({ name, kind: \'ClusterIssuer\' }) and allowedClients with the names of all clients, or an existing Secret in the client\'s namespace with ClientCertificate.fromSecret(...)',
      ],
    ],
    [
      'for a client that the listener does not admit',
      () => pool(Certificates.privateCa(), { allowedClients: ['ci-runners'] }).issueClient('ci'),
      [
        'name: must be a client that the listener allows; got "ci"; allowed: ci-runners; fix: add the name to allowedClients on the listener',
      ],
    ],
    [
      'with an invalid name and invalid options',
      () =>
        pool(Certificates.privateCa()).issueClient('CI runners', { secretName: 'A', duration: Duration.minutes(1) }),
      [
        'name: must be a valid name; got "CI runners"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "ci-runners"',
        'duration: must be a duration that cert-manager supports; got "60 s"; allowed: a whole number of seconds, at least an hour; fix: remove it',
        'secretName: must be a valid object name; got "A"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "a"',
      ],
    ],
  ])('is rejected: %s', (_, program, says) => {
    const [first, ...lines] = refusal(program);
    expect(first).toMatch(/^\[test\/engine\] issueClient\(".*"\) has \d problems?:$/);
    expect(lines).toEqual(says);
  });

  test('is rejected with other options than before', () => {
    const engine = pool(Certificates.privateCa());
    engine.issueClient('ci', { duration: Duration.days(1) });
    expect(problems(() => engine.issueClient('ci', { duration: Duration.days(2) }))).toEqual([
      'options: the client already has a certificate with other options; got {"secretName":"engine-client-ci","duration":172800}; allowed: {"secretName":"engine-client-ci","duration":86400}; fix: call issueClient once for each client, and reuse the result',
    ]);
  });
});

describe('rejected certificates', () => {
  test('rejects values that cert-manager rejects', () => {
    const certificates = Certificates.issuedBy(
      { name: 'Ours', kind: 'Issuers' },
      {
        duration: Duration.minutes(30),
        renewBefore: Duration.minutes(4),
        keySize: 2048,
        secretName: '_',
        extraDnsNames: ['10.0.0.1:80', 'a.*.b'],
        extraIpAddresses: ['[::1]', 'localhost'],
        clientCa: KeySelector.fromSecretName('clients', '/'),
        clients: { keyAlgorithm: PrivateKeyAlgorithm.ED25519, keySize: 256 },
      },
    );
    expect(refused(certificates)).toEqual([
      'listener.certificates.issuer.name: must be a valid object name; got "Ours"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "ours"',
      'listener.certificates.issuer.kind: must be an issuer kind of the API group cert-manager.io; got "Issuers"; allowed: Issuer, ClusterIssuer; fix: use Issuer, or set group for an external issuer',
      "listener.certificates.secretName: must be a valid object name; got \"_\"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set a name",
      'listener.certificates.duration: must be a duration that cert-manager supports; got "1800 s"; allowed: a whole number of seconds, at least an hour; fix: remove it',
      'listener.certificates.renewBefore: must be a duration that cert-manager supports; got "240 s"; allowed: a whole number of seconds, at least five minutes; fix: remove it',
      'listener.certificates.keySize: must be a valid key size for ECDSA; got 2048; allowed: 256, 384, 521; fix: remove it',
      "listener.certificates.extraDnsNames[0]: must be a DNS name; got \"10.0.0.1:80\"; allowed: lower-case letters, digits, '-' and '.', with an optional '*.' at the start; fix: correct the name, or use extraIpAddresses for an IP address",
      "listener.certificates.extraDnsNames[1]: must be a DNS name; got \"a.*.b\"; allowed: lower-case letters, digits, '-' and '.', with an optional '*.' at the start; fix: correct the name, or use extraIpAddresses for an IP address",
      'listener.certificates.extraIpAddresses[0]: must be an IP address; got "[::1]"; allowed: an IPv4 or IPv6 address, without brackets; fix: correct the address, or use extraDnsNames for a name',
      'listener.certificates.extraIpAddresses[1]: must be an IP address; got "localhost"; allowed: an IPv4 or IPv6 address, without brackets; fix: correct the address, or use extraDnsNames for a name',
      "listener.certificates.clientCa: must be a valid key of a Secret; got \"/\"; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of clients",
      'listener.certificates.clients.keySize: must be a valid key size for Ed25519; got 256; allowed: no value, because all keys have the same size; fix: remove it',
    ]);
  });

  test('rejects a renewBefore that causes continuous renewal', () => {
    expect(
      refused(Certificates.privateCa({ renewBefore: Duration.days(90), ca: { renewBefore: Duration.days(3650) } })),
    ).toEqual([
      'listener.certificates.ca.renewBefore: must be less than the duration, otherwise the certificate would be renewed continuously; got "315360000 s"; allowed: less than the duration (315360000 s); fix: remove it',
      'listener.certificates.renewBefore: must be less than the duration, otherwise the certificate would be renewed continuously; got "7776000 s"; allowed: less than the duration (7776000 s); fix: remove it',
    ]);
  });

  test.each([
    [Certificates.privateCa({ ca: { duration: Duration.days(30) } }), 'duration', '7776000'],
    [
      Certificates.privateCa({
        ca: { duration: Duration.days(30) },
        duration: Duration.days(7),
        clients: { duration: Duration.days(31) },
      }),
      'clients.duration',
      '2678400',
    ],
  ])('rejects a CA that expires before the certificates that it signs', (certificates, property, seconds) => {
    expect(refused(certificates)).toEqual([
      `listener.certificates.${property}: the CA expires before the certificates that it signs; got "${seconds} s"; allowed: at most the duration of the CA (2592000 s); fix: increase ca.duration, or decrease this duration`,
    ]);
  });

  test('rejects a client certificate that is valid for longer than the CA', () => {
    const engine = pool(Certificates.privateCa({ ca: { duration: Duration.days(100) } }));
    expect(problems(() => engine.issueClient('runner', { duration: Duration.days(101) }))).toEqual([
      'duration: the CA expires before the certificates that it signs; got "8726400 s"; allowed: at most the duration of the CA (8640000 s); fix: increase ca.duration, or decrease this duration',
    ]);
  });

  test('rejects a Secret in another namespace', () => {
    const scope = new Chart(new App(), 'other', { namespace: 'other' });
    const secret = new kplus.Secret(scope, 'server', { metadata: { name: 'server' } });
    expect(refused(Certificates.fromSecrets({ server: TlsSecret.fromSecret(secret) }))).toEqual([
      'listener.certificates.server: the Secret "server" is in another namespace, and a pod can use only objects in its own namespace; got "other"; allowed: "ci"; fix: create both in charts with the same namespace',
    ]);
  });

  test('accepts a Secret of a client in the namespace of the client', () => {
    const scope = new Chart(new App(), 'runners', { namespace: 'runners' });
    const secret = TlsSecret.fromSecret(new kplus.Secret(scope, 'client', { metadata: { name: 'client' } }));
    const client = ClientCertificate.fromSecret(secret);
    expect(client.namespace).toBe('runners');
    expect(() => pool(Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server'), client }))).not.toThrow();
  });

  test('rejects an unknown algorithm', () => {
    expect(refused(Certificates.privateCa({ keyAlgorithm: 'DSA' as PrivateKeyAlgorithm }))).toEqual([
      'listener.certificates.keyAlgorithm: is not a member of PrivateKeyAlgorithm; got "DSA"; allowed: PrivateKeyAlgorithm.RSA, PrivateKeyAlgorithm.ECDSA, PrivateKeyAlgorithm.ED25519; fix: use PrivateKeyAlgorithm.RSA',
    ]);
  });

  test('rejects invalid Secret names and keys', () => {
    const certificates = Certificates.fromSecrets({
      server: TlsSecret.fromSecretName('Server'),
      client: ClientCertificate.fromSecret(TlsSecret.fromSecretName('client', { ca: '..' })),
    });
    expect(refused(certificates)).toEqual([
      'listener.certificates.server.secretName: must be a valid object name; got "Server"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "server"',
      "listener.certificates.client.ca: must be a valid key of a Secret; got \"..\"; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of client",
    ]);
  });

  test('rejects client certificates from a public CA', () => {
    const says = [
      'listener.certificates.clientCa: is required with publicCa, because a public CA signs certificates for anyone; allowed: the certificate of your own CA; fix: set clientCa, or mutual: false on the listener',
    ];
    expect(refused(Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server'), publicCa: true }))).toEqual(
      says,
    );
  });
});

describe('PEM text', () => {
  const pem = (name: string): string => readFileSync(join(__dirname, 'pem', `${name}.pem`), 'utf8');
  const verify = (text: CertificatePem) =>
    Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server'), verify: text });
  const says = (text: CertificatePem): string[] =>
    refused(verify(text)).map((line) => line.replace('listener.certificates.verify.', ''));

  test("are accepted if they match, and don't appear in the manifest", () => {
    const engine = pool(verify({ certificate: pem('server'), privateKey: pem('server-key'), ca: pem('authority') }));
    expect(JSON.stringify(Testing.synth(Chart.of(engine)))).not.toMatch(/BEGIN|PRIVATE KEY/);
  });

  test('may contain a chain', () => {
    expect(() =>
      pool(
        verify({
          certificate: pem('below-intermediate') + pem('intermediate'),
          ca: pem('stranger') + pem('authority'),
        }),
      ),
    ).not.toThrow();
    expect(says({ certificate: pem('below-intermediate'), ca: pem('authority') })).toEqual([
      'ca: did not sign the certificate or any of its intermediates; got "a certificate of the issuer CN=intermediate"; allowed: the CA at the root of the chain; fix: set the CA that signed it, or add all intermediates to certificate',
    ]);
  });

  test('may contain a wildcard for the pods', () => {
    expect(() =>
      statefulSet({ replicas: 20, listener: Listener.tls({ certificates: verify({ certificate: pem('server') }) }) }),
    ).not.toThrow();
  });

  test.each<[string, CertificatePem, string[]]>([
    [
      'an expired certificate',
      { certificate: pem('expired') },
      [
        'certificate: CN=expired has expired; got "Jan  1 00:00:00 2021 GMT"; allowed: a time in the future; fix: renew it',
      ],
    ],
    [
      "a certificate that isn't valid yet",
      { certificate: pem('not-yet') },
      [
        'certificate: CN=not-yet is not valid yet; got "Jan  1 00:00:00 2120 GMT"; allowed: a time in the past; fix: wait, or correct the clock',
      ],
    ],
    [
      'the key of another certificate',
      { certificate: pem('server'), privateKey: pem('another-key') },
      [
        'privateKey: belongs to a different certificate; allowed: the key of the first certificate; fix: pass the key of the first certificate',
      ],
    ],
    [
      "a CA that didn't sign the certificate",
      { certificate: pem('server'), ca: pem('stranger') },
      [
        'ca: did not sign the certificate or any of its intermediates; got "a certificate of the issuer CN=authority"; allowed: the CA at the root of the chain; fix: set the CA that signed it, or add all intermediates to certificate',
      ],
    ],
    [
      'a certificate for clients',
      { certificate: pem('client') },
      [
        'certificate: the extended key usage must include server authentication, because clients reject the certificate otherwise; got ["1.3.6.1.5.5.7.3.2"]; allowed: serverAuth (1.3.6.1.5.5.7.3.1); fix: issue the certificate with this usage',
      ],
    ],
    [
      'a certificate without the names of the pods',
      { certificate: pem('service-only') },
      [
        'certificate: clients connect to engine-0.engine-headless.ci.svc, but the certificate does not contain these names; got "DNS:engine.ci.svc, DNS:engine.ci"; allowed: a subject alternative name for each, or a wildcard; fix: issue the certificate with these names',
      ],
    ],
    [
      'a certificate without any names',
      { certificate: pem('authority') },
      [
        'certificate: clients connect to engine.ci.svc, engine-0.engine-headless.ci.svc, but the certificate does not contain these names; got "no subject alternative names"; allowed: a subject alternative name for each, or a wildcard; fix: issue the certificate with these names',
      ],
    ],
    [
      'paths',
      { certificate: '/etc/tls.crt', ca: '' },
      [
        'certificate: must contain a readable certificate; allowed: one or more certificates in PEM form; fix: pass the content of the file, not its path',
        'ca: must contain a readable certificate; allowed: one or more certificates in PEM form; fix: pass the content of the file, not its path',
      ],
    ],
    [
      'noise',
      { certificate: '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----' },
      [
        'certificate: must contain a readable certificate; allowed: one or more certificates in PEM form; fix: pass the content of the file, not its path',
      ],
    ],
    [
      'a text without a key',
      { certificate: pem('server'), privateKey: pem('server') },
      [
        'privateKey: must contain a readable private key; allowed: one unencrypted key in PEM form; fix: pass the content of the file, not its path',
      ],
    ],
  ])('are rejected: %s', (_, text, lines) => {
    expect(says(text)).toEqual(lines);
  });
});
