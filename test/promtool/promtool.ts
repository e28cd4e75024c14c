import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goProgram, MODULES, sourcesHash } from '../go-program';

const MODULE = join(MODULES, 'promtool');

/** Whether Go is available. */
export function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

/** Whether promtool is available: Go can build it, or `PROMTOOL` names a program. */
export function hasPromtool(): boolean {
  return process.env.PROMTOOL !== undefined || hasGo();
}

/** Returns the path of promtool. Builds it without service discovery, which would take most of the build time. */
export function promtool(): string {
  return (
    process.env.PROMTOOL ??
    goProgram({
      path: join(`promtool-${sourcesHash(MODULE, false)}`, 'promtool'),
      folder: MODULE,
      package: 'github.com/prometheus/prometheus/cmd/promtool',
      args: ['-tags=remove_all_sd'],
    })
  );
}

/** A group of rules, as in a PrometheusRule. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly object[];
}

/** A test of `promtool test rules`. */
export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: ReadonlyArray<{ readonly series: string; readonly values: string }>;
  readonly promql_expr_test: ReadonlyArray<{
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: ReadonlyArray<{ readonly labels: string; readonly value: number }>;
  }>;
}

/** Returns the output of `promtool check rules`, or undefined if the rules are valid. */
export function checkRules(groups: readonly RuleGroup[]): string | undefined {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'rules.json'), JSON.stringify({ groups }));
    return run(['check', 'rules', '--lint=all', '--lint-fatal', join(folder, 'rules.json')]);
  });
}

/** Returns the output of `promtool test rules`, or undefined if all tests pass. */
export function testRules(groups: readonly RuleGroup[], tests: readonly RuleTest[]): string | undefined {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'rules.json'), JSON.stringify({ groups }));
    writeFileSync(
      join(folder, 'tests.json'),
      JSON.stringify({ rule_files: ['rules.json'], evaluation_interval: '1m', tests }),
    );
    return run(['test', 'rules', join(folder, 'tests.json')]);
  });
}

function run(args: readonly string[]): string | undefined {
  const { error, status, stderr, stdout } = spawnSync(promtool(), args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stdout + stderr);
}

function inFolder<T>(action: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
