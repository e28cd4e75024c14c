import { below, from, rendered } from '../../src/helm/template';
import { Field } from '../../src/reading/field';

describe('a rendered object', () => {
  const volume = Field.root({ name: 'nvme', hostPath: { path: '/mnt' } }, below('engine.volumes[0]'));
  const tolerations = Field.root([{ key: 'ci' }], below('engine.tolerations'));
  const object = rendered(
    from('engine.kind', {
      kind: 'Pod',
      metadata: undefined,
      spec: { volumes: [{ name: 'cache' }, volume], hostNetwork: from('engine.network', undefined), tolerations },
    }),
  );

  test('has the key of the template as its origin, like everything in it', () => {
    expect(object.at('spec', 'volumes').items[0]!.at('name').origin).toBe('engine.kind');
    expect(object.at('spec', 'missing', 'deeper').origin).toBe('engine.kind');
  });

  test('keeps the origins of the values in it', () => {
    const [, second] = object.at('spec', 'volumes').items;
    expect(second!.at('hostPath', 'path').origin).toBe('engine.volumes[0].hostPath.path');
    expect(object.at('spec', 'tolerations').items[0]!.at('key').origin).toBe('engine.tolerations[0].key');
    expect(second!.origin).toBe('engine.volumes[0]');
  });

  test('can have an origin without a value', () => {
    const field = object.at('spec', 'hostNetwork');
    expect(field.exists).toBe(false);
    expect(field.origin).toBe('engine.network');
  });

  test('is plain data', () => {
    expect(object.value).toEqual({
      kind: 'Pod',
      spec: {
        volumes: [{ name: 'cache' }, { name: 'nvme', hostPath: { path: '/mnt' } }],
        tolerations: [{ key: 'ci' }],
      },
    });
  });
});
