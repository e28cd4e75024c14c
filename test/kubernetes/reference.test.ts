import * as kplus from 'cdk8s-plus-28';
import {
  CacheVolume,
  EngineJson,
  EngineServiceAccount,
  EnvVar,
  KeySelector,
  PemFile,
  type EngineStatefulSetProps,
} from '../../src/index';
import { chart, problems, statefulSet } from '../engines';

/** Properties that refer to an object in a chart with the given namespace, keyed by the start of the error. */
const REFERENCES: { [what: string]: (namespace: string | undefined) => Partial<EngineStatefulSetProps> } = {
  'env.TOKEN: the Secret "there"': (namespace) => ({
    env: {
      TOKEN: EnvVar.fromKey(
        KeySelector.fromSecret(
          new kplus.Secret(chart({ namespace }), 'made', { metadata: { name: 'there' } }),
          'token',
        ),
      ),
    },
  }),
  'caCertificates[0]: the ConfigMap "there"': (namespace) => ({
    caCertificates: [
      KeySelector.fromConfigMap(
        new kplus.ConfigMap(chart({ namespace }), 'made', { metadata: { name: 'there' } }),
        'ca.crt',
      ),
    ],
  }),
  'engineJson.registries["registry.example.com"].ca[0]: the ConfigMap "there"': (namespace) => {
    const configMap = new kplus.ConfigMap(chart({ namespace }), 'made', { metadata: { name: 'there' } });
    return {
      engineJson: EngineJson.of({
        registries: {
          'registry.example.com': { ca: [PemFile.fromSelector(KeySelector.fromConfigMap(configMap, 'ca.crt'))] },
        },
      }),
    };
  },
  'cache: the PersistentVolumeClaim "there"': (namespace) => ({
    cache: CacheVolume.fromClaim(
      new kplus.PersistentVolumeClaim(chart({ namespace }), 'made', { metadata: { name: 'there' } }),
    ),
  }),
  'serviceAccount: the ServiceAccount "there"': (namespace) => ({
    serviceAccount: EngineServiceAccount.fromServiceAccount(
      new kplus.ServiceAccount(chart({ namespace }), 'made', { metadata: { name: 'there' } }),
    ),
  }),
};

describe.each(Object.entries(REFERENCES))('%s', (what, props) => {
  const said = (allowed: string) => [
    `${what} is in another namespace, and a pod can use only objects in its own namespace; got "other"; allowed: ${allowed}; fix: create both in charts with the same namespace`,
  ];

  test('rejects an object in another namespace', () => {
    expect(problems(() => statefulSet(props('other')))).toEqual(said('"ci"'));
    expect(problems(() => statefulSet(props('other'), chart({})))).toEqual(
      said('the namespace of the engine, which its chart does not set'),
    );
  });

  test.each([
    ['ci', 'ci'],
    [undefined, 'ci'],
    [undefined, undefined],
  ])('accepts an object in %s for an engine in %s', (there, here) => {
    expect(statefulSet(props(there), chart({ namespace: here })).name).toBe('engine');
  });
});

test('accepts a name from any namespace', () => {
  const secret = kplus.Secret.fromSecretName(chart({ namespace: 'other' }), 'there', 'there');
  expect(statefulSet({ caCertificates: [KeySelector.fromSecret(secret, 'ca.crt')] }).name).toBe('engine');
});
