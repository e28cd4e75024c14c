import { Session, type Profiler } from 'node:inspector';
import { Size, Testing } from 'cdk8s';
import { compareManifests } from '../../src/comparison/compare';
import { checkManifests } from '../../src/findings/check-manifests';
import { CacheVolume, EngineFleet, FleetTopology, Listener } from '../../src/index';
import { chart } from '../engines';

const session = new Session();

/** Returns the calls of functions in src/ since the last call of this function. */
function countedCalls(): number {
  let total = 0;
  session.post('Profiler.takePreciseCoverage', (_, { result }: Profiler.TakePreciseCoverageReturnType) => {
    const own = result.filter(({ url }) => /\/src\//.test(url) && !url.includes('/node_modules/'));
    total = own.flatMap(({ functions }) => functions).reduce((sum, { ranges }) => sum + ranges[0]!.count, 0);
  });
  return total;
}

/** Returns the number of calls of functions in src/ while a program runs. */
function calls(program: () => void): number {
  countedCalls();
  program();
  return countedCalls();
}

function manifests(count: number, version = 'v0.21.7'): object[] {
  const scope = chart();
  const topology = FleetTopology.statefulSet({
    version,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    listener: Listener.insecureTcp(),
  });
  const keys = Array.from({ length: count }, (_, index) => `team-${index}`);
  const fleet = new EngineFleet(scope, 'dagger', { topology, members: keys.map((key) => ({ key })) });
  keys.forEach((key) => fleet.addClient({ key }));
  return Testing.synth(scope) as object[];
}

// V8 counts until the last test has ended. Otherwise it would optimize code between two programs. Optimized code calls
// inlined functions without a count.
beforeAll(() => {
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
});

afterAll(() => {
  session.disconnect();
});

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

test.each<[string, (count: number) => () => void]>([
  ['synthesize a fleet', (count) => () => void manifests(count)],
  [
    'check its manifests',
    (count) => {
      const objects = manifests(count);
      return () => void checkManifests(objects);
    },
  ],
  [
    'compare its manifests with those of another release',
    (count) => {
      const [before, after] = ['v0.21.7', 'v0.21.8'].map((version) => manifests(count, version));
      return () => void compareManifests(before!, after!);
    },
  ],
])('the calls to %s grow linearly with its members', (_, program) => {
  program(5)();
  const [few, some, many] = [20, 40, 80].map((count) => calls(program(count)));
  expect(few).toBeGreaterThan(1000);
  expect(many! - some!).toBeLessThan(2.1 * (some! - few!));
  expect(many! - some!).toBeGreaterThan(1.9 * (some! - few!));
});
