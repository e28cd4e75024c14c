import { Chart, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  Certificates,
  CliInstall,
  Listener,
  Transport,
  type ClientOptions,
  type Engine,
  type IEngine,
} from '../../src/index';
import { daemonSet, deployment, statefulSet } from '../engines';
import { runnerWithAccount } from './runners';

export const LISTENERS = {
  none: undefined,
  tcp: Listener.insecureTcp(),
  mtls: Listener.tls({ certificates: Certificates.issuedBy({ name: 'ca', kind: 'ClusterIssuer' }) }),
  'mtls behind a Service with another name': Listener.tls({
    certificates: Certificates.issuedBy({ name: 'ca', kind: 'ClusterIssuer' }),
    service: { name: 'builds' },
  }),
};

export const ENGINES: { readonly [kind: string]: (listener: Listener | undefined, chart: Chart) => Engine } = {
  DaemonSet: (listener, chart) => daemonSet({ listener, nodeSelector: { pool: 'builds' } }, chart),
  StatefulSet: (listener, chart) => statefulSet({ listener, replicas: 3, ordinalsStart: 1 }, chart),
  Deployment: (listener, chart) => deployment({ listener }, chart),
};

export const OPTIONS: { readonly [title: string]: ClientOptions } = {
  default: {},
  'default, with CLI': { cli: CliInstall.fromEngineImage() },
  shard: { shardKey: 'web' },
  unix: { transport: Transport.unix() },
  tcp: { transport: Transport.tcp() },
  tcpToPod: { transport: Transport.tcp({ ordinal: 2 }) },
  tls: { transport: Transport.tls() },
  tlsToPod: { transport: Transport.tls({ ordinal: 3 }) },
  kubePod: { transport: Transport.kubePod({ ordinal: 1 }) },
};

export const CLIENTS: {
  readonly [target: string]: (engine: IEngine, chart: Chart, options: ClientOptions) => unknown;
} = {
  'cdk8s-plus-28': (engine, chart, options) => engine.connect(runnerWithAccount(chart), options),
  L1: (engine, chart, options) => {
    const connection = engine.addClient({
      ...options,
      name: 'runner',
      namespace: chart.namespace,
      serviceAccountName: 'runner',
    });
    const template = connection.podTemplate({
      metadata: { labels: { app: 'runner' } },
      spec: { containers: [{ name: 'runner', image: 'runner:1' }] },
    });
    return new k8s.KubeDeployment(chart, 'runner', {
      metadata: { name: 'runner' },
      spec: { selector: { matchLabels: { app: 'runner' } }, template },
    });
  },
};

/** All combinations of an engine, a listener, options, a client and a client namespace. */
export const CASES = Object.keys(ENGINES).flatMap((kind) =>
  Object.keys(LISTENERS).flatMap((listener) =>
    Object.keys(OPTIONS).flatMap((options) =>
      Object.keys(CLIENTS).flatMap((client) =>
        ['ci', 'runners'].map((namespace) => ({ kind, listener, options, client, namespace })),
      ),
    ),
  ),
);

export type Case = (typeof CASES)[number];

/** Returns the objects in both charts, or undefined if the engine rejects the client. */
export function synthesized({ client, kind, listener, namespace, options }: Case): any[] | undefined {
  const app = Testing.app();
  const engines = new Chart(app, 'engines', { namespace: 'ci' });
  const clients = new Chart(app, 'clients', { namespace });
  const engine = ENGINES[kind]!(LISTENERS[listener as keyof typeof LISTENERS], engines);
  try {
    CLIENTS[client]!(engine, clients, OPTIONS[options]!);
  } catch {
    return undefined;
  }
  return [...Testing.synth(engines), ...Testing.synth(clients)];
}
