import type { Chart } from 'cdk8s';
import { ApiObject, JsonPatch, Size, type ApiObjectProps } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import {
  CacheSeed,
  CacheVolume,
  Certificates,
  ClaimRetention,
  CliInstall,
  EngineFleet,
  EngineRisk,
  EngineServiceAccount,
  EnvFrom,
  EnvVar,
  FleetTopology,
  HostSocket,
  KeySelector,
  Listener,
  NetworkPeer,
  NodeArchitecture,
  Retirement,
  TlsSecret,
  TrustLevel,
  type EngineDaemonSetProps,
  type EngineFleetProps,
  type EngineStatefulSetProps,
  type FleetMemberOptions,
} from '../../src/index';
import { untyped, type DoubtfulProgram, type WrongProgram } from './program';

const VERSION = 'v0.21.11';

function statefulSet(props: Partial<EngineStatefulSetProps> = {}): FleetTopology {
  return FleetTopology.statefulSet({
    version: VERSION,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    ...props,
  });
}

function daemonSet(props: Partial<EngineDaemonSetProps> = {}): FleetTopology {
  return FleetTopology.daemonSet({ version: VERSION, ...props });
}

function fleet(chart: Chart, props: Partial<EngineFleetProps> = {}): EngineFleet {
  return new EngineFleet(chart, 'dagger', { topology: statefulSet(), ...props });
}

function runner(chart: Chart): Deployment {
  return new Deployment(chart, 'runner', { containers: [{ image: 'runner:1' }] });
}

function secret(name: string, key: string): KeySelector {
  return KeySelector.fromSecretName(name, key);
}

function cloneOf(name: string): CacheVolume {
  const dataSource = { kind: 'PersistentVolumeClaim', name };
  return CacheVolume.claimTemplate({ size: Size.gibibytes(100), dataSource });
}

const OLD: FleetMemberOptions = { version: 'v0.21.8', retirement: Retirement.noNewClients('v0-21-11') };
const NEW: FleetMemberOptions = { version: VERSION };
const FORKS: FleetMemberOptions = { key: 'forks', trustLevel: TrustLevel.untrusted() };

/** A fleet with a member for each architecture, and options for its topology. */
function architectures(chart: Chart, topology = statefulSet({ listener: Listener.insecureTcp() })): EngineFleet {
  const members = Object.values(NodeArchitecture).map((architecture) => ({ key: architecture, architecture }));
  return fleet(chart, { topology, members });
}

