import { App } from 'cdk8s';
import * as fc from 'fast-check';
import { configOf, violations, workloads, type Manifest, type Scene } from '../invariants/invariants';
import { EXTERNAL, programs, RUNNERS, type Program } from '../invariants/programs';

const RUNS = Number(process.env.FC_RUNS ?? 2200);

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

function sceneOf(program: Program): Scene {
  const app = new App();
  const engines = program.evaluate(app);
  const admits: Scene['admits'] = (workload) =>
    engines.find(
      ({ engine }) => engine.name === workload.metadata?.name && engine.namespace === workload.metadata?.namespace,
    )!.admitted;
  return {
    objects: app.charts.flatMap((chart) => chart.toJson() as Manifest[]),
    namespaces: [...program.namespaces, RUNNERS],
    isExternal: (reference) => reference.includes(`/${EXTERNAL}`),
    isUserVolume: (volume) => volume.startsWith('user-'),
    asksForToken: engines.some(({ props }) => props.automountServiceAccountToken === true),
    asksForLimits: engines.some(({ props }) => props.resources?.limits !== undefined || props.gpu !== undefined),
    admits,
  };
}

test('no legal program breaks a rule, and each configuration has a different hash', () => {
  const hashOf = new Map<string, string>();
  const textOf = new Map<string, string>();
  fc.assert(
    fc.property(programs, (program) => {
      const scene = sceneOf(program);
      expect(violations(scene)).toEqual([]);
      for (const workload of workloads(scene)) {
        const hash = workload.spec!.template.metadata?.annotations?.['checksum/config'];
        if (hash !== undefined) {
          const text = JSON.stringify(configOf(scene, workload)?.data);
          expect(hashOf.get(text) ?? hash).toBe(hash);
          expect(textOf.get(hash) ?? text).toBe(text);
          hashOf.set(text, hash);
          textOf.set(hash, text);
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(hashOf.size).toBeGreaterThan(RUNS / 10);
});
