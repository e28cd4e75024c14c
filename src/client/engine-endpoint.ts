import type { Construct } from 'constructs';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { KeySelector } from '../config/key-selector';
import type { ClientCertificate } from '../network/certificates';
import type { BoundListener } from '../network/listener';
import type { Transport } from '../network/transport';
import type { PodTemplate } from '../pod/pod-template';
import type { EngineVersion } from '../version/engine-version';

/**
 * What a client needs to know of an engine, and what it may ask of it. The floor above makes it.
 */
export interface EngineEndpoint {
  /** The engine: in messages, and the parent of what a connection makes in the engine's namespace. */
  readonly scope: Construct;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly version: EngineVersion;
  /** Labels of the objects that are made for it. */
  readonly labels: { readonly [key: string]: string };
  /** The pods that have names of their own, with the first one's ordinal; empty where names are random. */
  readonly podNames: readonly string[];
  readonly firstOrdinal: number;
  /** Whether those names are in the cluster's DNS. */
  readonly podsHaveHosts: boolean;
  /** Whether there is an engine on every node that its pods may run on. */
  readonly perNode: boolean;
  readonly listener: BoundListener | undefined;
  /** Directory of the node with the socket. */
  readonly hostSocket: string | undefined;
  /** Where the engine's pods run, as what, and from which image. */
  readonly podTemplate: PodTemplate;
  /** The line that prints the name of a running pod. */
  readonly findPodCommand: string;
  /** The address, or an error that says why there is none. */
  runnerHost(transport: Transport): string;
  /**
   * The certificate of a client that was given none: made on the first call for a name and namespace, the same one after that.
   * Throws when certificates of clients aren't issued by this program, or the client's namespace can't have one.
   */
  issueClient(name: string, namespace: string | undefined): ClientCertificate;
  /** Has a warning printed at synth. */
  warn(name: string, property: string, text: string): void;
  /** Admits a client to the engine's port. Once more for the same peer changes nothing. */
  addIngressPeer(peer: NetworkPolicyPeer): void;
}

/**
 * What a client over TLS mounts: the keys of objects in its own namespace. `BoundListener.tls` has it for clients without a
 * certificate, and a `ClientCertificate` for those with one.
 */
export interface ClientPem {
  /** The client's certificate and its key; both or neither. */
  readonly certificate?: KeySelector;
  readonly key?: KeySelector;
  /** The CA that signed the engine's certificate; undefined where the system's CAs know it. */
  readonly ca?: KeySelector;
  /** The namespace that they are in; undefined where that isn't known. */
  readonly namespace: string | undefined;
}

/** Directory of the client's container where its certificate is: `tls.crt`, `tls.key`, `ca.crt`. `runnerHost(Transport.tls())` points there. */
export function clientCertificateDirectory(engineName: string): string {
  return `/etc/dagger-client/${engineName}`;
}
