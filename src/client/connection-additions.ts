import { posix } from 'node:path';
import type { IConstruct } from 'constructs';
import type { EnvVar } from 'kubernetes-types/core/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { clientLabels, clientPeer } from './client-peer';
import { checkDnsLabel, checkDnsSubdomain, labelOf } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import type { Transport } from '../network/transport';
import { EngineCapability } from '../version/engine-capability';
import { EngineVersion } from '../version/engine-version';
import { chooseTransport } from './choose-transport';
import { place, type Client } from './client';
import { checkAccount, kubePodAccess, type ClientAccess } from './client-access';
import { clientFiles } from './client-files';
import { telemetryEnv } from './client-telemetry';
import { RUNNER_HOST, runnerHost } from './runner-host';
import type { ClientOptions, ConnectOptions } from './client-options';
import { findHostCommand, podInAddress } from './find-host';
import { findPodCommand, type EngineEndpoint } from './engine-endpoint';
import { NO_ADDITIONS, type PodAdditions } from './pod-additions';

/** The plan of a connection, before the library adds it to the objects. */
export interface PlannedConnection {
  /** The construct path of the engine, for messages. */
  readonly engine: string;
  /** The construct of the engine. */
  readonly scope: IConstruct;
  /** The namespace of the client. */
  readonly namespace: string | undefined;
  readonly runnerHost: string;
  /** The variable with the address in the client's containers. */
  readonly addressVariable: string;
  /** The name of the pod in `runnerHost`, or undefined if it isn't the address of a pod. */
  readonly podName: string | undefined;
  readonly additions: PodAdditions;
  readonly shellExports: string;
  /** The command that prints the address of a running engine, if the address depends on an autoscaler. */
  readonly findHostCommand?: string;
  /** The permissions that the client needs. */
  readonly access?: ClientAccess;
  /** The peer that the engine's network policy must allow. */
  readonly peer?: NetworkPolicyPeer;
  /** Prints a warning about the client at synth. */
  readonly warn: EngineEndpoint['warn'];
}

/** Plans a connection. Returns undefined and reports the reason if the client can't reach the engine. */
export function planConnection(
  engine: EngineEndpoint,
  client: Client,
  options: ConnectOptions,
  problems: Problems,
): PlannedConnection | undefined {
  checkNames(client, problems);
  const transport = chooseTransport(engine, options, problems);
  checkVersion(engine, transport, options, problems);
  if (transport === undefined) {
    return undefined;
  }
  const address = runnerHost(engine, transport);
  const { access, peer, ...additions } = planTransport(engine, client, { transport, options, problems });
  const cli = options.cli?._render(engine, problems.at('cli'));
  const telemetry =
    options.telemetry === undefined ? [] : telemetryEnv(options.telemetry, client.namespace, problems.at('telemetry'));
  const variable = options.addressVariable ?? RUNNER_HOST;
  checkVariable(variable, problems);
  const env = isShellVariable(transport) ? [] : [{ name: variable, value: address }];
  const check = options.connectionCheck?._render(
    engine,
    { transport, env: [{ name: RUNNER_HOST, value: address }], volumeMounts: additions.volumeMounts ?? [] },
    problems.at('connectionCheck'),
  );
  return {
    engine: engine.scope.node.path,
    scope: engine.scope,
    namespace: client.namespace,
    runnerHost: address,
    addressVariable: variable,
    podName: podInAddress(address, engine.podNames),
    additions: {
      ...NO_ADDITIONS,
      ...additions,
      env: [...env, ...telemetry],
      volumes: [...(additions.volumes ?? []), ...(cli ? [cli.volume] : [])],
      volumeMounts: [...(additions.volumeMounts ?? []), ...(cli ? [cli.volumeMount] : [])],
      initContainers: [...(cli ? [cli.initContainer] : []), ...(check ? [check] : [])],
      needsToken: access !== undefined && client.account !== undefined,
      serviceAccountName: access && client.account,
      stopsBeforeCriticalPods: transport._kind === 'unix' && engine.perNode && engine.hostSocket?.isCritical === false,
    },
    warn: (name, property, text, fix) => engine.warn(name, property, text, fix),
    shellExports: shellExports(engine, transport, { name: variable, value: address }) + telemetryExports(telemetry),
    findHostCommand: findHostCommand(engine, options.shardKey, address),
    access,
    peer,
  };
}

