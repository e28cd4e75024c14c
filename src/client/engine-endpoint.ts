import type { Duration } from 'cdk8s';
import type { EngineRisk } from '../reporting/engine-risk';
import type { Construct } from 'constructs';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { KeySelector } from '../config/key-selector';
import type { CertificateIssuer, CertificateOptions } from '../network/certificate-options';
import type { ClientCertificate } from '../network/client-certificate';
import type { IssueClientOptions } from '../network/issue-client';
import type { EngineVersion } from '../version/engine-version';
import type { Placement } from './placement';

/** The facts about an engine that its clients need. The engine can be part of another program. */
export interface EngineEndpoint {
  /** The construct of the engine, for messages and warnings, and as the parent of objects for clients. */
  readonly scope: Construct;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly version: EngineVersion;
  /** The labels of the engine's objects. */
  readonly labels: { readonly [key: string]: string };
  /** The labels that select the engine's pods. */
  readonly podSelector: { readonly [key: string]: string };
  /** The names of the pods, in the order of their ordinals. Empty if the names are random. */
  readonly podNames: readonly string[];
  /** The Service that gives the pods names in the cluster's DNS. Undefined if they have none. */
  readonly headlessServiceName: string | undefined;
  /** Whether each node that the engine selects has an engine. */
  readonly perNode: boolean;
  readonly listener: EngineListener | undefined;
  readonly hostSocket: EngineHostSocket | undefined;
  readonly image: string;
  readonly imagePullPolicy: string | undefined;
  readonly serviceAccountName: string | undefined;
  /** Issues a certificate for a client. A second call for a client returns the same certificate. */
  issueClient(name: string, options: IssueClientOptions): ClientCertificate;
  /** Prints a warning at synth. */
  warn(name: EngineRisk, property: string, text: string): void;
  /** Admits a client to the engine's port. */
  admit(peer: NetworkPolicyPeer): void;
}

/** The port of an engine. */
export interface EngineListener {
  /** The port of the pods. */
  readonly port: number;
  /** The port of the Service. */
  readonly servicePort: number;
  readonly serviceName: string;
  readonly tls: EngineTls | undefined;
}

/** The certificates of a port with TLS. */
export interface EngineTls {
  /** Whether clients need a certificate. */
  readonly mutual: boolean;
  /** Whether clients check the engine against the CAs of their system. */
  readonly publicCa: boolean;
  /** The CA that clients without a certificate check the engine against, in the engine's namespace. */
  readonly ca: KeySelector | undefined;
  /** The default certificate of clients. */
  readonly client: ClientCertificate | undefined;
  /** The common names of the clients that may connect; undefined for all. */
  readonly allowedClients: readonly string[] | undefined;
  /** The issuer of certificates that the engine accepts from clients; undefined if this program can't use it. */
  readonly clientIssuer: CertificateIssuer | undefined;
  /** The duration of the issuer's own certificate; undefined if it isn't known. */
  readonly clientIssuerDuration: Duration | undefined;
  /** The options of these certificates. */
  readonly clientOptions: CertificateOptions;
}

/** The socket of an engine on its node. */
export interface EngineHostSocket {
  readonly directory: string;
  /** The group that may use the socket. */
  readonly group: number | undefined;
  /** The nodes that have the socket. */
  readonly placement: Placement;
}

/** The files that a client over TLS mounts, as keys of objects in its namespace. */
export interface ClientPem {
  /** The client's certificate and its key; both or neither. */
  readonly certificate?: KeySelector;
  readonly key?: KeySelector;
  /** The CA that signed the engine's certificate; undefined if the CAs of the system know it. */
  readonly ca?: KeySelector;
  /** The namespace of the objects; undefined if it isn't known. */
  readonly namespace: string | undefined;
}

/** The directory of the client's certificate in its container. `runnerHost(Transport.tls())` refers to `tls.crt`, `tls.key` and `ca.crt` in it. */
export function clientCertificateDirectory(engineName: string): string {
  return `/etc/dagger-client/${engineName}`;
}

/** The `kubectl` command that prints the name of a running pod of the engine. */
export function findPodCommand({ namespace, podSelector }: Pick<EngineEndpoint, 'namespace' | 'podSelector'>): string {
  const selector = Object.entries(podSelector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const inNamespace = namespace === undefined ? '' : ` --namespace=${namespace}`;
  return `kubectl get pods${inNamespace} --selector=${selector} --field-selector=status.phase=Running --output=jsonpath='{.items[0].metadata.name}'`;
}
