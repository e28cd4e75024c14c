import { readFileSync } from 'node:fs';
import { Chart, Testing, Yaml } from 'cdk8s';
import { CacheVolume, EngineDaemonSet, EngineJson, EngineStatefulSet } from 'cdk8s-dagger';

/** The fenced blocks of README.md in a language, '' for those without. */
function blocks(language: string): string[] {
  return [...readFileSync(`${__dirname}/../README.md`, 'utf8').matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .filter(([, fence]) => fence === language)
    .map(([, , text]) => text as string);
}

function ci(): Chart {
  return new Chart(Testing.app(), 'ci', { namespace: 'ci' });
}

test('the manifest is what the first engine synthesizes to', () => {
  const chart = ci();
  new EngineDaemonSet(chart, 'engine', { version: 'v0.21.7' });
  expect(blocks('yaml')).toEqual([Yaml.stringify(...(Testing.synth(chart) as object[]))]);
});

test('the error is what the wrong program gives', () => {
  const wrong = (): unknown =>
    new EngineStatefulSet(ci(), 'pool', {
      version: 'v0.18.4',
      replicas: 3,
      cache: CacheVolume.existingClaim('dagger-data'),
      metrics: {},
      engineJson: EngineJson.raw('{"gc": {"maxUsedSpace": "100Gi"}}'),
    });
  expect(wrong).toThrow(new Error((blocks('')[0] as string).trimEnd()));
});
