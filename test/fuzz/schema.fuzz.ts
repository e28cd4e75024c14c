import { App } from 'cdk8s';
import * as fc from 'fast-check';
import { programs } from '../invariants/programs';
import type { KubernetesObject } from '../manifests';
import { faults } from '../schema/faults';

test('objects of generated programs fit the types of Kubernetes', () => {
  jest.spyOn(console, 'warn').mockImplementation();
  const kinds = new Set<string>();
  fc.assert(
    fc.property(programs, (program) => {
      const app = new App();
      program.evaluate(app);
      const objects = app.charts.flatMap((chart) => chart.toJson() as KubernetesObject[]);
      expect(faults(objects)).toEqual([]);
      objects.forEach(({ kind }) => kinds.add(kind));
    }),
    { numRuns: 350 },
  );
  expect([...kinds].sort()).toEqual([
    'ConfigMap',
    'DaemonSet',
    'Deployment',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Role',
    'RoleBinding',
    'Service',
    'ServiceAccount',
    'StatefulSet',
  ]);
});
