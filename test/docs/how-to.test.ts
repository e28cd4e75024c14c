import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import ts from 'typescript';
import * as library from '../../src/index';
import { chart, objects, warnings } from '../engines';

const FOLDER = join(__dirname, '../../docs/how-to');

function read(page: string): string {
  return readFileSync(join(FOLDER, page), 'utf8');
}

function blocks(page: string): string[] {
  return [...read(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
}

/** Runs the programs on a page, which have the variable `chart`, as one program. Returns the chart. */
function run(page: string): cdk8s.Chart {
  const program = blocks(page)
    .map((code) => code.replace(/^import [^;]*;$/gm, ''))
    .join('\n');
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

test('the commands of seed-caches.md name objects of its programs', () => {
  const names = Object.keys(objects(run('seed-caches.md'))).map((name) => name.toLowerCase().replace(' ', '/'));
  const named = [...read('seed-caches.md').matchAll(/\b(?:cronjob|statefulset)\/[\w-]+/g)].map(([name]) => name);
  expect([...new Set(named)].sort()).toEqual(['cronjob/fill-seed', 'cronjob/seed-snapshot', 'statefulset/seed']);
  expect(names).toEqual(expect.arrayContaining(named));
});

test('pages whose programs use the variable `chart` explain it', () => {
  const unexplained = readdirSync(FOLDER).filter((page) => {
    const code = blocks(page)
      .map((block) => block.replaceAll(/\/\/.*|'[^']*'/g, ''))
      .join('\n');
    return /\(chart,/.test(code) && !/const chart\b/.test(code) && !/`chart` is your cdk8s Chart/.test(read(page));
  });
  expect(unexplained).toEqual([]);
});
