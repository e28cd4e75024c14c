import { Chart } from 'cdk8s';
import {
  Deployment,
  EnvValue,
  Node,
  NodeLabelQuery,
  ServiceAccount,
  Volume,
  type AbstractPod,
  type DeploymentProps,
  type k8s,
} from 'cdk8s-plus-28';
import {
  Certificates,
  CliInstall,
  ClientCertificate,
  EngineServiceAccount,
  HostSocket,
  KeySelector,
  Listener,
  TlsSecret,
  Transport,
} from '../../src/index';
import { daemonSet, deployment, statefulSet, untyped, type WrongProgram } from './program';

const RUNNER_HOST = '_EXPERIMENTAL_DAGGER_RUNNER_HOST';
const tcp = { listener: Listener.insecureTcp() };
const mutualTls = { listener: Listener.tls({ certificates: Certificates.privateCa() }) };

function runner(chart: Chart, props: DeploymentProps = {}): Deployment {
  return new Deployment(chart, 'runner', { containers: [{ name: 'runner', image: 'runner:1' }], ...props });
}

function withAccount(chart: Chart): DeploymentProps {
  return {
    serviceAccount: ServiceAccount.fromServiceAccountName(chart, 'account', 'runner'),
    automountServiceAccountToken: true,
  };
}

/** A chart of the same app in another namespace, or in one that is left open. */
function elsewhere(chart: Chart, namespace?: string): Chart {
  return new Chart(chart.node.root as Chart, 'elsewhere', { namespace });
}

const pod: k8s.PodSpec = { containers: [{ name: 'job', image: 'job:1' }] };

