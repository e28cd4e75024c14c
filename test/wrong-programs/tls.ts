import { ApiObject, App, Chart, Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Certificates,
  ClientCertificate,
  EngineProbe,
  EngineToml,
  EngineRisk,
  KeySelector,
  Listener,
  PemFile,
  PrivateKeyAlgorithm,
  TlsSecret,
  TlsTermination,
  Transport,
  type CertificatePem,
  type IssueClientOptions,
  type IssuedCertificatesOptions,
  type TlsListenerOptions,
  type TlsSidecarOptions,
} from '../../src/index';
import { daemonSet, statefulSet, type DoubtfulProgram, type WrongProgram } from './program';

const listener = (options: Partial<TlsListenerOptions> = {}): Listener =>
  Listener.tls({ certificates: Certificates.privateCa(), ...options });
const listens =
  (options: Partial<TlsListenerOptions>, version?: string): WrongProgram['program'] =>
  (chart) =>
    statefulSet(chart, { listener: listener(options), ...(version && { version }) });
const terminates = (options: TlsSidecarOptions): WrongProgram['program'] =>
  listens({ termination: TlsTermination.sidecar(options) });
const issues = (options: IssuedCertificatesOptions): WrongProgram['program'] =>
  listens({ certificates: Certificates.issuedBy({ name: 'ours' }, options) });
