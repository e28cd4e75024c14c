/** Returns the directory of a node for the cache of an engine. */
export function cacheDirectory(namespace: string | undefined, name: string): string {
  return `/var/lib/dagger-${unique(namespace, name)}`;
}

/** Returns the directory of a node for the socket of an engine. */
export function socketDirectory(namespace: string | undefined, name: string): string {
  return `/run/dagger-${unique(namespace, name)}`;
}

/** Neither a namespace nor a name can contain the separator, so no two engines of a cluster share a directory. */
function unique(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}_${name}`;
}
