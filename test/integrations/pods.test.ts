import type { k8s } from 'cdk8s-plus-28';
import {
  ArcRunnerScaleSet,
  BuildkiteStep,
  CacheVolume,
  EngineAccess,
  EngineRisk,
  JenkinsAgent,
  type ArcRunnerScaleSetOptions,
} from '../../src/index';
import { access } from './access';

const GITHUB = { githubConfigUrl: 'https://github.com/example', githubConfigSecret: 'github-app' };
const POD: k8s.PodSpec = { containers: [{ name: 'dagger', image: 'registry.example.com/ci:1' }] };
const ADDRESS = '_EXPERIMENTAL_DAGGER_RUNNER_HOST';

function arc(engine: EngineAccess, options: Partial<ArcRunnerScaleSetOptions> = {}): any {
  return new ArcRunnerScaleSet({ ...GITHUB, engine, ...options }).values;
}

describe('GitHub Actions Runner Controller', () => {
  test('uses the socket on the node', () => {
    expect(
      new ArcRunnerScaleSet({
        ...GITHUB,
        engine: access().socket(),
        runnerScaleSetName: 'dagger',
        minRunners: 1,
        maxRunners: 5,
      }).toYaml(),
    ).toMatchSnapshot();
  });

  test('runs the engine in the pod of the runner', () => {
    expect(new ArcRunnerScaleSet({ ...GITHUB, engine: access().inPod() }).toYaml()).toMatchSnapshot();
  });

  test('sets the label that the network policy admits, for TCP', () => {
    expect(arc(access().tcp()).template).toMatchObject({
      metadata: { labels: { 'cdk8s-dagger.github.io/client-of-pool': 'ci' } },
      spec: { containers: [{ name: 'runner', env: [{ name: ADDRESS, value: 'tcp://pool.ci.svc:1234' }] }] },
    });
  });

  test('uses the service account that has the permissions, for the Kubernetes API', () => {
    expect(arc(access().api()).template.spec).toMatchObject({
      serviceAccountName: 'runner',
      automountServiceAccountToken: true,
    });
  });

  test('installs the CLI of the engine', () => {
    const { spec } = arc(access().withCli()).template;
    expect(spec.initContainers).toHaveLength(1);
    expect(spec.containers[0].volumeMounts).toEqual([expect.objectContaining({ mountPath: '/usr/local/bin/dagger' })]);
  });

  test('keeps the runner of the chart, because Helm replaces lists as a whole', () => {
    expect(arc(access().tcp()).template.spec.containers[0]).toMatchObject({
      image: 'ghcr.io/actions/actions-runner:2.328.0',
      command: ['/home/runner/run.sh'],
    });
  });

  test('adds the engine only to the runner', () => {
    const { containers } = arc(access().tcp(), {
      podSpec: {
        containers: [
          { name: 'runner', image: 'runner:1' },
          { name: 'proxy', image: 'proxy:1' },
        ],
      },
    }).template.spec;
    expect(containers.map(({ env }: any) => env?.length)).toEqual([1, undefined]);
  });

  test('returns a new map every time', () => {
    const scaleSet = new ArcRunnerScaleSet({ ...GITHUB, engine: access().inPod() });
    (scaleSet.values.template as any).spec.containers.pop();
    expect((scaleSet.values.template as any).spec.containers).toHaveLength(1);
  });

  test("never prints a value that isn't the name of a Secret", () => {
    expect(() =>
      arc(access().inPod(), {
        githubConfigUrl: 'github.com/example',
        githubConfigSecret: 'ghp_0123',
        minRunners: 3,
        maxRunners: 2,
      }),
    ).toThrow(
      new Error(
        [
          '[test/builder] ArcRunnerScaleSet has 3 problems:',
          '  - githubConfigUrl: must be an HTTP or HTTPS URL; allowed: https://HOST/PATH, without a user or password; fix: use a URL such as https://example.com/my-group',
          "  - githubConfigSecret: must be the name of a Secret; allowed: lower-case letters, digits, '-' and '.', each part starting and ending with a letter or digit; fix: store the value in a Secret, and set the name of the Secret",
          '  - minRunners: must not exceed maxRunners; got 3; allowed: at most 2; fix: lower minRunners, or raise maxRunners',
        ].join('\n'),
      ),
    );
  });

  test('rejects a pod without the container runner', () => {
    expect(() => arc(access().inPod(), { podSpec: POD })).toThrow(
      new Error(
        '[test/builder] ArcRunnerScaleSet has 1 problem:\n  - containers: the pod has no container with this name; got "runner"; allowed: dagger; fix: use one of these names',
      ),
    );
  });

  test('rejects invalid numbers of runners', () => {
    expect(() => arc(access().inPod(), { maxRunners: -1 })).toThrow(
      new Error(
        '[test/builder] ArcRunnerScaleSet has 1 problem:\n  - maxRunners: must be a number of runners; got -1; allowed: a whole number of at least 0; fix: set it to 0 or more',
      ),
    );
  });
});

