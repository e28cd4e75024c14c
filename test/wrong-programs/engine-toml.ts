import { Size } from 'cdk8s';
import {
  CacheVolume,
  DiskSpace,
  EngineToml,
  Listener,
  PemFile,
  Snapshotter,
  type EngineTomlOptions,
} from '../../src/index';
import { daemonSet, deployment, type WrongProgram } from './program';

const typed =
  (options: EngineTomlOptions, version = 'v0.21.7'): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, { version, engineToml: EngineToml.of(options) });
const raw =
  (text: string, version = 'v0.21.7'): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, { version, engineToml: EngineToml.raw(text) });

export const ENGINE_TOML_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'invalid TOML',
    program: raw('trace: true'),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml: is not valid TOML at line 1, column 6, so the engine would not start: illegal character in key; allowed: TOML, such as 'trace = true'; fix: correct it, or use EngineToml.of(...); or accept EngineRisk.CONFIG_REJECTED",
  },
  {
    title: 'a string instead of a boolean in engine.toml',
    program: raw('trace = "yes"'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.trace: is invalid in engine.toml, so the engine would not start; got "yes"; allowed: true or false; fix: write true or false, without quotes; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'a registry header with an IPv6 address, which the engine cannot parse',
    program: raw('[registry."[fd00::1]:5000"]\nhttp = true'),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml: is not valid TOML at line 1, column 11, so the engine would not start: a table header with '[', ']' or '\\' in a name: write the table inline, as the value of its name; allowed: TOML, such as 'trace = true'; fix: correct it, or use EngineToml.of(...); or accept EngineRisk.CONFIG_REJECTED",
  },
  {
    title: 'a table with brackets in its name',
    program: typed({ additional: { frontend: { '[gateway]': { enabled: false } } } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.additional.frontend["[gateway]"]: must be a name that the engine can parse, quoted or not; got "[gateway]"; allowed: names without '"', '\\', '[', ']' or control characters; fix: choose another name`,
  },
  {
    title: 'an empty list of rules in engine.toml',
    program: typed({ worker: { gcPolicies: [] } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.gcPolicies: is invalid in engine.toml, so the engine would not start; got []; allowed: a list with at least one table; fix: remove it',
  },
  {
    title: "a state directory that hides the image's programs",
    program: typed({ root: '/usr/lib/dagger' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.root: must be a directory where the cache volume can be mounted; got "/usr/lib/dagger"; allowed: an absolute path outside the directories that the engine needs; fix: use a value such as '/data'`,
  },
  {
    title: 'a relative state directory',
    program: raw('root = "data"'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.root: must be a directory where the cache volume can be mounted; got "data"; allowed: an absolute path outside the directories that the engine needs; fix: use a value such as '/data'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'a state directory with a double slash',
    program: raw('root = "/data/"'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.root: must be a normalized path; got "/data/"; allowed: a path without redundant parts; fix: write '/data'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'the overlayfs snapshotter on NFS',
    program: (chart) =>
      deployment(chart, {
        cache: CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger' }),
        engineToml: EngineToml.of({ worker: { snapshotter: Snapshotter.OVERLAYFS } }),
      }),
    says: `[ci/engine] EngineDeployment has 1 problem:\n  - engineToml.worker.snapshotter: overlayfs can't write to NFS, so every build fails; got "overlayfs"; allowed: native; fix: remove it, or use a block or local volume for the cache`,
  },
  {
    title: 'a snapshotter that no image contains',
    program: raw('[worker.oci]\nsnapshotter = "fuse-overlayfs"'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.oci.snapshotter: engine images do not contain the program fuse-overlayfs, so every build fails; got "fuse-overlayfs"; allowed: overlayfs, native; fix: remove it; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'disabled garbage collection on an emptyDir with a limit',
    program: (chart) =>
      deployment(chart, {
        cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(20) }),
        engineToml: EngineToml.of({ worker: { gc: false } }),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - engineToml.worker: the cache can outgrow the limit of the emptyDir, at which the kubelet evicts the pod; got {"gc":false}; allowed: a maxUsedSpace of less than 20GiB, for all records; fix: set maxUsedSpace to 15GiB, or remove sizeLimit; or accept EngineRisk.CACHE_OUTGROWS_LIMIT',
  },
  {
    title: 'custom text with a limited emptyDir, on a release without engine.json',
    program: (chart) =>
      deployment(chart, {
        version: 'v0.13.6',
        cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(20) }),
        engineToml: EngineToml.raw('insecure-entitlements = []'),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - engineToml.worker.oci: the cache can outgrow the limit of the emptyDir, at which the kubelet evicts the pod; got {}; allowed: a gckeepstorage of less than 20GiB, for all records; fix: set gckeepstorage to 15GiB, or remove sizeLimit; or accept EngineRisk.CACHE_OUTGROWS_LIMIT',
  },
  {
    title: 'an unknown network mode',
    program: raw('[worker.oci]\nnetworkMode = "bridge"'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.oci.networkMode: is invalid in engine.toml of v0.21.7, so the engine would not start; got "bridge"; allowed: cni, host, auto; fix: use a value such as 'cni'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'an unknown snapshotter',
    program: raw('[worker.oci]\nsnapshotter = "btrfs"'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.oci.snapshotter: is invalid in engine.toml, so the engine would not start; got "btrfs"; allowed: overlayfs, native; fix: use a value such as 'overlayfs'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'the removed snapshotter `stargz`',
    program: raw('[worker.oci]\nsnapshotter = "stargz"', 'v0.19.5'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.oci.snapshotter: is invalid in engine.toml of v0.19.5, so the engine would not start; got "stargz"; allowed: overlayfs, native; fix: use a value such as 'overlayfs'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'an unknown entitlement',
    program: typed({ insecureEntitlements: ['security.privileged'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.insecureEntitlements[0]: is invalid in engine.toml, so the engine would not start; got "security.privileged"; allowed: security.insecure, network.host; fix: use a value such as 'security.insecure'`,
  },
  {
    title: 'an invalid platform',
    program: typed({ worker: { platforms: ['linux arm64'] } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.platforms[0]: is invalid in engine.toml, so the engine would not start; got "linux arm64"; allowed: OS/ARCH[/VARIANT]; fix: use a value such as 'linux/arm64'`,
  },
  {
    title: 'a negative pool size',
    program: typed({ worker: { cniPoolSize: -1 } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.cniPoolSize: is invalid in engine.toml, so the engine would not start; got -1; allowed: a whole number of at least 0; fix: use a value such as 4',
  },
  {
    title: 'a plain TCP port without `insecureTcp`',
    program: typed({ grpc: { address: ['tcp://0.0.0.0:1234'] } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.address: any client that reaches this port can become root on the node; got "tcp://0.0.0.0:1234"; allowed: unix sockets, loopback addresses, and the address of the listener; fix: set listener: Listener.insecureTcp({ port: 1234 }); or accept EngineRisk.OPEN_PORT_IN_CONFIG',
  },
  {
    title: "the listener's port twice",
    program: (chart) =>
      daemonSet(chart, {
        listener: Listener.insecureTcp(),
        engineToml: EngineToml.of({ grpc: { address: ['tcp://127.0.0.1:1234'] } }),
      }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.address: conflicts with the port of the listener; got "tcp://127.0.0.1:1234"; allowed: other ports; fix: remove the address; or accept EngineRisk.PORT_BOUND_TWICE`,
  },
  {
    title: 'an address without a scheme',
    program: typed({ grpc: { address: ['0.0.0.0:1234'] } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.address[0]: is invalid in engine.toml, so the engine would not start; got "0.0.0.0:1234"; allowed: unix:///path, fd://name or tcp://host:port; fix: use a value such as 'tcp://127.0.0.1:1234'`,
  },
  {
    title: "custom text without the listener's address, on a release that reads it from there",
    program: (chart) =>
      daemonSet(chart, {
        version: 'v0.16.3',
        listener: Listener.insecureTcp(),
        engineToml: EngineToml.raw('trace = true'),
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.address: is missing tcp://0.0.0.0:1234, which v0.16.3 requires in this file; got []; fix: set address = ["tcp://0.0.0.0:1234"]; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: "custom text that drops the probes' socket",
    program: raw('[grpc]\naddress = ["tcp://127.0.0.1:4000"]', 'v0.15.4'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.address: is missing unix:///run/buildkit/buildkitd.sock, which v0.15.4 requires in this file; got ["tcp://127.0.0.1:4000"]; fix: set address = ["tcp://127.0.0.1:4000","unix:///run/buildkit/buildkitd.sock"]; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'engine TLS on a release whose clients cannot connect to it',
    program: typed({
      grpc: { tls: { cert: PemFile.fromPath('/tls/tls.crt'), key: PemFile.fromPath('/tls/tls.key') } },
    }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.tls: Dagger clients can't connect to v0.21.7 if the engine itself terminates TLS; allowed: until v0.21.3, until v1.0.0-beta.2; fix: use listener: Listener.tls(...); or accept EngineRisk.ENGINE_TLS",
  },
  {
    title: 'a certificate without its key',
    program: raw('[grpc.tls]\ncert = "/tls/tls.crt"', 'v0.21.3'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.tls: cert and key must be set together, because the engine does not start with only one of them; allowed: both or neither; fix: set key; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'a client CA without a certificate, which means plain text for everyone',
    program: raw('[grpc.tls]\nca = "/tls/ca.crt"', 'v0.21.3'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.tls.ca: without cert and key, the engine serves plain text to any client; got "/tls/ca.crt"; fix: set cert and key; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'a Kubernetes quantity in a policy',
    program: raw('[[worker.oci.gcpolicy]]\nkeepBytes = "10Gi"'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.oci.gcpolicy[0].keepBytes: is invalid in engine.toml, so the engine would not start; got "10Gi"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: write '10GiB'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'a cache of the whole disk, in engine.toml',
    program: typed({ worker: { maxUsedSpace: DiskSpace.percent(100) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.worker.maxUsedSpace: must be less than the disk, otherwise the disk fills up or the cache is always empty; got "100%"; allowed: less than the disk; fix: use a value such as 75%',
  },
  {
    title: 'a key in `additional` of engine.toml that a property sets',
    program: typed({ trace: true, additional: { trace: false } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.additional.trace: is set both in `additional` and by a property; got false; fix: set it in one of the two places',
  },
  {
    title: 'a path in a registry name',
    program: typed({ registries: { 'registry.example.com/team': {} } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.registries["registry.example.com/team"]: must be the host of a registry, because no image is pulled from it otherwise; got "registry.example.com/team"; allowed: host or host:port, without a scheme or path; fix: use a value such as 'docker.io' or 'registry.example.com:5000'`,
  },
];
