import type { IConstruct } from 'constructs';
import type { AddClientOptions, ConnectOptions } from '../client/client-options';
import type { Connection } from '../client/connection';
import type { ClientCertificate } from '../network/client-certificate';
import type { IssueClientOptions } from '../network/issue-client';
import type { Transport } from '../network/transport';
import type { EngineVersion } from '../version/engine-version';

/** An engine that clients can use. The engine belongs to this program, or is imported from another one. */
export interface IEngine extends IConstruct {
  /** The name of the engine's workload. */
  readonly name: string;

  /** The namespace of the engine, or undefined if its chart has none. */
  readonly namespace?: string;

  /** The version of the engine. */
  readonly version: EngineVersion;

  /** The `kubectl` command that prints the name of a running pod of the engine. */
  readonly findPodCommand: string;

  /**
   * The value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST` for a client of this engine.
   *
   * @param transport the transport between the client and the engine
   */
  runnerHost(transport: Transport): string;

  /**
   * Connects a construct that contains a pod to this engine.
   *
   * @param construct a workload of any cdk8s-plus version, an L1 object, an `ApiObject`, or a custom resource with
   * `podTemplatePath`
   * @param options options for the client
   */
  connect(construct: IConstruct, options?: ConnectOptions): Connection;

  /**
   * Adds a client that is not a construct.
   *
   * @param options options for the client
   */
  addClient(options?: AddClientOptions): Connection;

  /**
   * Creates a cert-manager Certificate for a client.
   *
   * @param name the common name of the client, for example `ci-runners`
   * @param options options for the certificate
   */
  issueClient(name: string, options?: IssueClientOptions): ClientCertificate;
}
