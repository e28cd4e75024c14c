import { CONFIG_HASH } from '../pod/pod-template';
import type { FieldType } from '../kubernetes/field-types';
import { data, list, literal, type Expression } from '../program/expression';
import type { DescribedEngine } from './described-engine';
import type { Field } from './field';
import { shape } from './k8s-expressions';

/** The fields of a pod that are properties with the same name, and their types. */
const SAME_NAME = {
  nodeSelector: 'string{}',
  tolerations: 'Toleration[]',
  affinity: 'Affinity',
  topologySpreadConstraints: 'TopologySpreadConstraint[]',
  priorityClassName: 'string',
  runtimeClassName: 'string',
  schedulerName: 'string',
  hostAliases: 'HostAlias[]',
  dnsPolicy: 'string',
  dnsConfig: 'PodDnsConfig',
  hostNetwork: 'boolean',
  shareProcessNamespace: 'boolean',
} satisfies { readonly [field: string]: FieldType };

/** The labels that the constructs add. */
export const LABELS_OF_CONSTRUCTS = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/version',
];

/** Returns the properties for the fields of a pod that the engine doesn't depend on. */
export function podProperties(
  engine: DescribedEngine,
  volumes: Expression | undefined,
): { readonly [property: string]: Expression | undefined } {
  const { container, json, object: workload, pod, spec, toml } = engine;
  const selected = workload.root.at('spec', 'selector', 'matchLabels').texts;
  const hasFiles = [json, toml].some(({ kind }) => kind === 'text');
  const podLabels = mapWithout(pod.at('metadata', 'labels'), Object.keys(selected));
  const podAnnotations = mapWithout(pod.at('metadata', 'annotations'), hasFiles ? [CONFIG_HASH] : []);
  return {
    podLabels,
    podAnnotations,
    ...Object.fromEntries(
      Object.entries(SAME_NAME).map(([name, type]) => [
        name,
        isEmpty(spec.at(name)) ? undefined : shape(spec.at(name), type),
      ]),
    ),
    ...hostDns(spec),
    imagePullSecrets: pullSecrets(spec.at('imagePullSecrets')),
    sidecars: containers(spec.at('containers'), container),
    initContainers: containers(spec.at('initContainers'), container),
    volumes,
    automountServiceAccountToken: spec.at('automountServiceAccountToken').value === true ? literal(true) : undefined,
  };
}

/** The DNS policy of a pod on the network of its node, for which the default of the construct isn't that of Kubernetes. */
function hostDns(spec: Field): { readonly dnsPolicy?: Expression } {
  const hostNetwork = spec.at('hostNetwork');
  return hostNetwork.value === true && !spec.at('dnsPolicy').exists
    ? { dnsPolicy: literal('ClusterFirst', hostNetwork.origin) }
    : {};
}

/** The strings of a map, without some keys; undefined if none are left. */
export function mapWithout(field: Field, keys: readonly string[]): Expression | undefined {
  const entries = Object.entries(field.texts).filter(([key]) => !keys.includes(key));
  return entries.length === 0 ? undefined : data(Object.fromEntries(entries), field.origin);
}

function isEmpty(field: Field): boolean {
  return !field.exists || (Array.isArray(field.value) && field.items.length === 0);
}

function pullSecrets(secrets: Field): Expression | undefined {
  const names = secrets.items.map((secret) => secret.at('name')).filter(({ text }) => text !== undefined);
  return names.length === 0
    ? undefined
    : list(
        names.map(({ origin, text }) => literal(text!, origin)),
        secrets.origin,
      );
}

/** The other containers of a list. */
function containers(all: Field, engine: Field): Expression | undefined {
  const others = all.items.filter(({ origin, value }) => origin !== engine.origin || value !== engine.value);
  return others.length === 0
    ? undefined
    : list(
        others.map((container) => shape(withoutClaims(container), 'Container')),
        all.origin,
      );
}

/** A container without claims of the pod's `resourceClaims`, for which the constructs have no property. */
function withoutClaims(container: Field): Field {
  if (!container.at('resources', 'claims').exists) {
    return container;
  }
  const { claims: _, ...resources } = container.at('resources').map!;
  return container.with({ ...container.map, resources });
}
