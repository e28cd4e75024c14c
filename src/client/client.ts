/** A client that is being connected. */
export interface Client {
  /** The name in messages, and in the certificate that is issued for the client. */
  readonly name: string;
  readonly namespace: string | undefined;
  /** The service account. Undefined if it isn't known yet, or isn't relevant. */
  readonly account?: string;
  /** Whether the client is a pod of this app. Others can read their address from a shell, which can look up a pod. */
  readonly isPod: boolean;
}

/** Describes a namespace in a message. */
export function place(namespace: string | undefined): string {
  return namespace === undefined
    ? 'a namespace that its chart leaves open'
    : `the namespace ${JSON.stringify(namespace)}`;
}
