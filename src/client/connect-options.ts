import type { ClientCertificate } from '../network/certificates';
import type { Transport } from '../network/transport';
import type { CliInstall } from './cli-install';

/** What every client can be told, whatever it is. */
export interface ClientOptions {
  /**
   * How the client reaches the engine.
   *
   * @default - the best that the engine offers: TLS, else the node's socket, else plain TCP, else the Kubernetes API where the
   * pod is known by name
   */
  readonly transport?: Transport;

  /**
   * A stable word about the client, such as the repository that it builds. It chooses one engine of an EngineStatefulSet:
   * the same word the same engine, as long as there are as many, so that the cache is warm. With one more engine, only the words
   * move that it takes over.
   *
   * @default - none: the Service chooses where there are several engines
   */
  readonly shardKey?: string;

  /**
   * Names the client, in the certificate that is issued for it: a DNS label.
   *
   * @default - the id of the workload's construct; for a connection as data, the engine's name and `-client`
   */
  readonly name?: string;

  /**
   * The certificate that the client shows, of `engine.issueClient(...)`.
   *
   * @default - the listener's certificate for clients, else one that is issued for this client, where the listener wants one
   */
  readonly certificate?: ClientCertificate;

  /**
   * The release of the client's CLI or SDK, such as `v0.21.7`. One that the engine refuses is an error.
   *
   * @default - not checked
   */
  readonly clientVersion?: string;

  /**
   * How the `dagger` command gets into the client's containers.
   *
   * @default - it is in their image
   */
  readonly cli?: CliInstall;
}

/** How a workload of cdk8s-plus-28 becomes a client. */
export interface ConnectOptions extends ClientOptions {
  /**
   * Names of the containers that become clients.
   *
   * @default - all that the workload has by now, without init containers
   */
  readonly containers?: string[];
}

/** Who the client is, where that is nothing of this program. */
export interface ConnectionOptions extends ClientOptions {
  /**
   * The namespace that the client's pods run in.
   *
   * @default - the engine's
   */
  readonly namespace?: string;

  /**
   * The account that the client's pods run under. For a connection through the Kubernetes API it is given the rights that that
   * needs, by a Role in the engine's namespace.
   *
   * @default - none: whoever uses such a connection must have the rights in `rules` already
   */
  readonly serviceAccountName?: string;
}
