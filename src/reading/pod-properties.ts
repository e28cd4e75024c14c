import { CONFIG_HASH } from '../pod/pod-template';
import type { FieldType } from '../kubernetes/field-types';
import { data, list, literal, object, type Expression } from '../program/expression';
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
  const claims = resourceClaims(spec.at('resourceClaims'));
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
    ...securityProperties(spec.at('securityContext')),
    resourceClaims: claims,
    imagePullSecrets: pullSecrets(spec.at('imagePullSecrets')),
    sidecars: containers(spec.at('containers'), container, claims !== undefined),
    initContainers: containers(spec.at('initContainers'), container, claims !== undefined),
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

/** The fields of the security context of a pod that are properties with the same name, and their types. */
const SECURITY_FIELDS = {
  sysctls: 'Sysctl[]',
  seccompProfile: 'SeccompProfile',
  seLinuxOptions: 'SeLinuxOptions',
} satisfies { readonly [field: string]: FieldType };

function securityProperties(context: Field): { readonly [property: string]: Expression | undefined } {
  return {
    // A patch removes a security context that the manifest doesn't have.
    fsGroup: !context.exists || context.at('fsGroup').exists ? undefined : literal(false, context.origin),
    ...Object.fromEntries(
      Object.entries(SECURITY_FIELDS).map(([name, type]) => [
        name,
        isEmpty(context.at(name)) ? undefined : shape(context.at(name), type),
      ]),
    ),
  };
}

const CLAIM_REFERENCES = ['resourceClaimName', 'resourceClaimTemplateName'] as const;

/** The claims of a pod. Undefined if one of them has a form that no property expresses. */
function resourceClaims(claims: Field): Expression | undefined {
  const expressions = claims.items.map((claim) =>
    object(
      Object.fromEntries(
        ['name', ...CLAIM_REFERENCES].map((name) => {
          const { origin, text } = claim.at(name);
          return [name, text === undefined ? undefined : literal(text, origin)];
        }),
      ),
      claim.origin,
    ),
  );
  const isTyped = claims.items.every(
    (claim) =>
      claim.at('name').text !== undefined &&
      CLAIM_REFERENCES.filter((name) => claim.at(name).text !== undefined).length === 1,
  );
  return expressions.length === 0 || !isTyped ? undefined : list(expressions, claims.origin);
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
function containers(all: Field, engine: Field, hasClaims: boolean): Expression | undefined {
  const others = all.items.filter(({ origin, value }) => origin !== engine.origin || value !== engine.value);
  return others.length === 0
    ? undefined
    : list(
        others.map((container) => shape(hasClaims ? container : withoutClaims(container), 'Container')),
        all.origin,
      );
}

/** A container without claims of the pod's `resourceClaims`, which no property expresses. */
function withoutClaims(container: Field): Field {
  if (!container.at('resources', 'claims').exists) {
    return container;
  }
  const { claims: _, ...resources } = container.at('resources').map!;
  return container.with({ ...container.map, resources });
}