const CLIENTS_OF_ARCHITECTURES: readonly WrongProgram[] = [
  {
    title: 'a client of all architectures in a fleet without architectures',
    program: (chart) => fleet(chart, { members: [NEW] }).connectArchitectures(runner(chart)),
    says: "[ci/dagger] connectArchitectures has 1 problem:\n  - architectures: the fleet has no trusted member whose architecture is known; got []; allowed: members with an architecture; fix: add members such as { key: 'arm64', architecture: NodeArchitecture.ARM64 }",
  },
  {
    title: 'a client of an architecture that no member has',
    program: (chart) =>
      fleet(chart, { members: [{ key: 'amd64', architecture: NodeArchitecture.AMD64 }] }).connectArchitectures(
        runner(chart),
        { architectures: [NodeArchitecture.AMD64, NodeArchitecture.ARM64] },
      ),
    says: '[ci/dagger] connectArchitectures has 1 problem:\n  - architecture: no trusted member that accepts new clients has this architecture; got "arm64"; allowed: amd64; fix: add a member, for example { key: \'arm64\', architecture: NodeArchitecture.ARM64 }',
  },
  {
    title: 'a client of an architecture that only an untrusted member has',
    program: (chart) =>
      fleet(chart, { members: [{ ...FORKS, architecture: NodeArchitecture.ARM64 }] }).addClient({
        architecture: NodeArchitecture.ARM64,
      }),
    says: '[ci/dagger] addClient has 1 problem:\n  - architecture: no trusted member that accepts new clients has this architecture; got "arm64"; allowed: the architecture of a member; fix: add a member, for example { key: \'arm64\', architecture: NodeArchitecture.ARM64 }',
  },
  {
    title: 'a client of an architecture that several members have',
    program: (chart) =>
      fleet(chart, {
        members: ['web', 'api'].map((key) => ({ key, architecture: NodeArchitecture.ARM64 })),
      }).connect(runner(chart), { architecture: NodeArchitecture.ARM64 }),
    says: '[ci/dagger] connect has 1 problem:\n  - architecture: several members have this architecture; got "arm64"; allowed: one of web (v0.21.11, clients since v0.19.0), api (v0.21.11, clients since v0.19.0); fix: set clientVersion to the release of the client, or key',
  },
  {
    title: 'a client of a release that no member of the architecture has',
    program: (chart) =>
      fleet(chart, {
        members: [NEW, { key: 'arm64', version: 'v0.18.19', architecture: NodeArchitecture.ARM64 }],
      }).connect(runner(chart), { architecture: NodeArchitecture.ARM64, clientVersion: VERSION }),
    says: "[ci/dagger] connect has 1 problem:\n  - clientVersion: no member on arm64 accepts this client; got \"v0.21.11\"; allowed: clients of these members: arm64 (v0.18.19, clients since v0.17.0); fix: add a member, for example { key: 'arm64', version: 'v0.21.11', architecture: NodeArchitecture.ARM64 }",
  },
  {
    title: 'a key of a member with another architecture',
    program: (chart) =>
      architectures(chart).connect(runner(chart), { key: 'amd64', architecture: NodeArchitecture.ARM64 }),
    says: '[ci/dagger] connect has 1 problem:\n  - architecture: the member "amd64" runs on amd64; got "arm64"; allowed: amd64; fix: remove it, or name another member',
  },
  {
    title: 'one variable for the addresses of several architectures',
    program: (chart) => architectures(chart).connectArchitectures(runner(chart), { addressVariable: 'RUNNER_HOST' }),
    says: '[ci/dagger] connectArchitectures has 1 problem:\n  - addressVariable: must not be set, because each architecture has a separate variable; got "RUNNER_HOST"; allowed: RUNNER_HOST_AMD64 and RUNNER_HOST_ARM64; fix: remove it, or call connect(...) for each architecture',
  },
  {
    title: 'an architecture twice',
    program: (chart) =>
      architectures(chart).connectArchitectures(runner(chart), {
        architectures: [NodeArchitecture.ARM64, NodeArchitecture.ARM64],
      }),
    says: '[ci/dagger] connectArchitectures has 1 problem:\n  - architectures: must not have duplicates; got ["arm64","arm64"]; allowed: each architecture once; fix: remove the duplicate',
  },
  {
    title: 'a variable that a shell can not read',
    program: (chart) => architectures(chart).connect(runner(chart), { key: 'arm64', addressVariable: 'RUNNER-HOST' }),
    says: '[ci/dagger/arm64 -> ci/runner] connect has 1 problem:\n  - addressVariable: must be a name that a shell can read; got "RUNNER-HOST"; allowed: letters, digits and underscores, without a digit at the start; fix: use a name such as \'RUNNER_HOST_ARM64\'',
  },
  {
    title: 'a container that uses two engines through one variable',
    program: (chart) => {
      const [added, client] = [architectures(chart), runner(chart)];
      added.connect(client, { key: 'amd64' });
      added.connect(client, { key: 'arm64' });
    },
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/dagger/arm64: spec.containers["main"].env: _EXPERIMENTAL_DAGGER_RUNNER_HOST is already set to a different value; got "tcp://dagger-amd64.ci.svc:1234"; allowed: one engine for each container; fix: remove the variable, connect another container, or set addressVariable',
  },
  {
    title: 'a client of two architectures through the sockets of their nodes',
    program: (chart) => architectures(chart, daemonSet()).connectArchitectures(runner(chart)),
    says: 'Validation failed with the following errors:\n  [ci/runner] connect to ci/dagger/arm64: spec.nodeSelector: the engine runs on nodes whose label kubernetes.io/arch is "arm64"; got "amd64"; allowed: arm64; fix: remove it, or use another transport\n  [ci/runner] connect to ci/dagger/arm64: spec.containers["main"].volumeMounts: another volume is mounted at /run/dagger; got "socket-dagger-amd64"; allowed: another path; fix: mount the volume at another path',
  },
  {
    title: 'a CLI that the engines of another architecture reject',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ listener: Listener.insecureTcp() }),
        members: [
          { key: 'amd64', version: 'v0.18.19', architecture: NodeArchitecture.AMD64 },
          { key: 'arm64', version: VERSION, architecture: NodeArchitecture.ARM64 },
        ],
      }).connectArchitectures(runner(chart), { cli: CliInstall.fromEngineImage() }),
    says: '[ci/dagger/arm64 -> ci/runner] connect has 1 problem:\n  - clientVersion: engine v0.21.11 rejects clients older than v0.19.0; got "v0.18.19"; allowed: the version of the engine, v0.21.11; fix: use a v0.21.11 client',
  },
];

