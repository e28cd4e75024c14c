import type { IConstruct } from 'constructs';
import { remember } from './remember';

/**
 * Returns state that the library stores on a construct of any class. The first call creates the state. The key is a
 * global symbol, so that two copies of the library in one app share the state.
 */
export function stateOf<T>(construct: IConstruct, name: string, initial: () => T): T {
  return (holder<T>(construct)[key(name)] ??= initial());
}

/** Returns the existing state, or undefined if there is none. */
export function readState<T>(construct: IConstruct, name: string): T | undefined {
  return holder<T>(construct)[key(name)];
}

function holder<T>(construct: IConstruct): Record<symbol, T | undefined> {
  return construct as unknown as Record<symbol, T | undefined>;
}

const key = remember((name) => Symbol.for(`cdk8s-dagger.${name}`));
