import type { HostAlias, PodDNSConfig, PodSpec } from 'kubernetes-types/core/v1';
import { toWire } from '../kubernetes/wire-form';
import type { EnginePodProps } from './engine-pod-props';

/** The fields that decide how a pod resolves the names of hosts. */
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
