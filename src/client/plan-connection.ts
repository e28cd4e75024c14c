import { posix } from 'node:path';
import type { k8s } from 'cdk8s-plus-28';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { checkDnsLabel, checkDnsSubdomain, labelOf } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import type { Transport } from '../network/transport';
import { EngineCapability } from '../version/engine-capability';
import { EngineVersion } from '../version/engine-version';
import { chooseTransport } from './choose-transport';
import { place, type Client } from './client';
import { kubePodAccess, type ClientAccess } from './client-access';
import { clientFiles } from './client-files';
import type { ClientOptions } from './connect-options';
import type { EngineEndpoint } from './engine-endpoint';
import { placementBeside, type Placement } from './placement';

/** The variable that Dagger's clients read. */
export const RUNNER_HOST = '_EXPERIMENTAL_DAGGER_RUNNER_HOST';

/** Everything that is decided about a connection. */
export interface PlannedConnection extends Placement {
  /** The engine, in messages. */
  readonly engine: string;
  readonly runnerHost: string;
  readonly env: k8s.EnvVar[];
  readonly volumes: k8s.Volume[];
  readonly volumeMounts: k8s.VolumeMount[];
  readonly initContainers: k8s.Container[];
  readonly podLabels: { readonly [key: string]: string };
  readonly supplementalGroups: number[];
  readonly rules: k8s.PolicyRule[];
  readonly shellExports: string;
  /** Rights that have to be granted. */
  readonly access?: ClientAccess;
  /** Whom the engine's network policy has to admit. */
  readonly peer?: NetworkPolicyPeer;
}

/** Decides about a connection. What is wrong goes to `problems`; undefined when too much is. */
export function planConnection(
  engine: EngineEndpoint,
  client: Client,
  options: ClientOptions,
  problems: Problems,
): PlannedConnection | undefined {
  checkNames(client, problems);
  const transport = chooseTransport(engine, options, problems);
  checkVersion(engine, transport, options, problems);
  if (transport === undefined) {
    return undefined;
  }
  const runnerHost = engine.runnerHost(transport);
  const way = planWay(engine, client, transport, options, problems);
  const cli = options.cli?._render(engine, problems.at('cli'));
  return {
    engine: engine.scope.node.path,
    runnerHost,
    env: isShellVariable(transport._pod) ? [] : [{ name: RUNNER_HOST, value: runnerHost }],
    volumes: [...(way.volumes ?? []), ...(cli ? [cli.volume] : [])],
    volumeMounts: [...(way.volumeMounts ?? []), ...(cli ? [cli.volumeMount] : [])],
    initContainers: cli ? [cli.initContainer] : [],
    podLabels: way.podLabels ?? {},
    supplementalGroups: way.supplementalGroups ?? [],
    nodeSelector: way.nodeSelector ?? {},
    affinity: way.affinity,
    tolerations: way.tolerations ?? [],
    rules: way.access?.rules ?? [],
    shellExports: shellExports(engine, transport, runnerHost),
    access: way.access,
    peer: way.peer,
  };
}

type Way = Partial<Omit<PlannedConnection, 'runnerHost' | 'env' | 'shellExports' | 'engine' | 'rules'>>;

function planWay(
  engine: EngineEndpoint,
  client: Client,
  transport: Transport,
  options: ClientOptions,
  problems: Problems,
): Way {
  const isTls = transport._kind === 'tls' || transport._kind === 'tlsToPod';
  if (options.certificate !== undefined && !isTls) {
    problems.add('certificate', {
      wrong: 'only TLS has certificates, and this connection has none',
      got: transport._kind,
      allowed: 'a certificate with Transport.tls()',
      fix: 'remove it, or choose that transport',
    });
  }
  switch (transport._kind) {
    case 'unix':
      return socket(engine, problems);
    case 'tcp':
    case 'tcpToPod':
      return overNetwork(engine, client, problems);
    case 'tls':
    case 'tlsToPod':
      return { ...overNetwork(engine, client, problems), ...clientFiles(engine, client, options, problems) };
    case 'kubePod':
    case 'kubePodOrdinal':
      return throughApi(engine, client, transport, problems);
  }
}

/** The node's socket: its directory, its group, and its node. */
function socket(engine: EngineEndpoint, problems: Problems): Way {
  const { hostSocket = '', perNode, podTemplate, version } = engine;
  const { runAsGroup } = podTemplate.spec.securityContext ?? {};
  const name = labelOf(`socket-${engine.name}`);
  const beside = placementBeside(podTemplate.spec);
  if (!perNode && beside.affinity === undefined && Object.keys(beside.nodeSelector).length === 0) {
    problems.add('transport', {
      wrong: 'the engine may be on any node, and the client would wait for its socket on another one',
      got: 'unix',
      allowed: 'an EngineDaemonSet, or an engine whose nodes pod.nodeSelector or pod.affinity chooses',
      fix: 'choose the nodes of the engine, or use another transport',
    });
  }
  return {
    // The directory has to be there, so that a client on a node without engine waits and says why instead of making an empty one.
    volumes: [{ name, hostPath: { path: hostSocket, type: 'Directory' } }],
    // A socket in a read-only mount can still be connected to, but not be replaced.
    volumeMounts: [{ name, mountPath: posix.dirname(version.socketPath), readOnly: true }],
    supplementalGroups: runAsGroup === undefined ? [] : [runAsGroup],
    ...beside,
  };
}

