/**
 * Fixes in terms of fields of Kubernetes objects, for findings whose fix in a program is a property. The other fixes of the
 * constructs are about the engine's files and flags, which are the same everywhere.
 */
const FIXES: { readonly [name: string]: string } = {
  'admits-everyone': 'name the clients in from',
  'ca-volume': 'mount each certificate as a file, with subPath',
  'cache-outgrows-limit': 'set maxUsedSpace in engine.json below sizeLimit',
  'engine-tls': 'serve TLS with a proxy in the pod, or run another release',
  'grace-below-pre-stop': 'set terminationGracePeriodSeconds to 600 more than the hook needs',
  'ignored-by-engine': 'remove it',
  'limits-do-not-bound-builds': 'keep the requests, remove the limits, and run engines on dedicated nodes',
  'liveness-under-load': 'remove the probe, or use the command [buildctl, debug, workers]',
  'nfs-cache': 'keep the cache on a disk of the node or on a block volume',
  'no-cache-volume': 'mount a volume at the state directory',
  'no-network-policy': 'add a NetworkPolicy that selects the pods and names the clients in ingress',
  'open-debug-address': 'listen on 127.0.0.1, and use kubectl port-forward',
  'open-port-in-config': 'remove the address',
  'overridden-image-variable': 'remove the variable',
  'overlapping-selectors': 'select labels that only the pods of this workload have',
  'policy-not-enforced': 'remove hostNetwork, or close the port with a firewall on the node',
  'port-bound-twice': 'remove one of the addresses',
  'probe-cannot-work': 'use exec with the command [buildctl, debug, workers]',
  'secret-in-plain-text': 'keep it in a Secret, and refer to it with valueFrom or a mounted file',
  'shared-cache': 'use a StatefulSet with volumeClaimTemplates, or one replica with strategy Recreate',
  'shared-host-path': 'use a different directory for each engine, or keep the engines on different nodes',
  'shared-socket': 'use a different directory for each engine, or keep the engines on different nodes',
  'short-grace-period': 'set terminationGracePeriodSeconds: 600',
  'short-probe-grace': 'remove terminationGracePeriodSeconds from the probe, or set it to 600',
  'short-progress-deadline': 'remove it, or raise it to the time that a rollout takes',
  'split-sessions': "set sessionAffinity: ClientIP, or use the node's socket",
  'unbounded-pre-stop': 'end the hook after a known time, and add it to terminationGracePeriodSeconds',
  'unknown-version': 'update this library, or read what changed in the release',
  'unreleased-version': 'use the tag of a release',
  'untagged-image': 'add the tag of a release',
};

/** Returns the fix of a finding for people who edit a manifest. */
export function fixInManifest(name: string, fixInProgram: string): string {
  return FIXES[name] ?? fixInProgram;
}
