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
   * @default - none: `kubectl apply` decides, as for a chart without a namespace
   */
  readonly namespace?: string;

  /**
   * The labels of the engine's objects.
   *
   * @default - the labels that this library derives from `name`
   */
  readonly labels?: { [key: string]: string };

  /**
   * The labels that select the engine's pods.
   *
   * @default - the labels that this library derives from `name`
   */
  readonly podSelector?: { [key: string]: string };

  /**
   * The names of the pods of an EngineStatefulSet, in the order of their ordinals.
   *
   * @default - none: the pods have random names
   */
  readonly podNames?: string[];

  /**
   * The names of the pods that an autoscaler never stops. Shard keys are assigned to these pods.
   *
   * @default - all of `podNames`
   */
  readonly alwaysRunningPods?: string[];

  /**
   * The headless Service of an EngineStatefulSet.
   *
   * @default - none: the pods have no DNS names
   */
  readonly headlessServiceName?: string;

  /**
   * Whether an engine runs on each selected node, as with an EngineDaemonSet.
   *
   * @default false
   */
  readonly perNode?: boolean;

  /**
   * The port of the engine and its Service.
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
   * The image of the engine. `CliInstall.fromEngineImage()` copies the CLI from it.
   *
   * @default - the published image of `version`
   */
  readonly image?: string;

  /**
   * The pull policy of the image.
   *
   * @default - the API server's default: `Always` for the tag `latest`, `IfNotPresent` otherwise
   */
  readonly imagePullPolicy?: string;

  /**
   * The service account of the engine. Clients must not use it.
   *
   * @default - the default service account of the namespace
   */
  readonly serviceAccountName?: string;

  /**
   * The namespaces whose clients the engine's network policy allows. The library warns about clients in other
   * namespaces.
   *
   * @default - no warnings
   */
  readonly clientNamespaces?: string[];
}

/** The port of an engine, for clients in other programs. */
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
   * The TLS settings of the port.
   *
   * @default - none: plain TCP
   */
  readonly tls?: EngineTlsAttributes;
}

/** The TLS settings of an engine's port. */
export interface EngineTlsAttributes {
  /**
   * Whether clients must present a certificate.
   *
   * @default true
   */
  readonly mutual?: boolean;

  /**
   * Whether a public CA signed the engine's certificate. Clients then need no CA certificate.
   *
   * @default false
   */
  readonly publicCa?: boolean;

  /**
   * The cert-manager issuer of client certificates.
   *
   * @default - none: each client needs the option `certificate`
   */
  readonly clientIssuer?: CertificateIssuer;

  /**
   * The common names of the clients that may connect.
   *
   * @default - any client with a valid certificate
   */
  readonly allowedClients?: string[];
}

/** The socket of an engine on its node, for clients in other programs. */
export interface EngineHostSocketAttributes {
  /** The directory on the node that contains the socket, without a trailing slash. */
  readonly directory: string;

  /**
   * The id of the group that may use the socket.
   *
   * @default 1001
   */
  readonly group?: number;

  /**
   * The labels of the nodes that run an engine.
   *
   * @default - none
   */
  readonly nodeSelector?: { [key: string]: string };

  /**
   * The affinity that selects the nodes that run an engine.
   *
   * @default - none
   */
  readonly affinity?: k8s.Affinity;

  /**
   * The tolerations for the taints of these nodes.
   *
   * @default - none
   */
  readonly tolerations?: k8s.Toleration[];
}
