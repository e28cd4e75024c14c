import type { Construct } from 'constructs';
import type { KeySelector } from '../config/key-selector';
import type { ClientCertificate } from '../network/client-certificate';
import type { Transport } from '../network/transport';
import type { CliInstall } from './cli-install';

/** Options common to all clients. */
export interface ClientOptions {
  /**
   * The transport between the client and the engine.
   *
   * @default - the best that the engine supports: TLS, else the socket on the node, else plain TCP, else the Kubernetes API if the
   * pod's name is known
   */
  readonly transport?: Transport;

  /**
   * A stable key that identifies the client, such as the repository that it builds. The key selects one engine of an EngineStatefulSet. Clients with the
   * same key use the same engine, so its cache is warm. Adding an engine moves only the keys that are assigned to it.
   *
   * @default - none: the Service selects an engine
   */
  readonly shardKey?: string;

  /**
   * The name of the client in the certificate that is issued for it: a DNS label.
   *
   * @default - the id of the connected construct; for `addClient(...)`, the engine's name and `-client`
   */
  readonly name?: string;

  /**
   * The certificate of the client, for example from `engine.issueClient(...)`.
   *
   * @default - the listener's certificate for clients, or else a certificate that is issued for this client, if the listener requires one
   */
  readonly certificate?: ClientCertificate;

  /**
   * The CA that signed the engine's certificate, in the namespace of the client.
   *
   * @default - the CA in the Secret of the client's certificate
   */
  readonly ca?: KeySelector;

  /**
   * The version of the client's CLI or SDK, such as `v0.21.7`. A version that the engine doesn't serve is an error.
   *
   * @default - not checked
   */
  readonly clientVersion?: string;

  /**
   * Installs the `dagger` command in the client's containers.
   *
   * @default - the command is in their image
   */
  readonly cli?: CliInstall;

  /**
   * The scope of the objects that the client needs: its Certificate, or a Role and a RoleBinding. Set it to the client's chart to keep these objects in
   * the client's file.
   *
   * @default - the engine
   */
  readonly scope?: Construct;
}

/** Options for the pod of a construct. */
export interface PodOptions {
  /**
   * Names of the containers that use the engine.
   *
   * @default - all containers that the pod has at synth, without init containers
   */
  readonly containers?: string[];

  /**
   * JSON pointer to the pod template of a custom resource, for example `/spec/template` for an Argo Rollout or a Knative Service.
   *
   * @default - known for the kinds of Kubernetes: pods, workloads, Jobs and CronJobs
   */
  readonly podTemplatePath?: string;
}

/** Options for `engine.connect(...)`. */
export interface ConnectOptions extends ClientOptions, PodOptions {}

/** Options for `engine.addClient(...)`. */
export interface AddClientOptions extends ClientOptions {
  /**
   * The namespace of the client's pods.
   *
   * @default - the namespace of the engine
   */
  readonly namespace?: string;

  /**
   * The service account of the client's pods. For the transport through the Kubernetes API, it gets the permissions by a Role in the engine's namespace.
   *
   * @default - none: a client through the Kubernetes API must already have the permissions in `rules`
   */
  readonly serviceAccountName?: string;
}
