import { Duration } from 'cdk8s';
import {
  EngineJson,
  EngineServiceType,
  EngineToml,
  HostSocket,
  KeySelector,
  Listener,
  OtlpProtocol,
  SessionAffinity,
  TrafficPolicy,
  Transport,
  type EngineServiceOptions,
  type InsecureTcpOptions,
  IpFamily,
  IpFamilyPolicy,
} from '../../src/index';
import { daemonSet, deployment, statefulSet, type WrongProgram } from './program';

const listens =
  (options: InsecureTcpOptions): WrongProgram['program'] =>
  (chart) =>
    statefulSet(chart, { listener: Listener.insecureTcp(options) });
const served = (service: EngineServiceOptions): WrongProgram['program'] => listens({ service });

export const NETWORK_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'port 0',
    program: listens({ port: 0 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.port: must be a TCP port; got 0; allowed: a whole number from 1 to 65535; fix: choose another port',
  },
  {
    title: 'a port above 65535',
    program: listens({ hostPort: 70000 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.hostPort: must be a TCP port; got 70000; allowed: a whole number from 1 to 65535; fix: choose another port',
  },
  {
    title: 'a host name to listen on',
    program: listens({ address: 'localhost' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.address: must be an address to listen on; got "localhost"; allowed: an IPv4 address, or an IPv6 address in brackets; fix: use '0.0.0.0' or '[::]'`,
  },
  {
    title: 'a different host port on the host network',
    program: (chart) => daemonSet(chart, { listener: Listener.insecureTcp({ hostPort: 4321 }), hostNetwork: true }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - listener.hostPort: must equal the container port in the host network; got 4321; allowed: 1234; fix: remove it',
  },
  {
    title: 'a node port of a ClusterIP Service',
    program: served({ nodePort: 31234 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.nodePort: is not supported by a ClusterIP Service; got 31234; allowed: a NodePort or LoadBalancer Service; fix: set type: EngineServiceType.NODE_PORT',
  },
  {
    title: 'an invalid node port',
    program: served({ type: EngineServiceType.NODE_PORT, nodePort: 0 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.nodePort: must be a port number; got 0; allowed: a whole number, 30000 to 32767 unless the cluster is configured otherwise; fix: choose another port',
  },
  {
    title: 'an external traffic policy on a ClusterIP Service',
    program: served({ externalTrafficPolicy: TrafficPolicy.LOCAL }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.externalTrafficPolicy: is not supported by a ClusterIP Service; got "Local"; allowed: a NodePort or LoadBalancer Service; fix: remove it',
  },
  {
    title: 'a load balancer class without a load balancer',
    program: served({ loadBalancerClass: 'example.com/internal' }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.loadBalancerClass: requires a LoadBalancer Service, because the API server rejects or ignores it for other types; got "example.com/internal"; allowed: a LoadBalancer Service; fix: set type: EngineServiceType.LOAD_BALANCER',
  },
  {
    title: 'an address instead of a network',
    program: served({ type: EngineServiceType.LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.1'] }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.loadBalancerSourceRanges[0]: must be a network in CIDR notation; got "10.0.0.1"; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address`,
  },
  {
    title: 'a session affinity of two days',
    program: served({ sessionAffinity: SessionAffinity.clientIp(Duration.days(2)) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.sessionAffinity: must not exceed one day, the maximum in Kubernetes; got "172800 s"; allowed: at most 86400 s; fix: use SessionAffinity.clientIp(Duration.hours(24))',
  },
  {
    title: 'an invalid Service name',
    program: served({ name: '1st-engine' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.name: must be a valid name; got "1st-engine"; allowed: lower-case letters, digits and '-', starting with a letter and ending with a letter or digit, at most 63 characters; fix: set the name to "st-engine"`,
  },
  {
    title: 'a Service with the name of another one of the engine',
    program: served({ name: 'engine-headless' }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.name: another Service of the engine has the same name; got "engine-headless"; allowed: unused names; fix: choose another name',
  },
  {
    title: "a headless Service with the name of the listener's",
    program: (chart) => statefulSet(chart, { serviceName: 'engine', listener: Listener.insecureTcp() }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - serviceName: another Service of the engine has the same name; got "engine"; allowed: unused names; fix: choose another name',
  },
  {
    title: 'an invalid headless Service name',
    program: (chart) => statefulSet(chart, { serviceName: 'my.pods' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - serviceName: must be a valid name; got "my.pods"; allowed: lower-case letters, digits and '-', starting with a letter and ending with a letter or digit, at most 63 characters; fix: set the name to "my-pods"`,
  },
  {
    title: 'an external Service without its name',
    program: served({ create: false }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.name: is required with create: false; allowed: the name of the existing Service; fix: set name, or remove create: false',
  },
  {
    title: 'settings for an external Service',
    program: served({ create: false, name: 'builds', type: EngineServiceType.LOAD_BALANCER }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.type: has no effect on an existing Service; got "LoadBalancer"; allowed: create, name and port; fix: remove it',
  },
  {
    title: 'a host port for an undeclared port',
    program: listens({ declarePort: false, hostPort: 1234 }),
    says: "[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.hostPort: an undeclared port can't have a host port; got 1234; allowed: hostPort without declarePort: false; fix: set hostPort on the port in extraPorts",
  },
  {
    title: 'metrics on the undeclared port of a listener',
    program: (chart) =>
      deployment(chart, { listener: Listener.insecureTcp({ port: 9090, declarePort: false }), metrics: {} }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - metrics.port: the engine listens for clients on this port; got 9090; allowed: unused ports; fix: choose another port',
  },
  {
    title: 'metrics on a release without them',
    program: (chart) => daemonSet(chart, { version: 'v0.18.10', metrics: {} }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - metrics: is not supported by v0.18.10; allowed: v0.18.11 and later; fix: choose a release that supports it, or remove metrics',
  },
  {
    title: "metrics on the listener's port",
    program: (chart) => daemonSet(chart, { listener: Listener.insecureTcp({ port: 9090 }), metrics: {} }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - metrics.port: the engine's container already has port 9090, named "tcp-engine"; got 9090; allowed: unused numbers and names; fix: choose another port`,
  },
  {
    title: 'metrics on a port of engine.toml',
    program: (chart) =>
      daemonSet(chart, { metrics: {}, engineToml: EngineToml.of({ grpc: { address: ['tcp://127.0.0.1:9090'] } }) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineToml.grpc.address: conflicts with the port of the metrics; got "tcp://127.0.0.1:9090"; allowed: other ports; fix: remove the address; or accept EngineRisk.PORT_BOUND_TWICE`,
  },
  {
    title: 'telemetry on a release without it',
    program: (chart) =>
      daemonSet(chart, { version: 'v0.21.8', telemetry: { endpoint: 'http://collector.ops.svc:4318' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - telemetry: v0.21.8 does not send metrics; allowed: v0.21.10 and later, after v1.0.0-beta.14; fix: choose a release that supports it, or remove telemetry',
  },
  {
    title: 'a collector with the path of metrics',
    program: (chart) =>
      daemonSet(chart, { version: 'v0.21.10', telemetry: { endpoint: 'http://collector.ops.svc:4318/v1/metrics' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - telemetry.endpoint: must be the base URL, because each signal has its own path; got "http://collector.ops.svc:4318/v1/metrics"; allowed: http://HOST:4318, or a URL with a path before /v1; fix: write \'http://collector.ops.svc:4318\'',
  },
  {
    title: 'a collector over gRPC with a path',
    program: (chart) =>
      daemonSet(chart, {
        version: 'v0.21.10',
        telemetry: { endpoint: 'https://otlp.example.com/v1', protocol: OtlpProtocol.GRPC },
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - telemetry.endpoint: must not have a path; got "https://otlp.example.com/v1"; allowed: http://HOST:4317; fix: write \'https://otlp.example.com\'',
  },
  {
    title: 'a collector with credentials in its URL',
    program: (chart) =>
      daemonSet(chart, {
        version: 'v0.21.10',
        telemetry: { endpoint: 'https://ci:hunter2@otlp.example.com' },
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - telemetry.endpoint: contains credentials, which anyone who can read the manifest would see; allowed: a URL without a user or password; fix: keep them in a Secret',
  },
  {
    title: 'telemetry with a file that does not enable it',
    program: (chart) =>
      daemonSet(chart, {
        version: 'v0.21.10',
        telemetry: { endpoint: 'https://otlp.example.com' },
        engineJson: EngineJson.raw('{}'),
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - telemetry: is not enabled in the file that engineJson sets; allowed: a file with "telemetry": {"resourceMetrics": true}, or EngineJson.of(...); fix: add it to the file, or use EngineJson.of(...)',
  },
  {
    title: 'a remote cache on a release without it',
    program: (chart) =>
      daemonSet(chart, {
        version: 'v0.21.8',
        remoteCache: { url: 'https://cache.example.com', token: KeySelector.fromSecretName('cloud', 'token') },
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - remoteCache: v0.21.8 does not support the remote cache; allowed: after v1.0.0-beta.14; fix: choose a release that supports it, or remove remoteCache',
  },
  {
    title: 'the token of a remote cache in a ConfigMap',
    program: (chart) =>
      daemonSet(chart, {
        version: 'v1.0.0-beta.21',
        remoteCache: { url: 'https://cache.example.com', token: KeySelector.fromConfigMapName('cloud', 'token') },
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - remoteCache.token: must be a key of a Secret, because ConfigMaps are not protected like Secrets; got "ConfigMap cloud"; allowed: a key of a Secret; fix: use KeySelector.fromSecretName(name, key)',
  },
  {
    title: 'a cache size interval of half a second',
    program: (chart) => daemonSet(chart, { metrics: { cacheUpdateInterval: Duration.millis(500) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - metrics.cacheUpdateInterval: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(1)',
  },
  {
    title: "a socket in the node's root directory",
    program: (chart) => daemonSet(chart, { hostSocket: HostSocket.fromPath('/') }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - hostSocket: must be a valid directory on the node; got "/"; allowed: an absolute path other than '/', without '..'; fix: use a value such as HostSocket.fromPath('/run/dagger-ci')`,
  },
  {
    title: "a socket volume that isn't a host path",
    program: (chart) => daemonSet(chart, { hostSocket: HostSocket.fromVolume({ name: 'run', emptyDir: {} }) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - hostSocket: must be a directory on the node; got {"name":"run","emptyDir":{}}; allowed: a hostPath volume with a directory; fix: use a value such as HostSocket.fromPath('/run/dagger-ci')`,
  },
  {
    title: 'a host path without a path for the socket',
    program: (chart) =>
      daemonSet(chart, { hostSocket: HostSocket.fromVolume({ name: 'run', hostPath: {} as { path: string } }) }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - hostSocket: must be a valid directory on the node; got ""; allowed: an absolute path other than '/', without '..'; fix: use a value such as HostSocket.fromPath('/run/dagger-ci')`,
  },
  {
    title: 'a pod address without a headless Service',
    program: (chart) =>
      statefulSet(chart, { headlessService: false, listener: Listener.insecureTcp() }).runnerHost(
        Transport.tcp({ ordinal: 0 }),
      ),
    says: "[ci/engine] runnerHost: the pods have no names in the cluster's DNS; got Transport.tcp({ ordinal: 0 }); fix: remove headlessService: false, or use another transport",
  },
  {
    title: 'the node socket of an engine without one',
    program: (chart) => statefulSet(chart).runnerHost(Transport.unix()),
    says: "[ci/engine] runnerHost: the engine's socket is not on the node; got Transport.unix(); fix: set hostSocket on the engine, or use another transport",
  },
  {
    title: 'TCP to an engine without a port',
    program: (chart) => statefulSet(chart).runnerHost(Transport.tcp()),
    says: '[ci/engine] runnerHost: the engine has no port; got Transport.tcp(); fix: set a listener, or use another transport',
  },
  {
    title: 'an ordinal for pods without ordinals',
    program: (chart) =>
      deployment(chart, { listener: Listener.insecureTcp() }).runnerHost(Transport.tcp({ ordinal: 0 })),
    says: '[ci/engine] runnerHost: no pod has this ordinal; got Transport.tcp({ ordinal: 0 }); fix: use an EngineStatefulSet, and an ordinal of one of its pods',
  },
  {
    title: 'an unknown ordinal',
    program: (chart) =>
      statefulSet(chart, { replicas: 3, listener: Listener.insecureTcp() }).runnerHost(Transport.tcp({ ordinal: 3 })),
    says: '[ci/engine] runnerHost: no pod has this ordinal; got Transport.tcp({ ordinal: 3 }); fix: use an EngineStatefulSet, and an ordinal of one of its pods',
  },
  {
    title: 'an invalid pod name',
    program: (chart) => daemonSet(chart).runnerHost(Transport.kubePod({ podName: 'engine pod' })),
    says: "[ci/engine] runnerHost: must be the name of a pod; got Transport.kubePod({ podName: \"engine pod\" }); fix: use lower-case letters, digits, '-' and '.', or a shell variable with the output of findPodCommand",
  },
  {
    title: 'a fixed address to listen on',
    program: listens({ address: '192.168.1.5' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.address: the addresses of pods are not known in advance, and the engine exits if its pod has a different address; got "192.168.1.5"; allowed: '0.0.0.0', '[::]'; fix: use '0.0.0.0' or '[::]'`,
  },
  {
    title: 'a Service with the same IP family twice',
    program: served({ ipFamilies: [IpFamily.IPV4, IpFamily.IPV4] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.ipFamilies: must not contain a family twice, because the API server rejects duplicates; got ["IPv4","IPv4"]; allowed: each family once; fix: remove one',
  },
  {
    title: 'a single-stack Service with two IP families',
    program: listens({
      address: '[::]',
      service: { ipFamilies: [IpFamily.IPV4, IpFamily.IPV6], ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK },
    }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.ipFamilyPolicy: conflicts with two ipFamilies, because a single-stack Service has only one; got "SingleStack"; allowed: IpFamilyPolicy.PREFER_DUAL_STACK, IpFamilyPolicy.REQUIRE_DUAL_STACK; fix: remove it',
  },
  {
    title: 'an IPv6 Service for a listener on IPv4',
    program: served({ ipFamilies: [IpFamily.IPV6] }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.ipFamilies: the Service has IPv6 addresses, but the engine listens only on IPv4; got ["IPv6"]; allowed: IPv4, unless the listener has an IPv6 address; fix: set address: '[::]' on the listener to listen on both families`,
  },
  {
    title: 'an application protocol that is not a valid key',
    program: served({ appProtocol: 'h2c over tcp' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.appProtocol: must be a valid key; got "h2c over tcp"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key`,
  },
  {
    title: 'node ports turned off on a NodePort Service',
    program: served({ type: EngineServiceType.NODE_PORT, allocateLoadBalancerNodePorts: false }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.allocateLoadBalancerNodePorts: requires a LoadBalancer Service, because the API server rejects or ignores it for other types; got false; allowed: a LoadBalancer Service; fix: set type: EngineServiceType.LOAD_BALANCER',
  },
  {
    title: 'a source range with host bits',
    program: served({ type: EngineServiceType.LOAD_BALANCER, loadBalancerSourceRanges: ['10.1.2.3/8'] }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - listener.service.loadBalancerSourceRanges[0]: the address has host bits (after the first 8); got "10.1.2.3/8"; allowed: ADDRESS/LENGTH; fix: write '10.0.0.0/8', or '10.1.2.3/32' for one address`,
  },
];
