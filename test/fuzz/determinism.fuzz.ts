import { App } from 'cdk8s';
import * as fc from 'fast-check';
import { programs, type Program } from '../invariants/programs';

const RUNS = Number(process.env.FC_RUNS ?? 500);

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

function yamlOf(program: Program): string {
  const app = new App();
  program.evaluate(app);
  return app.synthYaml();
}

test('the same program creates the same YAML, byte for byte', () => {
  fc.assert(
    fc.property(programs, (program) => {
      expect(yamlOf(program)).toBe(yamlOf(program));
    }),
    { numRuns: RUNS },
  );
});
