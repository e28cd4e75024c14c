import { readFileSync } from 'node:fs';
import { Chart, Testing } from 'cdk8s';
import { CacheVolume, EngineDaemonSet, EngineJson, EngineStatefulSet } from 'cdk8s-dagger';
import { parse } from 'yaml';

/** The fenced code blocks of README.md in a language, or '' for those without one. */
function blocks(language: string): string[] {
  return [...readFileSync(`${__dirname}/../README.md`, 'utf8').matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .filter(([, fence]) => fence === language)
    .map(([, , text]) => text as string);
}

function ci(): Chart {
  return new Chart(Testing.app(), 'ci', { namespace: 'ci' });
}

test('the manifest matches the first engine of the quickstart', () => {
  const chart = ci();
  new EngineDaemonSet(chart, 'engine', {
    version: 'v0.21.8',
    resources: { requests: { cpu: '4', memory: '8Gi' } },
  });
  const manifests = blocks('yaml').map((block) => parse(block));
  const [engine] = Testing.synth(chart);
  const { command } = engine.spec.template.spec.containers[0].lifecycle.preStop.exec;
  const length = command[2].trimEnd().split('\n').length;
  expect(blocks('yaml')[0]).toContain(`- | # ${length} lines that wait for clients and then disconnect them\n`);
  command[2] = '...\n';
  expect(JSON.stringify(manifests)).toBe(JSON.stringify([engine]));
});

test('the error matches the wrong program', () => {
  const wrong = (): unknown =>
    new EngineStatefulSet(ci(), 'pool', {
      version: 'v0.18.4',
      replicas: 3,
      cache: CacheVolume.fromClaimName('dagger-data'),
      metrics: {},
      engineJson: EngineJson.raw('{"gc": {"maxUsedSpace": "100Gi"}}'),
    });
  expect(wrong).toThrow(new Error((blocks('')[0] as string).trimEnd()));
});