export const FLEET_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a fleet name with capital letters',
    program: (chart) => fleet(chart, { name: 'Dagger' }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - name: must be a valid name; got "Dagger"; allowed: lower-case letters, digits and \'-\', starting with a letter and ending with a letter or digit, at most 50 characters; fix: set the name to "dagger"',
  },
  {
    title: 'a member without key and version',
    program: (chart) => fleet(chart, { members: [{}] }),
    says: "[ci/dagger] EngineFleet has 1 problem:\n  - members[0].key: is required, unless version is set; got undefined; allowed: a DNS label; fix: set key, such as 'web', or version",
  },
  {
    title: 'a member whose key is a release with dots',
    program: (chart) => fleet(chart, { members: [{ key: 'v0.21.8' }] }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - members[0].key: must be a valid name after "dagger-"; got "v0.21.8"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 45 characters; fix: set the name to "v0-21-8"',
  },
  {
    title: 'a member whose name would be too long',
    program: (chart) => fleet(chart, { members: [{ key: 'a'.repeat(46) }] }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - members[0].key: must be a valid name after "dagger-"; got "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 45 characters; fix: set the name to "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
  },
  {
    title: 'a member added with an invalid key',
    program: (chart) => fleet(chart).addMember({ key: 'Web_App' }),
    says: '[ci/dagger] addMember has 1 problem:\n  - key: must be a valid name after "dagger-"; got "Web_App"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 45 characters; fix: set the name to "web-app"',
  },
  {
    title: 'a member whose version is not a release',
    program: (chart) => fleet(chart, { members: [{ version: 'main' }] }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - members[0].version: must be a release of the engine; got "main"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference(\'...\')',
  },
  {
    title: 'two members with the same key',
    program: (chart) => fleet(chart, { members: [{ key: 'web' }, { key: 'web' }] }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - members[1].key: another member of the fleet has the same key; got "web"; allowed: unused keys; fix: choose another key',
  },
  {
    title: 'two members with the same release as key',
    program: (chart) => fleet(chart, { members: [{ version: 'v0.21.8' }] }).addMember({ version: '0.21.8' }),
    says: '[ci/dagger] addMember has 1 problem:\n  - key: another member of the fleet has the same key; got "v0-21-8"; allowed: unused keys; fix: choose another key',
  },
  {
    title: 'a topology with a name',
    program: (chart) => fleet(chart, { topology: statefulSet({ name: 'engine' }) }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - topology.name: would be the name of every member; got "engine"; allowed: no name: the fleet names its engines; fix: remove it, and set the name of the fleet',
  },
  {
    title: 'a topology of a member that takes over a workload',
    program: (chart) =>
      fleet(chart, {
        members: [{ key: 'web', topology: statefulSet({ takeOver: true, podSelector: { app: 'dagger' } }) }],
      }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - members[0].topology.takeOver: would apply to every member, but a fleet creates its engines; got true; allowed: false; fix: create an engine with takeOver outside the fleet',
  },
  {
    title: 'a topology with wrong properties',
    program: (chart) => fleet(chart, { topology: statefulSet({ replicas: untyped('two') }) }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - topology.replicas: has the wrong type; got "two"; allowed: a number; fix: use a number',
  },
  {
    title: 'an architecture that the topology excludes',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ nodeSelector: { 'kubernetes.io/arch': 'amd64' } }),
        members: [{ key: 'arm64', architecture: NodeArchitecture.ARM64 }],
      }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - members[0].architecture: conflicts with the topology, whose nodes have the architecture amd64; got "arm64"; allowed: amd64; fix: give the member its own topology',
  },
  ...CLIENTS_OF_ARCHITECTURES,
  {
    title: 'members that share the cache directory of a node, with different cache schemas',
    program: (chart) =>
      fleet(chart, {
        topology: daemonSet({ cache: CacheVolume.hostPath({ path: '/mnt/nvme/dagger' }) }),
        members: [{ version: 'v0.21.8' }, { version: 'v0.21.0' }],
      }),
    says: '[ci/dagger/v0-21-0] EngineFleet has 1 problem:\n  - cache: the member "v0-21-8" also uses this directory of its nodes, and each would lock or delete the cache or replace the socket of the other; got "/mnt/nvme/dagger"; allowed: a directory for each member; fix: use CacheVolume.hostPath() without a path, and set `nodes` to choose the disk',
  },
  {
    title: 'members that share the cache directory on different nodes',
    program: (chart) =>
      fleet(chart, {
        topology: daemonSet({ cache: CacheVolume.hostPath({ path: '/mnt/nvme/dagger' }) }),
        members: [
          { key: 'amd64', architecture: NodeArchitecture.AMD64 },
          { key: 'arm64', architecture: NodeArchitecture.ARM64 },
        ],
      }),
    says: '[ci/dagger/arm64] EngineFleet has 1 problem:\n  - cache: the member "amd64" also uses this directory of its nodes, and each would lock or delete the cache or replace the socket of the other; got "/mnt/nvme/dagger"; allowed: a directory for each member; fix: use CacheVolume.hostPath() without a path, and set `nodes` to choose the disk',
  },
  {
    title: 'members that share the socket directory of a node',
    program: (chart) =>
      fleet(chart, {
        topology: daemonSet({ hostSocket: HostSocket.fromPath('/run/dagger') }),
        members: [{ key: 'a' }, { key: 'b' }],
      }),
    says: '[ci/dagger/b] EngineFleet has 1 problem:\n  - hostSocket: the member "a" also uses this directory of its nodes, and each would lock or delete the cache or replace the socket of the other; got "/run/dagger"; allowed: a directory for each member; fix: remove hostSocket',
  },
  {
    title: 'members that use the same port of their nodes',
    program: (chart) =>
      fleet(chart, {
        topology: daemonSet({ listener: Listener.insecureTcp({ hostPort: 1234 }) }),
        members: [{ key: 'a' }, { key: 'b' }],
      }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["b"]: needs the port 1234 of its node, and so does the member "a", but only one engine on a node can use it; allowed: members on different nodes, or with different ports and networks; fix: give each member an architecture, or a topology with a nodeSelector that has the same labels but other values',
  },
  {
    title: 'members on the network of the same nodes',
    program: (chart) =>
      fleet(chart, {
        topology: daemonSet({ hostNetwork: true }),
        members: [
          { key: 'a', architecture: NodeArchitecture.AMD64 },
          { key: 'b' },
          { key: 'c', architecture: NodeArchitecture.ARM64 },
        ],
      }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["b"]: needs the bridge dagger0 and the network 10.87.0.0/16 of its node, and so does the member "a", but only one engine on a node can use it; allowed: members on different nodes, or with different ports and networks; fix: give each member an architecture, or a topology with a nodeSelector that has the same labels but other values',
  },
  {
    title: "a member with the name of another member's Service",
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ listener: Listener.insecureTcp() }),
        members: [{ key: 'web' }, { key: 'web-headless' }],
      }),
    says: '[ci/dagger/web-headless] EngineFleet has 1 problem:\n  - key: the member "web" also creates the Service "dagger-web-headless"; got "web-headless"; allowed: keys whose objects have other names; fix: choose another key',
  },
  {
    title: 'members with the same Secret for their certificates',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({
          listener: Listener.tls({ certificates: Certificates.privateCa({ secretName: 'tls' }) }),
        }),
        members: [{ key: 'a' }, { key: 'b' }],
      }),
    says: 'Validation failed with the following errors:\n  [] the Certificate "tls" in namespace "ci" is created twice, by ci/dagger/a/Certificate and ci/dagger/b/Certificate; allowed: one object for each kind, namespace and name; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters\n  [ci/dagger/b/Certificate] spec.secretName: cert-manager also writes this Secret, for the Certificate ci/dagger/a/Certificate, and each would overwrite the other; got "tls"; allowed: a separate Secret for each Certificate; fix: choose another name',
  },
  {
    title: 'a client of an unknown member',
    program: (chart) => fleet(chart, { members: [{ key: 'web' }, { key: 'forks' }] }).addClient({ key: 'wep' }),
    says: '[ci/dagger] addClient has 1 problem:\n  - key: the fleet has no member with this key; got "wep"; allowed: web, forks; fix: write web',
  },
  {
    title: 'an unknown member of an empty fleet',
    program: (chart) => fleet(chart).member('web'),
    says: '[ci/dagger] member has 1 problem:\n  - key: the fleet has no member with this key; got "web"; allowed: the key of a member; fix: add a member',
  },
  {
    title: 'a client without key and version',
    program: (chart) => fleet(chart, { members: [{ key: 'web' }, { key: 'api' }] }).addClient({}),
    says: '[ci/dagger] addClient has 1 problem:\n  - key: is required, unless clientVersion or architecture selects the member; got undefined; allowed: web, api; fix: set key to the key of a member, or clientVersion to the release of the client',
  },
  {
    title: 'a client whose version is not a release',
    program: (chart) => fleet(chart, { members: [{ key: 'web' }] }).addClient({ clientVersion: 'latest' }),
    says: '[ci/dagger] addClient has 1 problem:\n  - clientVersion: must be a release of Dagger that this library supports; got "latest"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.7"; fix: set key to the key of a member, or clientVersion to the release of the client',
  },
  {
    title: 'a client that several members accept',
    program: (chart) =>
      fleet(chart, { members: [{ version: 'v0.21.8' }, { version: 'v0.21.11' }] }).addClient({
        clientVersion: 'v0.21.9',
      }),
    says: '[ci/dagger] addClient has 1 problem:\n  - clientVersion: several members accept this client; got "v0.21.9"; allowed: one of v0-21-8 (v0.21.8, clients since v0.19.0), v0-21-11 (v0.21.11, clients since v0.19.0); fix: set key, for example to "v0-21-8"',
  },
  {
    title: 'a client that no member accepts',
    program: (chart) =>
      fleet(chart, {
        members: [{ version: 'v0.21.8' }, { key: 'forks', trustLevel: TrustLevel.untrusted() }],
      }).addClient({ clientVersion: 'v0.16.0' }),
    says: '[ci/dagger] addClient has 1 problem:\n  - clientVersion: no member accepts this client; got "v0.16.0"; allowed: clients of these members: v0-21-8 (v0.21.8, clients since v0.19.0); fix: add a member, for example { version: \'v0.16.0\' }',
  },
  {
    title: 'a client of a fleet with untrusted members only',
    program: (chart) =>
      fleet(chart, { members: [{ key: 'forks', trustLevel: TrustLevel.untrusted() }] }).addClient({
        clientVersion: 'v0.21.8',
      }),
    says: '[ci/dagger] addClient has 1 problem:\n  - clientVersion: no member accepts this client; got "v0.21.8"; allowed: a trusted member that is not being retired; fix: add a member, for example { version: \'v0.21.8\' }',
  },
  {
    title: 'a client of a retiring member',
    program: (chart) => fleet(chart, { members: [OLD, NEW] }).addClient({ key: 'v0-21-8' }),
    says: '[ci/dagger/v0-21-8] addClient has 1 problem:\n  - engine: the member "v0-21-8" is being retired and accepts no new clients; got "v0-21-8"; allowed: "v0-21-11", its successor; fix: connect the client with key: "v0-21-11"',
  },
  {
    title: 'a workload connected to the engine of a retiring member',
    program: (chart) =>
      fleet(chart, { members: [OLD, NEW] })
        .member('v0-21-8')
        .engine.connect(runner(chart)),
    says: '[ci/dagger/v0-21-8 -> ci/runner] connect has 1 problem:\n  - engine: the member "v0-21-8" is being retired and accepts no new clients; got "v0-21-8"; allowed: "v0-21-11", its successor; fix: connect the client with key: "v0-21-11"',
  },
  {
    title: 'a retirement without its successor',
    program: (chart) => fleet(chart, { members: [OLD] }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["v0-21-8"].retirement.successor: the fleet has no member with this key; got "v0-21-11"; allowed: a trusted member that is not being retired; fix: add the member, or name another one',
  },
  {
    title: 'a member that is its own successor',
    program: (chart) => fleet(chart, { members: [{ key: 'web', retirement: Retirement.noNewClients('web') }] }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["web"].retirement.successor: must be another member; got "web"; allowed: a trusted member that is not being retired; fix: name another member',
  },
  {
    title: 'a successor that is being retired',
    program: (chart) => fleet(chart, { members: [OLD, { ...NEW, retirement: Retirement.noNewClients('v0-21-8') }] }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["v0-21-8"].retirement.successor: is being retired, too; got "v0-21-11"; allowed: a trusted member that is not being retired; fix: name another member\n  [ci/dagger] members["v0-21-11"].retirement.successor: is being retired, too; got "v0-21-8"; allowed: a trusted member that is not being retired; fix: name another member',
  },
  {
    title: 'a trusted successor of an untrusted member',
    program: (chart) => fleet(chart, { members: [{ ...OLD, trustLevel: TrustLevel.untrusted() }, NEW] }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["v0-21-8"].retirement.successor: has another trust level; got "v0-21-11"; allowed: an untrusted member that is not being retired; fix: name another member',
  },
  {
    title: 'a retirement with an invalid namespace',
    program: (chart) =>
      fleet(chart, {
        members: [{ ...OLD, retirement: Retirement.noNewClients('v0-21-11', { clientNamespaces: ['CI'] }) }, NEW],
      }),
    says: '[ci/dagger/v0-21-8] EngineFleet has 1 problem:\n  - retirement.clientNamespaces[0]: must be a valid name; got "CI"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "ci"',
  },
  {
    title: 'a retirement that deletes claims of a DaemonSet',
    program: (chart) =>
      fleet(chart, {
        topology: daemonSet(),
        members: [{ ...OLD, retirement: Retirement.drained('v0-21-11', { claims: ClaimRetention.DELETE }) }, NEW],
      }),
    says: '[ci/dagger/v0-21-8] EngineFleet has 1 problem:\n  - retirement.claims: the member has no claim template, so Kubernetes has no claims to delete with it; got "ClaimRetention.DELETE"; allowed: ClaimRetention.RETAIN; fix: remove claims',
  },
  {
    title: 'an untrusted member with secrets',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({
          version: 'v1.0.0-beta.21',
          remoteCache: { url: 'https://cache.example.com', token: secret('cloud', 'token') },
          telemetry: { endpoint: 'http://collector.monitoring:4318', headers: secret('telemetry', 'headers') },
          env: { NPM_TOKEN: EnvVar.fromKey(secret('npm', 'token')) },
          envFrom: [EnvFrom.fromSecretName('proxy')],
          imagePullSecrets: ['registry'],
          volumes: [
            { name: 'aws', secret: { secretName: 'aws' } },
            { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
          ],
        }),
        members: [FORKS],
      }),
    says: '[ci/dagger/forks] EngineFleet has 7 problems:\n  - imagePullSecrets[0]: an untrusted member must have no secrets, because its builds can read them; got "registry"; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it\n  - envFrom[0]: an untrusted member must have no secrets, because its builds can read them; got "proxy"; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it\n  - env.OTEL_EXPORTER_OTLP_METRICS_HEADERS: an untrusted member must have no secrets, because its builds can read them; got "telemetry"; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it\n  - env.DAGGER_CLOUD_TOKEN: an untrusted member must have no secrets, because its builds can read them; got "cloud"; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it\n  - env.NPM_TOKEN: an untrusted member must have no secrets, because its builds can read them; got "npm"; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it\n  - volumes[0]: an untrusted member must have no secrets, because its builds can read them; got "aws"; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it\n  - volumes[1].projected.sources[0]: an untrusted member must have no secrets, because its builds can read them; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it',
  },
  {
    title: 'an untrusted member with the token of Dagger Cloud',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ env: { DAGGER_CLOUD_TOKEN: EnvVar.fromValue('oidc') } }),
        members: [FORKS],
      }),
    says: '[ci/dagger/forks] EngineStatefulSet has 1 problem:\n  - env.DAGGER_CLOUD_TOKEN: looks like a secret, judging by its name, which anyone who can read the manifest would see; allowed: secrets by reference only; fix: use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); or accept EngineRisk.SECRET_IN_PLAIN_TEXT',
  },
  {
    title: 'an untrusted member on the network of its node',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ hostNetwork: true, automountServiceAccountToken: true }),
        members: [FORKS],
      }),
    says: "[ci/dagger/forks] EngineFleet has 2 problems:\n  - hostNetwork: must not be true for an untrusted member, because network policies don't apply to the network of the node; got true; allowed: false; fix: give the member its own topology without it\n  - automountServiceAccountToken: must not be true for an untrusted member, because builds could use the token; got true; allowed: false; fix: give the member its own topology without it",
  },
  {
    title: 'an untrusted member without a network policy',
    program: (chart) =>
      fleet(chart, { topology: statefulSet({ networkPolicy: { enabled: false } }), members: [FORKS] }),
    says: '[ci/dagger/forks] EngineStatefulSet has 1 problem:\n  - networkPolicy.egress: the policy is disabled, so its rules have no effect; got "egress and enabled: false"; allowed: one of them; fix: remove enabled: false',
  },
  {
    title: 'an untrusted member with the permissions of a cloud account',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({
          serviceAccount: EngineServiceAccount.create({
            annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/cache' },
          }),
        }),
        members: [FORKS],
      }),
    says: '[ci/dagger/forks] EngineFleet has 1 problem:\n  - serviceAccount: must not have annotations in an untrusted member, because builds could use the permissions that they grant; got {"eks.amazonaws.com/role-arn":"arn:aws:iam::1:role/cache"}; allowed: a service account without annotations; fix: give the member its own topology without it',
  },
  {
    title: 'an untrusted member with a volume of other pods',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ volumes: [{ name: 'shared', nfs: { server: 'nfs.example.com', path: '/shared' } }] }),
        members: [FORKS],
      }),
    says: '[ci/dagger/forks] EngineFleet has 1 problem:\n  - volumes[0]: an untrusted member must not mount a volume that other pods can use; got "shared (nfs)"; allowed: the cache, the socket, emptyDir, configMap and ephemeral volumes; fix: give the member its own topology without it',
  },
  {
    title: 'a secret that is added to an untrusted member',
    program: (chart) =>
      fleet(chart, { members: [FORKS] })
        .member('forks')
        .engine.addEnv('NPM_TOKEN', EnvVar.fromKey(secret('npm', 'token'))),
    says: 'Validation failed with the following errors:\n  [ci/dagger/forks] env.NPM_TOKEN: an untrusted member must have no secrets, because its builds can read them; got "npm"; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it',
  },
  {
    title: 'a secret that a patch adds to an untrusted member',
    program: (chart) =>
      fleet(chart, { members: [FORKS] })
        .member('forks')
        .engine.workload.addJsonPatch(JsonPatch.add('/spec/template/spec/imagePullSecrets', [{ name: 'registry' }])),
    says: 'Validation failed with the following errors:\n  [ci/dagger/forks] imagePullSecrets[0]: an untrusted member must have no secrets, because its builds can read them; got "registry"; allowed: no secret except the certificate of the listener; fix: give the member its own topology without it',
  },
  {
    title: 'an untrusted member that shares an issuer with a trusted one',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({
          listener: Listener.tls({ certificates: Certificates.issuedBy({ name: 'ca', kind: 'ClusterIssuer' }) }),
        }),
        members: [NEW, FORKS],
      }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["forks"].listener.certificates: an untrusted member must not use the ClusterIssuer ca, which the trusted member "v0-21-11" uses; allowed: a CA for each trust level; fix: use Certificates.privateCa(), or give the member its own topology',
  },
  {
    title: 'an untrusted member that shares certificates with a trusted one',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({
          listener: Listener.tls({
            certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('tls') }),
          }),
        }),
        members: [NEW, FORKS],
      }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["forks"].listener.certificates: an untrusted member must not use the Secret tls, which the trusted member "v0-21-11" uses; allowed: a CA for each trust level; fix: use Certificates.privateCa(), or give the member its own topology',
  },
  {
    title: 'an untrusted member that shares a service account with a trusted one',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ serviceAccount: EngineServiceAccount.fromName('engine') }),
        members: [NEW, FORKS],
      }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["forks"].serviceAccount: an untrusted member must not use the service account engine, which the trusted member "v0-21-11" uses; allowed: a service account for each trust level; fix: give the member its own topology or namespace',
  },
  {
    title: 'an untrusted member that starts from the seed of a trusted one',
    program: (chart) => {
      const size = Size.gibibytes(100);
      const seed = new CacheSeed(chart, 'seed', { version: VERSION, size });
      return fleet(chart, {
        topology: statefulSet({ cache: CacheVolume.claimTemplate({ size, seed }) }),
        members: [NEW, FORKS],
      });
    },
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["forks"].cache: an untrusted member must not use the VolumeSnapshot seed-schema-16, which the trusted member "v0-21-11" uses; allowed: volumes without a source, or a source that no trusted member uses; fix: give the member its own topology without seed and dataSource',
  },
  {
    title: 'an untrusted member with a copy of the claim of a trusted one',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }) }),
        members: [NEW, { ...FORKS, topology: statefulSet({ cache: cloneOf('cache-dagger-v0-21-11-0') }) }],
      }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["forks"].cache: an untrusted member must not use the PersistentVolumeClaim cache-dagger-v0-21-11-0, which the trusted member "v0-21-11" uses; allowed: volumes without a source, or a source that no trusted member uses; fix: give the member its own topology without seed and dataSource',
  },
  {
    title: 'an untrusted member on a claim that is a copy of the claim of a trusted one',
    program: (chart) => {
      new ApiObject(chart, 'claim', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'forks' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '100Gi' } },
          dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'trusted' },
        },
      } as ApiObjectProps);
      return fleet(chart, {
        topology: statefulSet({ cache: CacheVolume.fromClaimName('trusted') }),
        members: [NEW, { ...FORKS, topology: statefulSet({ cache: CacheVolume.fromClaimName('forks') }) }],
      });
    },
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["forks"].cache: an untrusted member must not use the PersistentVolumeClaim trusted, which the trusted member "v0-21-11" uses; allowed: volumes without a source, or a source that no trusted member uses; fix: give the member its own topology without seed and dataSource',
  },
  {
    title: 'a trusted member with a copy of the claim of an untrusted one',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }) }),
        members: [{ ...NEW, topology: statefulSet({ cache: cloneOf('cache-dagger-forks-7') }) }, FORKS],
      }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["forks"].cache: the trusted member "v0-21-11" starts from a copy of the PersistentVolumeClaim cache-dagger-forks-*, which builds of this untrusted member can change; allowed: a source that no untrusted member uses; fix: give the trusted member another source, such as a CacheSeed',
  },
  {
    title: 'an untrusted member with a copy of the claim that a trusted one also copies',
    program: (chart) =>
      fleet(chart, {
        topology: FleetTopology.deployment({
          version: VERSION,
          cache: CacheVolume.ephemeral({
            size: Size.gibibytes(100),
            dataSource: { kind: 'PersistentVolumeClaim', name: 'warm' },
          }),
        }),
        members: [NEW, FORKS],
      }),
    says: 'Validation failed with the following errors:\n  [ci/dagger] members["forks"].cache: an untrusted member must not use the PersistentVolumeClaim warm, which the trusted member "v0-21-11" uses; allowed: volumes without a source, or a source that no trusted member uses; fix: give the member its own topology without seed and dataSource',
  },
  {
    title: 'a client older than all supported releases',
    program: (chart) => fleet(chart, { members: [NEW] }).addClient({ clientVersion: 'v0.9.0' }),
    says: '[ci/dagger] addClient has 1 problem:\n  - clientVersion: must be a release of Dagger that this library supports; got "v0.9.0"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.7"; fix: set key to the key of a member, or clientVersion to the release of the client',
  },
  {
    title: 'a fleet outside a chart',
    program: (chart) => fleet(chart.node.root as Chart),
    says: "[dagger] EngineFleet has 1 problem:\n  - scope: is not in a chart; got an object of the class App; allowed: a chart, or a construct in a chart; fix: create a chart: new Chart(app, 'ci', { namespace: 'dagger' })",
  },
  {
    title: 'a member outside a chart',
    program: (chart) => fleet(chart, { members: [{ key: 'web', scope: chart.node.root as Chart }] }),
    says: "[ci/dagger] EngineFleet has 1 problem:\n  - members[0].scope: is not in a chart; got an object of the class App; allowed: a chart, or a construct in a chart; fix: create a chart: new Chart(app, 'ci', { namespace: 'dagger' })",
  },
  {
    title: 'a topology with the label of a fleet',
    program: (chart) =>
      fleet(chart, { topology: statefulSet({ labels: { 'cdk8s-dagger.github.io/fleet': 'other' } }) }),
    says: '[ci/dagger] EngineFleet has 1 problem:\n  - topology.labels: the library sets this key itself; got "cdk8s-dagger.github.io/fleet"; allowed: other keys; fix: remove it',
  },
  {
    title: 'an untrusted member whose topology allows other destinations and root capabilities',
    program: (chart) =>
      fleet(chart, {
        members: [
          {
            ...FORKS,
            topology: statefulSet({
              insecureRootCapabilities: true,
              networkPolicy: { egress: { privateNetworks: true } },
            }),
          },
        ],
      }),
    says: '[ci/dagger] EngineFleet has 2 problems:\n  - members[0].topology.networkPolicy.egress: would have no effect, because the trust level of the member sets the destinations; got {"privateNetworks":true}; allowed: the destinations in TrustLevel.untrusted(...); fix: remove it, and list destinations in allowTo\n  - members[0].topology.insecureRootCapabilities: would have no effect, because builds of an untrusted member have no root capabilities; got true; allowed: false; fix: remove it',
  },
  {
    title: 'an untrusted member that may reach every address',
    program: (chart) =>
      fleet(chart, {
        members: [{ key: 'forks', trustLevel: TrustLevel.untrusted({ allowTo: [NetworkPeer.cidr('0.0.0.0/0')] }) }],
      }),
    says: '[ci/dagger/forks] EngineFleet has 1 problem:\n  - trustLevel.allowTo[0]: an untrusted member must not reach everything, and this peer matches every address or every pod; allowed: single destinations, or publicInternet: true; fix: list the destinations, or use publicInternet: true, which blocks private networks',
  },
  {
    title: 'an untrusted member that may query every DNS server',
    program: (chart) =>
      fleet(chart, {
        members: [{ key: 'forks', trustLevel: TrustLevel.untrusted({ dnsServers: [NetworkPeer.cidr('0.0.0.0/0')] }) }],
      }),
    says: '[ci/dagger/forks] EngineFleet has 1 problem:\n  - trustLevel.dnsServers[0]: an untrusted member must not reach everything, and this peer matches every address or every pod; allowed: the DNS servers of the cluster; fix: list the addresses or pods of the DNS servers',
  },
  {
    title: 'an untrusted member whose containers share their processes',
    program: (chart) =>
      fleet(chart, {
        topology: statefulSet({ shareProcessNamespace: true }),
        members: [FORKS],
      }),
    says: '[ci/dagger/forks] EngineFleet has 1 problem:\n  - shareProcessNamespace: must not be true for an untrusted member, because builds could reach other processes and their secrets; got true; allowed: false; fix: give the member its own topology without it',
  },
  {
    title: 'a patch that shows an untrusted member the processes of its node',
    program: (chart) =>
      fleet(chart, { members: [FORKS] })
        .member('forks')
        .engine.workload.addJsonPatch(JsonPatch.add('/spec/template/spec/hostPID', true)),
    says: 'Validation failed with the following errors:\n  [ci/dagger/forks] hostPID: must not be true for an untrusted member, because builds could reach other processes and their secrets; got true; allowed: false; fix: give the member its own topology without it',
  },
  {
    title: 'a patch that removes the destinations of an untrusted member',
    program: (chart) =>
      fleet(chart, { members: [FORKS] })
        .member('forks')
        .engine.networkPolicy?.addJsonPatch(
          JsonPatch.remove('/spec/egress'),
          JsonPatch.replace('/spec/policyTypes', ['Ingress']),
        ),
    says: 'Validation failed with the following errors:\n  [ci/dagger/forks] networkPolicy: a JSON patch of an untrusted member must not change policyTypes and egress, because builds could reach other destinations; allowed: the destinations in TrustLevel.untrusted(...); fix: remove the patch, and list destinations in allowTo',
  },
  {
    title: 'an untrusted member whose network policy is removed',
    program: (chart) => {
      const { engine } = fleet(chart, { members: [FORKS] }).member('forks');
      engine.node.tryRemoveChild('NetworkPolicy');
    },
    says: 'Validation failed with the following errors:\n  [ci/dagger/forks] networkPolicy: an untrusted member must have its NetworkPolicy, but the program removes it from the tree; allowed: the NetworkPolicy of the member; fix: keep it',
  },
  {
    title: 'a patch that allows root capabilities in an untrusted member',
    program: (chart) =>
      fleet(chart, { members: [FORKS] })
        .member('forks')
        .engine.configMap?.addJsonPatch(JsonPatch.replace('/data/engine.json', '{}')),
    says: 'Validation failed with the following errors:\n  [ci/dagger/forks] engineJson: a JSON patch of an untrusted member must not change the configuration, because it could allow root capabilities; allowed: the properties of the topology; fix: remove the patch, and set the properties instead',
  },
];

