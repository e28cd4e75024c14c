import type { Problems } from '../reporting/problems';
import { decode } from '../kubernetes/validation/decode';
import type { WireType } from '../kubernetes/validation/wire-types';
import { toWire } from '../kubernetes/wire-form';
import type { EngineProps } from './engine-props';

const of = (name: string): WireType => ({ kind: 'struct', name });
const listOf = (name: string): WireType => ({ kind: 'list', item: of(name) });

/** Maps the properties that have the form of the Kubernetes API to their types. */
const SHAPES: { readonly [property in keyof EngineProps | 'claimTemplates']?: WireType } = {
  affinity: of('Affinity'),
  claimTemplates: listOf('PersistentVolumeClaim'),
  dnsConfig: of('PodDNSConfig'),
  extraPorts: listOf('ContainerPort'),
  hostAliases: listOf('HostAlias'),
  initContainers: listOf('Container'),
  seLinuxOptions: of('SELinuxOptions'),
  seccompProfile: of('SeccompProfile'),
  sidecars: listOf('Container'),
  sysctls: listOf('Sysctl'),
  tolerations: listOf('Toleration'),
  topologySpreadConstraints: listOf('TopologySpreadConstraint'),
  volumeMounts: listOf('VolumeMount'),
  volumes: listOf('Volume'),
};

/**
 * Returns the properties with values in wire form, as the API server reads them. Reports values of the wrong type and
 * leaves them out, so that other rules can rely on the types.
 */
export function readShapes<T extends EngineProps>(props: T, problems: Problems): T {
  const read = Object.entries(SHAPES).flatMap(([property, type]) => {
    const value = (props as unknown as { readonly [property: string]: unknown })[property];
    return value === undefined ? [] : [[property, decode(problems.at(property), toWire(value), type)]];
  });
  return { ...props, ...Object.fromEntries(read) };
}