/** The part of a connection that depends on its transport. */
type PlannedTransport = Partial<PodAdditions> & Pick<PlannedConnection, 'access' | 'peer'>;

interface TransportContext {
  readonly transport: Transport;
  readonly options: ClientOptions;
  readonly problems: Problems;
}

function planTransport(
  engine: EngineEndpoint,
  client: Client,
  { options, problems, transport }: TransportContext,
): PlannedTransport {
  if (options.certificate !== undefined && transport._kind !== 'tls') {
    problems.add('certificate', {
      wrong: 'only TLS uses certificates',
      got: transport._call,
      allowed: 'a certificate with Transport.tls()',
      fix: 'remove it, or use Transport.tls()',
    });
  }
  switch (transport._kind) {
    case 'unix':
      return socket(engine, problems);
    case 'tcp':
      return overNetwork(engine, client, problems);
    case 'tls':
      return { ...overNetwork(engine, client, problems), ...clientFiles(engine, client, options, problems) };
    case 'kubePod':
      return throughApi(engine, client, transport, problems);
  }
}

/** Plans a connection through the socket on the node. */
function socket(engine: EngineEndpoint, problems: Problems): PlannedTransport {
  const { hostSocket, perNode, version } = engine;
  const { directory, socketGroup, placement } = hostSocket!;
  const name = labelOf(`socket-${engine.name}`);
  if (!perNode && placement.affinity === undefined && Object.keys(placement.nodeSelector).length === 0) {
    problems.add('transport', {
      wrong: "the engine can run on any node, so the client could start on a node without the engine's socket",
      got: 'unix',
      allowed: 'an EngineDaemonSet, or an engine with nodeSelector or affinity',
      fix: 'set nodeSelector or affinity on the engine, or use another transport',
    });
  }
  return {
    // The type requires the directory to exist. On a node without an engine, the pod waits, and an event explains why.
    // Otherwise, it would start with an empty directory.
    volumes: [{ name, hostPath: { path: directory, type: 'Directory' } }],
    // A client can connect to a socket in a read-only mount, but can't replace the socket.
    volumeMounts: [{ name, mountPath: posix.dirname(version.socketPath), readOnly: true }],
    supplementalGroups: socketGroup === undefined ? [] : [socketGroup],
    ...placement,
  };
}

/**
 * Plans a connection to the engine's port. The network policy matches the client by a label, and by its namespace if it
 * differs from the engine's.
 */
function overNetwork(engine: EngineEndpoint, client: Client, problems: Problems): PlannedTransport {
  checkNamespacesKnown(engine, client, 'so the address and the network policy are unknown', problems);
  return { podLabels: clientLabels(engine), peer: clientPeer(engine, client.namespace) };
}

/** Plans a connection with `kubectl exec`, which needs permissions in the engine's namespace. */
function throughApi(
  engine: EngineEndpoint,
  client: Client,
  transport: Transport,
  problems: Problems,
): PlannedTransport {
  if (client.isPod && isShellVariable(transport)) {
    problems.add('transport', {
      wrong: "requires a shell that sets the variable, but a pod's containers start without one",
      got: transport._call,
      allowed: 'a transport with a known address',
      fix: "use Transport.kubePod({ ordinal: 0 }) with an EngineStatefulSet, or run the shellExports that engine.addClient(...) returns in the container's shell",
    });
  }
  if (client.isPod || client.account !== undefined) {
    checkNamespacesKnown(engine, client, 'so the RoleBinding has no namespace for the service account', problems);
    if (client.namespace === undefined && engine.namespace === undefined) {
      problems.add('namespace', {
        wrong: 'is required, because a RoleBinding needs the namespace of the service account',
        got: undefined,
        allowed: 'a namespace',
        fix: 'set a namespace on both charts',
      });
    }
  }
  if (client.account !== undefined) {
    checkAccount(engine, client, client.account, problems);
  }
  return { access: kubePodAccess(engine, transport) };
}

