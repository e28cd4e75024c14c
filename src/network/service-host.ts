/** The DNS name of a Service, as short as it is sure. */
export function serviceHost({ namespace }: { readonly namespace: string | undefined }, service: string): string {
  return namespace === undefined ? service : `${service}.${namespace}.svc`;
}

/** Every DNS name of a Service, or of a pod below one, in a cluster with the usual domain. */
export function serviceNames({ namespace }: { readonly namespace: string | undefined }, service: string): string[] {
  return namespace === undefined
    ? [service]
    : [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`];
}