const fromSecrets = Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-cert') });
const pem = (name: string): string => readFileSync(join(__dirname, '../network/pem', `${name}.pem`), 'utf8');
const verifies = (verify: CertificatePem): WrongProgram['program'] =>
  listens({ certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-cert'), verify }) });
const client =
  (options: IssueClientOptions, of: Partial<TlsListenerOptions> = {}): WrongProgram['program'] =>
  (chart) =>
    statefulSet(chart, { listener: listener(of) }).issueClient('ci', options);

export const TLS_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'engine TLS on a release whose clients cannot use it',
    program: listens({ termination: TlsTermination.engine() }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination: Dagger clients can\'t connect if v0.21.7 terminates TLS itself, because neither side negotiates HTTP/2 (dagger/dagger #13306); got "TlsTermination.engine()"; allowed: until v0.21.3, until v1.0.0-beta.2; fix: use TlsTermination.sidecar()',
  },
  {
    title: 'engine TLS on a beta of 1.0',
    program: listens({ termination: TlsTermination.engine() }, 'v1.0.0-beta.3'),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination: Dagger clients can\'t connect if v1.0.0-beta.3 terminates TLS itself, because neither side negotiates HTTP/2 (dagger/dagger #13306); got "TlsTermination.engine()"; allowed: until v0.21.3, until v1.0.0-beta.2; fix: use TlsTermination.sidecar()',
  },
  {
    title: 'client names that the engine does not check',
    program: listens(
      {
        termination: TlsTermination.engine(),
        allowedClients: ['ci'],
        reloadAnnotations: { 'reloader.stakater.com/auto': 'true' },
      },
      'v0.21.3',
    ),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.allowedClients: is ignored by the engine, which checks only the signature of a client certificate; got ["ci"]; allowed: TlsTermination.sidecar(); fix: remove termination',
  },
  {
    title: 'client names without client certificates',
    program: listens({ mutual: false, allowedClients: ['ci'] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.allowedClients: requires mutual TLS, because client names come from certificates; got ["ci"]; allowed: mutual TLS; fix: remove mutual: false',
  },
  {
    title: 'an empty list of allowed clients',
    program: listens({ allowedClients: [] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.allowedClients: must not be empty, because no client could connect; got []; allowed: at least one name; fix: remove it to accept every client with a certificate from the CA',
  },
  {
    title: 'an invalid common name',
    program: listens({ allowedClients: [''] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.allowedClients[0]: must be the common name of a certificate; got ""; allowed: 1 to 64 characters; fix: remove it',
  },
  {
    title: 'restart annotations for a certificate that the sidecar reloads',
    program: listens({ reloadAnnotations: { 'reloader.stakater.com/auto': 'true' } }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.reloadAnnotations: is unnecessary, because the TLS sidecar reloads renewed certificates itself, and a restart would cancel every build; got {"reloader.stakater.com/auto":"true"}; allowed: annotations only with TlsTermination.engine(); fix: remove it',
  },
  {
    title: 'a privileged TLS port',
    program: listens({ port: 443 }),
    says: "[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination: the TLS sidecar runs without privileges, so it can't listen on port 443; allowed: a listener on port 1024 or above; fix: set port: 8443, and service.port for the port that clients use",
  },
  {
    title: 'a TLS listener on loopback',
    program: listens({ address: '127.0.0.1' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.address: only the pod itself can reach a loopback address, so the Service would not work; got "127.0.0.1"; allowed: '0.0.0.0', '[::]'; fix: use '0.0.0.0' or '[::]'`,
  },
  {
    title: 'one port for TLS and its status',
    program: terminates({ statusPort: 8443 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination.statusPort: must be an unprivileged port other than the listener port; got 8443; allowed: a whole number from 1024 to 65535 other than 8443; fix: choose another port',
  },
  {
    title: 'metrics on the TLS status port',
    program: (chart) => statefulSet(chart, { listener: listener(), metrics: { port: 8444 } }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - metrics.port: the container "tls" in the pod already listens on this port; got 8444; allowed: unused ports; fix: choose another port',
  },
  {
    title: "the sidecar's port in engine.toml",
    program: (chart) =>
      statefulSet(chart, {
        listener: listener(),
        engineToml: EngineToml.of({ grpc: { address: ['tcp://127.0.0.1:8443'] } }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - engineToml.grpc.address: conflicts with the port of the listener; got "tcp://127.0.0.1:8443"; allowed: other ports; fix: remove the address; or accept EngineRisk.PORT_BOUND_TWICE',
  },
  {
    title: "a Certificate of the user with the Secret of the engine's certificate",
    program: (chart) => {
      new ApiObject(chart, 'web', {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name: 'web' },
        spec: { secretName: 'engine-tls', dnsNames: ['web'], issuerRef: { name: 'ca' } },
      });
      statefulSet(chart, { listener: listener() });
    },
    says: 'Validation failed with the following errors:\n  [ci/engine/Certificate] spec.secretName: cert-manager also writes this Secret, for the Certificate ci/web, and each would overwrite the other; got "engine-tls"; allowed: a separate Secret for each Certificate; fix: choose another name',
  },
  {
    title: "a Secret of the user with the name of the engine's",
    program: (chart) => {
      new ApiObject(chart, 'secret', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'engine-tls' } });
      statefulSet(chart, { listener: listener() });
    },
    says: 'Validation failed with the following errors:\n  [ci/secret] metadata.name: cert-manager also writes this Secret, for the Certificate ci/engine/Certificate, and each would overwrite the other; got "engine-tls"; allowed: a separate Secret for each Certificate; fix: choose another name',
  },
  {
    title: 'a sidecar image without a tag',
    program: terminates({ image: 'ghostunnel/ghostunnel' }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination.image: the reference has neither a tag nor a digest, so the node would run the tag latest; got "ghostunnel/ghostunnel"; allowed: REGISTRY/PATH:TAG or REGISTRY/PATH@sha256:DIGEST; fix: use a value such as \'docker.io/ghostunnel/ghostunnel:v1.11.0-distroless\'',
  },
  {
    title: 'a sidecar flag that opens it to others',
    program: terminates({ args: ['--allow-ou=everyone'] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination.args[0]: conflicts with a flag that the library sets from properties of the listener; got "--allow-ou=everyone"; allowed: other flags of ghostunnel; fix: remove it',
  },
  {
    title: 'a reload interval below one second',
    program: terminates({ reloadInterval: Duration.millis(10) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination.reloadInterval: must be a duration that Kubernetes supports; got "0.01 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(300)',
  },
  {
    title: 'an invalid resource quantity of the sidecar',
    program: terminates({ resources: { requests: { memory: '32 MB' } } }),
    says: "[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination.resources.requests[\"memory\"]: must be a Kubernetes quantity; got \"32 MB\"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: use a value such as '500m' or '16Gi'",
  },
  {
    title: 'a container with the name of the TLS sidecar',
    program: (chart) =>
      statefulSet(chart, { listener: listener(), sidecars: [{ name: 'tls', image: 'example.com/a:1' }] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - sidecars[0].name: the pod already has a container with this name; got "tls"; allowed: unused names; fix: rename it',
  },
  {
    title: "a volume with the name of the certificates' volume",
    program: (chart) => statefulSet(chart, { listener: listener(), volumes: [{ name: 'tls', emptyDir: {} }] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - volumes[0]: the pod already has a volume with this name; got "tls"; allowed: unused names; fix: rename one of them',
  },
  {
    title: 'a TCP probe for an engine behind a sidecar',
    program: (chart) => statefulSet(chart, { listener: listener(), probes: { liveness: EngineProbe.tcp() } }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - probes.liveness: the engine has no listener, so the probe would always fail; allowed: TCP probes only with a listener; fix: set a listener, or use EngineProbe.connect()',
  },
  {
    title: "a custom engine.toml without the listener's TLS",
    program: (chart) =>
      statefulSet(chart, {
        version: 'v0.21.3',
        engineToml: EngineToml.raw(''),
        listener: listener({ reloadAnnotations: { 'reloader.stakater.com/auto': 'true' } }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - engineToml.grpc.tls: must be the certificates of the listener; got {}; allowed: {"cert":"/etc/dagger/tls/tls.crt","key":"/etc/dagger/tls/tls.key","ca":"/etc/dagger/tls/ca.crt"}; fix: remove it from EngineToml.of(...), or use these paths in EngineToml.raw(...); or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'TLS in engine.toml with a plain listener',
    program: (chart) =>
      statefulSet(chart, {
        version: 'v0.21.3',
        engineToml: EngineToml.of({
          grpc: { tls: { cert: PemFile.fromPath('/tls/tls.crt'), key: PemFile.fromPath('/tls/tls.key') } },
        }),
        listener: Listener.insecureTcp(),
      }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - engineToml.grpc.tls: the port of the listener would use TLS, but its clients use plain TCP; got "/tls/tls.crt"; allowed: TLS that the listener configures; fix: use listener: Listener.tls(...); or accept EngineRisk.TLS_BEHIND_PLAIN_LISTENER`,
  },
  {
    title: 'an issuer of an unknown kind',
    program: listens({ certificates: Certificates.issuedBy({ name: 'ours', kind: 'issuer' }) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.issuer.kind: must be an issuer kind of the API group cert-manager.io; got "issuer"; allowed: Issuer, ClusterIssuer; fix: use Issuer, or set group for an external issuer',
  },
  {
    title: 'a certificate lifetime of minutes',
    program: issues({ duration: Duration.minutes(30) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.duration: must be a duration that cert-manager supports; got "1800 s"; allowed: a whole number of seconds, at least an hour; fix: remove it',
  },
  {
    title: 'a renewal longer than the lifetime',
    program: issues({ duration: Duration.days(1), renewBefore: Duration.days(1) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.renewBefore: must be less than the duration, otherwise the certificate would be renewed continuously; got "86400 s"; allowed: less than the duration (86400 s); fix: remove it',
  },
  {
    title: 'an invalid key size',
    program: issues({ keyAlgorithm: PrivateKeyAlgorithm.RSA, keySize: 1024 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.keySize: must be a valid key size for RSA; got 1024; allowed: 2048, 4096, 8192; fix: remove it',
  },
  {
    title: 'an IP address in the DNS names of a certificate',
    program: issues({ extraDnsNames: ['10.0.0.1:8443'] }),
    says: "[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.extraDnsNames[0]: must be a DNS name; got \"10.0.0.1:8443\"; allowed: lower-case letters, digits, '-' and '.', with an optional '*.' at the start; fix: correct the name, or use extraIpAddresses for an IP address",
  },
  {
    title: 'a DNS name in the IP addresses of a certificate',
    program: issues({ extraIpAddresses: ['localhost'] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.extraIpAddresses[0]: must be an IP address; got "localhost"; allowed: an IPv4 or IPv6 address, without brackets; fix: correct the address, or use extraDnsNames for a name',
  },
  {
    title: 'a public CA without a client CA',
    program: listens({
      certificates: Certificates.fromSecrets({
        server: TlsSecret.fromSecretName('engine-cert'),
        publicCa: true,
      }),
    }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.clientCa: is required with publicCa, because a public CA signs certificates for anyone; allowed: the certificate of your own CA; fix: set clientCa, or mutual: false on the listener',
  },
  {
    title: 'an invalid Secret name',
    program: listens({ certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('Engine_TLS') }) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.server.secretName: must be a valid object name; got "Engine_TLS"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "engine-tls"',
  },
  {
    title: 'an invalid Secret key',
    program: listens({
      certificates: Certificates.fromSecrets({
        server: TlsSecret.fromSecretName('engine-cert'),
        clientCa: KeySelector.fromSecretName('clients', 'ca/crt'),
      }),
    }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.clientCa: must be a valid key of a Secret; got "ca/crt"; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of clients`,
  },
  {
    title: 'a client certificate with an invalid Secret key',
    program: listens({
      certificates: Certificates.fromSecrets({
        server: TlsSecret.fromSecretName('engine-cert'),
        client: ClientCertificate.fromSecret(TlsSecret.fromSecretName('client', { certificate: '' })),
      }),
    }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.client.certificate: must be a valid key of a Secret; got ""; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of client`,
  },
  {
    title: 'an expired certificate',
    program: verifies({ certificate: pem('expired') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.verify.certificate: CN=expired has expired; got "Jan  1 00:00:00 2021 GMT"; allowed: a time in the future; fix: renew it',
  },
  {
    title: 'a certificate that is not valid yet',
    program: verifies({ certificate: pem('not-yet') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.verify.certificate: CN=not-yet is not valid yet; got "Jan  1 00:00:00 2120 GMT"; allowed: a time in the past; fix: wait, or correct the clock',
  },
  {
    title: 'a certificate without the names of the pods',
    program: verifies({ certificate: pem('service-only') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.verify.certificate: clients connect to engine-0.engine-headless.ci.svc, but the certificate does not contain these names; got "DNS:engine.ci.svc, DNS:engine.ci"; allowed: a subject alternative name for each, or a wildcard; fix: issue the certificate with these names',
  },
  {
    title: "a client certificate as the engine's certificate",
    program: verifies({ certificate: pem('client') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.verify.certificate: the extended key usage must include server authentication, because clients reject the certificate otherwise; got ["1.3.6.1.5.5.7.3.2"]; allowed: serverAuth (1.3.6.1.5.5.7.3.1); fix: issue the certificate with this usage',
  },
  {
    title: 'the key of another certificate',
    program: verifies({ certificate: pem('server'), privateKey: pem('another-key') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.verify.privateKey: belongs to a different certificate; allowed: the key of the first certificate; fix: pass the key of the first certificate',
  },
  {
    title: 'the CA of another certificate',
    program: verifies({ certificate: pem('server'), ca: pem('stranger') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.verify.ca: did not sign the certificate or any of its intermediates; got "a certificate of the issuer CN=authority"; allowed: the CA at the root of the chain; fix: set the CA that signed it, or add all intermediates to certificate',
  },
  {
    title: 'the path of a certificate instead of its text',
    program: verifies({ certificate: '/etc/tls/tls.crt' }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.verify.certificate: must contain a readable certificate; allowed: one or more certificates in PEM form; fix: pass the content of the file, not its path',
  },
  {
    title: 'a certificate instead of a key',
    program: verifies({ certificate: pem('server'), privateKey: pem('server') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.verify.privateKey: must contain a readable private key; allowed: one unencrypted key in PEM form; fix: pass the content of the file, not its path',
  },
  {
    title: 'a client of an engine without TLS',
    program: (chart) => daemonSet(chart).issueClient('ci'),
    says: '[ci/engine] issueClient("ci") has 1 problem:\n  - listener: the engine does not use client certificates; allowed: an engine with mutual TLS; fix: set listener: Listener.tls({ certificates: Certificates.privateCa() }) on the engine',
  },
  {
    title: "a client of an engine that doesn't request certificates",
    program: client({}, { mutual: false }),
    says: '[ci/engine] issueClient("ci") has 1 problem:\n  - listener: the engine does not use client certificates; allowed: an engine with mutual TLS; fix: set listener: Listener.tls({ certificates: Certificates.privateCa() }) on the engine',
  },
  {
    title: 'a client of an engine with certificates from Secrets',
    program: client({}, { certificates: fromSecrets }),
    says: '[ci/engine] issueClient("ci") has 1 problem:\n  - listener.certificates: this program has no issuer for certificates that the engine accepts; allowed: Certificates.issuedBy(...) or Certificates.privateCa(), without clientCa; fix: use an existing certificate with ClientCertificate.fromSecret(...)',
  },
  {
    title: 'a client outside the namespace of the Issuer',
    program: client({ namespace: 'runners' }),
    says: '[ci/engine] issueClient("ci") has 1 problem:\n  - namespace: the Issuer "engine-ca" signs only for the engine\'s namespace; got "runners"; allowed: ci; fix: use Certificates.issuedBy({ name, kind: \'ClusterIssuer\' }) and allowedClients with the names of all clients, or an existing Secret in the client\'s namespace with ClientCertificate.fromSecret(...)',
  },
  {
    title: 'a client that the listener does not admit',
    program: client({}, { allowedClients: ['laptops'] }),
    says: '[ci/engine] issueClient("ci") has 1 problem:\n  - name: must be a client that the listener allows; got "ci"; allowed: laptops; fix: add the name to allowedClients on the listener',
  },
  {
    title: 'a client with an invalid name',
    program: (chart) => statefulSet(chart, { listener: listener() }).issueClient('CI Runners'),
    says: '[ci/engine] issueClient("CI Runners") has 1 problem:\n  - name: must be a valid name; got "CI Runners"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "ci-runners"',
  },
  {
    title: 'one client with two certificates',
    program: (chart) => {
      const engine = statefulSet(chart, { listener: listener() });
      engine.issueClient('ci');
      engine.issueClient('ci', { duration: Duration.days(1) });
    },
    says: '[ci/engine] issueClient("ci") has 1 problem:\n  - options: the client already has a certificate with other options; got {"secretName":"engine-client-ci","duration":86400}; allowed: {"secretName":"engine-client-ci"}; fix: call issueClient once for each client, and reuse the result',
  },
  {
    title: 'the plain address of a TLS listener',
    program: (chart) => statefulSet(chart, { listener: listener() }).runnerHost(Transport.tcp()),
    says: "[ci/engine] runnerHost: the engine's listener uses TLS; got Transport.tcp(); fix: use Transport.tls()",
  },
  {
    title: 'the TLS address of a plain listener',
    program: (chart) => statefulSet(chart, { listener: Listener.insecureTcp() }).runnerHost(Transport.tls()),
    says: "[ci/engine] runnerHost: the engine's listener uses plain TCP; got Transport.tls(); fix: set listener: Listener.tls(...), or use Transport.tcp()",
  },
  {
    title: 'the TLS address of a pod that there is not',
    program: (chart) => statefulSet(chart, { listener: listener() }).runnerHost(Transport.tls({ ordinal: 3 })),
    says: '[ci/engine] runnerHost: no pod has this ordinal; got Transport.tls({ ordinal: 3 }); fix: use an EngineStatefulSet, and an ordinal of one of its pods',
  },
  {
    title: 'a CA that expires before the certificates that it signs',
    program: listens({ certificates: Certificates.privateCa({ ca: { duration: Duration.days(30) } }) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.duration: the CA expires before the certificates that it signs; got "7776000 s"; allowed: at most the duration of the CA (2592000 s); fix: increase ca.duration, or decrease this duration',
  },
  {
    title: 'a client certificate that outlives the CA',
    program: client(
      { duration: Duration.days(60) },
      { certificates: Certificates.privateCa({ ca: { duration: Duration.days(50) }, duration: Duration.days(30) }) },
    ),
    says: '[ci/engine] issueClient("ci") has 1 problem:\n  - duration: the CA expires before the certificates that it signs; got "5184000 s"; allowed: at most the duration of the CA (4320000 s); fix: increase ca.duration, or decrease this duration',
  },
  {
    title: 'the timeout of the TLS sidecar as a flag',
    program: terminates({ args: ['--shutdown-timeout=10s'] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.termination.args[0]: conflicts with a flag that the library sets from properties of the listener; got "--shutdown-timeout=10s"; allowed: other flags of ghostunnel; fix: use shutdownTimeout',
  },
  {
    title: 'a server certificate in a Secret of another namespace',
    program: (chart) => {
      const others = new Chart(App.of(chart), 'others', { namespace: 'others' });
      const server = TlsSecret.fromSecret(new Secret(others, 'server', { metadata: { name: 'server' } }));
      statefulSet(chart, { listener: listener({ certificates: Certificates.fromSecrets({ server }) }) });
    },
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.certificates.server: the Secret "server" is in another namespace, and a pod can use only objects in its own namespace; got "others"; allowed: "ci"; fix: create both in charts with the same namespace',
  },
];

export const DOUBTFUL_TLS_PROGRAMS: readonly DoubtfulProgram[] = [
  {
    title: 'TLS on a release whose CLI does not support it',
    warning: EngineRisk.TLS_NEEDS_NEWER_CLIENT,
    program: listens({ termination: TlsTermination.sidecar() }, 'v0.19.11'),
    says: "[ci/engine] warning tls-needs-newer-client: listener: the CLI of v0.19.11 doesn't support tls:// addresses; fix: use the CLI of v0.20.1 or later in clients",
  },
  {
    title: 'TLS on a release that no CLI with TLS supports',
    warning: EngineRisk.TLS_NEEDS_NEWER_CLIENT,
    program: listens({ termination: TlsTermination.sidecar() }, 'v0.18.19'),
    says: '[ci/engine] warning tls-needs-newer-client: listener: tls:// addresses need the CLI of v0.20.1 or later, but client v0.20.1 rejects engines older than v0.19.0, and this engine is v0.18.19; fix: use a tunnel in clients, such as `ghostunnel client`',
  },
  {
    title: 'a certificate that the engine does not reload',
    warning: EngineRisk.CERTIFICATE_NOT_RELOADED,
    program: listens({}, 'v0.21.3'),
    says: '[ci/engine] warning certificate-not-reloaded: listener.reloadAnnotations: the engine reads its certificate only at startup. After the Secret "engine-tls" changes, it serves the old certificate until its pod is replaced; fix: set reloadAnnotations for a controller that replaces the pod, or use TlsTermination.sidecar()',
  },
  {
    title: 'a ClusterIssuer without a list of clients',
    warning: EngineRisk.UNRESTRICTED_CLIENTS,
    program: (chart) =>
      statefulSet(chart, {
        listener: listener({ certificates: Certificates.issuedBy({ name: 'corporate', kind: 'ClusterIssuer' }) }),
      }),
    says: '[ci/engine] warning unrestricted-clients: listener.allowedClients: the engine accepts every certificate that the ClusterIssuer "corporate" signs, including certificates for other namespaces; fix: list the common names of your clients; if all clients are in the namespace of the engine, Certificates.privateCa() also restricts them',
  },
];
