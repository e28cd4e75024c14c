import * as fc from 'fast-check';
import { mutated } from './mutations';
import { describeWithOracle, Oracle } from './oracle';
import { expected, OTHER_PARTS, PARTS, synthesized } from './passed-through';
import { stricterRule } from './stricter';

jest.spyOn(console, 'warn').mockImplementation();

const RUNS = Number(process.env.FC_PROGRAMS ?? 3000);

describeWithOracle()('the properties that engines pass on to Kubernetes', () => {
  let oracle: Oracle;

  beforeAll(() => {
    oracle = new Oracle();
  });

  afterAll(() => oracle.stop());

  test('are accepted without changes', async () => {
    const made = synthesized(PARTS);
    expect(made).toEqual({ objects: expect.any(Array) });
    expect(await oracle.reasons(expected(PARTS))).toEqual([]);
  });

  test('are never rejected in Services and claims that the library creates', async () => {
    const counts = { accepted: 0, rejected: 0 };
    await fc.assert(
      fc.asyncProperty(mutated(OTHER_PARTS), async (generated) => {
        const parts = JSON.parse(JSON.stringify(generated)) as object;
        const made = synthesized(parts);
        for (const object of 'objects' in made ? made.objects : []) {
          expect({ parts, reasons: await oracle.reasons(object) }).toEqual({ parts, reasons: [] });
        }
        counts['objects' in made ? 'accepted' : 'rejected'] += 1;
      }),
      { numRuns: RUNS },
    );
    expect(counts.accepted).toBeGreaterThan(RUNS / 10);
    expect(counts.rejected).toBeGreaterThan(RUNS / 10);
  }, 600_000);

  test(`are accepted and rejected like objects, in ${RUNS} mutated programs`, async () => {
    const counts = { accepted: 0, rejected: 0, stricter: 0 };
    await fc.assert(
      fc.asyncProperty(mutated([PARTS]), async (generated) => {
        const parts = JSON.parse(JSON.stringify(generated)) as object;
        const made = synthesized(parts);
        if ('objects' in made) {
          for (const object of made.objects) {
            const reasons = await oracle.reasons(object);
            if (reasons.length > 0) {
              throw new Error(`Kubernetes rejects what the library creates:\n${reasons.join('\n')}\n${show(parts)}`);
            }
          }
          counts.accepted += 1;
          return;
        }
        const reasons = await oracle.reasons(expected(parts));
        const unexplained = made.problems.filter(
          ({ property, risk, wrong }) =>
            risk === undefined &&
            stricterRule({ property: `.${property}`, wrong }) === undefined &&
            !OWN_RULES.some((rule) => rule.test(`${property}: ${wrong}`)),
        );
        if (reasons.length === 0 && unexplained.length > 0) {
          throw new Error(
            `Kubernetes accepts what the library rejects:\n${unexplained.map(({ property, wrong }) => `${property}: ${wrong}`).join('\n')}\n${show(parts)}`,
          );
        }
        counts[reasons.length > 0 ? 'rejected' : 'stricter'] += 1;
      }),
      { numRuns: RUNS },
    );
    process.stdout.write(`compared programs with Kubernetes: ${JSON.stringify(counts)}\n`);
    expect(counts.accepted).toBeGreaterThan(RUNS / 10);
    expect(counts.rejected).toBeGreaterThan(RUNS / 10);
  }, 600_000);
});

/** Rules about the engine, which Kubernetes' validation doesn't contain. */
const OWN_RULES: readonly RegExp[] = [
  // Messages about the types of properties.
  /^resources\.(requests|limits)\..+: has the wrong type$/,
  /^resources\.claims: EngineResources has no property /,
  /terminationGracePeriodSeconds: must be a duration that Kubernetes supports$/,
  // Strings that tools read differently than the API server (yaml-texts.validation.ts).
  /: contains U\+20(28|29), a line separator, .* which kubectl can't read in a manifest$/,
  /^volumeMounts\[\d+\]\.mountPath: the volume would hide files in the image that the engine needs$/,
];

function show(object: object): string {
  return JSON.stringify(object, undefined, 1);
}
