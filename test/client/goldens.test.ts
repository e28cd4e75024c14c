import { Chart, Cron, Testing, Yaml } from 'cdk8s';
import { CronJob, Node, NodeTaintQuery, Pod } from 'cdk8s-plus-28';
import {
  Certificates,
  ClientCertificate,
  CliInstall,
  EngineImage,
  Listener,
  TlsSecret,
  Transport,
} from '../../src/index';
import { daemonSet, statefulSet } from '../engines';
import { job, runner, runnerWithAccount } from './runners';

/** Engine objects, which the snapshots leave out because other tests cover them. */
const OF_CONNECTIONS = [
  'ConfigMap',
  'DaemonSet engine',
  'StatefulSet engine',
  'Deployment engine',
  'Service',
  'ServiceAccount',
];

function golden(...charts: readonly Chart[]): string {
  const objects = charts.flatMap((chart) => Testing.synth(chart));
  return Yaml.stringify(
    ...objects.filter(
      ({ kind, metadata }) => !OF_CONNECTIONS.includes(kind) && !OF_CONNECTIONS.includes(`${kind} ${metadata.name}`),
    ),
  );
}

let ci: Chart;
let runners: Chart;
beforeEach(() => {
  const app = Testing.app();
  ci = new Chart(app, 'ci', { namespace: 'ci' });
  runners = new Chart(app, 'runners', { namespace: 'runners' });
});

const tcp = { listener: Listener.insecureTcp() };

test('unix: the socket on the node, from another namespace', () => {
  daemonSet(
    {
      nodeSelector: { pool: 'builds' },
      tolerations: [{ key: 'builds', operator: 'Exists', effect: 'NoSchedule' }],
    },
    ci,
  ).connect(runner(runners));
  expect(golden(ci, runners)).toMatchSnapshot();
});

test('tcp: a Deployment in another namespace', () => {
  statefulSet(tcp, ci).connect(runner(runners));
  expect(golden(ci, runners)).toMatchSnapshot();
});

test('tcp to one pod: a fleet over three engines, with the name of the repository as shard key', () => {
  const engine = statefulSet({ ...tcp, replicas: 3 }, ci);
  for (const repository of ['web', 'api', 'docs']) {
    engine.connect(runner(ci, {}, repository), { shardKey: repository });
  }
  expect(golden(ci)).toMatchSnapshot();
});

test('tls: a certificate for the client, in its namespace', () => {
  statefulSet(
    { listener: Listener.tls({ certificates: Certificates.issuedBy({ name: 'ca', kind: 'ClusterIssuer' }) }) },
    ci,
  ).connect(runner(runners));
  expect(golden(ci, runners)).toMatchSnapshot();
});

test('tls to one pod, with an existing certificate that has other keys', () => {
  const client = ClientCertificate.fromSecret(
    TlsSecret.fromSecretName('runner-tls', { certificate: 'cert.pem', privateKey: 'key.pem', ca: 'ca.pem' }),
    'ci',
  );
  const certificates = Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-tls') });
  statefulSet({ replicas: 3, listener: Listener.tls({ certificates }) }, ci).connect(job(ci), {
    transport: Transport.tls({ ordinal: 2 }),
    certificate: client,
  });
  expect(golden(ci)).toMatchSnapshot();
});

test('tls without client certificates: only the CA', () => {
  statefulSet({ listener: Listener.tls({ certificates: Certificates.privateCa(), mutual: false }) }, ci).connect(
    runner(ci),
  );
  expect(golden(ci)).toMatchSnapshot();
});

test('kube-pod: permissions for two accounts of another namespace, limited to their pod', () => {
  const engine = statefulSet({ replicas: 2 }, ci);
  engine.connect(runnerWithAccount(runners), { transport: Transport.kubePod({ ordinal: 0 }) });
  engine.connect(runnerWithAccount(runners, 'release'), { transport: Transport.kubePod({ ordinal: 0 }) });
  engine.connect(runnerWithAccount(ci, 'nightly'), { transport: Transport.kubePod({ ordinal: 1 }) });
  expect(golden(ci, runners)).toMatchSnapshot();
});

test('the CLI from the image of the engine, in one of two containers', () => {
  const made = runner(ci);
  made.addContainer({ name: 'log', image: 'registry.example.com/log:1', resources: {} });
  statefulSet(tcp, ci).connect(made, { containers: ['runner'], cli: CliInstall.fromEngineImage() });
  expect(golden(ci)).toMatchSnapshot();
});

test('every kind of workload of cdk8s-plus-28', () => {
  const engine = daemonSet({ nodeSelector: { pool: 'builds' } }, ci);
  const containers = [{ name: 'main', image: 'registry.example.com/main:1', resources: {} }];
  engine.connect(new Pod(ci, 'pod', { metadata: { name: 'pod' }, containers }));
  engine.connect(job(ci));
  engine.connect(new CronJob(ci, 'cron', { metadata: { name: 'cron' }, schedule: Cron.daily(), containers }));
  expect(golden(ci)).toMatchSnapshot();
});

test('keeps the scheduling of the workload', () => {
  const made = runner(ci);
  made.scheduling.tolerate(Node.tainted(NodeTaintQuery.exists('spot')));
  daemonSet(
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['nvme'] }] }],
          },
        },
      },
      tolerations: [{ key: 'builds', value: 'yes', effect: 'NoExecute', tolerationSeconds: 60 }],
    },
    ci,
  ).connect(made, {
    cli: CliInstall.fromEngineImage({
      path: '/opt/dagger/dagger',
      image: EngineImage.fromRepository('mirror.example.com/engine'),
    }),
  });
  expect(golden(ci)).toMatchSnapshot();
});
