import { literal, object, staticCall, type Expression } from '../program/expression';
import { Autoscaling } from '../operations/autoscaling';
import type { Field } from './field';
import type { Inventory } from './inventory';
import type { ManifestObject } from './manifest-object';
import { typedKey } from './object-index';

/** The autoscaler of a workload in manifests. */
export interface DescribedAutoscaler {
  readonly object: ManifestObject;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** The value of the property `autoscaling`. */
  readonly property: Expression;
}

/** A kind of autoscaler, and the names and defaults of its limits. */
interface AutoscalerKind {
  readonly type: string;
  readonly min: { readonly field: string; readonly usual: number };
  readonly max: { readonly field: string; readonly usual?: number };
  /** The kind of the target if the reference has none. */
  readonly targetKind?: string;
  /** The path of the behavior. */
  readonly behavior: readonly string[];
}

/**
 * The kinds of autoscalers. KEDA creates a HorizontalPodAutoscaler for each ScaledObject, so ScaledObjects come first
 * (kedacore/keda apis/keda/v1alpha1/scaledobject_types.go@v2.21.0).
 */
const KINDS: readonly AutoscalerKind[] = [
  {
    type: 'keda.sh/ScaledObject',
    min: { field: 'minReplicaCount', usual: 0 },
    max: { field: 'maxReplicaCount', usual: 100 },
    targetKind: 'Deployment',
    behavior: ['advanced', 'horizontalPodAutoscalerConfig', 'behavior'],
  },
  {
    type: 'autoscaling/HorizontalPodAutoscaler',
    min: { field: 'minReplicas', usual: 1 },
    max: { field: 'maxReplicas' },
    behavior: ['behavior'],
  },
];

/** Returns the autoscaler of a workload, or undefined if it has none. */
export function autoscalerOf(workload: ManifestObject, inventory: Inventory): DescribedAutoscaler | undefined {
  for (const kind of KINDS) {
    for (const autoscaler of inventory.find(targetsOf, workload.namespace, typedKey(kind.type, workload.name))) {
      const spec = autoscaler.root.at('spec');
      const maxReplicas = spec.at(kind.max.field).number ?? kind.max.usual;
      if (maxReplicas !== undefined && isTarget(spec.at('scaleTargetRef'), kind, workload)) {
        const minReplicas = spec.at(kind.min.field).number ?? kind.min.usual;
        return {
          object: autoscaler,
          minReplicas,
          maxReplicas,
          property: property(spec, { minReplicas, maxReplicas }, kind),
        };
      }
    }
  }
  return undefined;
}

function targetsOf({ root, type }: ManifestObject): string[] {
  const { text } = root.at('spec', 'scaleTargetRef', 'name');
  return text === undefined ? [] : [typedKey(type, text)];
}

function isTarget(reference: Field, { targetKind }: AutoscalerKind, workload: ManifestObject): boolean {
  const { apiVersion = 'apps/v1', kind = targetKind, name } = reference.texts;
  return kind === workload.kind && name === workload.name && apiVersion.startsWith('apps/');
}

function property(
  spec: Field,
  { maxReplicas, minReplicas }: { readonly minReplicas: number; readonly maxReplicas: number },
  { behavior, max, min }: AutoscalerKind,
): Expression {
  const stops = spec.at(...behavior, 'scaleDown', 'selectPolicy');
  return staticCall(
    { Autoscaling },
    'fromExisting',
    [
      object({
        // The default of the option is 1.
        minReplicas: minReplicas === 1 ? undefined : literal(minReplicas, spec.at(min.field).origin),
        maxReplicas: literal(maxReplicas, spec.at(max.field).origin),
        // The behavior doesn't apply to the step from one engine to zero.
        stopsEngines: stops.text === 'Disabled' && minReplicas > 0 ? literal(false, stops.origin) : undefined,
      }),
    ],
    spec.origin,
  );
}
