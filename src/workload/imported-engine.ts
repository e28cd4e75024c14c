import { Construct, type IConstruct } from 'constructs';
import type { Affinity, Toleration } from 'kubernetes-types/core/v1';
import type { AddClientOptions, ConnectOptions } from '../client/client-options';
import { addClient, connect } from '../client/connect';
import type { Connection } from '../client/connection';
import { findPodCommand, type EngineEndpoint, type EngineListener } from '../client/engine-endpoint';
import { runnerHost } from '../client/runner-host';
import { checkDnsLabel, checkDnsSubdomain } from '../kubernetes/names';
import { checkPort } from '../kubernetes/ports';
import type { ClientCertificate } from '../network/client-certificate';
import { IssuedClients, type IssueClientOptions } from '../network/issue-client';
import type { Transport } from '../network/transport';
import { imageReference } from '../pod/image';
import { DEFAULT_GROUP } from '../pod/security';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import { EngineRisk } from '../reporting/engine-risk';
import { Problems } from '../reporting/problems';
import { engineLabels } from '../kubernetes/engine-labels';
import { EngineVersion } from '../version/engine-version';
import type { EngineAttributes, EngineListenerAttributes } from './engine-attributes';
import type { IEngine } from './engine-interface';

/** An engine that another program defines. */
export class ImportedEngine extends Construct implements IEngine {
  public readonly name: string;
  public readonly namespace?: string;
  public readonly version: EngineVersion;

  private readonly endpoint: EngineEndpoint;

  public constructor(scope: Construct, id: string, attributes: EngineAttributes) {
    super(scope, id);
    const problems = new Problems();
    checkNames(attributes, problems);
    const version = EngineVersion._parse(attributes.version, problems, 'version');
    problems.throwIfAny(this.node.path, 'Engine.fromEngineAttributes');
    this.endpoint = importedEndpoint(this, attributes, version!, problems);
    this.name = attributes.name;
    this.namespace = attributes.namespace;
    this.version = version!;
    reportAtSynth(this, () => {
      printWarnings(this, problems.cautions);
      return [];
    });
  }

  public get findPodCommand(): string {
    return findPodCommand(this.endpoint);
  }

  public runnerHost(transport: Transport): string {
    return runnerHost(this.endpoint, transport);
  }

  public connect(construct: IConstruct, options: ConnectOptions = {}): Connection {
    return connect(this.endpoint, construct, options);
  }

  public addClient(options: AddClientOptions = {}): Connection {
    return addClient(this.endpoint, options);
  }

  public issueClient(name: string, options: IssueClientOptions = {}): ClientCertificate {
    return this.endpoint.issueClient(name, options);
  }
}

function importedEndpoint(
  scope: Construct,
  attributes: EngineAttributes,
  version: EngineVersion,
  problems: Problems,
): EngineEndpoint {
  const { clientNamespaces, hostSocket, name, namespace } = attributes;
  const defaultLabels = engineLabels(name);
  const labels = attributes.labels ?? defaultLabels;
  const listener = attributes.listener && importedListener(name, attributes.listener);
  const issued = new IssuedClients(scope, { name, namespace, labels, listener });
  return {
    scope,
    name,
    namespace,
    version,
    labels,
    podSelector: attributes.podSelector ?? defaultLabels,
    podNames: attributes.podNames ?? [],
    alwaysRunningPods: attributes.alwaysRunningPods ?? attributes.podNames ?? [],
    headlessServiceName: attributes.headlessServiceName,
    perNode: attributes.perNode ?? false,
    listener,
    hostSocket: hostSocket && {
      directory: hostSocket.directory,
      socketGroup: hostSocket.group ?? DEFAULT_GROUP,
      placement: {
        nodeSelector: hostSocket.nodeSelector ?? {},
        affinity: hostSocket.affinity as Affinity | undefined,
        tolerations: (hostSocket.tolerations ?? []) as Toleration[],
      },
    },
    image: attributes.image ?? imageReference(undefined, version, false, problems),
    imagePullPolicy: attributes.imagePullPolicy,
    serviceAccountName: attributes.serviceAccountName,
    issueClient: (client, options) => issued.issue(client, options),
    // The program that defines the engine also defines its alerts.
    useCertificate: () => undefined,
    warn: (...warning) => problems.warn(...warning),
    admit: ({ namespaceSelector }) => {
      const client = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] ?? namespace ?? '';
      if (clientNamespaces?.includes(client) === false) {
        problems.warn(
          EngineRisk.CLIENT_NOT_ADMITTED,
          'clientNamespaces',
          `the engine's network policy doesn't allow clients in the namespace ${JSON.stringify(client)}`,
          `call addClient({ namespace: ${JSON.stringify(client)} }) in the engine's program, and import its attributes again`,
        );
      }
    },
  };
}

function importedListener(
  engineName: string,
  { port, serviceName, servicePort, tls }: EngineListenerAttributes,
): EngineListener {
  return {
    port,
    serviceName: serviceName ?? engineName,
    servicePort: servicePort ?? port,
    tls: tls && {
      mutual: tls.mutual ?? true,
      publicCa: tls.publicCa ?? false,
      ca: undefined,
      client: undefined,
      allowedClients: tls.allowedClients,
      clientIssuer: tls.clientIssuer,
      clientIssuerDuration: undefined,
      clientOptions: {},
    },
  };
}

function checkNames(
  { headlessServiceName, hostSocket, listener, name, namespace, serviceAccountName }: EngineAttributes,
  problems: Problems,
): void {
  checkDnsSubdomain(problems, 'name', name);
  if (namespace !== undefined) {
    checkDnsLabel(problems, 'namespace', namespace);
  }
  if (serviceAccountName !== undefined) {
    checkDnsSubdomain(problems, 'serviceAccountName', serviceAccountName);
  }
  if (headlessServiceName !== undefined) {
    checkDnsLabel(problems, 'headlessServiceName', headlessServiceName);
  }
  if (hostSocket !== undefined && !/^(\/[^/]+)+$/.test(hostSocket.directory)) {
    problems.add('hostSocket.directory', {
      wrong: 'must be an absolute path',
      got: hostSocket.directory,
      allowed: "a directory on the node, without a trailing '/'",
      fix: 'use a value such as /run/dagger-ci_engine',
    });
  }
  if (listener !== undefined) {
    checkPort(problems, 'listener.port', listener.port);
    if (listener.serviceName !== undefined) {
      checkDnsLabel(problems, 'listener.serviceName', listener.serviceName);
    }
  }
}