/** A port: the network policy knows the client by a label, and by its namespace where that is another one. */
function overNetwork(engine: EngineEndpoint, client: Client, problems: Problems): Way {
  checkSameKnowledge(engine, client, 'so neither the address nor the network policy is sure', problems);
  const podLabels = { [`dagger-client/${engine.name}`]: engine.namespace ?? '' };
  return {
    podLabels,
    peer: {
      podSelector: { matchLabels: podLabels },
      ...(client.namespace !== engine.namespace && {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': client.namespace ?? '' } },
      }),
    },
  };
}

/** `kubectl exec` into a pod: rights in the engine's namespace for the account of the client. */
function throughApi(engine: EngineEndpoint, client: Client, transport: Transport, problems: Problems): Way {
  if (!client.inShell && isShellVariable(transport._pod)) {
    problems.add('transport', {
      wrong: 'nothing puts a value into the shell variable: a variable of a container is no shell',
      got: `Transport.kubePod(${JSON.stringify(transport._pod)})`,
      allowed: 'a transport whose address is known',
      fix: 'use Transport.kubePodOrdinal(0) of an EngineStatefulSet, or engine.connection(...) and its shellExports',
    });
  }
  if (client.account !== undefined) {
    checkSameKnowledge(engine, client, "so the RoleBinding can't name its account", problems);
    if (client.namespace === undefined && engine.namespace === undefined) {
      problems.add('namespace', {
        wrong: 'a RoleBinding names the namespace of the account, and the charts leave it open',
        got: undefined,
        allowed: 'a namespace',
        fix: 'give the charts a namespace',
      });
    }
  }
  checkAccount(engine, client, problems);
  return { access: kubePodAccess(engine, client, transport) };
}

/** Whoever may exec into an engine is root on its node: an account that others have too must not. */
function checkAccount(
  { namespace, podTemplate }: EngineEndpoint,
  { account, namespace: clientNamespace }: Client,
  problems: Problems,
): void {
  const report = (wrong: string): void => {
    problems.add('serviceAccountName', {
      wrong,
      got: account,
      allowed: 'an account of the client alone',
      fix: 'give the client one',
    });
  };
  if (account === 'default') {
    report('with the default account every pod of the namespace could exec into the engine, which is root on its node');
  } else if (
    account !== undefined &&
    account === podTemplate.spec.serviceAccountName &&
    clientNamespace === namespace
  ) {
    report("it is the engine's own account, which builds could take the rights of, and which needs none");
  }
}

/** A namespace that only one of the two charts knows says nothing about whether they are in the same. */
function checkSameKnowledge(engine: EngineEndpoint, client: Client, why: string, problems: Problems): void {
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

/** The release of the client, if it is known: it says so, or its CLI comes from the engine's image. */
function checkVersion(
  engine: EngineEndpoint,
  transport: Transport | undefined,
  { cli, clientVersion }: ClientOptions,
  problems: Problems,
): void {
  const client = clientVersion === undefined ? undefined : EngineVersion._parse(clientVersion, new Problems(), '');
  if (clientVersion !== undefined && client === undefined) {
    problems.add('clientVersion', {
      wrong: 'not the number of a release that this library knows',
      got: clientVersion,
      allowed: 'a release, or nothing',
      fix: `for example '${engine.version.tag}'`,
    });
  }
  const refusal = client && engine.version._refusalOf(client);
  if (refusal !== undefined) {
    problems.add('clientVersion', {
      wrong: refusal,
      got: clientVersion,
      allowed: `the release of the engine, ${engine.version.tag}`,
      fix: `use a client ${engine.version.tag}`,
    });
  }
  const isTls = transport?._kind === 'tls' || transport?._kind === 'tlsToPod';
  for (const [property, version] of Object.entries({ clientVersion: client, cli: cli && engine.version })) {
    if (isTls && version?.supports(EngineCapability.TLS_CLIENT) === false) {
      problems.add(property, {
        wrong: `a client ${version.tag} knows no tls:// addresses`,
        allowed: EngineCapability.TLS_CLIENT.availability,
        fix: 'use such a client',
      });
    }
  }
}

function isShellVariable(pod: string): boolean {
  return pod.startsWith('$');
}

function shellExports({ findPodCommand }: EngineEndpoint, { _pod: pod }: Transport, runnerHost: string): string {
  if (!isShellVariable(pod)) {
    return `export ${RUNNER_HOST}='${runnerHost}'\n`;
  }
  return `${pod.replace(/[${}]/g, '')}="$(${findPodCommand})"\nexport ${RUNNER_HOST}="${runnerHost}"\n`;
}
