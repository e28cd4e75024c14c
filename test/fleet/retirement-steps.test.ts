import { Size } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import { compareManifests } from '../../src/comparison/compare';
import {
  CacheVolume,
  Certificates,
  ClaimRetention,
  EngineFleet,
  FleetTopology,
  Listener,
  Retirement,
  type FleetMemberOptions,
} from '../../src/index';
import { chart } from '../engines';

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

const OLD: FleetMemberOptions = { version: 'v0.21.8' };
const NEW: FleetMemberOptions = { version: 'v0.21.11' };
const SUCCESSOR = 'v0-21-11';

const POOL = FleetTopology.statefulSet({
  version: 'v0.21.11',
  replicas: 2,
  cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
  listener: Listener.tls({ certificates: Certificates.privateCa() }),
});

/** Returns the manifests of a fleet and of a client that uses one member. */
function commit(topology: FleetTopology, members: FleetMemberOptions[], key: string): readonly object[] {
  const scope = chart();
  const fleet = new EngineFleet(scope, 'dagger', { topology, members });
  fleet.connect(
    new Deployment(scope, 'runner', { metadata: { name: 'runner' }, containers: [{ image: 'runner:1' }] }),
    { key },
  );
  return scope.toJson() as object[];
}

/** Returns the effects of each commit of a retirement, as `cdk8s-dagger diff` reports them. */
function effects(topology: FleetTopology, claims?: ClaimRetention): string[][] {
  const commits = [
    commit(topology, [OLD, NEW], 'v0-21-8'),
    commit(topology, [{ ...OLD, retirement: Retirement.noNewClients(SUCCESSOR) }, NEW], SUCCESSOR),
    commit(
      topology,
      [{ ...OLD, retirement: Retirement.drained(SUCCESSOR, claims === undefined ? {} : { claims }) }, NEW],
      SUCCESSOR,
    ),
    commit(topology, [NEW], SUCCESSOR),
  ];
  return commits
    .slice(1)
    .map((after, index) =>
      compareManifests(commits[index]!, after).map(({ effect, name, severity }) => `${severity} ${name}: ${effect}`),
    );
}

const MOVES_CLIENTS = [
  'warning access-gained: Clients can connect from pods with cdk8s-dagger.github.io/client-of-dagger-v0-21-11=ci in the same namespace on port 8443',
  'warning access-lost: Clients that use dagger-v0-21-8.ci.svc can no longer connect',
  'warning access-lost: Clients that use dagger-v0-21-8-headless.ci.svc can no longer connect',
  // These pods are the client.
  'info restart: 2 pods restart, one at a time, and each new pod starts before an old one stops',
];

const STOPS_ENGINES = [
  'info cache-orphaned: The caches of the stopped engines remain in claims cache-dagger-v0-21-8-0 to cache-dagger-v0-21-8-1',
  'info scale-in: 2 engines stop: dagger-v0-21-8-1 to dagger-v0-21-8-0',
];

test('the retirement of a StatefulSet restarts no engine, stops the engines, and then leaves their claims', () => {
  expect(effects(POOL)).toEqual([
    MOVES_CLIENTS,
    STOPS_ENGINES,
    [
      'warning cache-orphaned: The old cache remains in the claims cache-dagger-v0-21-8-*',
      'warning engines-removed: StatefulSet dagger-v0-21-8 is removed',
    ],
  ]);
});

const RETAINS_NO_CLAIMS =
  'warning cache-at-risk: From now on, Kubernetes deletes the claims of the caches when the StatefulSet is deleted';

test('the retirement of a StatefulSet can delete its claims, but only in the last commit', () => {
  expect(effects(POOL, ClaimRetention.DELETE)).toEqual([
    MOVES_CLIENTS,
    [RETAINS_NO_CLAIMS, ...STOPS_ENGINES],
    [
      'error cache-deleted: Kubernetes deletes the claims cache-dagger-v0-21-8-* with the StatefulSet',
      'warning engines-removed: StatefulSet dagger-v0-21-8 is removed',
    ],
  ]);
});

test('the retirement of a Deployment stops its engines', () => {
  const topology = FleetTopology.deployment({
    version: 'v0.21.11',
    cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
    listener: Listener.insecureTcp(),
  });
  expect(effects(topology).slice(1)).toEqual([
    ['info scale-in: 1 engine stops'],
    ['warning engines-removed: Deployment dagger-v0-21-8 is removed'],
  ]);
});

test('the retirement of a DaemonSet stops its engines, and leaves their caches on the nodes', () => {
  const topology = FleetTopology.daemonSet({
    version: 'v0.21.11',
    cache: CacheVolume.hostPath({ size: Size.gibibytes(100) }),
  });
  expect(effects(topology)).toEqual([
    [
      // These pods are the client, which uses the socket on its node.
      'info restart: 2 pods restart, one at a time, and each new pod starts before an old one stops',
    ],
    ['info scale-in: The engines stop on every node', 'info cache-kept: The engines keep their cache'],
    [
      'warning cache-orphaned: The old cache remains in directory /var/lib/dagger-ci_dagger-v0-21-8 on each node',
      'warning engines-removed: DaemonSet dagger-v0-21-8 is removed',
    ],
  ]);
});

test('going back from a drained member keeps its caches', () => {
  const drained = commit(POOL, [{ ...OLD, retirement: Retirement.drained(SUCCESSOR) }, NEW], SUCCESSOR);
  const back = compareManifests(drained, commit(POOL, [OLD, NEW], 'v0-21-8'));
  expect(back.map(({ name }) => name)).not.toContain('cache-deleted');
  expect(back.map(({ effect }) => effect)).toContain('2 engines start: dagger-v0-21-8-0 to dagger-v0-21-8-1');
});
