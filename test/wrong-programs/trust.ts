import { Chart, JsonPatch } from 'cdk8s';
import { Deployment, k8s, Namespace } from 'cdk8s-plus-28';
import {
  Certificates,
  Cluster,
  DedicatedNodes,
  EngineJson,
  EngineNamespace,
  EngineRisk,
  EngineServiceAccount,
  EngineToml,
  EnvVar,
  KeySelector,
  Listener,
  NetworkPeer,
  OpenShiftPrivileged,
  PemFile,
  type EngineProps,
  type INetworkPeer,
  LabelOperator,
} from '../../src/index';
import { accept } from '../engines';
import { daemonSet, type WrongProgram } from './program';

const told =
  (props: Partial<EngineProps>): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, props);
const listens = (networkPolicy: EngineProps['networkPolicy']): WrongProgram['program'] =>
  told({ listener: Listener.insecureTcp(), networkPolicy });
const admits =
  (peer: INetworkPeer, props: Partial<EngineProps> = {}): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, { listener: Listener.insecureTcp(), ...props }).allowFrom(peer);

/** A fake token. It is split into parts, so that secret scanners ignore this file. */
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const KEY = `-----BEGIN ${'PRIVATE KEY'}-----\nMC4CAQAwBQYDK2VwBCIEIJ\n-----END ${'PRIVATE KEY'}-----\n`;
const JWT = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiJyb2JvdCJ9', 'c2lnbmF0dXJlcw'].join('.');
const REFUSED = 'which anyone who can read the manifest would see; allowed: secrets by reference only; fix: ';
const MOUNTED = 'keep it in a Secret, and refer to it from a variable or mount it';

const REFERENCE = 'keep it in a Secret, and refer to the Secret; or accept EngineRisk.SECRET_IN_PLAIN_TEXT';

const PRIVATE = 'looks like a private key, which would be copied to every pod that needs the certificate';
const CERTIFICATE =
  "allowed: the name of a file or entry that contains a certificate, such as 'ca.crt'; fix: use the entry that contains the certificate";

