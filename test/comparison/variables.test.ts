import { compareManifests } from '../../src/comparison/compare';
import { beside, engine } from '../reading/manifests';

test('a variable of a ConfigMap opens the port for metrics', () => {
  const reading = engine(({ container }) => {
    container.envFrom = [{ configMapRef: { name: 'variables' } }];
  });
  const config = (data: object): object => beside('ConfigMap', 'v1', 'variables', { data });
  const changes = compareManifests(
    [reading, config({ LANG: 'C' })],
    [reading, config({ LANG: 'C', _EXPERIMENTAL_DAGGER_METRICS_ADDR: '0.0.0.0:9090' })],
  );
  expect(changes.filter(({ name }) => name === 'access-gained')).toMatchObject([
    {
      effect: 'Port 9090 serves metrics',
      object: { kind: 'ConfigMap', name: 'variables' },
      key: 'data._EXPERIMENTAL_DAGGER_METRICS_ADDR',
    },
  ]);
});
