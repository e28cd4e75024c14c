import { Duration, Size } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import {
  Drain,
  EngineImage,
  EngineJson,
  EngineProbe,
  EngineServiceAccount,
  EnvFrom,
  EnvVar,
  KeySelector,
  LifecycleHook,
  NodeStopLimit,
  Listener,
  LogLevel,
  type EngineDaemonSetProps,
  CacheVolume,
} from '../../src/index';
import { daemonSet, untyped, type WrongProgram } from './program';

const told =
  (props: Partial<EngineDaemonSetProps>): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, props);
const image = (reference: string): WrongProgram['program'] => told({ image: EngineImage.fromReference(reference) });
const httpGet: k8s.Probe = { httpGet: { path: '/', port: untyped<k8s.IntOrString>(1234) } };
const mounts = (mountPath: string): WrongProgram['program'] =>
  told({ volumes: [{ name: 'data', emptyDir: {} }], volumeMounts: [{ name: 'data', mountPath }] });
const withGpu = (request: string): WrongProgram['program'] =>
  told({ gpu: { count: 2 }, resources: { requests: { 'nvidia.com/gpu': request } } });

export const POD_PROGRAMS: readonly WrongProgram[] = [
  // ---- image, resources
  {
    title: 'an image without a tag',
    program: image('registry.example.com/engine'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - image: the reference has neither a tag nor a digest, so the node would run the tag latest; got "registry.example.com/engine"; allowed: a reference with a tag or digest; fix: use EngineImage.fromReference('registry.example.com/engine:v0.21.7'), or EngineImage.fromRepository('registry.example.com/engine'); or accept EngineRisk.UNTAGGED_IMAGE`,
  },
  {
    title: 'an image with upper-case letters',
    program: (chart) =>
      daemonSet(chart, { image: EngineImage.fromReference('registry.example.com/Team/Engine:v0.21.7') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - image: must have a lower-case path; got "registry.example.com/Team/Engine:v0.21.7"; allowed: a path in lower case; fix: write \'registry.example.com/team/engine:v0.21.7\'',
  },
  {
    title: 'a digest that is too short',
    program: (chart) =>
      daemonSet(chart, { image: EngineImage.fromReference('registry.example.com/engine@sha256:abc') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - image: must be a valid image digest; got "registry.example.com/engine@sha256:abc"; allowed: \'sha256:\' and 64 hexadecimal digits in lower case; fix: copy the digest from the registry',
  },
  {
    title: 'an image of another release than the version',
    program: (chart) => daemonSet(chart, { image: EngineImage.fromReference('registry.example.com/engine:v0.18.0') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - image: the tag names v0.18.0, but the engine is configured for v0.21.7; got "registry.example.com/engine:v0.18.0"; allowed: an image of v0.21.7, the version of the engine; fix: set version to \'v0.18.0\'; or accept EngineRisk.VERSION_MISMATCH',
  },
  {
    title: 'an invalid image',
    program: image('registry.example.com/engine: latest'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - image: must be an image reference; got "registry.example.com/engine: latest"; allowed: REGISTRY/PATH[:TAG][@sha256:DIGEST]; fix: use a value such as 'registry.dagger.io/engine:v0.21.7'`,
  },
  {
    title: 'a tag on a repository',
    program: told({ image: EngineImage.fromRepository('registry.example.com/engine:v0.21.7') }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - image: must not have a tag or digest, because version determines the tag; got "registry.example.com/engine:v0.21.7"; allowed: REGISTRY/PATH; fix: use EngineImage.fromReference('registry.example.com/engine:v0.21.7')`,
  },
  {
    title: 'an unknown unit',
    program: told({ resources: { requests: { memory: '16GB' } } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - resources.requests["memory"]: must be a Kubernetes quantity; got "16GB"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: use a value such as '500m' or '16Gi'`,
  },
  {
    title: 'half a byte of memory',
    program: told({ resources: { requests: { memory: '500m' } } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - resources.requests["memory"]: must be a whole number of bytes, because the API server warns about fractions; got "500m"; allowed: whole bytes; fix: write "500Mi"',
  },
  {
    title: 'a probe of a port on which nothing listens',
    program: told({
      probes: { readiness: EngineProbe.fromProbe({ tcpSocket: { port: untyped<k8s.IntOrString>(8080) } }) },
      metrics: { port: 9090 },
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.readiness: nothing in the pod listens on this port, so the probe always fails; got 8080; allowed: 9090; fix: use EngineProbe.connect(); or accept EngineRisk.PROBE_CANNOT_WORK',
  },
  {
    title: 'a probe of a sidecar for a port that it does not declare',
    program: told({
      sidecars: [
        {
          name: 'logs',
          image: 'logs:1',
          ports: [{ name: 'http', containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/', port: untyped<k8s.IntOrString>('web') } },
        },
      ],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].readinessProbe: the container has no port with this name, so the probe always fails; got "web"; allowed: http; fix: correct the name, or use the number; or accept EngineRisk.PROBE_CANNOT_WORK',
  },
  {
    title: 'memory without a unit',
    program: told({ resources: { requests: { memory: '16' }, limits: { 'ephemeral-storage': '100' } } }),
    says: '[ci/engine] EngineDaemonSet has 2 problems:\n  - resources.limits["ephemeral-storage"]: is too small for a container, probably because the unit is missing; got "100"; allowed: at least \'1Mi\'; fix: write "100Mi"\n  - resources.requests["memory"]: is too small for a container, probably because the unit is missing; got "16"; allowed: at least \'1Mi\'; fix: write "16Mi"',
  },
  {
    title: 'memory of a sidecar without a unit',
    program: told({
      sidecars: [{ name: 'logs', image: 'logs:1', resources: { limits: { memory: untyped<k8s.Quantity>('512') } } }],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].resources.limits["memory"]: is too small for a container, probably because the unit is missing; got "512"; allowed: at least \'1Mi\'; fix: write "512Mi"',
  },
  {
    title: 'a path without the programs of the engine',
    program: told({ env: { PATH: EnvVar.fromValue('/usr/bin:/bin') } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - env.PATH: must contain /usr/local/bin, the directory of the engine\'s programs; got "/usr/bin:/bin"; allowed: a list of directories that includes /usr/local/bin; fix: remove it, or add the directory; or accept EngineRisk.OVERRIDDEN_IMAGE_VARIABLE',
  },
  {
    title: 'a node affinity that excludes the nodes of the node selector',
    program: told({
      nodeSelector: { pool: 'builds' },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'NotIn', values: ['builds'] }] }],
          },
        },
      },
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - affinity.nodeAffinity: conflicts with nodeSelector, which requires pool: builds, so no node matches both; got "pool NotIn builds"; allowed: a node affinity that matches the nodes that nodeSelector selects; fix: remove one of them; or accept EngineRisk.UNSCHEDULABLE',
  },
  {
    title: 'a request above its limit',
    program: told({ resources: { requests: { cpu: '4' }, limits: { cpu: '500m' } } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - resources.requests["cpu"]: must not exceed the limit; got "4"; allowed: at most 500m; fix: raise the limit or remove it',
  },
  {
    title: 'a GPU request with a different GPU limit',
    program: withGpu('1'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - resources.requests["nvidia.com/gpu"]: must equal the limit of this resource; got "1"; allowed: 2; fix: remove it, because the limit is also the request',
  },
  {
    title: 'a fractional device',
    program: told({ resources: { limits: { 'example.com/device': '500m' } } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - resources.limits["example.com/device"]: must be a whole number for an extended resource; got "500m"; allowed: a whole number; fix: round it',
  },
  {
    title: 'zero GPUs',
    program: told({ gpu: { count: 0 } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - gpu.count: must be a positive whole number; got 0; allowed: a whole number of at least 1; fix: set it to 1',
  },
  {
    title: 'a runtime class in addition to the GPU runtime class',
    program: told({ gpu: {}, runtimeClassName: 'kata' }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - runtimeClassName: conflicts with the runtime class of gpu; got "kata"; allowed: nvidia; fix: set gpu.runtimeClassName instead',
  },
  // ---- environment, flags
  {
    title: 'an invalid variable name',
    program: told({ env: { '1ST': EnvVar.fromValue('a') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env: must be a valid environment variable name; got "1ST"; allowed: letters, digits and '_', not starting with a digit; fix: rename it`,
  },
  {
    title: 'the variable that the image uses to find its own engine',
    program: told({ env: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: EnvVar.fromValue('tcp://engine:1234') } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - env._EXPERIMENTAL_DAGGER_RUNNER_HOST: the image sets this variable, and the engine needs that value; allowed: variables that the image does not set; fix: remove it, or use runnerHost(...) for clients; or accept EngineRisk.OVERRIDDEN_IMAGE_VARIABLE',
  },
  {
    title: 'metrics through a variable',
    program: told({ env: { _EXPERIMENTAL_DAGGER_METRICS_ADDR: EnvVar.fromValue(':9090') } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - env._EXPERIMENTAL_DAGGER_METRICS_ADDR: the property metrics sets this variable, and creates the port and the Service; allowed: variables without a property; fix: use metrics: { port: 9090 }; or accept EngineRisk.METRICS_BY_VARIABLE',
  },
  {
    title: 'a secret in plain text',
    program: told({ version: 'v1.0.0-beta.10', env: { DAGGER_SECRET_SALT: EnvVar.fromValue('pepper') } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - env.DAGGER_SECRET_SALT: is a secret, which anyone who can read the manifest would see; allowed: a reference to a Secret; fix: use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); or accept EngineRisk.SECRET_IN_PLAIN_TEXT',
  },
  {
    title: 'a proxy as a property and as a variable',
    program: told({
      proxy: { https: EnvVar.fromValue('http://proxy.example.com:3128') },
      env: { HTTPS_PROXY: EnvVar.fromValue('http://other.example.com:3128') },
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - env.HTTPS_PROXY: another property already sets this variable; got "HTTPS_PROXY"; allowed: other variables; fix: remove one of them',
  },
  {
    title: 'a variable from an invalid key',
    program: told({ env: { TOKEN: EnvVar.fromKey(KeySelector.fromSecretName('ci', 'a/b')) } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.TOKEN: must be a valid key of a Secret; got "a/b"; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of ci`,
  },
  {
    title: 'variables from a Secret with an invalid name',
    program: told({ envFrom: [EnvFrom.fromSecretName('CI_Tokens')] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - envFrom[0]: must be a valid object name; got "CI_Tokens"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "ci-tokens"`,
  },
  {
    title: 'an invalid variable prefix',
    program: told({ envFrom: [EnvFrom.fromConfigMapName('settings', { prefix: '1-' })] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - envFrom[0].prefix: must be a valid environment variable name; got "1-"; allowed: letters, digits and '_', not starting with a digit; fix: rename it`,
  },
  {
    title: 'a password in a proxy variable',
    program: told({ env: { https_proxy: EnvVar.fromValue('http://user:secret@proxy.example.com:3128') } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - env.https_proxy: looks like a URL with a password, which anyone who can read the manifest would see; allowed: secrets by reference only; fix: use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); or accept EngineRisk.SECRET_IN_PLAIN_TEXT',
  },
  {
    title: 'an address in a flag',
    program: told({ args: ['--addr', 'tcp://0.0.0.0:1234'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: the library configures the addresses: use listener; got "--addr"; allowed: other flags; fix: remove it; or accept EngineRisk.UNMANAGED_FLAG',
  },
  {
    title: 'another engine.toml in a flag',
    program: told({ args: ['--config=/etc/other.toml'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: the library mounts the configuration: use engineToml; got "--config=/etc/other.toml"; allowed: other flags; fix: remove it; or accept EngineRisk.UNMANAGED_FLAG',
  },
  {
    title: 'another state directory in a flag',
    program: told({ args: ['--root', '/data'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: the cache volume is mounted at the directory that engine.toml sets: use root in engineToml; got "--root"; allowed: other flags; fix: remove it; or accept EngineRisk.UNMANAGED_FLAG',
  },
  {
    title: 'a misspelt flag',
    program: told({ args: ['--netwrok-cidr=10.99.0.0/16'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: is not a flag of the engine, so the engine exits; got "--netwrok-cidr"; allowed: flags of dagger-engine; fix: use --network-cidr, or remove it; or accept EngineRisk.UNKNOWN_FLAG',
  },
  {
    title: 'a flag of another release line',
    program: told({ args: ['--wcprof'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: is not a flag of v0.21.7, so the engine exits; got "--wcprof"; allowed: v1.0.0-beta.4 and later; fix: remove it; or accept EngineRisk.UNKNOWN_FLAG',
  },
  {
    title: 'a value for a flag without one',
    program: told({ args: ['--debug', 'true'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[1]: is not a flag, so the engine ignores it and everything after it; got "true"; allowed: --FLAG, --FLAG=VALUE, or --FLAG followed by its value; fix: remove it; or accept EngineRisk.UNKNOWN_FLAG',
  },
  {
    title: 'an unknown flag',
    program: told({ args: ['--oci-worker-rootless'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: is not a flag of the engine, so the engine exits; got "--oci-worker-rootless"; allowed: flags of dagger-engine; fix: remove it, because the engine can't run rootless; or accept EngineRisk.UNKNOWN_FLAG`,
  },
  {
    title: 'TLS in flags',
    program: told({ args: ['--tlscert=/tls/tls.crt', '--tlskey=/tls/tls.key'] }),
    says: `[ci/engine] EngineDaemonSet has 2 problems:\n  - args[0]: Dagger clients can't connect to v0.21.7 if the engine itself terminates TLS; got "--tlscert=/tls/tls.crt"; allowed: until v0.21.3, until v1.0.0-beta.2; fix: use listener: Listener.tls(...); or accept EngineRisk.ENGINE_TLS\n  - args[1]: clients need the TLS settings, so use listener: Listener.tls(...); got "--tlskey=/tls/tls.key"; allowed: other flags; fix: remove it; or accept EngineRisk.UNMANAGED_FLAG`,
  },
  // ---- proxy, certificates
  {
    title: 'a proxy without a URL',
    program: told({ proxy: { noProxy: ['10.0.0.0/8'] } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - proxy: at least one proxy is required; got {"noProxy":["10.0.0.0/8"]}; allowed: at least one of http, https, ftp, all; fix: use a value such as { https: EnvVar.fromValue('http://proxy.example.com:3128') }`,
  },
  {
    title: 'an invalid proxy URL',
    program: told({ proxy: { https: EnvVar.fromValue('proxy.example.com') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - proxy.https: must be a proxy URL; got "proxy.example.com"; allowed: SCHEME://HOST[:PORT], with the scheme http, https, socks5 or socks5h; fix: use a value such as EnvVar.fromValue('http://proxy.example.com:3128')`,
  },
  {
    title: "a password in the proxy's URL",
    program: told({ proxy: { https: EnvVar.fromValue('http://user:secret@proxy.example.com:3128') } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - proxy.https: contains credentials, which anyone who can read the manifest would see; allowed: a URL without a user or password; fix: keep the URL in a Secret and use EnvVar.fromKey(KeySelector.fromSecretName(name, key))',
  },
  {
    title: 'several hosts in one entry',
    program: told({
      proxy: { https: EnvVar.fromValue('http://proxy.example.com:3128'), noProxy: ['a.example.com,b.example.com'] },
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - proxy.noProxy[0]: must be a single host, domain or network; got "a.example.com,b.example.com"; allowed: text without spaces or commas; fix: split it into one entry per host',
  },
  {
    title: 'a duplicate certificate',
    program: told({
      caCertificates: [KeySelector.fromConfigMapName('ca', 'ca.crt'), KeySelector.fromConfigMapName('ca', 'ca.crt')],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - caCertificates[1]: the engine already has this file; got "/usr/local/share/ca-certificates/configmap_ca_ca.crt"; allowed: each file once; fix: remove one of them',
  },
  {
    title: 'certificates mounted as a whole volume',
    program: told({
      volumes: [{ name: 'ca', configMap: { name: 'ca' } }],
      volumeMounts: [{ name: 'ca', mountPath: '/usr/local/share/ca-certificates/' }],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - volumeMounts[0]: a volume mounted as a whole contains symbolic links, which are broken in build containers (dagger/dagger#11069); got "/usr/local/share/ca-certificates/"; allowed: single files, mounted with subPath; fix: use caCertificates; or accept EngineRisk.CA_VOLUME',
  },
  // ---- ports, volumes, containers
  {
    title: "the listener's port twice",
    program: told({ listener: Listener.insecureTcp(), extraPorts: [{ containerPort: 1234 }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - extraPorts[0]: the engine's container already has port 1234, named "tcp-engine"; got 1234; allowed: unused numbers and names; fix: choose another port`,
  },
  {
    title: "the name of the listener's port twice",
    program: told({ listener: Listener.insecureTcp(), extraPorts: [{ containerPort: 5000, name: 'tcp-engine' }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - extraPorts[0]: the engine's container already has port 1234, named "tcp-engine"; got "tcp-engine"; allowed: unused numbers and names; fix: choose another port`,
  },
  {
    title: 'a port name of more than 15 characters',
    program: told({ extraPorts: [{ containerPort: 6060, name: 'debugging-of-the-engine' }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - extraPorts[0].name: must be a valid port name; got "debugging-of-the-engine"; allowed: at most 15 lower-case letters, digits and single '-' between them, with at least one letter; fix: rename it`,
  },
  {
    title: 'an invalid extra port',
    program: told({ extraPorts: [{ containerPort: 70000, protocol: 'UDP' }] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - extraPorts[0].containerPort: must be a UDP port; got 70000; allowed: a whole number from 1 to 65535; fix: choose another port',
  },
  {
    title: "a sidecar on the listener's port",
    program: told({
      listener: Listener.insecureTcp(),
      sidecars: [{ name: 'tls', image: 'proxy:1', ports: [{ containerPort: 1234 }] }],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].ports[0].containerPort: the engine listens on this port, and the containers of a pod share one network; got 1234; allowed: other ports; fix: choose another port for one of them',
  },
  {
    title: 'an invalid volume name',
    program: told({ volumes: [{ name: 'Scratch', emptyDir: {} }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0].name: must be a valid name; got "Scratch"; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "scratch"`,
  },
  {
    title: 'a volume with two sources',
    program: told({ volumes: [{ name: 'scratch', emptyDir: {}, secret: { secretName: 'a' } }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0]: must have exactly one source; got ["emptyDir","secret"]; allowed: one of emptyDir, secret, configMap, ...; fix: remove secret`,
  },
  {
    title: 'a toleration with `Exists` and a value',
    program: told({ tolerations: [{ key: 'pool', operator: 'Exists', value: 'builds' }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - tolerations[0].value: must be empty if the operator is 'Exists'; got "builds"; allowed: no value; fix: remove it, or use the operator 'Equal'`,
  },
  {
    title: 'a toleration without a key',
    program: told({ tolerations: [{ value: 'builds' }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - tolerations[0].key: must have a key unless the operator is 'Exists'; allowed: a key, or the operator 'Exists' for every taint; fix: set the key, or the operator 'Exists'`,
  },
  {
    title: 'an unknown toleration of an effect',
    program: told({ tolerations: [{ operator: 'Exists', effect: 'NoScheduling' }] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - tolerations[0].effect: must be one of the values that Kubernetes supports; got "NoScheduling"; allowed: NoSchedule, PreferNoSchedule, NoExecute; fix: write NoSchedule',
  },
  {
    title: 'an invalid runtime class name',
    program: told({ runtimeClassName: 'Kata' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - runtimeClassName: must be a valid object name; got "Kata"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "kata"`,
  },
  {
    title: 'a mount without a volume',
    program: told({ volumeMounts: [{ name: 'netrc', mountPath: '/root/.netrc' }] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - volumeMounts[0].name: the pod has no volume with this name; got "netrc"; allowed: cache, socket; fix: add the volume to volumes',
  },
  {
    title: 'a mount of a sidecar without a volume',
    program: told({
      sidecars: [{ name: 'logs', image: 'logs:1', volumeMounts: [{ name: 'logs', mountPath: '/logs' }] }],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].volumeMounts[0].name: the pod has no volume with this name; got "logs"; allowed: cache, socket; fix: add the volume to volumes',
  },
  {
    title: 'a mount over the cache',
    program: told({
      volumes: [{ name: 'data', emptyDir: {} }],
      volumeMounts: [{ name: 'data', mountPath: '/var/lib/dagger/' }],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - volumeMounts[0]: the engine already has a mount at this path; got "/var/lib/dagger/"; allowed: unused paths; fix: choose another path',
  },
  {
    title: "the name of a volume for the engine's files",
    program: told({ takeOver: true, configVolumeName: 'engine.files' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - configVolumeName: must be a valid name; got "engine.files"; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "engine-files"`,
  },
  {
    title: "a volume for the engine's files with the name of the cache",
    program: told({
      takeOver: true,
      configVolumeName: 'cache',
      engineJson: EngineJson.of({ logLevel: LogLevel.INFO }),
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - configVolumeName: the pod already has a volume with this name; got "cache"; allowed: unused names; fix: rename one of them',
  },
  {
    title: 'a variable with two sources',
    program: told({
      env: {
        TOKEN: EnvVar.fromSource({
          fieldRef: { fieldPath: 'metadata.name' },
          secretKeyRef: { name: 'token', key: 'value' },
        }),
      },
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - env.TOKEN: must have exactly one source; got ["fieldRef","secretKeyRef"]; allowed: one of secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef; fix: remove the others, or use EnvVar.fromKey(...)',
  },
  {
    title: "the name of the library's volume, in the pod",
    program: told({ volumes: [{ name: 'socket', emptyDir: {} }] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0]: the pod already has a volume with this name; got "socket"; allowed: unused names; fix: rename one of them',
  },
  {
    title: "a sidecar with the engine's name",
    program: told({ sidecars: [{ name: 'dagger-engine', image: 'proxy:1' }] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].name: the pod already has a container with this name; got "dagger-engine"; allowed: unused names; fix: rename it',
  },
  // ---- probes, stopping
  {
    title: 'a TCP probe for an engine without a port',
    program: told({ probes: { readiness: EngineProbe.tcp() } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.readiness: the engine has no listener, so the probe would always fail; allowed: TCP probes only with a listener; fix: set a listener, or use EngineProbe.connect()',
  },
  {
    title: 'a session probe for an image without the CLI',
    program: told({ version: 'v0.12.4', probes: { readiness: EngineProbe.session() } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.readiness: the image of this version does not contain the CLI that opens sessions; allowed: v0.12.5 and later; fix: use EngineProbe.connect()',
  },
  {
    title: "an HTTP probe, which the engine can't answer",
    program: told({ listener: Listener.insecureTcp(), probes: { liveness: EngineProbe.fromProbe(httpGet) } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.liveness: the engine doesn't answer HTTP or gRPC probes on the listener's port: requests without the metadata of a client get status 500; got 1234; allowed: other ports, such as the metrics port; fix: use EngineProbe.connect(); or accept EngineRisk.PROBE_CANNOT_WORK`,
  },
  {
    title: 'a probe without a handler',
    program: told({ probes: { readiness: EngineProbe.fromProbe({ periodSeconds: 10 }) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.readiness: must have exactly one handler; got []; allowed: one of exec, grpc, httpGet, tcpSocket; fix: use EngineProbe.connect()',
  },
  {
    title: 'a custom probe with a negative period',
    program: told({ probes: { readiness: EngineProbe.fromProbe({ exec: { command: ['true'] }, periodSeconds: -1 }) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.readiness.periodSeconds: must be a duration that Kubernetes supports; got -1; allowed: a whole number of seconds, at least 0; fix: remove it to use the default',
  },
  {
    title: 'a probe without a command',
    program: told({ probes: { startup: EngineProbe.exec([]) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.startup: must not be empty; got []; allowed: a program and its arguments; fix: use EngineProbe.connect()',
  },
  {
    title: "the official chart's liveness probe, which can delete the cache",
    program: told({ probes: { liveness: EngineProbe.session({ terminationGracePeriod: Duration.seconds(30) }) } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.liveness.terminationGracePeriod: a restart by this probe would kill the engine before it has written its cache, and v0.21.7 deletes the whole cache after that; got "30 s"; allowed: at least the pod's 600 s; fix: remove it to use the grace period of the pod; or accept EngineRisk.SHORT_PROBE_GRACE`,
  },
  {
    title: 'a grace period on a readiness probe',
    program: told({ probes: { readiness: EngineProbe.connect({ terminationGracePeriod: Duration.minutes(10) }) } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.readiness.terminationGracePeriod: a readiness probe doesn't stop the engine, and the API server rejects a grace period on it; got "600 s"; allowed: a startup or liveness probe; fix: remove it`,
  },
  {
    title: 'a startup probe with two successes',
    program: told({ probes: { startup: EngineProbe.connect({ successThreshold: 2 }) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.startup.successThreshold: must be 1 on a startup probe; got 2; allowed: 1; fix: remove it',
  },
  {
    title: 'a probe with a failure threshold of zero',
    program: told({ probes: { startup: EngineProbe.connect({ failureThreshold: 0 }) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.startup.failureThreshold: must be a positive whole number; got 0; allowed: a whole number of at least 1; fix: set it to 1 or more',
  },
  {
    title: 'a probe with a period of half a second',
    program: told({ probes: { startup: EngineProbe.connect({ period: Duration.millis(500) }) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.startup.period: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(1)',
  },
  {
    title: 'a preStop hook as long as the grace period',
    program: told({
      terminationGracePeriod: Duration.minutes(5),
      preStop: LifecycleHook.exec(['sleep', '300'], { maxDuration: Duration.minutes(5) }),
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - terminationGracePeriod: the preStop hook can take 300 s, so the kubelet would kill the engine without a chance to stop; got "300 s"; allowed: more than 300 s; fix: set Duration.seconds(900); or accept EngineRisk.GRACE_BELOW_PRE_STOP',
  },
  {
    title: 'a drain that is longer than the grace period',
    program: told({
      terminationGracePeriod: Duration.minutes(10),
      drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - terminationGracePeriod: the drain waits for up to 3600 s, and the engine needs up to 75 s after that; got "600 s"; allowed: at least 3675 s; fix: set Duration.seconds(3675), or remove terminationGracePeriod; or accept EngineRisk.GRACE_BELOW_PRE_STOP',
  },
  {
    title: 'a drain that the removal of a node cuts',
    program: told({
      nodeStopLimits: [NodeStopLimit.clusterAutoscaler()],
      drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - drain.atMost: when cluster-autoscaler removes a node, pods have 600 s, and the engine needs up to 75 s after the drain; got "3600 s"; allowed: at most 525 s; fix: set Duration.seconds(525), or raise the limit of the nodes and nodeStopLimits[0]; or accept EngineRisk.STOP_EXCEEDS_NODE_LIMIT',
  },
  {
    title: 'a grace period that Karpenter does not wait for',
    program: told({
      nodeStopLimits: [NodeStopLimit.karpenter(Duration.minutes(15))],
      terminationGracePeriod: Duration.hours(1),
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - terminationGracePeriod: when Karpenter removes a node, pods have only 900 s; got "3600 s"; allowed: at most 900 s; fix: remove it to use the limit of the nodes, or raise this limit; or accept EngineRisk.STOP_EXCEEDS_NODE_LIMIT',
  },
  {
    title: 'a drain that ends before the engine can be idle',
    program: told({ drain: Drain.untilIdle({ atMost: Duration.seconds(30), idleFor: Duration.minutes(1) }) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - drain.idleFor: the engine would never be idle, because the drain waits for only 30 s; got "60 s"; allowed: at most 30 s; fix: set atMost to at least Duration.seconds(60), or remove idleFor',
  },
  {
    title: 'a drain that waits for a probe that is a client',
    program: told({
      probes: { readiness: EngineProbe.session() },
      drain: Drain.untilIdle({ idleFor: Duration.seconds(20) }),
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - drain.idleFor: the engine would never be idle, because the readiness probe opens a session every 15 s; got "20 s"; allowed: less than 15 s; fix: use the readiness probe EngineProbe.connect(), or remove idleFor',
  },
  {
    title: 'a drain in addition to a custom preStop hook',
    program: told({
      preStop: LifecycleHook.exec(['sleep', '5'], { maxDuration: Duration.seconds(5) }),
      drain: Drain.untilIdle(),
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - drain: conflicts with preStop, because a container has only one preStop hook; allowed: only one of drain and preStop; fix: remove preStop, or set drain: Drain.none()',
  },
  {
    title: 'a grace period of zero',
    program: told({ terminationGracePeriod: Duration.seconds(0) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - terminationGracePeriod: must be a duration that Kubernetes supports; got "0 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(600)',
  },
  {
    title: 'a preStop hook of unknown length',
    program: told({ preStop: LifecycleHook.exec(['sleep', '5']) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - preStop.maxDuration: is required, because the time of a preStop hook is part of the grace period; allowed: a whole number of seconds; fix: use a value such as { maxDuration: Duration.seconds(30) }; or accept EngineRisk.UNBOUNDED_PRE_STOP',
  },
  {
    title: 'a preStop hook without a command',
    program: told({ preStop: LifecycleHook.exec([], { maxDuration: Duration.seconds(5) }) }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - preStop: must not be empty; got []; allowed: a program and its arguments; fix: use a value such as ['sh', '-c', 'sleep 5']",
  },
  // ---- security, names
  {
    title: 'an invalid group',
    program: told({ security: { group: -1 } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - security.group: must be a group id; got -1; allowed: a whole number from 0 to 2147483647; fix: set it to 1001',
  },
  {
    title: 'a capability with the prefix CAP_',
    program: told({ security: { capabilities: ['CAP_SYS_ADMIN'] } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - security.capabilities: must contain only Kubernetes capability names; got ["CAP_SYS_ADMIN"]; allowed: upper-case names without 'CAP_', such as 'SYS_ADMIN', or 'ALL'; fix: use ['ALL']`,
  },
  {
    title: 'an invalid service account name',
    program: told({ serviceAccount: EngineServiceAccount.fromName('CI Engine') }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - serviceAccount.name: must be a valid object name; got "CI Engine"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "ci-engine"`,
  },
  {
    title: 'a pod label that the library sets',
    program: told({ podLabels: { 'app.kubernetes.io/name': 'engine' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - podLabels: the library sets this key itself; got "app.kubernetes.io/name"; allowed: other keys; fix: remove it',
  },
  {
    title: 'an invalid pod label',
    program: told({ podLabels: { 'team/': 'ci' } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - podLabels: must be a valid key; got "team/"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key`,
  },
  {
    title: "an annotation that isn't a string",
    program: told({ podAnnotations: { restarts: untyped(3) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - podAnnotations.restarts: has the wrong type; got 3; allowed: a string; fix: write "3"',
  },
  {
    title: 'an invalid node selector',
    program: told({ nodeSelector: { disk: 'nvme ssd' } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - nodeSelector["disk"]: must be a valid label value; got "nvme ssd"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text`,
  },
  {
    title: 'an unknown DNS policy',
    program: told({ dnsPolicy: 'Cluster' }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - dnsPolicy: must be one of the values that Kubernetes supports; got "Cluster"; allowed: ClusterFirst, ClusterFirstWithHostNet, Default, None; fix: write one of them',
  },
  {
    title: 'a DNS policy of `None` without a DNS configuration',
    program: told({ dnsPolicy: 'None' }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - dnsConfig: must have a name server if the DNS policy is 'None'; allowed: dnsConfig with nameservers; fix: set dnsConfig: { nameservers: ['10.96.0.10'] }",
  },
  {
    title: 'an invalid priority class name',
    program: told({ priorityClassName: 'High' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - priorityClassName: must be a valid object name; got "High"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "high"`,
  },
  {
    title: 'an invalid pull secret name',
    program: told({ imagePullSecrets: ['Pull_Secret'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - imagePullSecrets[0].name: must be a valid object name; got "Pull_Secret"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "pull-secret"`,
  },
  {
    title: 'an address instead of a network for builds',
    program: told({ args: ['--network-cidr=10.99.0.0'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must be a valid value of --network-cidr, otherwise the engine exits; got "10.99.0.0"; allowed: an IPv4 network with at least 4 addresses; fix: use a value such as '10.88.0.0/16'; or accept EngineRisk.UNKNOWN_FLAG`,
  },
  {
    title: 'an IPv6 network for builds',
    program: told({ args: ['--network-cidr', 'fd00:1::/64'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must be a valid value of --network-cidr, otherwise the engine exits; got "fd00:1::/64"; allowed: an IPv4 network with at least 4 addresses; fix: use a value such as '10.88.0.0/16'; or accept EngineRisk.UNKNOWN_FLAG`,
  },
  {
    title: 'a bridge name that is longer than the kernel allows',
    program: told({ args: ['--network-name=builds-of-team-a'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must be a valid value of --network-name, otherwise the engine exits; got "builds-of-team-a"; allowed: 1 to 14 letters, digits, '-', '_' and '.'; fix: use a value such as 'dagger'; or accept EngineRisk.UNKNOWN_FLAG`,
  },
  {
    title: 'a pool size that is not a number',
    program: told({ args: ['--oci-cni-pool-size=many'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must be a valid value of --oci-cni-pool-size, otherwise the engine exits; got "many"; allowed: a whole number of at least 0; fix: use a value such as '4'; or accept EngineRisk.UNKNOWN_FLAG`,
  },
  {
    title: 'a switch with another value than true or false',
    program: told({ args: ['--debug=yes please'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must be a valid value of --debug, otherwise the engine exits; got "yes please"; allowed: true or false, after =; fix: write true or false, or remove the value; or accept EngineRisk.UNKNOWN_FLAG',
  },
  {
    title: 'an unknown entitlement as a flag',
    program: told({ args: ['--allow-insecure-entitlement', 'security.all'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must be a valid value of --allow-insecure-entitlement, otherwise the engine exits; got "security.all"; allowed: security.insecure, network.host; fix: use a value such as 'security.insecure'; or accept EngineRisk.UNKNOWN_FLAG`,
  },
  {
    title: 'an unknown snapshotter as a flag',
    program: told({ args: ['--oci-worker-snapshotter=zfs'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must be a valid value of --oci-worker-snapshotter, otherwise the engine exits; got "zfs"; allowed: overlayfs, native; fix: use a value such as 'overlayfs'; or accept EngineRisk.UNKNOWN_FLAG`,
  },
  {
    title: 'a flag without its value',
    program: told({ args: ['--network-name'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must have a value, otherwise the engine exits; got "--network-name"; allowed: --network-name=VALUE; fix: add a value, or remove the flag; or accept EngineRisk.UNKNOWN_FLAG',
  },
  {
    title: 'a debug address without a port',
    program: told({ args: ['--debugaddr', '127.0.0.1'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: must be a valid value of --debugaddr, otherwise the engine exits; got "127.0.0.1"; allowed: HOST:PORT; fix: use a value such as '127.0.0.1:6060'; or accept EngineRisk.UNKNOWN_FLAG`,
  },
  {
    title: 'a debug address on the port of the listener',
    program: told({ args: ['--debugaddr=127.0.0.1:1234'], listener: Listener.insecureTcp() }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: conflicts with the port of the listener; got "127.0.0.1:1234"; allowed: other ports; fix: choose another port, for example '127.0.0.1:6060'; or accept EngineRisk.PORT_BOUND_TWICE`,
  },
  {
    title: 'a debug address on the port of the metrics',
    program: told({ args: ['--debugaddr=127.0.0.1:9090'], metrics: {} }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - args[0]: conflicts with the port of the metrics; got "127.0.0.1:9090"; allowed: other ports; fix: choose another port, for example '127.0.0.1:6060'; or accept EngineRisk.PORT_BOUND_TWICE`,
  },
  {
    title: 'an emptyDir cache above the limit of ephemeral storage',
    program: (chart) =>
      daemonSet(chart, {
        cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(200) }),
        resources: { limits: { 'ephemeral-storage': '10Gi' } },
      }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - cache: an emptyDir counts towards the container's ephemeral-storage limit, and the kubelet evicts the pod at that limit; got "sizeLimit 200Gi"; allowed: less than 10Gi, the ephemeral-storage limit; fix: set a smaller sizeLimit, or raise resources.limits['ephemeral-storage']; or accept EngineRisk.CACHE_OUTGROWS_LIMIT`,
  },
  {
    title: 'a cache in memory above the memory limit',
    program: (chart) =>
      daemonSet(chart, {
        cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50), inMemory: true }),
        resources: { limits: { memory: '8Gi' } },
      }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - cache: a cache in memory counts towards the container's memory limit, and the kernel kills the engine at that limit; got "sizeLimit 50Gi"; allowed: less than 8Gi, the memory limit; fix: set a smaller sizeLimit, or raise resources.limits['memory']; or accept EngineRisk.CACHE_OUTGROWS_LIMIT`,
  },
  {
    title: 'a volume that hides the whole image',
    program: mounts('/'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - volumeMounts[0].mountPath: the volume would hide files in the image that the engine needs; got "/"; allowed: other directories, or a single file with subPath; fix: mount it in another directory, for example '/mnt/data'`,
  },
  {
    title: 'a volume that hides the programs of the image',
    program: mounts('/usr/local/bin/'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - volumeMounts[0].mountPath: the volume would hide files in the image that the engine needs; got "/usr/local/bin/"; allowed: other directories, or a single file with subPath; fix: mount it in another directory, for example '/mnt/data'`,
  },
  {
    title: 'a volume over the configuration files',
    program: (chart) =>
      daemonSet(chart, {
        engineJson: EngineJson.of({ logLevel: LogLevel.INFO }),
        volumes: [{ name: 'own', configMap: { name: 'own' } }],
        volumeMounts: [{ name: 'own', mountPath: '/etc/dagger' }],
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - volumeMounts[0].mountPath: the library mounts files in this directory, which fails if it is a read-only volume; got "/etc/dagger"; allowed: other directories; fix: use engineJson and engineToml, or mount single files with subPath',
  },
  {
    title: 'a proxy without scheme',
    program: told({ proxy: { https: EnvVar.fromValue('proxy.example.com:3128') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - proxy.https: must be a proxy URL; got "proxy.example.com:3128"; allowed: SCHEME://HOST[:PORT], with the scheme http, https, socks5 or socks5h; fix: use a value such as EnvVar.fromValue('http://proxy.example.com:3128')`,
  },
  {
    title: 'a proxy with a misspelt scheme',
    program: told({ proxy: { https: EnvVar.fromValue('htp://proxy.example.com:3128') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - proxy.https: must be a proxy URL; got "htp://proxy.example.com:3128"; allowed: SCHEME://HOST[:PORT], with the scheme http, https, socks5 or socks5h; fix: use a value such as EnvVar.fromValue('http://proxy.example.com:3128')`,
  },
  {
    title: 'a proxy with a line end',
    program: told({ proxy: { https: EnvVar.fromValue('http://proxy.example.com:3128\n') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - proxy.https: must be a proxy URL; got "http://proxy.example.com:3128\\n"; allowed: SCHEME://HOST[:PORT], with the scheme http, https, socks5 or socks5h; fix: use a value such as EnvVar.fromValue('http://proxy.example.com:3128')`,
  },
  {
    title: 'a URL in noProxy',
    program: told({
      proxy: { https: EnvVar.fromValue('http://proxy.example.com:3128'), noProxy: ['https://registry.example.com'] },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - proxy.noProxy[0]: must not be a URL, which never matches; got "https://registry.example.com"; allowed: a host, a domain or a network; fix: write 'registry.example.com'`,
  },
  {
    title: 'an invalid network in noProxy',
    program: told({
      proxy: { https: EnvVar.fromValue('http://proxy.example.com:3128'), noProxy: ['10.0.0.0/40', '192.168.*'] },
    }),
    says: `[ci/engine] EngineDaemonSet has 2 problems:\n  - proxy.noProxy[0]: must be a host, a domain or a network, because other entries never match; got "10.0.0.0/40"; allowed: a host, a domain or ADDRESS/LENGTH; fix: use a value such as '10.0.0.0/8' or '.example.com'\n  - proxy.noProxy[1]: must be a host, a domain or a network, because other entries never match; got "192.168.*"; allowed: a host, a domain or ADDRESS/LENGTH; fix: use a value such as '10.0.0.0/8' or '.example.com'`,
  },
  {
    title: 'a registry with an invalid port',
    program: told({ engineJson: EngineJson.of({ registries: { 'registry.example.com:99999': {} } }) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.registries["registry.example.com:99999"]: must have a valid port; got "registry.example.com:99999"; allowed: a port from 1 to 65535; fix: correct the port',
  },
  {
    title: 'a probe with a program that the image lacks',
    program: told({ probes: { liveness: EngineProbe.exec(['curl', '-f', 'http://localhost:1234']) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.liveness: the image does not contain curl, so the probe always fails; got ["curl","-f","http://localhost:1234"]; allowed: programs in the image, such as buildctl; fix: use EngineProbe.connect(); or accept EngineRisk.PROBE_CANNOT_WORK',
  },
  {
    title: 'GPUs with an image that does not support them',
    program: told({ gpu: {}, image: EngineImage.fromReference('registry.dagger.io/engine:v0.21.7') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - image: this image does not support GPUs; got "registry.dagger.io/engine:v0.21.7"; allowed: images with the suffix -gpu; fix: remove image, or add the suffix',
  },
  {
    title: 'an image variant that is no longer published',
    program: told({ image: EngineImage.fromReference('registry.dagger.io/engine:v0.21.7-wolfi') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - image: no image of v0.21.7 with the suffix -wolfi is published; got "registry.dagger.io/engine:v0.21.7-wolfi"; allowed: no suffix, -gpu; fix: remove image',
  },
  {
    title: 'engines on Windows nodes',
    program: told({ nodeSelector: { 'kubernetes.io/os': 'windows' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - nodeSelector["kubernetes.io/os"]: no image of the engine runs on nodes with this kubernetes.io/os; got "windows"; allowed: linux; fix: select nodes with kubernetes.io/os: linux',
  },
  {
    title: 'engines on an architecture without images',
    program: told({ nodeSelector: { 'kubernetes.io/arch': 's390x' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - nodeSelector["kubernetes.io/arch"]: no image of the engine runs on nodes with this kubernetes.io/arch; got "s390x"; allowed: amd64, arm64; fix: select nodes with kubernetes.io/arch: amd64',
  },
  {
    title: 'GPU engines on arm64 by affinity',
    program: told({
      gpu: {},
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }] },
            ],
          },
        },
      },
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - affinity: no image of the engine runs on nodes with this kubernetes.io/arch; got "arm64"; allowed: amd64; fix: select nodes with kubernetes.io/arch: amd64',
  },
];
