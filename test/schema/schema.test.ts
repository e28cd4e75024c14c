import { distributed, goldens, type KubernetesObject } from '../manifests';
import { faults } from './faults';
import { unknownFields } from './known-fields';

/** Whether Kubernetes defines the object's type. Otherwise, an operator does. */
function isBuiltIn({ apiVersion }: KubernetesObject): boolean {
  const isOfOperator = apiVersion.startsWith('snapshot.storage.k8s.io/');
  return !apiVersion.includes('.') || (apiVersion.includes('.k8s.io/') && !isOfOperator);
}

test.each(Object.entries({ ...distributed(), ...goldens() }))('%s fits the types of Kubernetes', (_title, objects) => {
  expect(faults(objects.filter(isBuiltIn))).toEqual([]);
});

describe('the checks', () => {
  const service = (spec: object): KubernetesObject =>
    ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec }) as KubernetesObject;

  test('accept a valid object', () => {
    expect(
      faults([service({ clusterIP: 'None', ports: [{ port: 1, targetPort: 'a' }], selector: { any: 'label' } })]),
    ).toEqual([]);
  });

  test('report a field of another type', () => {
    expect(faults([service({ ports: [{ port: 'one' }] })])).toEqual([
      'Service/a: data/spec/ports/0/port must be integer',
    ]);
  });

  test('report an unknown field', () => {
    expect(faults([service({ port: 1, ports: [{ port: 1, target: 2 }] })])).toEqual([
      'Service.spec.port',
      'Service.spec.ports[0].target',
    ]);
  });

  test('report an unknown kind', () => {
    expect(unknownFields({ apiVersion: 'v1', kind: 'Servant', metadata: {} })).toEqual([
      'v1 Servant is not a kind of Kubernetes 1.28',
    ]);
  });
});
