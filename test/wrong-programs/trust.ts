import { Namespace } from 'cdk8s-plus-28';
import {
  DedicatedNodes,
  EngineJson,
  EngineNamespace,
  EngineServiceAccount,
  EngineToml,
  EnvVar,
  Listener,
  NetworkPeer,
  OpenShiftPrivileged,
  type EngineProps,
  type INetworkPeer,
} from '../../src/index';
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

/** In two parts, so that secret scanners ignore this file. */
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const KEY = `-----BEGIN ${'PRIVATE KEY'}-----\nMC4CAQAwBQYDK2VwBCIEIJ\n-----END ${'PRIVATE KEY'}-----\n`;
const REFUSED = 'and everyone who reads the manifest would see it; allowed: secrets by reference only; fix: ';
const MOUNTED = 'keep it in a Secret, and refer to it from a variable or mount it';

export const ADMISSION_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a port open to the whole cluster, without a reason',
    program: listens({ enabled: false }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.reason: without a policy every pod of the cluster reaches the engine's ports, and that needs a reason; got undefined; allowed: a text; fix: say what decides instead, or remove enabled: false",
  },
  {
    title: 'a reason without effect',
    program: listens({ reason: 'our own policies' }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.reason: a reason for a policy that is not there, but it is; got "our own policies"; allowed: with enabled: false; fix: remove it',
  },
  {
    title: 'egress rules without a policy',
    program: listens({ enabled: false, reason: 'our own policies', egress: {} }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.egress: rules for a policy that is not there; got "egress and enabled: false"; allowed: one of them; fix: remove enabled: false',
  },
  {
    title: 'a policy without restrictions',
    program: listens({ egress: { cloudMetadata: true, privateNetworks: true } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.egress: nothing would be closed; got {"cloudMetadata":true,"privateNetworks":true}; allowed: one of the two; fix: remove egress',
  },
  {
    title: 'a host name instead of an address in a policy',
    program: listens({ egress: { allowTo: [NetworkPeer.cidr('registry.example.com')] } }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - networkPolicy.egress.allowTo[0].cidr: not a network; got \"registry.example.com\"; allowed: ADDRESS/LENGTH; fix: for example '10.1.0.0/16', or '10.1.2.3/32' for one address",
  },
  {
    title: 'a client of a missing port',
    program: (chart) => daemonSet(chart).allowFrom(NetworkPeer.namespace('ci')),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer: the engine opens no port for clients; allowed: an engine that does; fix: set a listener',
  },
  {
    title: 'a scraper of missing metrics',
    program: (chart) => daemonSet(chart).allowMetricsFrom(NetworkPeer.namespace('monitoring')),
    says: '[ci/engine] allowMetricsFrom has 1 problem:\n  - peer: the engine has no metrics; allowed: an engine that does; fix: set metrics: {}',
  },
  {
    title: 'a client of an engine without a policy',
    program: admits(NetworkPeer.namespace('ci'), { networkPolicy: { enabled: false, reason: 'our own policies' } }),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer: the engine has no network policy, so everyone is admitted already; allowed: an engine with one; fix: remove networkPolicy: { enabled: false }',
  },
  {
    title: 'pods without labels',
    program: admits(NetworkPeer.pods({ labels: {} })),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer.labels: without labels it would be every pod; got {}; allowed: at least one label; fix: for a whole namespace use NetworkPeer.namespace(name)',
  },
  {
    title: 'an invalid namespace',
    program: admits(NetworkPeer.namespace('Monitoring')),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer.namespace: not a valid name; got "Monitoring"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "monitoring"',
  },
  {
    title: 'an address instead of an admitted network',
    program: admits(NetworkPeer.cidr('10.0.0.1')),
    says: "[ci/engine] allowFrom has 1 problem:\n  - peer.cidr: not a network; got \"10.0.0.1\"; allowed: ADDRESS/LENGTH; fix: for example '10.1.0.0/16', or '10.1.2.3/32' for one address",
  },
  {
    title: 'an exception outside its network',
    program: admits(NetworkPeer.cidr('10.0.0.0/8', ['192.168.0.0/16'])),
    says: '[ci/engine] allowFrom has 1 problem:\n  - peer.except[0]: not a part of the network, which the API server refuses; got "192.168.0.0/16"; allowed: a smaller network in 10.0.0.0/8; fix: remove it',
  },
];

export const SECRET_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a Dagger Cloud token in plain text',
    program: told({ env: { DAGGER_CLOUD_TOKEN: EnvVar.value('hunter2') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.DAGGER_CLOUD_TOKEN: looks like the value of something with such a name, ${REFUSED}use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); if it is no secret, add "env.DAGGER_CLOUD_TOKEN" to allowSecretText`,
  },
  {
    title: 'a token in a variable with a harmless name',
    program: told({ env: { NOTE: EnvVar.value(TOKEN) } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.NOTE: looks like a token of GitHub, ${REFUSED}use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); if it is no secret, add "env.NOTE" to allowSecretText`,
  },
  {
    title: 'a password in a flag',
    program: told({ args: ['--registry-password', 'hunter2'] }),
    says: `[ci/engine] EngineDaemonSet has 2 problems:\n  - args[0]: the engine has no such flag, and exits; got "--registry-password"; allowed: flags that dagger-engine has; fix: the nearest is --extra-debug\n  - args[1]: looks like the value of something with such a name, ${REFUSED}${MOUNTED}; if it is no secret, add "args[1]" to allowSecretText`,
  },
  {
    title: 'a token in engine.json',
    program: told({ engineJson: EngineJson.of({ gc: { policies: [{ all: true, filters: [`id==${TOKEN}`] }] } }) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson: looks like a token of GitHub, ${REFUSED}remove it: what builds need to log in anywhere comes from their client; if it is no secret, add "engineJson" to allowSecretText`,
  },
  {
    title: 'a private key in engine.toml',
    program: told({ engineToml: EngineToml.raw(KEY.replace(/^(?=.)/gm, '# ')) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml: looks like a private key, ${REFUSED}remove it: what builds need to log in anywhere comes from their client; if it is no secret, add "engineToml" to allowSecretText`,
  },
  {
    title: 'a password in a sidecar',
    program: told({
      pod: { sidecars: [{ name: 'proxy', image: 'proxy:1', env: [{ name: 'PROXY_PASSWORD', value: 'hunter2' }] }] },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - pod.sidecars[0].env.PROXY_PASSWORD: looks like the value of something with such a name, ${REFUSED}use valueFrom; if it is no secret, add "pod.sidecars[0].env.PROXY_PASSWORD" to allowSecretText`,
  },
  {
    title: 'a URL with a password for an init container',
    program: told({
      pod: {
        initContainers: [
          { name: 'clone', image: 'git:1', args: ['clone', 'https://user:hunter2@git.example.com/repo'] },
        ],
      },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - pod.initContainers[0].args[1]: looks like a URL with a password, ${REFUSED}${MOUNTED}; if it is no secret, add "pod.initContainers[0].args[1]" to allowSecretText`,
  },
];

export const PLATFORM_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'an engine namespace that rejects engines',
    program: (chart) =>
      new EngineNamespace(chart, 'namespace', { labels: { 'pod-security.kubernetes.io/enforce': 'baseline' } }),
    says: '[ci/namespace] EngineNamespace has 1 problem:\n  - labels: the library sets that key itself; got "pod-security.kubernetes.io/enforce"; allowed: other keys; fix: remove it',
  },
  {
    title: 'an engine in a namespace that rejects it',
    program: (chart) => {
      new Namespace(chart, 'namespace', {
        metadata: { name: 'ci', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      });
      daemonSet(chart);
    },
    says: 'Validation failed with the following errors:\n  [ci/engine] namespace: engines are privileged, and the Pod Security level of their namespace makes the API server refuse them; got "restricted"; allowed: privileged; fix: use EngineNamespace, or label the namespace pod-security.kubernetes.io/enforce: privileged',
  },
  {
    title: 'privileges for the default account',
    program: (chart) => new OpenShiftPrivileged(chart, 'scc', { engine: daemonSet(chart) }),
    says: "[ci/scc] OpenShiftPrivileged has 1 problem:\n  - engine: the engine runs under the namespace's default account, and so does every other pod there that names none: all of them could run privileged; got undefined; allowed: an engine with an account of its own; fix: set serviceAccount: EngineServiceAccount.create() on the engine",
  },
  {
    title: 'privileges for the default account, by name',
    program: (chart) =>
      new OpenShiftPrivileged(chart, 'scc', {
        engine: daemonSet(chart, { serviceAccount: EngineServiceAccount.fromName('default') }),
      }),
    says: '[ci/scc] OpenShiftPrivileged has 1 problem:\n  - engine: the engine runs under the namespace\'s default account, and so does every other pod there that names none: all of them could run privileged; got "default"; allowed: an engine with an account of its own; fix: set serviceAccount: EngineServiceAccount.create() on the engine',
  },
  {
    title: 'nodes with an invalid label',
    program: () => DedicatedNodes.of({ value: 'a value' }),
    says: "[DedicatedNodes.of] options has 1 problem:\n  - label[\"dagger-node\"]: not a valid label value; got \"a value\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: move text that is no label to annotations",
  },
  {
    title: 'no root capabilities, with an engine.json that grants them',
    program: told({ insecureRootCapabilities: false, engineJson: EngineJson.raw('{}') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - insecureRootCapabilities: security in engineJson says otherwise; got false; allowed: what the file says; fix: set "security": {"insecureRootCapabilities": false} there',
  },
];
