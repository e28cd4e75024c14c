import { App } from 'cdk8s';
import * as fc from 'fast-check';
import { programs } from './programs';

test('x', () => {
  jest.spyOn(console, 'warn').mockImplementation();
  let t = Date.now();
  const s = fc.sample(programs, { numRuns: 300, seed: 1 });
  console.log('gen', Date.now() - t); t = Date.now();
  const a = s.map((program) => { const app = new App(); program.evaluate(app); return app; });
  console.log('make', Date.now() - t); t = Date.now();
  a.forEach((app) => app.charts[0].toJson());
  console.log('json', Date.now() - t); t = Date.now();
  a.forEach((app) => app.synthYaml());
  console.log('yaml', Date.now() - t); t = Date.now();
}, 120000);
