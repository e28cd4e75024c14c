import { allowedOf, wrongTypes as typesWrongIn } from './wrong-types';
import type { Field } from './field';

/** What is read of a workload beside its pods. */
const WORKLOAD = {
  progressDeadlineSeconds: 'count',
  replicas: 'count',
  selector: 'LabelSelector',
  strategy: 'DeploymentStrategy',
  volumeClaimTemplates: 'KubePersistentVolumeClaimProps[]',
};

/** What of a workload is of another type than the API server reads, so that it refuses the whole of it. */
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
