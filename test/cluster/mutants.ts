import { App } from 'cdk8s';
import { Problems } from '../../src/reporting/problems';
import type { Program } from '../invariants/programs';
import { spoiled, type Part } from '../invariants/source-code';
import type { Manifest } from './client';

const LONG = 'x'.repeat(64);

/** Values that most properties reject, keyed by type. Values of the wrong type are left to the compiler. */
const WRONG: { readonly [type: string]: readonly unknown[] } = {
  string: [
    '',
    ' ',
    '-',
    'a_b',
    'Upper',
    'a b',
    'ü',
    '.a',
    'a.',
    'a..b',
    '1a',
    'a/b',
    'a/b/c',
    '/',
    '/a/../b',
    '../a',
    'a:b',
    LONG,
    'x'.repeat(16),
    `${'x.'.repeat(130)}x`,
    '-1',
    '0',
    '70000',
    '1.5',
    '1Gib',
    '500m',
    '1e3',
    '-5Gi',
    '10.0.0.0/33',
    '10.0.0.0/8',
    '999.1.1.1',
    'fd00::/200',
    '*',
    'Nope',
    'a\nb',
    'a\u0000b',
    '$(A)',
  ],
  number: [-1, 0, 0.5, 65_536, 70_000, 2 ** 31, 2 ** 40],
};

/** Keys that some maps reject, such as labels, annotations, resources or variables. */
const WRONG_KEYS = ['', 'a b', LONG, 'a/b/c', '-a', 'Ü', '/a', 'a/', 'a=b', 'app.kubernetes.io/name', '1'];

/** Selects the part of a program to replace, and an invalid value for it. */
export interface Mutation {
  /** The number of the part, in the order of evaluation. */
  readonly part: number;
  /** A number that selects the invalid value. */
  readonly which: number;
}

/** The result of a program with a mutation. */
export interface Mutant {
  /** A description of the change. */
  readonly change: string;
  /** The library's message, or undefined if it accepts the program. */
  readonly refusal?: string;
  /** The objects, even of a rejected program, or undefined if they can't be rendered. */
  readonly objects?: readonly Manifest[];
}

/** Returns the objects of a program. Throws if the library rejects the program. */
export function objectsOf(program: Program): Manifest[] {
  const app = new App();
  program.evaluate(app);
  app.synthYaml();
  return app.charts.flatMap((chart) => chart.toJson());
}

/** Runs a program with one mutation. */
export function mutate(program: Program, { part, which }: Mutation): Mutant {
  const parts = countParts(program);
  let change = '';
  const run = <T>(evaluate: () => T): T => {
    let index = 0;
    return spoiled(evaluate, (kind, said) => {
      index += 1;
      if (index - 1 !== part % parts) {
        return said;
      }
      const wrong = wrongOf(kind, said, which);
      change = `${JSON.stringify(said)} as ${JSON.stringify(wrong)}`;
      return wrong;
    });
  };
  try {
    return { objects: run(() => objectsOf(program)), change };
  } catch (error) {
    return { refusal: (error as Error).message, objects: unchecked((app) => run(() => program.evaluate(app))), change };
  }
}

/** Returns the objects of an app regardless of problems, or undefined if they can't be rendered. */
export function unchecked(fill: (app: App) => void): Manifest[] | undefined {
  const check = jest.spyOn(Problems.prototype, 'throwIfAny').mockImplementation();
  try {
    const app = new App();
    fill(app);
    return app.charts.flatMap((chart) => chart.toJson());
  } catch {
    return undefined;
  } finally {
    check.mockRestore();
  }
}

function countParts(program: Program): number {
  let parts = 0;
  spoiled(
    () => program.evaluate(new App()),
    (_kind, said) => {
      parts += 1;
      return said;
    },
  );
  return parts;
}

function wrongOf(kind: Part, said: any, which: number): unknown {
  switch (kind) {
    case 'list': {
      // Returns an empty list, or repeats one item.
      return which % 4 === 0 || said.length === 0 ? [] : [...said, said[which % said.length]];
    }
    case 'map': {
      const [first, ...others] = Object.entries(said);
      return Object.fromEntries([[WRONG_KEYS[which % WRONG_KEYS.length], first?.[1] ?? 'x'], ...others]);
    }
    default:
      return wrongValue(said, which);
  }
}

/** Returns an invalid value to replace `said`. In an object or a list, replaces one of the values. */
function wrongValue(said: any, which: number): unknown {
  if (typeof said !== 'object' || said === null) {
    const values = WRONG[typeof said] ?? [said];
    return values[which % values.length];
  }
  const keys = Object.keys(said);
  if (keys.length === 0) {
    return said;
  }
  const key = keys[which % keys.length]!;
  const changed = Array.isArray(said) ? [...said] : { ...said };
  changed[key] = wrongValue(said[key], Math.floor(which / keys.length));
  return changed;
}
