import { k8s } from 'cdk8s-plus-28';
import { Size } from 'cdk8s';
import { CacheVolume, EnvVar, EngineProbe, Listener } from '../../src/index';
import { refusal, statefulSet } from '../engines';

test('reports many mistakes of a program in one error', () => {
  expect(
    refusal(() =>
      statefulSet({
        name: 'Pool',
        replicas: 3,
        cache: CacheVolume.fromClaimName('warm', { size: Size.gibibytes(200) }),
        env: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: EnvVar.fromValue('tcp://elsewhere:1234') },
        listener: Listener.insecureTcp({ port: 70000 }),
        probes: { readiness: EngineProbe.fromProbe({ httpGet: { port: k8s.IntOrString.fromNumber(70000) } }) },
      }),
    ),
  ).toEqual([
    '[test/engine] EngineStatefulSet has 6 problems:',
    'name: must be a valid name; got "Pool"; allowed: lower-case letters, digits and \'-\', starting with a letter and ending with a letter or digit, at most 52 characters; fix: set the name to "pool"',
    'cache: 3 engines would share one volume, and all but the first would fail to lock it; got "the claim warm"; allowed: a volume for each pod: claimTemplate, ephemeral, emptyDir; fix: use CacheVolume.claimTemplate(...), or replicas: 1; or accept EngineRisk.SHARED_CACHE',
    'listener.port: must be a TCP port; got 70000; allowed: a whole number from 1 to 65535; fix: choose another port',
    'env._EXPERIMENTAL_DAGGER_RUNNER_HOST: the image sets this variable, and the engine needs that value; allowed: variables that the image does not set; fix: remove it, or use runnerHost(...) for clients; or accept EngineRisk.OVERRIDDEN_IMAGE_VARIABLE',
    "probes.readiness: the engine doesn't answer HTTP or gRPC probes on the listener's port: requests without the metadata of a client get status 500; got 70000; allowed: other ports, such as the metrics port; fix: use EngineProbe.connect(); or accept EngineRisk.PROBE_CANNOT_WORK",
    'probes.readiness.httpGet.port: must be a TCP port; got 70000; allowed: a whole number from 1 to 65535; fix: choose another port',
  ]);
});

test('reports only an invalid version, because other rules depend on it', () => {
  expect(refusal(() => statefulSet({ version: 'latest', name: 'Pool' }))[0]).toBe(
    '[test/engine] EngineStatefulSet has 1 problem:',
  );
});
