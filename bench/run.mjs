// npm run bench: measures the cost of a synth and of the command in under ten minutes. Prints each row of the table in
// bench/README.md when it has been measured, and fails if a target is missed.
//
//   npm run bench -- --many-charts    also measures 3000 charts, which takes another 15 minutes
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const OUT = mkdtempSync(join(tmpdir(), 'bench-'));
let missed = 0;

const cdk8s = () => program('-e', "require('cdk8s')");
const oneEngine = () => program('bench/one-engine.cjs');
const command = (...args) => program('lib/cli.js', ...args);
const engines = (count, charts) => () => program('bench/many-engines.cjs', `${count}`, `${charts}`);
const members =
  (count, separate = '') =>
  () =>
    program('bench/many-members.cjs', `${count}`, separate);
const help = () => command('--help');
const parseArgs = () => program('-e', "require('node:util').parseArgs({ args: [] })");
const check = (file) => () => command('check', file);
const fromHelm = () =>
  command(
    ...'from-helm --chart official --values /dev/null --release dagger --namespace ci --emit typescript'.split(' '),
  );
const parse = (file) => () =>
  program(
    '-e',
    `require('yaml')${file ? `.parseAllDocuments(fs.readFileSync('${file}', 'utf8'), { uniqueKeys: false })` : ''}`,
  );
const plain = (count, charts) => () => program('bench/many-engines.cjs', `${count}`, `${charts}`, 'plain');

try {
  console.log('| what | figure | target | met |\n|---|---|---|---|');
  report("one engine / `require('cdk8s')`", ratio(pairs(20, oneEngine, cdk8s)), 1.15, 'x');
  report('`--help` / `parseArgs` of Node', ratio(pairs(10, help, parseArgs)), 1.2, 'x');
  const [small, large] = [configMap(1), configMap(400_000)];
  report("`check` / `require('yaml')`", ratio(pairs(10, check(small), parse())), 1.2, 'x');
  report("`from-helm` / `require('cdk8s')`", ratio(pairs(10, fromHelm, cdk8s)), 1.2, 'x');
  report('`check` of 400,000 keys / parsing them', ratio(pairs(2, check(large), parse(large))), 2, 'x');
  const oneChart = pairs(5, engines(1000, 1), plain(1000, 1));
  report('1000 engines in one chart / plain ApiObjects', ratio(oneChart), 1.15, 'x');
  report('peak memory of 1000 engines in one chart', median(oneChart.map(([one]) => one.peakMebibytes)), 250, 'MiB');
  report('2000 engines in one chart / 500 engines', ratio(pairs(2, engines(2000, 1), engines(500, 1))), 4.4, 'x');
  report('1000 members of a fleet / 1000 engines', ratio(pairs(3, members(1000), members(1000, 'separate'))), 1.3, 'x');
  report('2000 members of a fleet / 500 members', ratio(pairs(2, members(2000), members(500))), 4.4, 'x');
  const sizes = process.argv.includes('--many-charts') ? [250, 500, 1000, 3000] : [250, 500, 1000];
  for (const size of sizes) {
    const measured = pairs(size < 1000 ? 3 : 1, engines(size, size), plain(size, size));
    report(`${size} engines in ${size} charts / plain ApiObjects`, ratio(measured), 1.3, 'x');
  }
} finally {
  rmSync(OUT, { recursive: true });
}
process.exitCode = missed === 0 ? 0 : 1;

/** Writes a ConfigMap with a number of keys, and returns its path. */
function configMap(keys) {
  const file = join(OUT, `${keys}.yaml`);
  const data = Array.from({ length: keys }, (_, index) => `  key${index}: value`);
  writeFileSync(file, ['apiVersion: v1', 'kind: ConfigMap', 'metadata: { name: data }', 'data:', ...data].join('\n'));
  return file;
}

/** Runs two programs alternately, so that other load on the machine affects both. */
function pairs(times, one, other) {
  return Array.from({ length: times }, () => [one(), other()]);
}

/** Returns the median of the ratios between the CPU times in each pair. */
function ratio(samples) {
  return median(samples.map(([one, other]) => one.cpu / other.cpu));
}

/** Runs a program, and returns its CPU time and its peak memory. */
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
  console.log(`| ${what} | ${figure.toPrecision(3)} ${unit} | ${target} ${unit} | ${met ? 'yes' : 'no'} |`);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
