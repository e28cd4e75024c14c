/** The DNS name of a Service, as short as it is sure. */
export function serviceHost({ namespace }: { readonly namespace: string | undefined }, service: string): string {
  return namespace === undefined ? service : `${service}.${namespace}.svc`;
}
