// npm run bench: what a synth costs. Prints the table of bench/README.md; fails when a target is missed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const OUT = mkdtempSync(join(tmpdir(), 'bench-'));
const ENV = { ...process.env, CDK8S_OUTDIR: OUT, CDK8S_CHECK_UPGRADE: 'false' };
const NODE = process.execPath;
const rows = [];
let missed = 0;

try {
  coldStart();
  scale();
  commandLine();
} finally {
  rmSync(OUT, { recursive: true });
}
console.log(['| what | figure | target | met |', '|---|---|---|---|', ...rows].join('\n'));
process.exitCode = missed === 0 ? 0 : 1;

function coldStart() {
  const [bare, one] = interleaved(25, [
    () => run(NODE, ['-e', "require('cdk8s')"]),
    () => run(NODE, ['bench/one-engine.cjs']),
  ]);
  const ratio = median(one.map((sample, pair) => sample.wall / bare[pair].wall));
  report("cold start of one engine / `require('cdk8s')`", ratio, 1.2, 'x');
}

function scale() {
  const [none, ten, bareTen, hundred, bareHundred] = interleaved(15, [
    () => manyEngines(0),
    () => manyEngines(10),
    () => manyEngines(10, 'bare'),
    () => manyEngines(100),
    () => manyEngines(100, 'bare'),
  ]);
  const [thousand, bareThousand, threeThousand] = interleaved(7, [
    () => manyEngines(1000),
    () => manyEngines(1000, 'bare'),
    () => manyEngines(3000),
  ]);
  // The cost of the same program without engines is subtracted.
  const start = {
    milliseconds: median(none.map((sample) => sample.milliseconds)),
    wall: median(none.map((sample) => sample.wall)),
  };
  const costs = (samples, clock) => samples.map((sample) => sample[clock] - start[clock]);
  const ratio = (samples, base, clock) =>
    median(costs(samples, clock).map((cost, pair) => cost / costs(base, clock)[pair]));

  for (const [count, samples, bare] of [
    [10, ten, bareTen],
    [100, hundred, bareHundred],
    [1000, thousand, bareThousand],
    [3000, threeThousand],
  ]) {
    const target = count === 10 ? undefined : 2;
    const one = `one of ${count} engines, ${samples[0].objects / count} objects each`;
    report(`${one}: construction and synth`, median(costs(samples, 'milliseconds')) / count, target, 'ms');
    report(`${one}: whole process`, median(costs(samples, 'wall')) / count, target, 'ms');
    if (bare !== undefined) {
      report(
        `${count} engines / the same objects as plain ApiObjects`,
        ratio(samples, bare, 'milliseconds'),
        undefined,
        'x',
      );
    }
  }
  report(
    '3000 engines / 1000 engines: construction and synth',
    ratio(threeThousand, thousand, 'milliseconds'),
    3.3,
    'x',
  );
  report('3000 engines / 1000 engines: whole process', ratio(threeThousand, thousand, 'wall'), 3.3, 'x');
  report('peak memory, 1000 engines', median(thousand.map((sample) => sample.peakMebibytes)), 250, 'MiB');
}

/** For the record: most of it is the CLI's own start. `--output` keeps it from touching dist/. */
function commandLine() {
  const app = 'lib/examples/main.js';
  const [alone, cli] = interleaved(7, [
    () => run(NODE, [app]),
    () => run('npx', ['--no-install', 'cdk8s', 'synth', '--app', `node ${app}`, '--output', join(OUT, 'dist')]),
  ]);
  report(
    '`npx cdk8s synth` of all examples / their program alone',
    median(cli.map((sample, pair) => sample.wall / alone[pair].wall)),
    undefined,
    'x',
  );
}

function manyEngines(...args) {
  const { wall, stdout } = run(NODE, ['bench/many-engines.cjs', ...args]);
  return { wall, ...JSON.parse(stdout) };
}

/** Runs the programs in turns, so that what else the machine does hits all alike. The first turn warms up. */
function interleaved(times, programs) {
  const samples = programs.map(() => []);
  for (let turn = 0; turn <= times; turn++) {
    programs.forEach((program, index) => {
      const sample = program();
      if (turn > 0) {
        samples[index].push(sample);
      }
    });
  }
  return samples;
}

function run(command, args) {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: ROOT, env: ENV, encoding: 'utf8' });
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) {
    throw error ?? new Error(`${command} ${args.join(' ')}: exit ${status}\n${stderr}`);
  }
  return { wall, stdout };
}

function report(what, figure, target, unit) {
  const met = target === undefined || figure <= target;
  missed += met ? 0 : 1;
  rows.push(
    `| ${what} | ${figure.toPrecision(3)} ${unit} | ${target === undefined ? '-' : `${target} ${unit}`} | ${target === undefined ? '-' : met ? 'yes' : 'NO'} |`,
  );
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
