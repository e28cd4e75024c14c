import type { KubernetesObject } from '../manifests';
import { unknownFields } from '../schema/known-fields';
import { typeError } from '../schema/kubernetes-types';
import { access } from './access';
import { CASES, SYSTEMS } from './systems';

test.each(CASES)('%s with %s creates a valid pod with everything that it needs', (system, name) => {
  const engine = access()[name]();
  const spec = SYSTEMS[system]!(engine);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'job' }, spec } as KubernetesObject;
  expect([typeError(pod), ...unknownFields(pod)]).toEqual([undefined]);

  const { env, nodeSelector, supplementalGroups, tolerations, volumeMounts } = engine._additions;
  const user = spec.containers[0];
  expect(user.env).toEqual(expect.arrayContaining([...env]));
  expect(user.volumeMounts ?? []).toEqual(expect.arrayContaining([...volumeMounts]));
  expect(spec.securityContext?.supplementalGroups ?? []).toEqual([...supplementalGroups]);
  expect(spec.nodeSelector ?? {}).toEqual({ ...nodeSelector });
  expect(spec.tolerations ?? []).toEqual([...tolerations]);
  expect(spec.serviceAccountName).toBe(engine._additions.serviceAccountName);
  const volumes = (spec.volumes ?? []).map((volume: any) => volume.name);
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    expect(volumes).toEqual(expect.arrayContaining((container.volumeMounts ?? []).map((mount: any) => mount.name)));
  }
  // Only the engine is privileged.
  expect(
    [...spec.containers, ...(spec.initContainers ?? [])]
      .filter(({ securityContext }) => securityContext?.privileged === true)
      .map((container) => container.name),
  ).toEqual(name === 'inPod' ? ['dagger-engine'] : []);
});
