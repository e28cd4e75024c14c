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

/** The properties of an engine that its clients need. The engine can belong to another program. */
export interface EngineEndpoint {
  /** The construct of the engine. Messages name it, and the objects for clients are its children. */
  readonly scope: Construct;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly version: EngineVersion;
  /** The labels of the engine's objects. */
  readonly labels: { readonly [key: string]: string };
  /** The labels that select the engine's pods. */
  readonly podSelector: { readonly [key: string]: string };
  /** The names of the pods, in the order of their ordinals. The list is empty if the pods have random names. */
  readonly podNames: readonly string[];
  /** The pods that always run, because no autoscaler stops them. Without an autoscaler, all of `podNames`. */
  readonly alwaysRunningPods: readonly string[];
  /** The headless Service that gives the pods DNS names, or undefined if they have none. */
  readonly headlessServiceName: string | undefined;
  /** Whether an engine runs on each selected node. */
  readonly perNode: boolean;
  readonly listener: EngineListener | undefined;
  readonly hostSocket: EngineHostSocket | undefined;
  readonly image: string;
  readonly imagePullPolicy: string | undefined;
  readonly serviceAccountName: string | undefined;
  /** Issues a certificate for a client. Another call for the same client returns the same certificate. */
  issueClient(name: string, options: IssueClientOptions): ClientCertificate;
  /** Records that a client in a namespace uses a certificate, so that alerts include it. */
  useCertificate(certificate: ClientCertificate, namespace: string | undefined): void;
  /** Prints a warning at synth. */
  warn(name: EngineRisk, property: string, text: string, fix?: string): void;
  /** Allows a client to connect to the engine's port. */
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

/** The TLS settings of a port. */
export interface EngineTls {
  /** Whether clients must present a certificate. */
  readonly mutual: boolean;
  /** Whether clients verify the engine with the CA certificates of their system. */
  readonly publicCa: boolean;
  /** The CA that clients without a certificate use to verify the engine. It is in the engine's namespace. */
  readonly ca: KeySelector | undefined;
  /** The default certificate of clients. */
  readonly client: ClientCertificate | undefined;
  /** The common names of the allowed clients, or undefined to allow all clients. */
  readonly allowedClients: readonly string[] | undefined;
  /** The issuer of the client certificates that the engine accepts, or undefined if this program can't use it. */
  readonly clientIssuer: CertificateIssuer | undefined;
  /** The lifetime of the issuer's CA, or undefined if it is unknown. */
  readonly clientIssuerDuration: Duration | undefined;
  /** The default options of client certificates. */
  readonly clientOptions: CertificateOptions;
}

/** The socket of an engine on its node. */
export interface EngineHostSocket {
  readonly directory: string;
  /** The id of the group that may use the socket. */
  readonly socketGroup: number | undefined;
  /** The placement on nodes with the socket. */
  readonly placement: Placement;
  /** Whether the engine's pods have a system priority, or undefined if that is unknown. */
  readonly isCritical?: boolean;
}

/** The keys of Secrets and ConfigMaps that a TLS client mounts as files. */
export interface ClientPem {
  /** The client's certificate. Set if and only if `key` is set. */
  readonly certificate?: KeySelector;
  readonly key?: KeySelector;
  /** The CA that signed the engine's certificate, or undefined for a public CA. */
  readonly ca?: KeySelector;
  /** The namespace of the Secrets and ConfigMaps, or undefined if it is unknown. */
  readonly namespace: string | undefined;
}

/** Returns the `kubectl` command that prints the name of a running pod of the engine. */
export function findPodCommand({ namespace, podSelector }: Pick<EngineEndpoint, 'namespace' | 'podSelector'>): string {
  const selector = Object.entries(podSelector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const inNamespace = namespace === undefined ? '' : ` --namespace=${namespace}`;
  return `kubectl get pods${inNamespace} --selector=${selector} --field-selector=status.phase=Running --output=jsonpath='{.items[0].metadata.name}'`;
}
