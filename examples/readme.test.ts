import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Testing } from 'cdk8s';
import { DedicatedNodes, Transport } from 'cdk8s-dagger';
import { EnginePoolChart } from './engine-pool/chart';
import { EngineTlsChart } from './engine-tls/chart';
import { EphemeralRunnerNodesChart } from './ephemeral-runner-nodes/chart';
import { HelmDefaultDaemonSetChart } from './helm-default-daemonset/chart';
import { KubiyaStatefulSetChart } from './kubiya-statefulset/chart';
import { MtlsPoolChart } from './mtls-pool-cert-manager/chart';
import { NfsTcpDeploymentChart, TcpDeploymentChart } from './nfs-tcp-deployment/chart';
import { OpenShiftChart } from './openshift/chart';
import { EnginesChart } from './two-namespaces-kube-pod/chart';

const DIST = join(__dirname, '../dist');

const examples = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => existsSync(join(__dirname, entry.name, 'chart.ts')))
  .map(({ name }) => name);

test.each(examples)('the README of %s shows excerpts of its manifests', (name) => {
  const readme = readFileSync(join(__dirname, name, 'README.md'), 'utf8');
  const manifests = readdirSync(DIST)
    .filter((file) => file.startsWith(`${name}.`) || file.startsWith(`${name}-`))
    .map((file) => lines(readFileSync(join(DIST, file), 'utf8')))
    .join('');
  // A block that starts with "```yaml elsewhere" isn't from the charts.
  const excerpts = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => lines(text));
  expect(excerpts).not.toHaveLength(0);
  for (const excerpt of excerpts) {
    expect(manifests).toContain(excerpt);
  }
});

/** Returns the lines of a text without indentation, and with single quotes. */
function lines(text: string): string {
  return `\n${text
    .replaceAll('"', "'")
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n')}\n`;
}

const app = Testing.app();
const namespace = 'dagger';

/** Texts that each README must contain, such as addresses and directories of engines, keyed by example. */
const NAMED: { readonly [example: string]: () => readonly string[] } = {
  'engine-pool': () => {
    const { engine } = new EnginePoolChart(app, 'engine-pool', { namespace });
    return [engine.runnerHost(Transport.tcp()), engine.runnerHost(Transport.tcp({ ordinal: 2 }))];
  },
  'engine-tls': () => {
    const { engine } = new EngineTlsChart(app, 'engine-tls', { namespace });
    return [withoutFiles(engine.runnerHost(Transport.tls()))];
  },
  'ephemeral-runner-nodes': () => {
    const { onNvme, onVolume } = new EphemeralRunnerNodesChart(app, 'ephemeral-runner-nodes', { namespace });
    return [onNvme, onVolume].flatMap((engine) => [engine.hostSocketDirectory!, engine.runnerHost(Transport.unix())]);
  },
  'helm-default-daemonset': () => {
    const { engine } = new HelmDefaultDaemonSetChart(app, 'helm-default-daemonset', { namespace });
    return [engine.hostSocketDirectory!, engine.runnerHost(Transport.unix())];
  },
  'kubiya-statefulset': () => {
    const { engine } = new KubiyaStatefulSetChart(app, 'kubiya-statefulset', { namespace });
    return [engine.runnerHost(Transport.kubePod({ podName: engine.podNames[0] }))];
  },
  'mtls-pool-cert-manager': () => {
    const { engine } = new MtlsPoolChart(app, 'mtls-pool-cert-manager', { namespace });
    return [engine.runnerHost(Transport.tls()), engine.runnerHost(Transport.tls({ ordinal: 2 }))].map(withoutFiles);
  },
  'nfs-tcp-deployment': () =>
    [
      new NfsTcpDeploymentChart(app, 'nfs-tcp-deployment', { namespace }),
      new TcpDeploymentChart(app, 'nfs-tcp-deployment-improved', { namespace }),
    ].map(({ engine }) => engine.runnerHost(Transport.tcp())),
  openshift: () => {
    const { engine } = new OpenShiftChart(app, 'openshift', { namespace });
    return [
      withoutFiles(engine.runnerHost(Transport.tls())), // The README uses oc.
      ...DedicatedNodes.of()
        .markNodeCommands('"$NODE"')
        .map((command) => command.replace('kubectl ', '')),
    ];
  },
  'two-namespaces-kube-pod': () => {
    const { engine } = new EnginesChart(app, 'two-namespaces-kube-pod', { namespace: 'guarded-engines' });
    return [engine.runnerHost(Transport.kubePod({ ordinal: 0 }))];
  },
};

/** Returns an address without the paths of certificates. */
function withoutFiles(address: string): string {
  return address.split('?')[0]!;
}

test.each(Object.entries(NAMED))('the README of %s names the addresses of its engines', (name, named) => {
  const readme = readFileSync(join(__dirname, name, 'README.md'), 'utf8');
  for (const text of named()) {
    expect(readme).toContain(text);
  }
});
