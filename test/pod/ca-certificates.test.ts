import * as kplus from 'cdk8s-plus-28';
import type { k8s } from 'cdk8s-plus-28';
import { KeySelector } from '../../src/index';
import { chart, container, pod, problems, statefulSet } from '../engines';

const DIRECTORY = '/usr/local/share/ca-certificates';

test('mounts each certificate as a single file with the extension that the engine needs', () => {
  const scope = chart();
  const engine = statefulSet(
    {
      caCertificates: [
        KeySelector.fromConfigMapName('company-ca', 'ca.crt'),
        KeySelector.fromConfigMapName('company-ca', 'old-root.pem'),
        KeySelector.fromSecret(kplus.Secret.fromSecretName(scope, 'secret', 'proxy-ca'), 'tls.crt'),
        KeySelector.fromConfigMap(kplus.ConfigMap.fromConfigMapName(scope, 'map', 'partner-ca'), 'ca.crt'),
      ],
    },
    scope,
  );
  const [config, ...files] = pod(engine).volumes;
  expect(config.name).toBe('config');
  expect(files).toEqual([
    {
      name: 'configmap-company-ca',
      configMap: {
        name: 'company-ca',
        items: [
          { key: 'ca.crt', path: 'ca.crt' },
          { key: 'old-root.pem', path: 'old-root.pem' },
        ],
      },
    },
    { name: 'secret-proxy-ca', secret: { secretName: 'proxy-ca', items: [{ key: 'tls.crt', path: 'tls.crt' }] } },
    { name: 'configmap-partner-ca', configMap: { name: 'partner-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  ]);
  expect(container(engine).volumeMounts.slice(2)).toEqual([
    {
      name: 'configmap-company-ca',
      mountPath: `${DIRECTORY}/configmap_company-ca_ca.crt`,
      subPath: 'ca.crt',
      readOnly: true,
    },
    {
      name: 'configmap-company-ca',
      mountPath: `${DIRECTORY}/configmap_company-ca_old-root.pem.crt`,
      subPath: 'old-root.pem',
      readOnly: true,
    },
    { name: 'secret-proxy-ca', mountPath: `${DIRECTORY}/secret_proxy-ca_tls.crt`, subPath: 'tls.crt', readOnly: true },
    {
      name: 'configmap-partner-ca',
      mountPath: `${DIRECTORY}/configmap_partner-ca_ca.crt`,
      subPath: 'ca.crt',
      readOnly: true,
    },
  ]);
});

test.each([
  ['a name with dots', 'company.example.com', 'configmap-company-example-com-95a7aa15'],
  ['a name of 253 characters', 'c'.repeat(253), `configmap-${'c'.repeat(44)}-06289d59`],
])('gives %s a valid and unique volume name', (_, name, volumeName) => {
  const [, volume] = pod(statefulSet({ caCertificates: [KeySelector.fromConfigMapName(name, 'ca.crt')] })).volumes;
  expect(volume).toEqual({ name: volumeName, configMap: { name, items: [{ key: 'ca.crt', path: 'ca.crt' }] } });
  expect(volume.name).toMatch(/^[-a-z0-9]{1,63}$/);
});

test('rejects a certificate that is listed twice', () => {
  const ca = KeySelector.fromConfigMapName('ca', 'ca.crt');
  expect(problems(() => statefulSet({ caCertificates: [ca, ca] }))).toEqual([
    `caCertificates[1]: the engine already has this file; got "${DIRECTORY}/configmap_ca_ca.crt"; allowed: each file once; fix: remove one of them`,
  ]);
});

test('rejects invalid keys', () => {
  expect(problems(() => statefulSet({ caCertificates: [KeySelector.fromConfigMapName('ca', '..')] }))).toEqual([
    "caCertificates[0]: must be a valid key of a ConfigMap; got \"..\"; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of ca",
  ]);
});

test('creates two files for two certificates whose joined names and keys are equal', () => {
  const engine = statefulSet({
    caCertificates: [
      KeySelector.fromConfigMapName('corp', 'ca-root.crt'),
      KeySelector.fromConfigMapName('corp-ca', 'root.crt'),
    ],
  });
  expect(
    container(engine)
      .volumeMounts.slice(2)
      .map(({ mountPath }: { mountPath: string }) => mountPath),
  ).toEqual([`${DIRECTORY}/configmap_corp_ca-root.crt`, `${DIRECTORY}/configmap_corp-ca_root.crt`]);
});

describe('a user-defined volume of certificates', () => {
  const SOURCES: Array<Omit<k8s.Volume, 'name'>> = [
    { configMap: { name: 'ca' } },
    { secret: { secretName: 'ca' } },
    { projected: { sources: [{ configMap: { name: 'ca' } }] } },
  ];
  const mounted = (source: Omit<k8s.Volume, 'name'>, mount: Omit<k8s.VolumeMount, 'name'>) => () =>
    statefulSet({ volumes: [{ name: 'ca', ...source }], volumeMounts: [{ name: 'ca', ...mount }] });

  test.each([DIRECTORY, `${DIRECTORY}/`, `${DIRECTORY}/company`, `/usr//local/share/../share/ca-certificates`])(
    'is rejected at the path %s',
    (mountPath) => {
      for (const source of SOURCES) {
        expect(problems(mounted(source, { mountPath }))).toEqual([
          `volumeMounts[0]: a volume mounted as a whole contains symbolic links, which are broken in build containers (dagger/dagger#11069); got "${mountPath}"; allowed: single files, mounted with subPath; fix: use caCertificates`,
        ]);
      }
    },
  );

  test.each([
    ['a single file', { configMap: { name: 'ca' } }, { mountPath: `${DIRECTORY}/ca.crt`, subPath: 'ca.crt' }],
    ['a directory that an init container fills', { emptyDir: {} }, { mountPath: DIRECTORY }],
    [
      'a directory whose name has the same start',
      { configMap: { name: 'ca' } },
      { mountPath: `${DIRECTORY}-of-builds` },
    ],
  ])('is accepted as %s', (_, source, mount) => {
    expect(container(mounted(source, mount)()).volumeMounts).toContainEqual({ name: 'ca', ...mount });
  });
});
