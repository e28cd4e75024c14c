import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Problems } from '../../src/reporting/problems';
import { validateObject } from '../../src/kubernetes/validation/validate-object';
import { mutated } from './mutations';
import { OBJECTS } from './objects';
import { describeWithOracle, Oracle, program } from './oracle';
import { STRICTER, stricterRule } from './stricter';

const ROOT = join(__dirname, '../..');
const RUNS = Number(process.env.FC_RUNS ?? 20_000);

describeWithOracle()("the library's validation and that of Kubernetes", () => {
  let oracle: Oracle;

  beforeAll(() => {
    oracle = new Oracle();
  });

  afterAll(() => oracle.stop());

  test.each(OBJECTS)('both accept the object %#', async (object) => {
    expect({ library: messages(object), kubernetes: await oracle.reasons(object) }).toEqual({
      library: [],
      kubernetes: [],
    });
  });

  test(`agree on ${RUNS} mutated objects, except for stricter rules`, async () => {
    const counts = { accepted: 0, rejected: 0, stricter: 0 };
    await fc.assert(
      fc.asyncProperty(mutated(OBJECTS), async (generated) => {
        const object = JSON.parse(JSON.stringify(generated)) as object;
        const library = problemsOf(object);
        const kubernetes = await oracle.reasons(object);
        const unexplained = library.filter((found) => stricterRule(found) === undefined);
        if (kubernetes.length === 0 && unexplained.length > 0) {
          throw new Error(
            `Kubernetes accepts what the library rejects:\n${messages(object).join('\n')}\n${show(object)}`,
          );
        }
        if (kubernetes.length > 0 && library.length === 0) {
          throw new Error(`Kubernetes rejects what the library accepts:\n${kubernetes.join('\n')}\n${show(object)}`);
        }
        counts[kubernetes.length > 0 ? 'rejected' : library.length > 0 ? 'stricter' : 'accepted'] += 1;
      }),
      { numRuns: RUNS },
    );
    process.stdout.write(`compared with Kubernetes: ${JSON.stringify(counts)}\n`);
    // A generator that creates only invalid objects, or only valid ones, proves nothing.
    expect(counts.accepted).toBeGreaterThan(RUNS / 10);
    expect(counts.rejected).toBeGreaterThan(RUNS / 10);
  }, 600_000);

  test('docs/testing.md lists the stricter rules', () => {
    const page = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
    expect(STRICTER.filter(({ why }) => !page.includes(`- ${why}\n`))).toEqual([]);
  });

  test('the table of types matches the Go types', () => {
    const generated = execFileSync(process.execPath, [join(ROOT, 'scripts/kubernetes-types.mjs'), '--stdout'], {
      encoding: 'utf8',
      env: { ...process.env, KUBERNETES_VALIDATION: program() },
    });
    expect(readFileSync(join(ROOT, 'src/kubernetes/validation/types.ts'), 'utf8')).toBe(generated);
  });
});

interface Found {
  readonly property: string;
  readonly wrong: string;
}

function problemsOf(object: object): Found[] {
  const problems = new Problems();
  validateObject(problems, object);
  return problems.found.map(({ problem, property }) => ({ property, wrong: problem.wrong }));
}

function messages(object: object): readonly string[] {
  const problems = new Problems();
  validateObject(problems, object);
  return problems.messages;
}

function show(object: object): string {
  return JSON.stringify(object, undefined, 2);
}
