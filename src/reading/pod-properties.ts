import { CONFIG_HASH } from '../pod/pod-template';
import type { FieldType } from '../kubernetes/field-types';
import { data, literal, nonEmptyList, object, type Expression } from '../program/expression';
import type { DescribedEngine } from './described-engine';
import type { Field } from './field';
import { shape } from './k8s-expressions';

/** The fields of a pod that have a property with the same name, and their types. */
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

/** Returns the properties for the fields of a pod that don't affect its engine. */
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

/** Returns Kubernetes' default DNS policy for a pod on the host network. The construct's default is different. */
function hostDns(spec: Field): { readonly dnsPolicy?: Expression } {
  const hostNetwork = spec.at('hostNetwork');
  return hostNetwork.value === true && !spec.at('dnsPolicy').exists
    ? { dnsPolicy: literal('ClusterFirst', hostNetwork.origin) }
    : {};
}

/** Returns the strings of a map without some keys, or undefined if none are left. */
export function mapWithout(field: Field, keys: readonly string[]): Expression | undefined {
  const entries = Object.entries(field.texts).filter(([key]) => !keys.includes(key));
  return entries.length === 0 ? undefined : data(Object.fromEntries(entries), field.origin);
}

/** The fields of a pod's security context that have a property with the same name, and their types. */
const SECURITY_FIELDS = {
  sysctls: 'Sysctl[]',
  seccompProfile: 'SeccompProfile',
  seLinuxOptions: 'SeLinuxOptions',
} satisfies { readonly [field: string]: FieldType };

function securityProperties(context: Field): { readonly [property: string]: Expression | undefined } {
  return {
    ...Object.fromEntries(
      Object.entries(SECURITY_FIELDS).map(([name, type]) => [
        name,
        isEmpty(context.at(name)) ? undefined : shape(context.at(name), type),
      ]),
    ),
  };
}

const CLAIM_REFERENCES = ['resourceClaimName', 'resourceClaimTemplateName'] as const;

/** Returns the resource claims of a pod, or undefined if no property can express one of them. */
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
  return isTyped ? nonEmptyList(expressions, claims.origin) : undefined;
}

function isEmpty(field: Field): boolean {
  return !field.exists || (Array.isArray(field.value) && field.items.length === 0);
}

function pullSecrets(secrets: Field): Expression | undefined {
  const names = secrets.items.map((secret) => secret.at('name')).filter(({ text }) => text !== undefined);
  const expressions = names.map(({ origin, text }) => literal(text!, origin));
  return nonEmptyList(expressions, secrets.origin);
}

/** Returns the containers of a list, without the engine. */
function containers(all: Field, engine: Field, hasClaims: boolean): Expression | undefined {
  const others = all.items.filter(({ origin, value }) => origin !== engine.origin || value !== engine.value);
  const expressions = others.map((one) => shape(hasClaims ? one : withoutClaims(one), 'Container'));
  return nonEmptyList(expressions, all.origin);
}

/** Returns a container without references to resource claims, for a pod whose claims no property can express. */
function withoutClaims(container: Field): Field {
  if (!container.at('resources', 'claims').exists) {
    return container;
  }
  const { claims: _, ...resources } = container.at('resources').map!;
  return container.with({ ...container.map, resources });
}
