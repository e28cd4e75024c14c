import { Duration } from 'cdk8s';
import {
  EngineJson,
  EngineProbe,
  EngineToml,
  EnvVar,
  KeySelector,
  LifecycleHook,
  type EngineProps,
  EngineRisk,
} from '../../src/index';
import { daemonSet, problems, warnings, workload, accept } from '../engines';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const KEY = `-----BEGIN ${'PRIVATE KEY'}-----\nMC4CAQAwBQYDK2VwBCIEIJ\n-----END ${'PRIVATE KEY'}-----\n`;

/** Properties with a secret in plain text. `property` and `what` are the property and the secret in the message. */
const LEAKS: ReadonlyArray<readonly [property: string, what: string, props: Partial<EngineProps>]> = [
  [
    'env.DAGGER_CLOUD_TOKEN',
    'a secret, judging by its name',
    { env: { DAGGER_CLOUD_TOKEN: EnvVar.fromValue('hunter2') } },
  ],
  ['env.NOTE', 'a GitHub token', { env: { NOTE: EnvVar.fromValue(TOKEN) } }],
  ['args[0]', 'a GitHub token', { args: [`--oci-worker-binary=${TOKEN}`] }],
  ['args[1]', 'a GitHub token', { args: ['--oci-worker-binary', TOKEN] }],
  ['args[0]', 'a URL with a password', { args: ['--oci-worker-binary=https://user:hunter2@proxy.example.com'] }],
  [
    'engineJson',
    'a GitHub token',
    { engineJson: EngineJson.of({ gc: { policies: [{ all: true, filters: [`id==${TOKEN}`] }] } }) },
  ],
  [
    'engineJson',
    'a GitHub token',
    { engineJson: EngineJson.raw(`{"gc": {"policies": [{"all": true, "filters": ["id==${TOKEN}"]}]}}`) },
  ],
  ['engineToml', 'a private key', { engineToml: EngineToml.raw(`[grpc]\n# """\n${KEY.replace(/^/gm, '# ')}`) }],
  [
    'engineToml',
    'a secret, judging by its name',
    { engineToml: EngineToml.raw('[frontend."dockerfile.v0"]\npassword = "hunter2"\n') },
  ],
  [
    'preStop',
    'a GitHub token',
    {
      preStop: LifecycleHook.exec(['sh', '-c', `curl -H "Authorization: ${TOKEN}" https://ci.example.com`], {
        maxDuration: Duration.seconds(5),
      }),
    },
  ],
  ['probes.liveness', 'a GitHub token', { probes: { liveness: EngineProbe.exec(['check', TOKEN]) } }],
  [
    'sidecars[0].env.PASSWORD',
    'a secret, judging by its name',
    { sidecars: [{ name: 'a', image: 'a', env: [{ name: 'PASSWORD', value: 'hunter2' }] }] },
  ],
  [
    'initContainers[1].args[0]',
    'a private key',
    {
      initContainers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b', args: [KEY] },
      ],
    },
  ],
  [
    'initContainers[0].command[2]',
    'a GitHub token',
    { initContainers: [{ name: 'a', image: 'a', command: ['sh', '-c', `echo ${TOKEN}`] }] },
  ],
];

describe.each(LEAKS)('%s: %s', (property, what, props) => {
  test('is rejected and not printed', () => {
    const said = problems(() => daemonSet(props));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(
      `${property}: looks like ${what}, which anyone who can read the manifest would see; allowed: secrets by reference only; fix: `,
    );
    expect(said[0]).not.toMatch(/hunter2|a1B2|MC4C/);
  });

  test('is rendered if the risk is accepted', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    expect(() =>
      daemonSet({ ...props, acceptRisks: [accept(EngineRisk.SECRET_IN_PLAIN_TEXT, property.replace(/\[\d+\]/g, ''))] }),
    ).not.toThrow();
    warn.mockRestore();
  });
});

test.each([
  ['args[0]', ['--registry-password=hunter2']],
  ['args[1]', ['--registry-password', 'hunter2']],
])('%s: does not print the value of an unknown flag', (property, args) => {
  const said = problems(() => daemonSet({ args }));
  expect(said).toHaveLength(2);
  expect(said[0]).toContain('is not a flag of the engine, so the engine exits; got "--registry-password"');
  expect(said[1]).toContain(`${property}: looks like a secret, judging by its name`);
  expect(said.join()).not.toContain('hunter2');
});

test('reports a secret with the property, the reason and the fix', () => {
  expect(problems(() => daemonSet({ env: { API_TOKEN: EnvVar.fromValue('hunter2') } }))).toEqual([
    'env.API_TOKEN: looks like a secret, judging by its name, which anyone who can read the manifest would see; allowed: secrets by reference only; ' +
      'fix: use EnvVar.fromKey(KeySelector.fromSecretName(name, key))',
  ]);
});

test('redacts secrets in the values of other problems', () => {
  const [first, second] = problems(() => daemonSet({ args: [`--addr=https://user:hunter2@${TOKEN}`] }));
  expect(first).toBe(
    'args[0]: the library configures the addresses: use listener; got "--addr=(a URL with a password, not shown)(a GitHub token, not shown)"; allowed: other flags; fix: remove it',
  );
  expect(second).toContain('args[0]: looks like ');
  expect(problems(() => daemonSet({ engineJson: EngineJson.raw(`{"a": "${TOKEN}"`) })).join()).not.toContain('a1B2');
});

test('accepts references to secrets', () => {
  const engine = daemonSet({
    env: {
      API_TOKEN: EnvVar.fromKey(KeySelector.fromSecretName('ci', 'token')),
      TOKEN_FILE: EnvVar.fromValue('/var/run/token'),
    },
    sidecars: [
      { name: 'a', image: 'a', env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] },
    ],
  });
  expect(warnings(engine)).toEqual([]);
  expect(JSON.stringify(workload(engine))).toContain('secretKeyRef');
});
