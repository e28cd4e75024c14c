import { ApiObject, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  Deployment,
  EnvValue,
  RestartPolicy,
  ServiceAccount,
  Volume,
  type DeploymentProps,
  type k8s,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import {
  Certificates,
  CliInstall,
  ConnectionCheck,
  ClientCertificate,
  Cluster,
  Engine,
  EngineServiceAccount,
  HostSocket,
  Listener,
  TlsSecret,
  Transport,
} from '../../src/index';
import { daemonSet, deployment, statefulSet, untyped, type WrongProgram, elsewhere, restricted } from './program';

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

const pod: k8s.PodSpec = { containers: [{ name: 'job', image: 'job:1' }] };

export const CONNECTION_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a client that is not a construct',
    program: (chart) => statefulSet(chart, tcp).connect(untyped<Construct>({ kind: 'Deployment' })),
    says: '[ci/engine] connect has 1 problem:\n  - construct: has the wrong type; got {"kind":"Deployment"}; allowed: a construct; fix: use a construct',
  },
  {
    title: 'a client whose pod the API server rejects',
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart, { restartPolicy: RestartPolicy.NEVER })),
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: spec.template.spec.restartPolicy: must be one of the values that Kubernetes supports; got "Never"; allowed: Always; fix: write one of them',
  },
  {
    title: 'a CronJob whose pod the API server rejects',
    program: (chart) =>
      statefulSet(chart, tcp).connect(
        new ApiObject(chart, 'nightly', {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          metadata: { name: 'nightly' },
          spec: {
            schedule: '0 1 * * *',
            jobTemplate: { spec: { template: { spec: { containers: [{ name: 'A_B', image: 'job:1' }] } } } },
          },
        }),
      ),
    says: 'Validation failed with the following errors:\n  [ci/nightly] connect to ci/engine: spec.jobTemplate.spec.template.spec.containers[0].name: must be a valid name; got "A_B"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "a-b"\n  [ci/nightly] connect to ci/engine: spec.jobTemplate.spec.template.spec.restartPolicy: must be one of the values that Kubernetes supports; got "Always"; allowed: Never, OnFailure; fix: write one of them',
  },
  {
    title: 'a custom resource with a pod that the API server would reject',
    program: (chart) =>
      statefulSet(chart, tcp).connect(
        new ApiObject(chart, 'rollout', {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Rollout',
          metadata: { name: 'rollout' },
          spec: {
            template: { spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 99999 }] }] } },
          },
        }),
        { podTemplatePath: '/spec/template' },
      ),
    says: 'Validation failed with the following errors:\n  [ci/rollout] connect to ci/engine: spec.template.spec.containers[0].ports[0].containerPort: must be a TCP port; got 99999; allowed: a whole number from 1 to 65535; fix: choose another port',
  },
  {
    title: 'a pod that the API server rejects, as data',
    program: (chart) =>
      statefulSet(chart, tcp)
        .addClient()
        .podSpec({ containers: [{ name: 'A_B', image: 'job:1' }] }),
    says: '[ci/engine] connection has 1 problem:\n  - spec.containers[0].name: must be a valid name; got "A_B"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "a-b"',
  },
  {
    title: 'a pod template that the API server rejects, as data',
    program: (chart) =>
      statefulSet(chart, tcp)
        .addClient()
        .podTemplate({ spec: { restartPolicy: 'Sometimes', containers: [{ name: 'job', image: 'job:1' }] } }),
    says: '[ci/engine] connection has 1 problem:\n  - spec.restartPolicy: must be one of the values that Kubernetes supports; got "Sometimes"; allowed: Always, Never, OnFailure; fix: write one of them',
  },
  {
    title: 'a custom Secret with the name of the one for a client of an imported engine',
    program: (chart) => {
      const engine = Engine.fromEngineAttributes(chart, 'pool', {
        name: 'pool',
        namespace: 'ci',
        version: 'v0.21.7',
        listener: { port: 1234, tls: { clientIssuer: { name: 'pool-ca' } } },
      });
      engine.issueClient('runner');
      new ApiObject(chart, 'secret', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pool-client-runner' } });
    },
    says: 'Validation failed with the following errors:\n  [ci/secret] metadata.name: cert-manager also writes this Secret, for the Certificate ci/pool/Client-runner, and each would overwrite the other; got "pool-client-runner"; allowed: a separate Secret for each Certificate; fix: choose another name',
  },
  {
    title: "a container that the workload doesn't have",
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart), { containers: ['main'] }),
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: spec.containers: the pod has no container with this name; got "main"; allowed: runner; fix: use one of these names',
  },
  {
    title: 'a container that is the client of another engine',
    program: (chart) => {
      const made = runner(chart);
      statefulSet(chart, tcp, 'one').connect(made);
      statefulSet(chart, tcp, 'two').connect(made);
    },
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/two: spec.containers["runner"].env: _EXPERIMENTAL_DAGGER_RUNNER_HOST is already set to a different value; got "tcp://one.ci.svc:1234"; allowed: one engine for each container; fix: remove the variable, connect another container, or set addressVariable',
  },
  {
    title: 'a container with the address set by hand',
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
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: spec.containers["runner"].env: _EXPERIMENTAL_DAGGER_RUNNER_HOST is already set to a different value; got "tcp://engine:1234"; allowed: one engine for each container; fix: remove the variable, connect another container, or set addressVariable',
  },
  {
    title: "a volume at the socket's mount path",
    program: (chart) => {
      const made = runner(chart);
      made.containers[0]?.mount('/run/dagger', Volume.fromEmptyDir(chart, 'own', 'own'));
      daemonSet(chart).connect(made);
    },
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: spec.containers["runner"].volumeMounts: another volume is mounted at /run/dagger; got "own"; allowed: another path; fix: mount the volume at another path',
  },
  {
    title: 'a volume with the name of the socket volume',
    program: (chart) =>
      daemonSet(chart).connect(runner(chart, { volumes: [Volume.fromEmptyDir(chart, 'own', 'socket-engine')] })),
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: spec.volumes: the pod already has another volume with this name; got "socket-engine"; allowed: unused names; fix: rename the pod\'s volume',
  },
  {
    title: 'a client older than the engine supports',
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart), { clientVersion: 'v0.18.19' }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - clientVersion: engine v0.21.7 rejects clients older than v0.19.0; got "v0.18.19"; allowed: the version of the engine, v0.21.7; fix: use a v0.21.7 client',
  },
  {
    title: 'an engine older than the client supports',
    program: (chart) =>
      statefulSet(chart, { ...tcp, version: 'v0.18.19' }).connect(runner(chart), { clientVersion: 'v0.21.7' }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - clientVersion: client v0.21.7 rejects engines older than v0.19.0, and this engine is v0.18.19; got "v0.21.7"; allowed: the version of the engine, v0.18.19; fix: use a v0.18.19 client',
  },
  {
    title: "a client version that isn't a release",
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart), { clientVersion: 'latest' }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - clientVersion: must be a version of Dagger; got "latest"; allowed: a version such as v0.21.7; fix: use a value such as \'v0.21.7\'',
  },
  {
    title: 'a client without TLS support',
    program: (chart) => statefulSet(chart, mutualTls).connect(runner(chart), { clientVersion: 'v0.19.11' }),
    says: "[ci/engine -> ci/runner] connect has 1 problem:\n  - clientVersion: v0.19.11 clients don't support tls:// addresses; allowed: v0.20.1 and later; fix: use a newer client, or another transport",
  },
  {
    title: 'the CLI from an engine image without one',
    program: (chart) =>
      daemonSet(chart, { version: 'v0.12.4' }).connect(runner(chart), { cli: CliInstall.fromEngineImage() }),
    says: "[ci/engine -> ci/runner] connect has 1 problem:\n  - cli: the image of v0.12.4 does not contain the CLI; allowed: v0.12.5 and later; fix: install the CLI in the client's image",
  },
  {
    title: 'the CLI at a relative path',
    program: (chart) =>
      daemonSet(chart).connect(runner(chart), { cli: CliInstall.fromEngineImage({ path: 'bin/dagger' }) }),
    says: "[ci/engine -> ci/runner] connect has 1 problem:\n  - cli.path: must be an absolute file path; got \"bin/dagger\"; allowed: an absolute file path without '..'; fix: use '/usr/local/bin/dagger'",
  },
  {
    title: 'a connection check with an engine image without a CLI',
    program: (chart) =>
      daemonSet(chart, { version: 'v0.12.4' }).connect(runner(chart), {
        connectionCheck: ConnectionCheck.fromEngineImage(),
      }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - connectionCheck: the image of v0.12.4 does not contain the CLI; allowed: v0.12.5 and later; fix: remove the check',
  },
  {
    title: 'a connection check over the Kubernetes API',
    program: (chart) =>
      statefulSet(chart).connect(runner(chart, withAccount(chart)), {
        connectionCheck: ConnectionCheck.fromEngineImage(),
      }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - connectionCheck: the engine\'s image does not contain kubectl, which the transport needs; got "Transport.kubePod({ ordinal: 0 })"; allowed: Transport.unix(), Transport.tcp() or Transport.tls(); fix: use another transport, or remove the check',
  },
  {
    title: 'a connection check of half a second',
    program: (chart) =>
      daemonSet(chart).connect(runner(chart), {
        connectionCheck: ConnectionCheck.fromEngineImage({ timeout: Duration.millis(500) }),
      }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - connectionCheck.timeout: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(60)',
  },
  {
    title: 'an engine without a transport',
    program: (chart) => deployment(chart).connect(runner(chart)),
    says: "[ci/engine -> ci/runner] connect has 1 problem:\n  - transport: the engine has no listener and no socket on the node, and its pods have random names; got undefined; allowed: a transport that the engine supports; fix: set a listener on the engine, or use engine.addClient({ transport: Transport.kubePod({ podName: '$POD' }) }) in a shell",
  },
  {
    title: 'several engines without a port or a selected engine',
    program: (chart) => statefulSet(chart, { replicas: 3 }).connect(runner(chart, withAccount(chart))),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - transport: the client must select one of 3 engines; got undefined; allowed: Transport.kubePod({ ordinal: ... }), or a shardKey; fix: set shardKey, for example to the name of the repository',
  },
  {
    title: 'the socket of an engine that can run on any node',
    program: (chart) =>
      deployment(chart, { hostSocket: HostSocket.fromPath('/run/dagger') }).connect(runner(chart), {
        transport: Transport.unix(),
      }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - transport: the engine can run on any node, so the client could start on a node without the engine\'s socket; got "unix"; allowed: an EngineDaemonSet, or an engine with nodeSelector or affinity; fix: set nodeSelector or affinity on the engine, or use another transport',
  },
  {
    title: 'the node socket of an engine without one',
    program: (chart) =>
      daemonSet(chart, { ...tcp, hostSocket: HostSocket.none() }).connect(runner(chart), {
        transport: Transport.unix(),
      }),
    says: "[ci/engine] runnerHost: the engine's socket is not on the node; got Transport.unix(); fix: set hostSocket on the engine, or use another transport",
  },
  {
    title: 'a shard key for engines without stable names',
    program: (chart) => daemonSet(chart).connect(runner(chart), { shardKey: 'web' }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - shardKey: requires pods with stable names, but the pods of this engine have random names; got "web"; allowed: a key for an EngineStatefulSet with replicas; fix: remove it',
  },
  {
    title: 'an empty shard key',
    program: (chart) => statefulSet(chart, { ...tcp, replicas: 3 }).connect(runner(chart), { shardKey: '' }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - shardKey: every client with an empty key uses the same engine; got ""; allowed: a stable key that identifies the client; fix: use the name of the repository',
  },
  {
    title: 'a shard key together with a selected engine',
    program: (chart) =>
      statefulSet(chart, { ...tcp, replicas: 3 }).connect(runner(chart), {
        shardKey: 'web',
        transport: Transport.tcp({ ordinal: 1 }),
      }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - shardKey: the transport already selects an engine; got "web"; allowed: a shardKey without transport, or with Transport.tls() or Transport.tcp(); fix: remove either shardKey or transport',
  },
  {
    title: 'a shell variable in a container',
    program: (chart) =>
      deployment(chart).connect(runner(chart, withAccount(chart)), {
        transport: Transport.kubePod({ podName: '$POD' }),
      }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - transport: requires a shell that sets the variable, but a pod\'s containers start without one; got "Transport.kubePod({ podName: \\"$POD\\" })"; allowed: a transport with a known address; fix: use Transport.kubePod({ ordinal: 0 }) with an EngineStatefulSet, or run the shellExports that engine.addClient(...) returns in the container\'s shell',
  },
  {
    title: 'exec permissions for the default account, without a token',
    program: (chart) => statefulSet(chart).connect(runner(chart)),
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: spec.serviceAccountName: the default service account would allow every pod in the namespace to exec into the engine and become root on its node; got undefined; allowed: a service account that only the client uses; fix: create a service account for the client, and set it on its pod\n  [ci/runner] connect to ci/engine: spec.automountServiceAccountToken: kubectl in the pod needs the token of the service account to exec into the engine; got false; allowed: true; fix: set it to true, or use another transport',
  },
  {
    title: 'exec permissions for the default account, by name',
    program: (chart) => statefulSet(chart).addClient({ serviceAccountName: 'default' }),
    says: '[ci/engine] addClient has 1 problem:\n  - serviceAccountName: the default service account would allow every pod in the namespace to exec into the engine and become root on its node; got "default"; allowed: a service account that only the client uses; fix: create a service account for the client, and set it on its pod',
  },
  {
    title: "exec permissions for the engine's own account",
    program: (chart) =>
      statefulSet(chart, { serviceAccount: EngineServiceAccount.create() }).addClient({
        serviceAccountName: 'engine',
      }),
    says: '[ci/engine] addClient has 1 problem:\n  - serviceAccountName: must not be the engine\'s own service account, because builds could use its permissions; got "engine"; allowed: a service account that only the client uses; fix: create a service account for the client, and set it on its pod',
  },
  {
    title: 'a certificate without TLS',
    program: (chart) =>
      statefulSet(chart, tcp).connect(runner(chart), {
        certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls')),
      }),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - certificate: only TLS uses certificates; got "Transport.tcp()"; allowed: a certificate with Transport.tls(); fix: remove it, or use Transport.tls()',
  },
  {
    title: "a certificate for a listener that doesn't request one",
    program: (chart) =>
      statefulSet(chart, { listener: Listener.tls({ certificates: Certificates.privateCa(), mutual: false }) }).connect(
        runner(chart),
        { certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls')) },
      ),
    says: '[ci/engine -> ci/runner] connect has 1 problem:\n  - certificate: has no effect, because the listener does not require client certificates; got "runner-tls"; allowed: a certificate for a listener with mutual TLS; fix: remove mutual: false from the listener',
  },
  {
    title: 'a certificate in another namespace',
    program: (chart) =>
      statefulSet(chart, mutualTls).connect(runner(elsewhere(chart, 'runners')), {
        certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls'), 'ci'),
      }),
    says: '[ci/engine -> elsewhere/runner] connect has 1 problem:\n  - certificate: its Secret is in the namespace "ci", and a pod in the namespace "runners" can\'t mount it; got "runner-tls"; allowed: a Secret in the namespace of the client; fix: use a certificate in this namespace, for example engine.issueClient(\'runner\', { namespace: \'runners\' })',
  },
  {
    title: 'a certificate for another namespace from a namespaced issuer',
    program: (chart) => statefulSet(chart, mutualTls).connect(runner(elsewhere(chart, 'runners'))),
    says: `[ci/engine] issueClient("runner") has 1 problem:\n  - namespace: the Issuer "engine-ca" signs only for the engine's namespace; got "runners"; allowed: ci; fix: use Certificates.issuedBy({ name, kind: 'ClusterIssuer' }) and allowedClients with the names of all clients, or an existing Secret in the client's namespace with ClientCertificate.fromSecret(...)`,
  },
  {
    title: 'only the CA, in another namespace',
    program: (chart) =>
      statefulSet(chart, { listener: Listener.tls({ certificates: Certificates.privateCa(), mutual: false }) }).connect(
        runner(elsewhere(chart, 'runners')),
      ),
    says: '[ci/engine -> elsewhere/runner] connect has 1 problem:\n  - certificate: its Secret is in the namespace "ci", and a pod in the namespace "runners" can\'t mount it; got "engine-tls"; allowed: a Secret in the namespace of the client; fix: copy the CA into the namespace of the client and set ca, or use mutual TLS, where each client has its own Secret',
  },
  {
    title: 'a client without a certificate if certificates come from Secrets',
    program: (chart) =>
      statefulSet(chart, {
        listener: Listener.tls({
          certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-tls') }),
        }),
      }).connect(runner(chart)),
    says: "[ci/engine -> ci/runner] connect has 1 problem:\n  - certificate: is required, because this program can't issue a certificate that the engine accepts; got undefined; allowed: a certificate signed by the engine's CA for clients; fix: set certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('...'))",
  },
  {
    title: 'a client in a chart without a namespace',
    program: (chart) => statefulSet(chart, tcp).connect(runner(elsewhere(chart))),
    says: '[ci/engine -> elsewhere/runner] connect has 1 problem:\n  - namespace: the engine is in the namespace "ci" and the client in a namespace that its chart does not set, so the address and the network policy are unknown; got undefined; allowed: a namespace for both charts, or for none; fix: set namespace on the chart that has none',
  },
  {
    title: 'an account in an unknown namespace',
    program: (chart) => statefulSet(elsewhere(chart)).addClient({ serviceAccountName: 'runner' }),
    says: '[elsewhere/engine] addClient has 1 problem:\n  - namespace: is required, because a RoleBinding needs the namespace of the service account; got undefined; allowed: a namespace; fix: set a namespace on both charts',
  },
  {
    title: 'an invalid account name',
    program: (chart) => statefulSet(chart).addClient({ serviceAccountName: 'Runner', namespace: 'Runners' }),
    says: '[ci/engine] addClient has 2 problems:\n  - namespace: must be a valid name; got "Runners"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "runners"\n  - serviceAccountName: must be a valid object name; got "Runner"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "runner"',
  },
  {
    title: 'a pod with a different account than the permitted one',
    program: (chart) =>
      statefulSet(chart)
        .addClient({ serviceAccountName: 'runner' })
        .podSpec({ ...pod, serviceAccountName: 'other', automountServiceAccountToken: false }),
    says: '[ci/engine] connection has 2 problems:\n  - serviceAccountName: must be the service account that has the permissions to reach the engine; got "other"; allowed: runner; fix: use "runner", or add a client with the service account of the pod\n  - automountServiceAccountToken: kubectl in the pod needs the token of the service account to exec into the engine; got false; allowed: true; fix: set it to true, or use another transport',
  },
  {
    title: 'a pod that selects different nodes than the engine',
    program: (chart) =>
      daemonSet(chart, { nodeSelector: { pool: 'builds' } })
        .addClient()
        .podSpec({ ...pod, nodeSelector: { pool: 'web' } }),
    says: '[ci/engine] connection has 1 problem:\n  - nodeSelector: the engine runs on nodes whose label pool is "builds"; got "web"; allowed: builds; fix: remove it, or use another transport',
  },
  {
    title: 'a pod template that is the client of another engine with the same name',
    program: (chart) =>
      statefulSet(chart, tcp)
        .addClient()
        .podTemplate({
          metadata: { labels: { 'cdk8s-dagger.github.io/client-of-engine': 'other' } },
          spec: { containers: [{ name: 'job', env: [{ name: RUNNER_HOST, value: 'tcp://engine.other.svc:1234' }] }] },
        }),
    says: '[ci/engine] connection has 2 problems:\n  - metadata.labels: the label cdk8s-dagger.github.io/client-of-engine already belongs to an engine with the same name in another namespace; got "other"; allowed: one of the two engines for each client; fix: rename one of the engines\n  - spec.containers["job"].env: _EXPERIMENTAL_DAGGER_RUNNER_HOST is already set to a different value; got "tcp://engine.other.svc:1234"; allowed: one engine for each container; fix: remove the variable, connect another container, or set addressVariable',
  },
  {
    title: 'the name of a StatefulSet instead of a pod',
    program: (chart) => statefulSet(chart).addClient({ transport: Transport.kubePod({ podName: 'engine' }) }),
    says: '[ci/engine] runnerHost: no pod of the engine has this name: the pods are engine-0; got Transport.kubePod({ podName: "engine" }); fix: use Transport.kubePod({ ordinal: ... })',
  },
  {
    title: "a pod with another name than the engine's pods",
    program: (chart) => daemonSet(chart).addClient({ transport: Transport.kubePod({ podName: 'engine' }) }),
    says: '[ci/engine] runnerHost: the names of the engine\'s pods start with "engine-"; got Transport.kubePod({ podName: "engine" }); fix: use a shell variable with the output of findPodCommand',
  },
  {
    title: 'a transport without a pod',
    program: (chart) => statefulSet(chart).addClient({ transport: Transport.kubePod({}) }),
    says: '[ci/engine] runnerHost: the transport needs a pod; got Transport.kubePod(); fix: set either podName or ordinal',
  },
  {
    title: 'a text instead of a transport',
    program: (chart) => statefulSet(chart).addClient({ transport: untyped<Transport>('tls') }),
    says: '[ci/engine] addClient has 1 problem:\n  - transport: has the wrong type; got "tls"; allowed: a Transport; fix: use Transport.tls(...)',
  },
  {
    title: 'a client in another cluster than the engine',
    program: (chart) => {
      const other = new Chart(chart.node.root as Chart, 'other', { namespace: 'ci' });
      Cluster.separate(other);
      statefulSet(chart, tcp).connect(runner(other));
    },
    says: 'Validation failed with the following errors:\n  [other/runner] connect to ci/engine: construct: the engine and the client are in different clusters; got "other"; allowed: the engine\'s cluster, which is the app without separate clusters; fix: use an engine in the cluster of the client',
  },
  {
    title: 'a client of the node socket whose namespace forbids directories of nodes',
    program: (chart) => {
      const runners = elsewhere(chart, 'runners');
      restricted(runners, 'runners');
      daemonSet(chart).connect(runner(runners));
    },
    says: 'Validation failed with the following errors:\n  [elsewhere/runner] namespace: the Pod Security level of the namespace "runners" forbids hostPath volumes, such as the directory with the engine\'s socket; got "restricted"; allowed: privileged; fix: use another namespace, or label it pod-security.kubernetes.io/enforce: privileged',
  },
  {
    title: 'an engine as its own client',
    program: (chart) => {
      const engine = statefulSet(chart, tcp);
      engine.connect(engine);
    },
    says: '[ci/engine] connect has 1 problem:\n  - construct: an engine can\'t be a client of itself; got "ci/engine"; allowed: another construct; fix: connect the workload that runs the builds',
  },
  {
    title: 'a construct without a pod',
    program: (chart) => statefulSet(chart, tcp).connect(new ServiceAccount(chart, 'account')),
    says: '[ci/engine] connect has 1 problem:\n  - podTemplatePath: the path of the pod template is not known for this kind; got "v1 ServiceAccount"; allowed: Pod, PodTemplate, ReplicationController, DaemonSet, Deployment, ReplicaSet, StatefulSet, CronJob, Job, or a custom resource with podTemplatePath; fix: set podTemplatePath, for example \'/spec/template\' for an Argo Rollout or a Knative Service',
  },
  {
    title: 'a construct with several pods',
    program: (chart) => {
      const engine = statefulSet(chart, tcp);
      runner(chart);
      engine.connect(chart);
    },
    says: '[ci/engine] connect has 1 problem:\n  - construct: the construct has several objects with pods; got ["ci/engine/Resource","ci/runner/Resource"]; allowed: a construct with one such object; fix: connect each of these objects',
  },
  {
    title: 'a path that is not a JSON pointer',
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart), { podTemplatePath: 'spec.template' }),
    says: "[ci/engine] connect has 1 problem:\n  - podTemplatePath: must be a JSON pointer; got \"spec.template\"; allowed: keys, each preceded by '/'; fix: use a value such as '/spec/template'",
  },
  {
    title: 'a path without a pod template',
    program: (chart) => statefulSet(chart, tcp).connect(runner(chart), { podTemplatePath: '/spec/pod' }),
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: podTemplatePath: the object has no pod template at this path; got "/spec/pod"; allowed: a JSON pointer to an object that has the `spec` of a pod; fix: set it, for example podTemplatePath: \'/spec/template\'',
  },
  {
    title: 'a patch that moves a client to another namespace',
    program: (chart) => {
      const made = runner(chart);
      statefulSet(chart, tcp).connect(made);
      ApiObject.of(made).addJsonPatch(JsonPatch.replace('/metadata/namespace', 'other'));
    },
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: namespace: the client was connected in the namespace "ci", but a patch moves it to a different namespace; got "other"; allowed: the namespace "ci"; fix: set the namespace on the object or on its chart instead',
  },
  {
    title: "a read-only volume around the engine's socket",
    program: (chart) => {
      const made = runner(chart);
      made.containers[0]?.mount('/run', Volume.fromEmptyDir(chart, 'own', 'own'), { readOnly: true });
      daemonSet(chart).connect(made);
    },
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/engine: spec.containers["runner"].volumeMounts: /run/dagger is in the read-only mount /run, where the container runtime can\'t create it; got "own"; allowed: a path outside /run/dagger; fix: mount the volume at another path',
  },
  {
    title: 'a pod without containers',
    program: (chart) => statefulSet(chart, tcp).addClient().podSpec(untyped<k8s.PodSpec>({})),
    says: "[ci/engine] connection has 1 problem:\n  - containers: the pod has no containers; got undefined; allowed: a list of at least one container; fix: use a value such as [{ name: 'build', image: '...' }]",
  },
  {
    title: "a connection to a namespace without the CA of an engine's TLS",
    program: (chart) =>
      Engine.fromEngineAttributes(chart, 'pool', {
        name: 'pool',
        version: 'v0.21.7',
        listener: { port: 8443, tls: { mutual: false } },
      }).addClient({}),
    says: "[ci/pool] addClient has 1 problem:\n  - ca: is required, because this program doesn't know the engine's CA; got undefined; allowed: a key of a ConfigMap or Secret in the namespace of the client; fix: set ca: KeySelector.fromConfigMapName('...', 'ca.crt')",
  },
];
