/** Returns the shortest DNS name of a Service that resolves in every namespace. */
export function serviceHost({ namespace }: { readonly namespace: string | undefined }, service: string): string {
  return namespace === undefined ? service : `${service}.${namespace}.svc`;
}

/** Returns all DNS names of a Service in a cluster with the default domain. */
export function serviceNames({ namespace }: { readonly namespace: string | undefined }, service: string): string[] {
  return namespace === undefined
    ? [service]
    : [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`];
}
