/** Returns the shortest DNS name of a Service that resolves in every namespace. */
export function serviceHost({ namespace }: { readonly namespace: string | undefined }, service: string): string {
  return namespace === undefined ? service : `${service}.${namespace}.svc`;
}
