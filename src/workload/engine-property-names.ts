import type { PropertyNames } from '../kubernetes/origins';
import type { NamedObject } from '../kubernetes/validation/report-invalid';
import type { WireObject } from '../kubernetes/validation/validate-object';
import { containerProperties } from '../pod/container-properties';

const POD = 'spec.template.spec';
const CLAIM = 'spec.volumeClaimTemplates[0]';

/** Maps the construct id of each object to the engine properties that set its fields. */
const PROPERTIES: { readonly [id: string]: PropertyNames } = {
  ConfigMap: [
    { field: 'data["engine.json"]', property: 'engineJson' },
    { field: 'data["engine.toml"]', property: 'engineToml' },
  ],
  Resource: [
    ...containerProperties(`${POD}.containers[0]`),
    { field: `${POD}.terminationGracePeriodSeconds`, property: 'terminationGracePeriod' },
    { field: `${POD}.securityContext`, property: 'security' },
    // The library adds items to these lists. User-defined items have their own origins, which take precedence.
    { field: `${POD}.volumes`, property: 'volumes' },
    { field: `${POD}.containers`, property: 'containers' },
    { field: `${POD}.initContainers`, property: 'initContainers' },
    { field: `${POD}.serviceAccountName`, property: 'serviceAccount' },
    { field: POD, property: '', isPassedThrough: true },
    { field: 'spec.template.metadata.labels', property: 'podLabels', isPassedThrough: true },
    { field: 'spec.template.metadata.annotations', property: 'podAnnotations', isPassedThrough: true },
    { field: `${CLAIM}.spec.resources.requests["storage"]`, property: 'cache.size' },
    { field: `${CLAIM}.spec`, property: 'cache' },
    { field: `${CLAIM}.metadata`, property: 'cache' },
    { field: 'spec.ordinals.start', property: 'ordinalsStart' },
    { field: 'spec.selector.matchLabels', property: 'podSelector' },
    { field: 'spec.strategy', property: 'updateStrategy' },
    { field: 'spec.minReadySeconds', property: 'minReady' },
    { field: 'spec.progressDeadlineSeconds', property: 'progressDeadline' },
    { field: 'spec', property: '' },
    { field: 'metadata', property: '' },
  ],
  Service: [
    { field: 'spec', property: 'listener.service' },
    { field: 'metadata', property: 'listener.service' },
  ],
  PodDisruptionBudget: [
    { field: 'spec', property: 'disruptionBudget' },
    { field: 'metadata', property: '' },
  ],
  ServiceAccount: [{ field: 'metadata', property: 'serviceAccount' }],
};

/**
 * Pairs the objects of an engine with the properties that they are rendered from. It skips the network policy, whose
 * rules are not known before synth.
 */
export function namedObjects(objects: { readonly [id: string]: object | undefined }): NamedObject[] {
  return Object.entries(objects).flatMap(([id, object]) =>
    object === undefined || id === 'NetworkPolicy' ? [] : [{ object: object as WireObject, names: PROPERTIES[id] }],
  );
}
