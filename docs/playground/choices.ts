import type { Name, Props, Statement, Value } from './code';

/** The choices of the form. The address of the page contains those that differ from the defaults. */
export interface Choices {
  readonly topology: 'pool' | 'nodes' | 'temporary';
  readonly version: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly cpu: string;
  readonly memory: string;
  readonly size: number;
  readonly storageClass: string;
  readonly exposure: 'tls' | 'tcp' | 'none';
  readonly client: 'deployment' | 'none';
  readonly monitoring: 'none' | 'operator' | 'annotations';
}

export const DEFAULTS: Choices = {
  topology: 'pool',
  version: 'v0.21.8',
  namespace: 'ci',
  replicas: 3,
  cpu: '4',
  memory: '8Gi',
  size: 200,
  storageClass: '',
  exposure: 'tls',
  client: 'deployment',
  monitoring: 'none',
};

/** The allowed values of the choices that are lists, with their labels. */
export const OPTIONS: { readonly [choice: string]: { readonly [value: string]: string } } = {
  topology: {
    pool: 'A pool: each engine has a disk (StatefulSet)',
    nodes: 'An engine on every node (DaemonSet)',
    temporary: 'Engines without a permanent disk (Deployment)',
  },
  exposure: {
    tls: 'Mutual TLS with cert-manager',
    tcp: 'Plain TCP: every client is root on the node',
    none: 'No port',
  },
  client: { deployment: 'A Deployment of runners', none: 'None' },
  monitoring: { none: 'None', operator: 'Prometheus operator', annotations: 'Scrape annotations' },
};

const CLASSES = { pool: 'EngineStatefulSet', nodes: 'EngineDaemonSet', temporary: 'EngineDeployment' } as const;

const library = (name: string): Name => ({ name, from: 'cdk8s-dagger' });
const cdk8s = (name: string): Name => ({ name, from: 'cdk8s' });
const plus = (name: string): Name => ({ name, from: 'cdk8s-plus-28' });

const CHART = { constant: 'ci' };

/** Returns the program for the choices. */
export function programOf(choices: Choices): Statement[] {
  const { client, namespace, topology } = choices;
  const engine = topology === 'pool' ? 'pool' : 'engine';
  return [
    { constant: 'app', value: { type: cdk8s('App'), args: [] } },
    {
      constant: 'ci',
      value: { type: cdk8s('Chart'), args: [{ constant: 'app' }, 'ci'], props: { namespace } },
    },
    { value: { type: library('EngineNamespace'), args: [CHART, 'namespace'] } },
    {
      constant: engine,
      value: { type: library(CLASSES[topology]), args: [CHART, engine], props: engineProps(choices) },
    },
    ...(client === 'deployment' ? clientOf(engine) : []),
    { value: { on: 'app', method: 'synth', args: [] } },
  ];
}

function engineProps(choices: Choices): Props {
  const { cpu, exposure, memory, monitoring, replicas, topology, version } = choices;
  return {
    version,
    replicas: topology === 'nodes' ? undefined : replicas,
    resources: {
      struct: library('EngineResources'),
      props: { requests: { map: { cpu, memory } } },
    },
    cache: cacheOf(choices),
    listener: LISTENERS[exposure],
    monitoring: MONITORING[monitoring],
  };
}

function cacheOf({ size, storageClass, topology }: Choices): Value | undefined {
  const volume = (method: string, props: Props): Value => ({ type: library('CacheVolume'), method, args: [], props });
  const gibibytes: Value = { type: cdk8s('Size'), method: 'gibibytes', args: [size] };
  switch (topology) {
    case 'pool':
      return volume('claimTemplate', {
        size: gibibytes,
        storageClassName: storageClass === '' ? undefined : storageClass,
      });
    case 'nodes':
      return volume('hostPath', { size: gibibytes });
    case 'temporary':
      return volume('emptyDir', { sizeLimit: gibibytes });
  }
}

const LISTENERS: { readonly [exposure in Choices['exposure']]: Value | undefined } = {
  tls: {
    type: library('Listener'),
    method: 'tls',
    args: [],
    props: { certificates: { type: library('Certificates'), method: 'privateCa', args: [] } },
  },
  tcp: { type: library('Listener'), method: 'insecureTcp', args: [] },
  none: undefined,
};

const SCRAPER: Props = { scraper: { type: library('NetworkPeer'), method: 'namespace', args: ['monitoring'] } };

const MONITORING: { readonly [kind in Choices['monitoring']]: Value | undefined } = {
  none: undefined,
  operator: { type: library('Monitoring'), method: 'prometheusOperator', args: [], props: SCRAPER },
  annotations: { type: library('Monitoring'), method: 'annotations', args: [], props: SCRAPER },
};

function clientOf(engine: string): Statement[] {
  const metadata: Value = { struct: cdk8s('ApiObjectMetadata'), props: { name: 'runner' } };
  const container: Value = {
    struct: plus('ContainerProps'),
    props: { image: 'registry.example.com/runner:1' },
  };
  return [
    {
      constant: 'runner',
      value: {
        type: plus('Deployment'),
        args: [CHART, 'runner'],
        props: { metadata, containers: [container] },
      },
    },
    { value: { on: engine, method: 'connect', args: [{ constant: 'runner' }] } },
  ];
}

/** Returns the part of the address that restores the choices, without those that are the defaults. */
export function toQuery(choices: Choices): string {
  const changed = Object.entries(choices).filter(([choice, value]) => value !== DEFAULTS[choice as keyof Choices]);
  return new URLSearchParams(changed.map(([choice, value]) => [choice, String(value)])).toString();
}

/** Reads the choices from an address. Unknown names and values are ignored. */
export function fromQuery(query: string): Choices {
  const parameters = new URLSearchParams(query);
  const chosen = Object.entries(DEFAULTS).map(([choice, usual]) => {
    const text = parameters.get(choice);
    const isAllowed =
      text !== null &&
      (OPTIONS[choice] === undefined || Object.hasOwn(OPTIONS[choice]!, text)) &&
      (typeof usual !== 'number' || /^\d{1,6}$/.test(text));
    return [choice, isAllowed ? (typeof usual === 'number' ? Number(text) : text) : usual];
  });
  return Object.fromEntries(chosen) as Choices;
}