export const ADMISSION_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a Deployment of another cluster that is admitted',
    program: (chart) => {
      const other = new Chart(chart, 'other', { namespace: 'ci' });
      Cluster.separate(other);
      const runner = new Deployment(other, 'runner', { containers: [{ image: 'runner:1' }] });
      daemonSet(chart, { listener: Listener.insecureTcp() }).allowFrom(runner);
    },
    says: 'Validation failed with the following errors:\n  [ci/engine] allowFrom: the engine and the peer are in different clusters, and a network policy selects only pods in its own cluster; got "ci/other/runner"; allowed: pods in the engine\'s cluster; fix: allow the addresses of the peer with NetworkPeer.cidr(...)',
  },
  {
    title: 'a port open to the whole cluster',
    program: listens({ enabled: false }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.enabled: without a policy, every pod in the cluster can reach the engine's ports; got false; allowed: true; fix: remove enabled: false; or accept EngineRisk.NO_NETWORK_POLICY",
  },
  {
    title: 'egress rules without a policy',
    program: (chart) => daemonSet(chart, { networkPolicy: { enabled: false, egress: {} } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.egress: the policy is disabled, so its rules have no effect; got "egress and enabled: false"; allowed: one of them; fix: remove enabled: false',
  },
  {
    title: 'a policy without restrictions',
    program: listens({ egress: { cloudMetadata: true, privateNetworks: true } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.egress: the policy would not block anything; got {"cloudMetadata":true,"privateNetworks":true}; allowed: cloudMetadata or privateNetworks, not both; fix: remove egress',
  },
  {
    title: 'a host name instead of an address in a policy',
    program: listens({ egress: { allowTo: [NetworkPeer.cidr('registry.example.com')] } }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.egress.allowTo[0].cidr: must be a network in CIDR notation; got \"registry.example.com\"; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address",
  },
  {
    title: 'a client of a missing port',
    program: (chart) => daemonSet(chart).allowFrom(NetworkPeer.namespace('ci')),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer: the engine has no port for clients; allowed: an engine with a listener; fix: set listener',
  },
  {
    title: 'a scraper of missing metrics',
    program: (chart) => daemonSet(chart).allowMetricsFrom(NetworkPeer.namespace('monitoring')),
    says: '[ci/engine] allowMetricsFrom has 1 problem:\n  - peer: the engine has no metrics; allowed: an engine with metrics; fix: set metrics: {}',
  },
  {
    title: 'a client of an engine without a policy',
    program: admits(NetworkPeer.namespace('ci'), {
      networkPolicy: { enabled: false },
      acceptRisks: [accept(EngineRisk.NO_NETWORK_POLICY)],
    }),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer: the engine has no network policy, so it already accepts all clients; allowed: an engine with a network policy; fix: remove networkPolicy: { enabled: false }',
  },
  {
    title: 'pods without labels',
    program: admits(NetworkPeer.pods({ labels: {} })),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer.labels: must not be empty, because the peer would match every pod; got {}; allowed: at least one label or label expression; fix: add a label, or use NetworkPeer.namespace(name) for a whole namespace',
  },
  {
    title: 'an invalid namespace',
    program: admits(NetworkPeer.namespace('Monitoring')),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer.namespace: must be a valid name; got "Monitoring"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "monitoring"',
  },
  {
    title: 'an address instead of an admitted network',
    program: admits(NetworkPeer.cidr('10.0.0.1')),
    says: "[ci/engine] allowFrom has 1 problem:\n  - peer.cidr: must be a network in CIDR notation; got \"10.0.0.1\"; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address",
  },
  {
    title: 'an exception outside its network',
    program: admits(NetworkPeer.cidr('10.0.0.0/8', ['192.168.0.0/16'])),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer.except[0]: must be inside the network in cidr, and smaller than it; got "192.168.0.0/16"; allowed: a smaller network within 10.0.0.0/8; fix: remove it',
  },
  {
    title: 'a network with host bits',
    program: admits(NetworkPeer.cidr('10.1.2.3/8')),
    says: `[ci/engine] allowFrom has 1 problem:\n  - peer.cidr: the address has host bits (after the first 8); got "10.1.2.3/8"; allowed: ADDRESS/LENGTH; fix: write '10.0.0.0/8', or '10.1.2.3/32' for one address`,
  },
  {
    title: 'a network whose length has a leading zero',
    program: admits(NetworkPeer.cidr('10.0.0.0/08')),
    says: `[ci/engine] allowFrom has 1 problem:\n  - peer.cidr: must not have leading zeros in its length; got "10.0.0.0/08"; allowed: ADDRESS/LENGTH; fix: write '10.0.0.0/8'`,
  },
  {
    title: 'an IPv4 network that is mapped to IPv6',
    program: admits(NetworkPeer.cidr('::ffff:10.0.0.0/104')),
    says: `[ci/engine] allowFrom has 1 problem:\n  - peer.cidr: must not be an IPv4-mapped IPv6 address; got "::ffff:10.0.0.0/104"; allowed: ADDRESS/LENGTH; fix: write '10.0.0.0/8'`,
  },
  {
    title: 'the address of a registry with the length of its network',
    program: told({ networkPolicy: { egress: { allowTo: [NetworkPeer.cidr('192.168.1.20/24')] } } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.egress.allowTo[0].cidr: the address has host bits (after the first 24); got "192.168.1.20/24"; allowed: ADDRESS/LENGTH; fix: write '192.168.1.0/24', or '192.168.1.20/32' for one address`,
  },
  {
    title: 'a namespace with two names',
    program: admits(
      NetworkPeer.pods({
        labels: { app: 'runner' },
        namespace: 'a',
        namespaceLabels: { 'kubernetes.io/metadata.name': 'b' },
      }),
    ),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer.namespaceLabels: no namespace has both names, "a" and "b"; got {"kubernetes.io/metadata.name":"b"}; allowed: one namespace; fix: use two peers, one for each namespace',
  },
  {
    title: 'a label expression without values',
    program: admits(NetworkPeer.pods({ labelExpressions: [{ key: 'app', operator: LabelOperator.IN }] })),
    says: "[ci/engine] allowFrom has 1 problem:\n  - peer.labelExpressions[0].values: the operator 'In' requires values; got []; allowed: values only with 'In' and 'NotIn'; fix: add a value",
  },
];

export const SECRET_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a Dagger Cloud token in plain text',
    program: told({ env: { DAGGER_CLOUD_TOKEN: EnvVar.fromValue('hunter2') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.DAGGER_CLOUD_TOKEN: looks like a secret, judging by its name, ${REFUSED}use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); or accept EngineRisk.SECRET_IN_PLAIN_TEXT`,
  },
  {
    title: 'a token in a variable with a harmless name',
    program: told({ env: { NOTE: EnvVar.fromValue(TOKEN) } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.NOTE: looks like a GitHub token, ${REFUSED}use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); or accept EngineRisk.SECRET_IN_PLAIN_TEXT`,
  },
  {
    title: 'a password in a flag',
    program: told({ args: ['--registry-password', 'hunter2'] }),
    says: '[ci/engine] EngineDaemonSet has 2 problems:\n  - args[0]: is not a flag of the engine, so the engine exits; got "--registry-password"; allowed: flags of dagger-engine; fix: use --extra-debug, or remove it; or accept EngineRisk.UNKNOWN_FLAG\n  - args[1]: looks like a secret, judging by its name, which anyone who can read the manifest would see; allowed: secrets by reference only; fix: keep it in a Secret, and refer to it from a variable or mount it; or accept EngineRisk.SECRET_IN_PLAIN_TEXT',
  },
  {
    title: 'a token in engine.json',
    program: told({ engineJson: EngineJson.of({ gc: { policies: [{ all: true, filters: [`id==${TOKEN}`] }] } }) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson: looks like a GitHub token, ${REFUSED}remove it, because builds get their credentials from the client; or accept EngineRisk.SECRET_IN_PLAIN_TEXT`,
  },
  {
    title: 'a private key in engine.toml',
    program: told({ engineToml: EngineToml.raw(KEY.replace(/^(?=.)/gm, '# ')) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml: looks like a private key, ${REFUSED}remove it, because builds get their credentials from the client; or accept EngineRisk.SECRET_IN_PLAIN_TEXT`,
  },
  {
    title: 'a password in a sidecar',
    program: told({
      sidecars: [{ name: 'proxy', image: 'proxy:1', env: [{ name: 'PROXY_PASSWORD', value: 'hunter2' }] }],
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].env.PROXY_PASSWORD: looks like a secret, judging by its name, ${REFUSED}use valueFrom; or accept EngineRisk.SECRET_IN_PLAIN_TEXT`,
  },
  {
    title: 'a URL with a password for an init container',
    program: told({
      initContainers: [{ name: 'clone', image: 'git:1', args: ['clone', 'https://user:hunter2@git.example.com/repo'] }],
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - initContainers[0].args[1]: looks like a URL with a password, ${REFUSED}${MOUNTED}; or accept EngineRisk.SECRET_IN_PLAIN_TEXT`,
  },
  {
    title: 'tokens in the annotations of a workload, its pods, its account and its Service',
    program: told({
      annotations: { note: TOKEN },
      podAnnotations: { 'example.com/api-key': 'hunter2' },
      serviceAccount: EngineServiceAccount.create({ annotations: { note: JWT } }),
      listener: Listener.insecureTcp({ service: { annotations: { note: 'https://robot:hunter2@example.com' } } }),
    }),
    says: `[ci/engine] EngineDaemonSet has 4 problems:\n  - serviceAccount.annotations.note: looks like a JSON web token, ${REFUSED}${REFERENCE}\n  - listener.service.annotations.note: looks like a URL with a password, ${REFUSED}${REFERENCE}\n  - annotations.note: looks like a GitHub token, ${REFUSED}${REFERENCE}\n  - podAnnotations["example.com/api-key"]: looks like a secret, judging by its name, ${REFUSED}${REFERENCE}`,
  },
  {
    title: 'a token in the hook and in the probe of a sidecar',
    program: told({
      sidecars: [
        {
          name: 'proxy',
          image: 'proxy:1',
          lifecycle: { preStop: { exec: { command: ['notify', TOKEN] } } },
          livenessProbe: {
            httpGet: {
              port: k8s.IntOrString.fromNumber(8080),
              httpHeaders: [{ name: 'Authorization', value: 'Basic cm9ib3Q6aHVudGVyMg==' }],
            },
          },
        },
      ],
    }),
    says: `[ci/engine] EngineDaemonSet has 2 problems:\n  - sidecars[0].lifecycle.preStop.exec.command[1]: looks like a GitHub token, ${REFUSED}${REFERENCE}\n  - sidecars[0].livenessProbe.httpGet.httpHeaders[0].value: looks like basic authentication, ${REFUSED}${REFERENCE}`,
  },
  {
    title: 'a password in the attributes of a CSI volume',
    program: told({
      volumes: [{ name: 'share', csi: { driver: 'smb.example.com', volumeAttributes: { password: 'hunter2' } } }],
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0].csi.volumeAttributes.password: looks like a secret, judging by its name, ${REFUSED}${REFERENCE}`,
  },
  {
    title: 'the passwords of a docker config',
    program: told({
      env: { CONFIG: EnvVar.fromValue('{"auths":{"ghcr.io":{"username":"robot","password":"hunter2"}}}') },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.CONFIG: looks like registry credentials, ${REFUSED}use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); or accept EngineRisk.SECRET_IN_PLAIN_TEXT`,
  },
  {
    title: 'a token that a patch adds',
    program: (chart) =>
      daemonSet(chart).workload.addJsonPatch(
        JsonPatch.add('/spec/template/spec/containers/0/env', [{ name: 'NOTE', value: TOKEN }]),
      ),
    says: `Validation failed with the following errors:\n  [ci/engine/Resource] spec.template.spec.containers[0].env[0].value: looks like a GitHub token, ${REFUSED}${REFERENCE}`,
  },
  {
    title: 'private keys instead of certificates',
    program: told({
      caCertificates: [KeySelector.fromSecretName('ca', 'tls.key')],
      engineJson: EngineJson.of({
        registries: { 'registry.example.com': { ca: [PemFile.fromPath('/certs/privkey.pem')] } },
      }),
      listener: Listener.tls({
        certificates: Certificates.privateCa({ clientCa: KeySelector.fromSecretName('ca', 'ca.key') }),
      }),
    }),
    says: `[ci/engine] EngineDaemonSet has 3 problems:\n  - listener.certificates.clientCa: ${PRIVATE}; got "ca.key"; ${CERTIFICATE}\n  - engineJson.registries["registry.example.com"].ca[0]: ${PRIVATE}; got "/certs/privkey.pem"; ${CERTIFICATE}\n  - caCertificates[0]: ${PRIVATE}; got "tls.key"; ${CERTIFICATE}`,
  },
];

export const PLATFORM_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'an engine namespace that rejects engines',
    program: (chart) =>
      new EngineNamespace(chart, 'namespace', { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } }),
    says: '[ci/namespace] EngineNamespace has 1 problem:\n  - labels: the library sets this key itself; got "pod-security.kubernetes.io/enforce"; allowed: other keys; fix: remove it',
  },
  {
    title: 'an engine in a namespace that rejects it',
    program: (chart) => {
      new Namespace(chart, 'namespace', {
        metadata: { name: 'ci', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      });
      daemonSet(chart);
    },
    says: 'Validation failed with the following errors:\n  [ci/engine] namespace: engines are privileged, and the Pod Security level of this namespace forbids privileged pods; got "restricted"; allowed: privileged; fix: use EngineNamespace, or label the namespace pod-security.kubernetes.io/enforce: privileged',
  },
  {
    title: 'privileges for the default account',
    program: (chart) => new OpenShiftPrivileged(chart, 'scc', { engine: daemonSet(chart) }),
    says: "[ci/scc] OpenShiftPrivileged has 1 problem:\n  - engine: the engine uses the namespace's default service account, so every pod that sets no account could run privileged; got undefined; allowed: an engine with its own service account; fix: set serviceAccount: EngineServiceAccount.create() on the engine",
  },
  {
    title: 'privileges for the default account, by name',
    program: (chart) =>
      new OpenShiftPrivileged(chart, 'scc', {
        engine: daemonSet(chart, { serviceAccount: EngineServiceAccount.fromName('default') }),
      }),
    says: '[ci/scc] OpenShiftPrivileged has 1 problem:\n  - engine: the engine uses the namespace\'s default service account, so every pod that sets no account could run privileged; got "default"; allowed: an engine with its own service account; fix: set serviceAccount: EngineServiceAccount.create() on the engine',
  },
  {
    title: 'nodes with an invalid label',
    program: () => DedicatedNodes.of({ value: 'a value' }),
    says: "[DedicatedNodes.of] options has 1 problem:\n  - label[\"dagger-node\"]: must be a valid label value; got \"a value\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text",
  },
  {
    title: 'no root capabilities, with an engine.json that grants them',
    program: told({ insecureRootCapabilities: false, engineJson: EngineJson.raw('{}') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - insecureRootCapabilities: conflicts with security in engineJson; got false; allowed: the value in the file; fix: set "security": {"insecureRootCapabilities": false} there',
  },
];
