import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import ts from 'typescript';
import * as library from '../../src/index';
import { chart, objects, warnings } from '../engines';

/** Runs the programs on a page, which have the variable `chart`, as one program. Returns the chart. */
function run(page: string): cdk8s.Chart {
  const text = readFileSync(join(__dirname, '../../docs/how-to', page), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
  const program = blocks.map((code) => code.replace(/^import [^;]*;$/gm, '')).join('\n');
  const { outputText } = ts.transpileModule(program, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const scope = { ...cdk8s, ...plus, ...library, chart: chart() };
  new Function(...Object.keys(scope), outputText)(...Object.values(scope));
  return scope.chart;
}

test.each([
  ['run-on-karpenter-nodes.md', ['DaemonSet', 'EC2NodeClass', 'EC2NodeClass', 'NodePool', 'NodePool']],
  ['use-local-disks.md', ['DaemonSet', 'DaemonSet', 'DaemonSet']],
  [
    'build-for-several-architectures.md',
    ['DaemonSet', 'DaemonSet', 'NodePool', 'NodePool', 'StatefulSet', 'StatefulSet'],
  ],
  ['grow-a-disk.md', ['StatefulSet']],
  ['seed-caches.md', ['CronJob', 'CronJob', 'Deployment', 'StatefulSet', 'StatefulSet', 'VolumeSnapshotClass']],
  ['run-a-fleet.md', ['StatefulSet', 'StatefulSet', 'StatefulSet']],
  ['choose-storage.md', ['StatefulSet', 'StorageClass']],
])('the programs of %s synthesize without warnings', (page, kinds) => {
  const made = run(page);
  const all = Object.values(objects(made)).map(({ kind }) => kind);
  expect(all.filter((kind) => kinds.includes(kind)).sort()).toEqual(kinds);
  expect(warnings(made)).toEqual([]);
});
