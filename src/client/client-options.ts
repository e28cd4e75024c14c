import type { Construct } from 'constructs';
import type { KeySelector } from '../config/key-selector';
import type { ClientCertificate } from '../network/client-certificate';
import type { Transport } from '../network/transport';
import type { CliInstall } from './cli-install';
import type { ClientTelemetry } from './client-telemetry';
import type { ConnectionCheck } from './connection-check';

/** Options common to all clients. */
export interface ClientOptions {
  /**
   * The transport that the client uses to reach the engine.
   *
   * @default - the first that the engine supports: TLS, the socket on the node, plain TCP, or the Kubernetes API
   */
  readonly transport?: Transport;

  /**
   * A stable key that identifies the client, such as the name of the repository that it builds. The key selects one
   * engine of an EngineStatefulSet. Clients with the same key use the same engine and its warm cache. An additional
   * engine takes over only the keys that are assigned to it.
   *
   * @default - none: the Service selects an engine
   */
  readonly shardKey?: string;

  /**
   * The common name of the certificate that is issued for the client. It must be a DNS label.
   *
   * @default - the id of the connected construct, or for `addClient(...)` the engine's name followed by `-client`
   */
  readonly name?: string;

  /**
   * The certificate of the client, for example from `engine.issueClient(...)`.
   *
   * @default - if the listener requires a certificate: its default client certificate, or else a newly issued one
   */
  readonly certificate?: ClientCertificate;

  /**
   * The key of the CA that signed the engine's certificate. Its Secret or ConfigMap must be in the namespace of the
   * client.
   *
   * @default - the CA in the Secret of the client's certificate
   */
  readonly ca?: KeySelector;

  /**
   * The version of the client's CLI or SDK, such as `v0.21.7`. The library rejects versions that the engine doesn't
   * serve.
   *
   * @default - not checked
   */
  readonly clientVersion?: string;

  /**
   * Installs the `dagger` command in the client's containers.
   *
   * @default - not installed: the images of the containers must have it
   */
  readonly cli?: CliInstall;

  /**
   * The OpenTelemetry collector that receives the traces, logs and metrics of the client's builds.
   *
   * @default - none
   */
  readonly telemetry?: ClientTelemetry;

  /**
   * The environment variable with the address of the engine. Set it for a container that uses several engines. The
   * container then chooses an engine for each command:
   * `_EXPERIMENTAL_DAGGER_RUNNER_HOST=$RUNNER_HOST_ARM64 dagger call build`.
   *
   * @default '_EXPERIMENTAL_DAGGER_RUNNER_HOST', which Dagger's clients read
   */
  readonly addressVariable?: string;

  /**
   * The scope of the objects that the client needs, such as its Certificate or its Role. Set it to the client's chart
   * to write these objects to the client's file.
   *
   * @default - the engine. The Certificate of a connected construct in another chart and namespace is in that chart.
   */
  readonly scope?: Construct;
}

/** Options for the pod that a construct contains. */
export interface ConnectedPodOptions {
  /**
   * The names of the containers that use the engine.
   *
   * @default - all containers that the pod has at synth, except init containers
   */
  readonly containers?: string[];

  /**
   * The JSON pointer to the pod template of a custom resource, for example `/spec/template` for an Argo Rollout or a
   * Knative Service.
   *
   * @default - the path in a built-in kind, such as a Pod, a Deployment or a CronJob; required for custom resources
   */
  readonly podTemplatePath?: string;
}

/** Options for `engine.connect(...)`. */
export interface ConnectOptions extends ClientOptions, ConnectedPodOptions {
  /**
   * A check that the engine accepts the client. It runs before the client's containers start.
   *
   * @default - none: a client that the engine rejects tries to connect for ten minutes
   */
  readonly connectionCheck?: ConnectionCheck;
}

/** Options for `engine.addClient(...)`. */
export interface AddClientOptions extends ClientOptions {
  /**
   * The namespace of the client's pods.
   *
   * @default - the namespace of the engine
   */
  readonly namespace?: string;

  /**
   * The service account of the client's pods. If the client uses the Kubernetes API, a Role in the engine's namespace
   * grants it the permissions.
   *
   * @default - none: a client that uses the Kubernetes API must already have the permissions in `rules`
   */
  readonly serviceAccountName?: string;
}
