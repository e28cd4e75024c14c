import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import {
  CacheVolume,
  EngineDaemonSet,
  EngineJson,
  EngineStatefulSet,
  FindingSeverity,
  HelmChart,
  HelmRelease,
} from 'cdk8s-dagger';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..');
const README = 'README.md';

/** Returns the fenced code blocks of one language on a page. '' selects blocks without a language. */
function blocks(page: string, language: string): string[] {
  return [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .filter(([, fence]) => fence === language)
    .map(([, , text]) => text as string);
}

function ci(): Chart {
  return new Chart(Testing.app(), 'ci', { namespace: 'ci' });
}

test('choose-topology.md shows the manifest of its first engine', () => {
  const chart = ci();
  new EngineDaemonSet(chart, 'engine', {
    version: 'v0.21.8',
    resources: { requests: { cpu: '4', memory: '8Gi' } },
  });
  const [block, ...others] = blocks('docs/how-to/choose-topology.md', 'yaml');
  expect(others).toEqual([]);
  const [engine] = Testing.synth(chart);
  const { command } = engine.spec.template.spec.containers[0].lifecycle.preStop.exec;
  command[2] = '...\n';
  expect(JSON.stringify(parse(block!))).toBe(JSON.stringify(engine));
});

test('the errors match the wrong programs', () => {
  const cache = CacheVolume.fromClaimName('dagger-data');
  const one = (): unknown =>
    new EngineStatefulSet(ci(), 'pool', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '8Gi' } },
      replicas: 3,
      cache,
    });
  // The text that Node prints, up to the frames of the program.
  expect(one).toThrow(
    expect.objectContaining({ stack: expect.stringContaining(`Error: ${blocks(README, '')[0]!.trimEnd()}\n    at `) }),
  );
  const three = (): unknown =>
    new EngineStatefulSet(ci(), 'pool', {
      version: 'v0.18.4',
      replicas: 3,
      cache,
      metrics: {},
      engineJson: EngineJson.raw('{"gc": {"maxUsedSpace": "100Gi"}}'),
    });
  expect(three).toThrow(new Error(blocks('docs/how-to/accept-risks.md', '')[0]!.trimEnd()));
});

test('the README names findings of the defaults of the Helm chart', () => {
  const ids = [...readFileSync(join(ROOT, README), 'utf8').matchAll(/^\| `([a-z-]+)` /gm)].map(([, id]) => id);
  const { findings } = HelmRelease.fromValues(ci(), 'dagger', {
    chart: HelmChart.OFFICIAL,
    chartVersion: '0.21.7',
    releaseName: 'dagger',
  });
  const serious = findings.filter(({ severity }) => severity !== FindingSeverity.INFO).map(({ name }) => name);
  expect(ids).toHaveLength(4);
  expect(serious).toEqual(expect.arrayContaining(ids));
});
