import { allowedOf, wrongTypes as typesWrongIn } from './wrong-types';
import type { Field } from './field';

/** The types of the fields of a workload that are read, except for its pods. */
const WORKLOAD = {
  progressDeadlineSeconds: 'count',
  replicas: 'count',
  selector: 'LabelSelector',
  strategy: 'DeploymentStrategy',
  volumeClaimTemplates: 'KubePersistentVolumeClaimProps[]',
};

/** The fields of a workload with a type that the API server rejects. */
export function wrongTypes(workload: Field, pod: Field): Array<{ readonly field: Field; readonly allowed: string }> {
  const spec = workload.at('spec');
  return [
    ...(spec.exists && spec.map === undefined ? [{ field: spec, type: 'map' }] : []),
    ...Object.entries(WORKLOAD).flatMap(([name, type]) =>
      spec.at(name).exists ? typesWrongIn(spec.at(name), type) : [],
    ),
    ...typesWrongIn(pod, 'PodTemplateSpec'),
  ].map(({ field, type }) => ({ field, allowed: allowedOf(type) }));
}