/**
 * Reports a namespace that only one of the two charts sets, because the engine and the client may or may not be in the
 * same namespace.
 */
function checkNamespacesKnown(engine: EngineEndpoint, client: Client, why: string, problems: Problems): void {
  if ((engine.namespace === undefined) !== (client.namespace === undefined)) {
    problems.add('namespace', {
      wrong: `the engine is in ${place(engine.namespace)} and the client in ${place(client.namespace)}, ${why}`,
      got: client.namespace,
      allowed: 'a namespace for both charts, or for none',
      fix: 'set namespace on the chart that has none',
    });
  }
}

function checkNames({ account, namespace }: Client, problems: Problems): void {
  if (namespace !== undefined) {
    checkDnsLabel(problems, 'namespace', namespace);
  }
  if (account !== undefined) {
    checkDnsSubdomain(problems, 'serviceAccountName', account);
  }
}

/** Reports a variable that a shell can't read. */
function checkVariable(variable: string, problems: Problems): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    problems.add('addressVariable', {
      wrong: 'must be a name that a shell can read',
      got: variable,
      allowed: 'letters, digits and underscores, without a digit at the start',
      fix: "use a name such as 'RUNNER_HOST_ARM64'",
    });
  }
}

/**
 * Checks the version of the client, if it is known from `clientVersion` or because the CLI is from the engine's image.
 */
function checkVersion(
  engine: EngineEndpoint,
  transport: Transport | undefined,
  { cli, clientVersion }: ClientOptions,
  problems: Problems,
): void {
  const client = clientVersion === undefined ? undefined : EngineVersion._parse(clientVersion, new Problems(), '');
  if (clientVersion !== undefined && client === undefined) {
    problems.add('clientVersion', {
      wrong: 'must be a version of Dagger',
      got: clientVersion,
      allowed: 'a version such as v0.21.7',
      fix: `use a value such as '${engine.version.tag}'`,
    });
  }
  const rejection = client && engine.version._rejectionOf(client);
  if (rejection !== undefined) {
    problems.add('clientVersion', {
      wrong: rejection,
      got: clientVersion,
      allowed: `the version of the engine, ${engine.version.tag}`,
      fix: `use a ${engine.version.tag} client`,
    });
  }
  for (const [property, version] of Object.entries({ clientVersion: client, cli: cli && engine.version })) {
    if (transport?._kind === 'tls' && version?.supports(EngineCapability.TLS_CLIENT) === false) {
      problems.add(property, {
        wrong: `${version.tag} clients don't support tls:// addresses`,
        allowed: EngineCapability.TLS_CLIENT.availability,
        fix: 'use a newer client, or another transport',
      });
    }
  }
}

function isShellVariable({ _podName: pod = '' }: Transport): boolean {
  return pod.startsWith('$');
}

function shellExports(
  engine: EngineEndpoint,
  transport: Transport,
  { name, value }: { readonly name: string; readonly value: string },
): string {
  if (!isShellVariable(transport)) {
    return `export ${name}='${value}'\n`;
  }
  const variable = transport._podName!.replace(/[${}]/g, '');
  return `${variable}="$(${findPodCommand(engine)})"\nexport ${name}="${value}"\n`;
}

/** Returns the shell commands that set variables. Leaves out variables with values in Secrets. */
function telemetryExports(env: readonly EnvVar[]): string {
  return env
    .flatMap(({ name, value }) => (value === undefined ? [] : [`export ${name}='${value.replaceAll("'", "'\\''")}'\n`]))
    .join('');
}
