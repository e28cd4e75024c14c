import type { FieldType } from '../../src/kubernetes/field-types';
import { ExpressionPrinter } from '../../src/program/print-expression';
import { Field } from '../../src/reading/field';
import { shape } from '../../src/reading/k8s-expressions';

function printed(wire: unknown, type: FieldType): string {
  return new ExpressionPrinter().statement(
    '',
    shape(
      Field.root(wire, () => ''),
      type,
    ),
  );
}

test.each([
  [
    'keys as the generated classes spell them',
    'ContainerPort',
    { containerPort: 80, hostIP: '127.0.0.1' },
    "{ containerPort: 80, hostIp: '127.0.0.1' }",
  ],
  [
    'user-defined keys, unchanged',
    'Volume',
    { name: 'a', csi: { driver: 'd', volumeAttributes: { hostIP: 'x' } } },
    "{ name: 'a', csi: { driver: 'd', volumeAttributes: { hostIP: 'x' } } }",
  ],
  [
    'a quantity that is a text',
    'Volume',
    { name: 'a', emptyDir: { sizeLimit: '1Gi' } },
    "{ name: 'a', emptyDir: { sizeLimit: k8s.Quantity.fromString('1Gi') } }",
  ],
  [
    'a quantity that is a number',
    'EnvVarSource',
    { resourceFieldRef: { resource: 'limits.cpu', divisor: 1 } },
    "{ resourceFieldRef: { resource: 'limits.cpu', divisor: k8s.Quantity.fromNumber(1) } }",
  ],
  [
    'a port by name or number',
    'Probe',
    { httpGet: { port: 80 } },
    '{ httpGet: { port: k8s.IntOrString.fromNumber(80) } }',
  ],
  ['a port that is a number alone', 'Probe', { grpc: { port: 80 } }, '{ grpc: { port: 80 } }'],
  ['no null', 'Probe', { exec: null, grpc: { port: 80, service: null } }, '{ grpc: { port: 80 } }'],
  [
    'a field that is newer',
    'Volume',
    { name: 'a', image: { reference: 'b' } },
    "{ name: 'a', image: { reference: 'b' } } as k8s.Volume",
  ],
  [
    'a field of another type',
    'ContainerPort',
    { containerPort: '80' },
    "{ containerPort: '80' } as unknown as k8s.ContainerPort",
  ],
  ['a field that is missing', 'VolumeMount', { name: 'a' }, "{ name: 'a' } as unknown as k8s.VolumeMount"],
  [
    'a list of other things',
    'Container',
    { name: 'a', args: ['b', 1] },
    "{ name: 'a', args: ['b', 1] } as unknown as k8s.Container",
  ],
  ['a key that every object has', 'Probe', { constructor: 1 }, '{ constructor: 1 } as k8s.Probe'],
] as const)('%s', (_title, type, wire, expected) => {
  expect(printed(wire, type)).toBe(`${expected};\n`);
});
