import type { HostAlias, PodDNSConfig, PodSpec } from 'kubernetes-types/core/v1';
import { toWire } from '../kubernetes/wire-form';
import type { EnginePodProps } from './engine-pod-props';

/** Renders the pod fields that determine how host names are resolved. */
export function nameResolution(pod: EnginePodProps): Partial<PodSpec> {
  const { dnsPolicy } = pod;
  const dnsConfig = pod.dnsConfig && toWire<PodDNSConfig>(pod.dnsConfig);
  const hostAliases = toWire<HostAlias[]>(pod.hostAliases ?? []);
  return {
    ...(hostAliases.length > 0 && { hostAliases }),
    ...(pod.hostNetwork === true && { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
    ...(dnsPolicy && { dnsPolicy }),
    ...(dnsConfig && { dnsConfig }),
  };
}