describe('Jenkins', () => {
  test('runs the engine in the pod of the agent', () => {
    expect(new JenkinsAgent({ engine: access().inPod(), podSpec: POD }).toYaml()).toMatchSnapshot();
  });

  test('uses TCP', () => {
    expect(new JenkinsAgent({ engine: access().tcp(), podSpec: POD }).pod).toMatchObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { labels: { 'cdk8s-dagger.github.io/client-of-pool': 'ci' } },
      spec: { containers: [{ env: [{ name: ADDRESS }] }] },
    });
  });

  test('keeps containers running until the build ends, except the agent and containers with a command', () => {
    const { pod } = new JenkinsAgent({
      engine: access().inPod(),
      podSpec: {
        containers: [
          ...POD.containers,
          { name: 'db', image: 'db:1', args: ['serve'] },
          { name: 'jnlp', image: 'jenkins/inbound-agent:1' },
        ],
      },
      containers: ['dagger'],
    });
    expect((pod.spec as any).containers.map(({ command, args, env }: any) => [command, args, env?.length])).toEqual([
      [['sleep'], ['infinity'], 1],
      [undefined, ['serve'], undefined],
      [undefined, undefined, undefined],
    ]);
  });
});

describe('Buildkite', () => {
  test('runs the engine in the pod of the step', () => {
    expect(new BuildkiteStep({ engine: access().inPod(), podSpec: POD }).toYaml()).toMatchSnapshot();
  });

  test('uses TCP', () => {
    expect(new BuildkiteStep({ engine: access().tcp(), podSpec: POD }).plugin).toMatchObject({
      kubernetes: { metadata: { labels: { 'cdk8s-dagger.github.io/client-of-pool': 'ci' } } },
    });
  });

  test('rejects a plain engine, because Buildkite would run the step in it', () => {
    expect(() => new BuildkiteStep({ engine: access().inPod({ native: false }), podSpec: POD })).toThrow(
      new Error(
        '[test/builder] BuildkiteStep has 1 problem:\n  - engine: Buildkite runs the step\'s command in every container, except in native sidecars; got "a plain EngineSidecar"; allowed: a native EngineSidecar; fix: remove native: false from the EngineSidecar',
      ),
    );
  });
});

test('the accepted risks of a sidecar are annotations of the pods of jobs', () => {
  const engine = access().inPod({ acceptRisks: [{ risk: EngineRisk.NO_REQUESTS, reason: 'a test' }] });
  const metadata = { annotations: { 'cdk8s-dagger.github.io/accepted-risks': 'no-requests: a test' } };
  expect(arc(engine).template.metadata).toEqual(metadata);
  expect(new JenkinsAgent({ engine, podSpec: POD }).pod.metadata).toEqual(metadata);
  expect(new BuildkiteStep({ engine, podSpec: POD }).plugin).toMatchObject({ kubernetes: { metadata } });
});

describe('an access', () => {
  test('has an address, and shows whether the engine is in the pod', () => {
    const { inPod, tcp } = access();
    expect([inPod(), tcp()].map(({ isInPod, runnerHost }) => [isInPod, runnerHost])).toEqual([
      [true, 'unix:///run/dagger/engine.sock'],
      [false, 'tcp://pool.ci.svc:1234'],
    ]);
  });

  test('adds the engine to any pod in wire form', () => {
    const spec = {
      containers: [
        { name: 'build', image: 'ci:1', resources: { requests: { memory: '1Gi' } } },
        { name: 'db', image: 'db:1' },
      ],
      dnsPolicy: 'Default',
    };
    const engine = access().inPod({ resources: { requests: { memory: '4Gi' } } });
    expect(engine.pod(spec, ['build'])).toMatchObject({
      dnsPolicy: 'Default',
      initContainers: [{ name: 'dagger-engine', resources: { requests: { memory: '4Gi' } } }],
      containers: [
        { name: 'build', resources: { requests: { memory: '1Gi' } }, env: [{ name: ADDRESS }] },
        { name: 'db', image: 'db:1' },
      ],
    });
    const { pod, podLabels } = { pod: access().tcp().pod(spec), podLabels: access().tcp().podLabels };
    expect(pod).toMatchObject({
      containers: [{ env: [{ value: 'tcp://pool.ci.svc:1234' }] }, { env: [{ name: ADDRESS }] }],
    });
    expect([podLabels, engine.podLabels]).toEqual([{ 'cdk8s-dagger.github.io/client-of-pool': 'ci' }, {}]);
  });

  test('is rejected if its address contains a shell variable', () => {
    expect(() => arc(access().shell())).toThrow(
      new Error(
        '[test/pool] ArcRunnerScaleSet has 1 problem:\n  - engine: the address contains a shell variable that CI jobs don\'t set; got "kube-pod://$POD?namespace=ci&container=dagger-engine"; allowed: an address without variables; fix: set the ordinal, as in Transport.kubePod({ ordinal: 0 }), or use another transport',
      ),
    );
  });

  test('gives the engine time to save a persistent cache', () => {
    jest.spyOn(console, 'warn').mockImplementation();
    expect(
      arc(access().inPod({ cache: CacheVolume.fromClaimName('builds') })).template.spec.terminationGracePeriodSeconds,
    ).toBe(600);
  });
});
