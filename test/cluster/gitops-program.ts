import { spawnSync } from 'node:child_process';
import { moduleProgram } from '../go-program';

/** Returns the path of the program with Argo CD's and Flux's code. Builds it once. */
export function gitOps(): string {
  return moduleProgram('gitops', '.', 'gitops');
}

/** Runs a command of conformance/gitops with JSON as input and output. */
export function runGitOps<T>(command: 'diff' | 'health' | 'status', input: unknown): T {
  const { status, stderr, stdout } = spawnSync(gitOps(), [command], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  });
  if (status !== 0) {
    throw new Error(`gitops ${command} fails: ${stderr}`);
  }
  return JSON.parse(stdout);
}