export const CONNECTION_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a client that is no workload',
    program: (chart) => statefulSet(chart, tcp).connect(untyped<AbstractPod>({ kind: 'Deployment' })),
    says: '[ci/engine] connect has 1 problem:\n  - workload: not a pod or workload of cdk8s-plus-28; got "object"; allowed: a Pod, Deployment, StatefulSet, DaemonSet, Job or CronJob of cdk8s-plus-28; fix: for anything else, use engine.connection(...)',
  },
  {
    title: 'a workload without containers',
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart, { containers: [] })),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - containers: the workload has no container yet; got []; allowed: at least one; fix: add its containers before connecting',
  },
  {
    title: "a container that the workload doesn't have",
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart), { containers: ['main'] }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - containers: the pod has no container of that name; got "main"; allowed: runner; fix: name one that it has, or add it before connecting',
  },
  {
    title: 'a container that is the client of another engine',
    program: (chart) => {
      const made = runner(chart);
      statefulSet(chart, tcp, 'one').connect(made);
      statefulSet(chart, tcp, 'two').connect(made);
    },
    says: '[ci/two -> ci/runner] connection has 1 problem:\n  - containers["runner"].env: _EXPERIMENTAL_DAGGER_RUNNER_HOST is set to something else already; got "tcp://one.ci.svc:1234"; allowed: one engine for a container; fix: connect another container, or remove it',
  },
  {
    title: 'a container that has the address written by hand',
    program: (chart) =>
      statefulSet(chart, tcp).connect(
        runner(chart, {
          containers: [
            {
              name: 'runner',
              image: 'runner:1',
              envVariables: { [RUNNER_HOST]: EnvValue.fromValue('tcp://engine:1234') },
            },
          ],
        }),
      ),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - containers["runner"].env: _EXPERIMENTAL_DAGGER_RUNNER_HOST is set to something else already; got "tcp://engine:1234"; allowed: one engine for a container; fix: connect another container, or remove it',
  },
  {
    title: 'a volume where the socket goes',
    program: (chart) => {
      const made = runner(chart);
      made.containers[0]?.mount('/run/dagger', Volume.fromEmptyDir(chart, 'own', 'own'));
      daemonSet(chart).connect(made);
    },
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - containers["runner"].mounts: something else is mounted at /run/dagger; got "own"; allowed: a path that is free; fix: mount it elsewhere',
  },
  {
    title: "a volume with the name of the socket's",
    program: (chart) =>
      daemonSet(chart).connect(runner(chart, { volumes: [Volume.fromEmptyDir(chart, 'own', 'socket-engine')] })),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - volumes: the pod has another one of that name; got "socket-engine"; allowed: names that are not taken; fix: rename it',
  },
  {
    title: 'a client older than the engine serves',
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart), { clientVersion: 'v0.18.19' }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - clientVersion: an engine v0.21.7 serves no client older than v0.19.0; got "v0.18.19"; allowed: the release of the engine, v0.21.7; fix: use a client v0.21.7',
  },
  {
    title: 'an engine older than the client works with',
    program: (chart) =>
      statefulSet(chart, { ...tcp, version: 'v0.18.19' }).connect(runner(chart), { clientVersion: 'v0.21.7' }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - clientVersion: a client v0.21.7 works with no engine older than v0.19.0, and this one is v0.18.19; got "v0.21.7"; allowed: the release of the engine, v0.18.19; fix: use a client v0.18.19',
  },
  {
    title: 'a client that is no release',
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart), { clientVersion: 'latest' }),
    says: `[ci/engine -> ci/runner] connection has 1 problem:\n  - clientVersion: not the number of a release that this library knows; got "latest"; allowed: a release, or nothing; fix: for example 'v0.21.7'`,
  },
  {
    title: 'a client that knows no TLS',
    program: (chart) => statefulSet(chart, mutualTls).connect(runner(chart), { clientVersion: 'v0.19.11' }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - clientVersion: a client v0.19.11 knows no tls:// addresses; allowed: v0.20.1 and later; fix: use such a client',
  },
  {
    title: 'the CLI of an engine whose image has none',
    program: (chart) =>
      daemonSet(chart, { version: 'v0.12.4' }).connect(runner(chart), { cli: CliInstall.fromEngineImage() }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - cli: the image of v0.12.4 has no CLI; allowed: v0.12.5 and later; fix: install the CLI in the image of the client',
  },
  {
    title: 'the CLI at a relative path',
    program: (chart) =>
      daemonSet(chart).connect(runner(chart), { cli: CliInstall.fromEngineImage({ path: 'bin/dagger' }) }),
    says: `[ci/engine -> ci/runner] connection has 1 problem:\n  - cli.path: not a usable path; got "bin/dagger"; allowed: an absolute path of a file, without '..'; fix: use '/usr/local/bin/dagger'`,
  },
  {
    title: 'an engine that offers no way in',
    program: (chart) => deployment(chart).connect(runner(chart)),
    says: "[ci/engine -> ci/runner] connection has 1 problem:\n  - transport: the engine has no listener and no socket on the node, and its pods have random names; got undefined; allowed: a transport that the engine offers; fix: set a listener on the engine, or use engine.connection({ transport: Transport.kubePod('$POD') }) in a shell",
  },
  {
    title: 'several engines without a port, and nothing that says which',
    program: (chart) => statefulSet(chart, { replicas: 3 }).connect(runner(chart, withAccount(chart))),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - transport: nothing says which of 3 engines; got undefined; allowed: Transport.kubePodOrdinal(...), or a shardKey; fix: set shardKey, for example to the name of the repository',
  },
  {
    title: 'the socket of an engine that may be on any node',
    program: (chart) =>
      deployment(chart, { hostSocket: HostSocket.at('/run/dagger') }).connect(runner(chart), {
        transport: Transport.unix(),
      }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - transport: the engine may be on any node, and the client would wait for its socket on another one; got "unix"; allowed: an EngineDaemonSet, or an engine whose nodes pod.nodeSelector or pod.affinity chooses; fix: choose the nodes of the engine, or use another transport',
  },
  {
    title: "the node's socket that isn't there",
    program: (chart) =>
      daemonSet(chart, { ...tcp, hostSocket: HostSocket.none() }).connect(runner(chart), {
        transport: Transport.unix(),
      }),
    says: "[ci/engine] runnerHost: the engine's socket is not on the node, got Transport.unix(); fix: set hostSocket on the engine, or use another transport",
  },
  {
    title: 'a shard of engines without names',
    program: (chart) => daemonSet(chart).connect(runner(chart), { shardKey: 'web' }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - shardKey: the engine has no pods with names of their own to choose from; got "web"; allowed: a key for an EngineStatefulSet with replicas; fix: remove it',
  },
  {
    title: 'an empty shard key',
    program: (chart) => statefulSet(chart, { ...tcp, replicas: 3 }).connect(runner(chart), { shardKey: '' }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - shardKey: an empty key leads every client to one engine; got ""; allowed: a stable word about the client; fix: use the name of the repository',
  },
  {
    title: 'a shard key beside one engine by its name',
    program: (chart) =>
      statefulSet(chart, { ...tcp, replicas: 3 }).connect(runner(chart), {
        shardKey: 'web',
        transport: Transport.tcpToPod(1),
      }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - shardKey: the transport says which engine already; got "web"; allowed: a key with Transport.tls() or Transport.tcp(), or without transport; fix: remove one of the two',
  },
  {
    title: 'a shell variable in a container',
    program: (chart) =>
      deployment(chart).connect(runner(chart, withAccount(chart)), { transport: Transport.kubePod('$POD') }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - transport: nothing puts a value into the shell variable: a variable of a container is no shell; got "Transport.kubePod(\\"$POD\\")"; allowed: a transport whose address is known; fix: use Transport.kubePodOrdinal(0) of an EngineStatefulSet, or engine.connection(...) and its shellExports',
  },
  {
    title: 'the right to exec for the default account, without token',
    program: (chart) => statefulSet(chart).connect(runner(chart)),
    says: "[ci/engine -> ci/runner] connection has 2 problems:\n  - automountServiceAccountToken: kubectl in the pod needs the token of its account to exec into the engine; got false; allowed: true; fix: set it to true, or use another transport\n  - serviceAccount: its pods run under the default account, and with it every pod of the namespace could exec into the engine, which is root on its node; got undefined; allowed: an account of its own; fix: set serviceAccount: new ServiceAccount(chart, 'runner')",
  },
  {
    title: 'the right to exec for the default account, by its name',
    program: (chart) => statefulSet(chart).connection({ serviceAccountName: 'default' }),
    says: '[ci/engine] connection has 1 problem:\n  - serviceAccountName: with the default account every pod of the namespace could exec into the engine, which is root on its node; got "default"; allowed: an account of the client alone; fix: give the client one',
  },
  {
    title: "the right to exec for the engine's own account",
    program: (chart) =>
      statefulSet(chart, { serviceAccount: EngineServiceAccount.create() }).connection({
        serviceAccountName: 'engine',
      }),
    says: `[ci/engine] connection has 1 problem:\n  - serviceAccountName: it is the engine's own account, which builds could take the rights of, and which needs none; got "engine"; allowed: an account of the client alone; fix: give the client one`,
  },
  {
    title: 'a certificate without TLS',
    program: (chart) =>
      statefulSet(chart, tcp).connect(runner(chart), {
        certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls')),
      }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - certificate: only TLS has certificates, and this connection has none; got "tcp"; allowed: a certificate with Transport.tls(); fix: remove it, or choose that transport',
  },
  {
    title: 'a certificate for a listener that asks for none',
    program: (chart) =>
      statefulSet(chart, { listener: Listener.tls({ certificates: Certificates.privateCa(), mutual: false }) }).connect(
        runner(chart),
        { certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls')) },
      ),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - certificate: the listener asks for no certificate, so it would admit others as well; got "runner-tls"; allowed: a certificate where mutual is not false; fix: remove mutual: false from the listener',
  },
  {
    title: 'a certificate in another namespace',
    program: (chart) =>
      statefulSet(chart, mutualTls).connect(runner(elsewhere(chart, 'runners')), {
        certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls'), 'ci'),
      }),
    says: `[ci/engine -> elsewhere/runner] connection has 1 problem:\n  - certificate: its Secret is in namespace "ci", and a pod in namespace "runners" can't mount it; got "runner-tls"; allowed: a Secret in the namespace of the client; fix: use one of that namespace, for example engine.issueClient('runner', { namespace: 'runners' })`,
  },
  {
    title: 'a certificate for another namespace from an issuer that signs for one',
    program: (chart) => statefulSet(chart, mutualTls).connect(runner(elsewhere(chart, 'runners'))),
    says: `[ci/engine] issueClient("runner") has 1 problem:\n  - namespace: the Issuer "engine-ca" signs for the engine's namespace only; got "runners"; allowed: ci; fix: use Certificates.issuedBy({ name, kind: 'ClusterIssuer' }), or give the client a Secret of its namespace with ClientCertificate.fromSecret(...)`,
  },
  {
    title: 'the authority alone, in another namespace',
    program: (chart) =>
      statefulSet(chart, { listener: Listener.tls({ certificates: Certificates.privateCa(), mutual: false }) }).connect(
        runner(elsewhere(chart, 'runners')),
      ),
    says: `[ci/engine -> elsewhere/runner] connection has 1 problem:\n  - certificate: its Secret is in namespace "ci", and a pod in namespace "runners" can't mount it; got "engine-tls"; allowed: a Secret in the namespace of the client; fix: use mutual TLS, where each client has a Secret of its own`,
  },
  {
    title: 'a client without certificate where they come from Secrets',
    program: (chart) =>
      statefulSet(chart, {
        listener: Listener.tls({
          certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-tls') }),
        }),
      }).connect(runner(chart)),
    says: "[ci/engine -> ci/runner] connection has 1 problem:\n  - certificate: the engine's certificates come from Secrets, so this program can't issue one for the client; got undefined; allowed: a certificate that its authority has signed; fix: set certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('...'))",
  },
  {
    title: 'certificate and authority in two Secrets, for a workload of cdk8s-plus-28',
    program: (chart) =>
      statefulSet(chart, {
        listener: Listener.tls({
          certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-tls') }),
        }),
      }).connect(runner(chart), {
        certificate: ClientCertificate.fromSecret(
          untyped<TlsSecret>({
            ...TlsSecret.fromSecretName('runner-tls'),
            ca: KeySelector.fromConfigMapName('authority', 'ca.crt'),
          }),
        ),
      }),
    says: '[ci/engine -> ci/runner] connection has 1 problem:\n  - certificate: certificate and authority are in two objects, and cdk8s-plus-28 has no volume of both; got "tls-engine"; allowed: one Secret with both; fix: put them in one, or use engine.connection(...).podSpec(...)',
  },
  {
    title: 'a client in a namespace that its chart leaves open',
    program: (chart) => statefulSet(chart, tcp).connect(runner(elsewhere(chart))),
    says: '[ci/engine -> elsewhere/runner] connection has 1 problem:\n  - namespace: the engine is in namespace "ci" and the client in one that its chart leaves open, so neither the address nor the network policy is sure; got undefined; allowed: a namespace for both charts, or for none; fix: set namespace on the chart that has none',
  },
  {
    title: 'an account in a namespace that nobody knows',
    program: (chart) => statefulSet(elsewhere(chart)).connection({ serviceAccountName: 'runner' }),
    says: '[elsewhere/engine] connection has 1 problem:\n  - namespace: a RoleBinding names the namespace of the account, and the charts leave it open; got undefined; allowed: a namespace; fix: give the charts a namespace',
  },
  {
    title: "an account that can't have that name",
    program: (chart) => statefulSet(chart).connection({ serviceAccountName: 'Runner', namespace: 'Runners' }),
    says: `[ci/engine] connection has 2 problems:\n  - namespace: not a valid name; got "Runners"; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "runners"\n  - serviceAccountName: not a valid object name; got "Runner"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "runner"`,
  },
  {
    title: "two node affinities that cdk8s-plus-28 can't join",
    program: (chart) => {
      const made = runner(chart);
      made.scheduling.attract(Node.labeled(NodeLabelQuery.is('disk', 'nvme')));
      daemonSet(chart, {
        pod: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['builds'] }] }],
              },
            },
          },
        },
      }).connect(made);
    },
    says: `[ci/engine -> ci/runner] connection has 1 problem:\n  - scheduling: both the engine and the workload have a node affinity, and cdk8s-plus-28 can't say that both hold; got "ci/engine"; allowed: an engine whose nodes are chosen by pod.nodeSelector; fix: choose them so, or use engine.connection(...).podSpec(...)`,
  },
  {
    title: 'a pod with another account than the one with the rights',
    program: (chart) =>
      statefulSet(chart)
        .connection({ serviceAccountName: 'runner' })
        .podSpec({ ...pod, serviceAccountName: 'other', automountServiceAccountToken: false }),
    says: '[ci/engine] connection has 2 problems:\n  - serviceAccountName: another account has the rights; got "other"; allowed: runner; fix: connect with the account of the pod\n  - automountServiceAccountToken: kubectl in the pod needs the token of its account to exec into the engine; got false; allowed: true; fix: set it to true, or use another transport',
  },
  {
    title: 'a pod that chooses other nodes than the engine',
    program: (chart) =>
      daemonSet(chart, { pod: { nodeSelector: { pool: 'builds' } } })
        .connection()
        .podSpec({ ...pod, nodeSelector: { pool: 'web' } }),
    says: '[ci/engine] connection has 1 problem:\n  - nodeSelector: the engine runs on nodes whose label pool is "builds"; got "web"; allowed: builds; fix: remove it, or use another transport',
  },
  {
    title: 'a pod template that is the client of another engine of that name',
    program: (chart) =>
      statefulSet(chart, tcp)
        .connection()
        .podTemplate({
          metadata: { labels: { 'dagger-client/engine': 'other' } },
          spec: { containers: [{ name: 'job', env: [{ name: RUNNER_HOST, value: 'tcp://engine.other.svc:1234' }] }] },
        }),
    says: '[ci/engine] connection has 2 problems:\n  - metadata.labels: the label dagger-client/engine is there already, for an engine of that name in another namespace; got "other"; allowed: one of the two engines; fix: give one of them another name\n  - spec.containers[0].env: _EXPERIMENTAL_DAGGER_RUNNER_HOST is set to something else already; got "tcp://engine.other.svc:1234"; allowed: one engine for a container; fix: connect another container, or remove it',
  },
];
