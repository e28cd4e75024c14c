import type { Chart } from 'cdk8s';

/** A client that is connected to an engine. */
export interface Client {
  /** The name of the client in messages and in its issued certificate. */
  readonly name: string;
  readonly namespace: string | undefined;
  /** The service account, or undefined if it is unknown or irrelevant. */
  readonly account?: string;
  /**
   * Whether the client is a pod of this app. Other clients can get their address from a shell, which can look up a pod.
   */
  readonly isPod: boolean;
  /** The chart of the client, if it is another chart and another namespace than the engine's. */
  readonly chart?: Chart;
}

/** Describes a namespace, for messages. */
export function place(namespace: string | undefined): string {
  return namespace === undefined
    ? 'a namespace that its chart does not set'
    : `the namespace ${JSON.stringify(namespace)}`;
}
