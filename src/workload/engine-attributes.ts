import type { k8s } from 'cdk8s-plus-28';
import type { CertificateIssuer } from '../network/certificate-options';

/** The attributes of an engine that clients in other programs need. They can be serialized as JSON. */
export interface EngineAttributes {
  /** The name of the engine's workload. */
  readonly name: string;

  /** The version of the engine, such as `v0.21.7`. */
  readonly version: string;

  /**
   * The namespace of the engine.
   *
   * @default - left open, as by a chart without a namespace
   */
  readonly namespace?: string;

  /**
   * The labels of the engine's objects.
   *
   * @default - the labels that this library sets for the name
   */
  readonly labels?: { [key: string]: string };

  /**
   * The labels that select the engine's pods.
   *
   * @default - the labels that this library sets for the name
   */
  readonly podSelector?: { [key: string]: string };

  /**
   * The names of the pods of an EngineStatefulSet, in the order of their ordinals.
   *
   * @default - none: the names are random
   */
  readonly podNames?: string[];

  /**
   * The headless Service of an EngineStatefulSet.
   *
   * @default - none: the pods have no names in the cluster's DNS
   */
  readonly headlessServiceName?: string;

  /**
   * Whether each node that the engine selects has an engine, as with an EngineDaemonSet.
   *
   * @default false
   */
  readonly perNode?: boolean;

  /**
   * The port of the engine.
   *
   * @default - none
   */
  readonly listener?: EngineListenerAttributes;

  /**
   * The socket of the engine on its node.
   *
   * @default - none
   */
  readonly hostSocket?: EngineHostSocketAttributes;

  /**
   * The image of the engine, which `CliInstall.fromEngineImage()` copies the CLI from.
   *
   * @default - the published image of the version
   */
  readonly image?: string;

  /**
   * The pull policy of the image.
   *
   * @default - the API server's
   */
  readonly imagePullPolicy?: string;

  /**
   * The service account of the engine, which clients must not use.
   *
   * @default - the default service account of the namespace
   */
  readonly serviceAccountName?: string;

  /**
   * The namespaces whose clients the engine's network policy admits. A client of another namespace is warned about.
   *
   * @default - not checked
   */
  readonly clientNamespaces?: string[];
}

/** The port of an engine. */
export interface EngineListenerAttributes {
  /** The port number. */
  readonly port: number;

  /**
   * The name of the Service.
   *
   * @default - the name of the engine
   */
  readonly serviceName?: string;

  /**
   * The port of the Service.
   *
   * @default - the port of the engine
   */
  readonly servicePort?: number;

  /**
   * The TLS of the port.
   *
   * @default - none: plain TCP
   */
  readonly tls?: EngineTlsAttributes;
}

/** The TLS of an engine's port. */
export interface EngineTlsAttributes {
  /**
   * Whether clients need a certificate.
   *
   * @default true
   */
  readonly mutual?: boolean;

  /**
   * Whether the engine's certificate is from a public CA, which clients know.
   *
   * @default false
   */
  readonly publicCa?: boolean;

  /**
   * The issuer of cert-manager that signs certificates which the engine accepts from clients.
   *
   * @default - none: each client needs `certificate`
   */
  readonly clientIssuer?: CertificateIssuer;

  /**
   * The common names of the clients that may connect.
   *
   * @default - all
   */
  readonly allowedClients?: string[];
}

/** The socket of an engine on its node. */
export interface EngineHostSocketAttributes {
  /** The directory of the node with the socket. */
  readonly directory: string;

  /**
   * The group that may use the socket.
   *
   * @default 1001
   */
  readonly group?: number;

  /**
   * The labels of the nodes with an engine.
   *
   * @default - none
   */
  readonly nodeSelector?: { [key: string]: string };

  /**
   * The affinity to the nodes with an engine.
   *
   * @default - none
   */
  readonly affinity?: k8s.Affinity;

  /**
   * The tolerations of the taints of these nodes.
   *
   * @default - none
   */
  readonly tolerations?: k8s.Toleration[];
}