/** Fleets with legal but dangerous members. */
export const DOUBTFUL_FLEET_PROGRAMS: readonly DoubtfulProgram[] = [
  {
    title: 'an untrusted member on the nodes of trusted ones',
    warning: EngineRisk.UNTRUSTED_ON_SHARED_NODE,
    program: (chart) => fleet(chart, { members: [NEW, FORKS] }),
    says: '[ci/dagger/forks] warning untrusted-on-shared-node: nodeSelector: the pods of this untrusted member and of the trusted member "v0-21-11" may run on the same node, and a build that escapes from its container controls the node; fix: run the member on separate nodes with a taint: give its topology nodes, or a nodeSelector and tolerations',
  },
  {
    title: 'a successor that rejects the clients of the retiring member',
    warning: EngineRisk.UNSUITABLE_SUCCESSOR,
    program: (chart) =>
      fleet(chart, {
        members: [
          { ...OLD, retirement: Retirement.noNewClients('old') },
          { key: 'old', version: 'v0.18.0' },
        ],
      }),
    says: '[ci/dagger/v0-21-8] warning unsuitable-successor: retirement.successor: clients of the release v0.21.8 can\'t move to "old": client v0.21.8 rejects engines older than v0.19.0, and this engine is v0.18.0; fix: choose a successor that accepts them, or upgrade the clients in the same commit',
  },
  {
    title: 'a successor with another architecture',
    warning: EngineRisk.UNSUITABLE_SUCCESSOR,
    program: (chart) =>
      fleet(chart, {
        members: [
          { ...OLD, architecture: NodeArchitecture.ARM64 },
          { ...NEW, architecture: NodeArchitecture.AMD64 },
        ],
      }),
    says: '[ci/dagger/v0-21-8] warning unsuitable-successor: retirement.successor: "v0-21-11" runs on amd64, and this member on arm64, so builds without a platform produce images for another architecture; fix: choose a successor that runs on arm64',
  },
];
