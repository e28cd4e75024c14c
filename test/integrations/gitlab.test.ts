import type { k8s } from 'cdk8s-plus-28';
import { parse } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import {
  CacheVolume,
  EngineAccess,
  EngineDaemonSet,
  EngineSidecar,
  GitLabOperatorRunner,
  GitLabRunnerConfig,
  Transport,
  type EngineDaemonSetProps,
  type GitLabRunnerConfigOptions,
} from '../../src/index';
import { chart, VERSION } from '../engines';
import { manifest } from '../golden';
import { access } from './access';

function runner(engine: EngineAccess, options: Partial<GitLabRunnerConfigOptions> = {}): any {
  const { runners } = parse(new GitLabRunnerConfig({ engine, ...options }).toml) as any;
  expect(runners).toHaveLength(1);
  return runners[0];
}

/** Returns access to the node socket of an EngineDaemonSet. */
function socketOf(pod: Partial<EngineDaemonSetProps>): EngineAccess {
  const engine = new EngineDaemonSet(chart(), 'engine', { version: VERSION, ...pod });
  return EngineAccess.fromConnection(engine.addClient({ transport: Transport.unix() }));
}

const ADDRESS = '_EXPERIMENTAL_DAGGER_RUNNER_HOST';

test('uses the socket on the node', () => {
  expect(
    new GitLabRunnerConfig({
      engine: access().socket(),
      image: 'registry.example.com/ci:1',
      environment: { HOME: '/tmp' },
    }).toml,
  ).toMatchSnapshot();
});

test('runs the engine in the pod of the job', () => {
  expect(new GitLabRunnerConfig({ engine: access().inPod() }).toml).toMatchSnapshot();
});

test('mounts the certificate from its Secret, for TLS', () => {
  const { environment, kubernetes } = runner(access().tls());
  expect(environment).toEqual([expect.stringMatching(`^${ADDRESS}=tls://pool.ci.svc:8443\\?`)]);
  expect(kubernetes).toEqual({
    pod_labels: { 'cdk8s-dagger.github.io/client-of-pool': 'ci' },
    volumes: {
      secret: [
        {
          name: 'pool-client-job',
          mount_path: '/etc/dagger-client/pool',
          read_only: true,
          items: { 'ca.crt': 'ca.crt', 'tls.crt': 'tls.crt', 'tls.key': 'tls.key' },
        },
      ],
    },
  });
});

test('uses the service account that has the permissions, for the Kubernetes API', () => {
  expect(runner(access().api()).kubernetes).toEqual({
    service_account: 'runner',
    automount_service_account_token: true,
  });
});

test('writes tolerations in the spelling of GitLab Runner', () => {
  const engine = new EngineDaemonSet(chart(), 'engine', {
    version: VERSION,
    nodeSelector: { pool: 'ci' },
    tolerations: [
      { key: 'a', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'b', operator: 'Exists' },
      { key: 'c', value: 'd', effect: 'NoExecute' },
      { key: 'e', operator: 'Equal', effect: 'NoSchedule' },
    ],
  });
  expect(
    runner(EngineAccess.fromConnection(engine.addClient({ transport: Transport.unix() }))).kubernetes.node_tolerations,
  ).toEqual({ a: 'NoSchedule', b: '', 'c=d': 'NoExecute', 'e=': 'NoSchedule' });
});

test('writes an affinity as a patch of the pod, and sets the feature flag for it', () => {
  const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['ci'] }] }] };
  const engine = new EngineDaemonSet(chart(), 'engine', {
    version: VERSION,
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
  });
  const { environment, kubernetes } = runner(
    EngineAccess.fromConnection(engine.addClient({ transport: Transport.unix() })),
  );
  expect(environment).toContain('FF_USE_ADVANCED_POD_SPEC_CONFIGURATION=true');
  expect(kubernetes.pod_spec).toHaveLength(1);
  expect(parseYaml(kubernetes.pod_spec[0].patch)).toEqual({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
  });
  expect(kubernetes.volumes.host_path).toEqual([
    { name: 'socket-engine', mount_path: '/run/dagger', read_only: true, host_path: '/run/dagger-ci_engine' },
  ]);
});

test('sets the feature flag only if it is needed', () => {
  expect(runner(access().tcp()).environment).toEqual([`${ADDRESS}=tcp://pool.ci.svc:1234`]);
});

test('installs the CLI with a patch', () => {
  const patch = parseYaml(runner(access().withCli()).kubernetes.pod_spec[0].patch);
  expect(patch.initContainers).toHaveLength(1);
  expect(patch.containers).toEqual([
    { name: 'build', volumeMounts: [expect.objectContaining({ mountPath: '/usr/local/bin/dagger' })] },
  ]);
});

test('writes a volume that GitLab Runner has no keys for as a patch', () => {
  const { kubernetes } = runner(access().tlsOfTwo());
  expect(kubernetes.volumes).toBeUndefined();
  expect(parseYaml(kubernetes.pod_spec[0].patch)).toMatchObject({
    containers: [{ name: 'build', volumeMounts: [{ mountPath: '/etc/dagger-client/pool' }] }],
    volumes: [{ projected: { sources: [{ secret: { name: 'client' } }, { configMap: { name: 'authority' } }] } }],
  });
});

