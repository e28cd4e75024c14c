import { runGitOps } from './gitops-program';

/** The status of an object in Flux, which waits until it is Current, and stops when it is Failed. */
export interface FluxStatus {
  readonly status: 'Current' | 'Failed' | 'InProgress' | 'Terminating';
  readonly message: string;
}

/** An object, and the pods in its namespace. Without pods, the status follows from the object alone. */
export interface Observed {
  readonly object: any;
  readonly pods?: readonly any[];
}

/** Returns the status of objects, with kstatus as Flux runs it. */
export function fluxStatusOf(all: readonly Observed[]): FluxStatus[] {
  return runGitOps('status', all);
}
