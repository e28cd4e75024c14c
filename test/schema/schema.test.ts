import { App } from 'cdk8s';
import * as fc from 'fast-check';
import { programs } from '../invariants/programs';
import { distributed, goldens, type KubernetesObject } from '../manifests';
import { unknownFields } from './known-fields';
import { typeError } from './kubernetes-types';

function faults(objects: readonly KubernetesObject[]): string[] {
  return objects.flatMap((object) => [
    ...[typeError(object)].filter((error) => error !== undefined),
    ...unknownFields(object),
  ]);
}

/** Objects of other API groups, whose types are not Kubernetes' own. */
function isBuiltIn({ apiVersion }: KubernetesObject): boolean {
  return !apiVersion.includes('.') || apiVersion.includes('.k8s.io/');
}

test.each(Object.entries({ ...distributed(), ...goldens() }))('%s fits the types of Kubernetes', (_title, objects) => {
  expect(faults(objects.filter(isBuiltIn))).toEqual([]);
});

test('what any program makes fits the types of Kubernetes', () => {
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
    'Role',
    'RoleBinding',
    'Service',
    'ServiceAccount',
    'StatefulSet',
  ]);
}, 600_000);

describe('the checks', () => {
  const service = (spec: object): KubernetesObject =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec }) as KubernetesObject;

  test('take a good object', () => {
    expect(
      faults([service({ clusterIP: 'None', ports: [{ port: 1, targetPort: 'a' }], selector: { any: 'label' } })]),
    ).toEqual([]);
  });

  test('find a field of another type', () => {
    expect(faults([service({ ports: [{ port: 'one' }] })])).toEqual([
      'Service/a: data/spec/ports/0/port must be integer',
    ]);
  });

  test('find a field that there is not', () => {
    expect(faults([service({ port: 1, ports: [{ port: 1, target: 2 }] })])).toEqual([
      'Service.spec.port',
      'Service.spec.ports[0].target',
    ]);
  });

  test('find a kind that there is not', () => {
    expect(unknownFields({ apiVersion: 'v1', kind: 'Servant', metadata: {} })).toEqual([
      'v1 Servant is no kind of Kubernetes 1.28',
    ]);
  });
});