test('gives the engine time to save a persistent cache', () => {
  jest.spyOn(console, 'warn').mockImplementation();
  expect(
    runner(access().inPod({ cache: CacheVolume.fromClaimName('builds') })).kubernetes
      .pod_termination_grace_period_seconds,
  ).toBe(600);
});

test('joins additional keys with those of the library', () => {
  expect(
    runner(access().tcp(), { namespace: 'ci', kubernetes: { cpu_request: '1', pod_labels: { team: 'ci' } } })
      .kubernetes,
  ).toEqual({
    namespace: 'ci',
    pod_labels: { 'cdk8s-dagger.github.io/client-of-pool': 'ci', team: 'ci' },
    cpu_request: '1',
  });
  const { volumes } = runner(access().socket(), {
    kubernetes: {
      volumes: {
        host_path: [{ name: 'cache', mount_path: '/cache', host_path: '/cache' }],
        empty_dir: [{ name: 'tmp', mount_path: '/tmp' }],
      },
    },
  }).kubernetes;
  expect([volumes.host_path.length, volumes.empty_dir.length]).toEqual([2, 1]);
});

test('rejects values that are set twice', () => {
  expect(() =>
    runner(access().tcp(), {
      environment: { [ADDRESS]: 'tcp://elsewhere:1234' },
      namespace: 'ci',
      kubernetes: { namespace: 'others', pod_labels: { 'cdk8s-dagger.github.io/client-of-pool': 'no' } },
    }),
  ).toThrow(
    new Error(
      [
        '[test/pool] GitLabRunnerConfig has 3 problems:',
        '  - environment._EXPERIMENTAL_DAGGER_RUNNER_HOST: the library sets this variable; got "tcp://elsewhere:1234"; allowed: other variables; fix: remove it',
        '  - kubernetes.namespace: the library sets this key; got "others"; allowed: other keys; fix: remove it',
        '  - kubernetes.pod_labels["cdk8s-dagger.github.io/client-of-pool"]: the library sets this key; got "no"; allowed: other keys; fix: remove it',
      ].join('\n'),
    ),
  );
});

describe('tolerations that GitLab Runner has no keys for', () => {
  test.each<[string, k8s.Toleration[]]>([
    ['all taints', [{ operator: 'Exists' }]],
    [
      'two effects of one taint',
      [
        { key: 'pool', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'pool', operator: 'Exists', effect: 'NoExecute' },
      ],
    ],
    ['a time', [{ key: 'pool', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }]],
  ])('become a patch of the pod: %s', (_, tolerations) => {
    const { environment, kubernetes } = runner(socketOf({ nodeSelector: { pool: 'ci' }, tolerations }));
    expect(environment).toContain('FF_USE_ADVANCED_POD_SPEC_CONFIGURATION=true');
    expect(kubernetes.node_tolerations).toBeUndefined();
    expect(parseYaml(kubernetes.pod_spec[0].patch)).toEqual({ tolerations });
  });

  test('conflict with a table of the user, which the patch would replace', () => {
    const engine = socketOf({ nodeSelector: { pool: 'ci' }, tolerations: [{ operator: 'Exists' }] });
    expect(() => runner(engine, { kubernetes: { node_tolerations: { spot: 'NoSchedule' } } })).toThrow(
      new Error(
        '[test/engine] GitLabRunnerConfig has 1 problem:\n  - kubernetes.node_tolerations: the library patches the pod\'s tolerations, and the patch would replace this table; got {"spot":"NoSchedule"}; allowed: a configuration without node_tolerations; fix: remove it, and set tolerations on the engine',
      ),
    );
  });
});

describe('the operator', () => {
  test('gets a Runner and its configuration', () => {
    const scope = chart();
    const engine = EngineAccess.fromSidecar(new EngineSidecar(scope, 'builder', { version: VERSION }));
    new GitLabOperatorRunner(scope, 'runner', {
      config: new GitLabRunnerConfig({ engine }),
      gitlabUrl: 'https://gitlab.example.com',
      tokenSecret: 'gitlab-runner',
      spec: { tags: 'dagger', concurrent: 5 },
    });
    expect(manifest(scope)).toMatchSnapshot();
  });

  test('rejects an invalid URL, and never prints a token', () => {
    const config = new GitLabRunnerConfig({ engine: access().inPod() });
    expect(
      () =>
        new GitLabOperatorRunner(chart(), 'runner', {
          config,
          gitlabUrl: 'https://user:pw@gitlab.example.com',
          tokenSecret: 'glrt-0123_ABC',
        }),
    ).toThrow(
      new Error(
        [
          '[test/runner] GitLabOperatorRunner has 2 problems:',
          '  - gitlabUrl: must be an HTTP or HTTPS URL; allowed: https://HOST/PATH, without a user or password; fix: use a URL such as https://example.com/my-group',
          "  - tokenSecret: must be the name of a Secret; allowed: lower-case letters, digits, '-' and '.', each part starting and ending with a letter or digit; fix: store the value in a Secret, and set the name of the Secret",
        ].join('\n'),
      ),
    );
  });
});

test('the values of the Helm chart contain the same text', () => {
  const config = new GitLabRunnerConfig({ engine: access().tcp() });
  expect(config.helmValues).toEqual({ runners: { config: config.toml } });
});
