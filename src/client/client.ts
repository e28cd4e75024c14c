/** Who is to be connected. */
export interface Client {
  /** In messages, and of the certificate that is issued for it. */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly account: string | undefined;
  /** Whether it reads its variables from a shell, which can look a pod up. */
  readonly inShell: boolean;
}

/** A namespace in words. */
export function place(namespace: string | undefined): string {
  return namespace === undefined ? 'one that its chart leaves open' : `namespace ${JSON.stringify(namespace)}`;
}
