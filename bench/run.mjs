// npm run bench: measures the cost of a synth. Prints the table of bench/README.md, and fails if a target is missed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const OUT = mkdtempSync(join(tmpdir(), 'bench-'));
const rows = [];
let missed = 0;

const cdk8s = () => program('-e', "require('cdk8s')");
const oneEngine = () => program('bench/one-engine.cjs');
const engines = (count, charts) => () => program('bench/many-engines.cjs', `${count}`, `${charts}`);
const plain = (count, charts) => () => program('bench/many-engines.cjs', `${count}`, `${charts}`, 'plain');

try {
  report("one engine / `require('cdk8s')`", ratio(pairs(40, oneEngine, cdk8s)), 1.15, 'x');
  const oneChart = pairs(10, engines(1000, 1), plain(1000, 1));
  report('1000 engines in one chart / plain ApiObjects', ratio(oneChart), 1.15, 'x');
  report(
    '1000 engines in 1000 charts / plain ApiObjects',
    ratio(pairs(3, engines(1000, 1000), plain(1000, 1000))),
    1.3,
    'x',
  );
  report(
    '3000 engines in 3000 charts / plain ApiObjects',
    ratio(pairs(1, engines(3000, 3000), plain(3000, 3000))),
    1.3,
    'x',
  );
  report(
    '3000 engines in one chart / 1000 engines in one chart',
    ratio(pairs(3, engines(3000, 1), engines(1000, 1))),
    3.3,
    'x',
  );
  report('peak memory of 1000 engines in one chart', median(oneChart.map(([one]) => one.peakMebibytes)), 250, 'MiB');
} finally {
  rmSync(OUT, { recursive: true });
}
console.log(['| what | figure | target | met |', '|---|---|---|---|', ...rows].join('\n'));
process.exitCode = missed === 0 ? 0 : 1;

/** Runs two programs in turns, so that other load on the machine affects both. The first turn warms up. */
function pairs(times, one, other) {
  return Array.from({ length: times + 1 }, () => [one(), other()]).slice(1);
}

/** The median ratio of the CPU time of pairs of processes. */
function ratio(samples) {
  return median(samples.map(([one, other]) => one.cpu / other.cpu));
}

/** Runs a program. Returns what its process used. */
function program(...args) {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    ['--require', './bench/report-cpu.cjs', ...args],
    { cwd: ROOT, env: { ...process.env, CDK8S_OUTDIR: OUT }, encoding: 'utf8' },
  );
  if (status !== 0) {
    throw error ?? new Error(`${args.join(' ')}: exit ${status}\n${stderr}`);
  }
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function report(what, figure, target, unit) {
  const met = figure <= target;
  missed += met ? 0 : 1;
  rows.push(`| ${what} | ${figure.toPrecision(3)} ${unit} | ${target} ${unit} | ${met ? 'yes' : 'no'} |`);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
