import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DIST = join(__dirname, '../dist');

let synthesized: string;

beforeAll(() => {
  synthesized = mkdtempSync(join(tmpdir(), 'examples-'));
  process.env.CDK8S_OUTDIR = synthesized;
  jest.spyOn(console, 'warn').mockImplementation();
  jest.requireActual('./main');
});

afterAll(() => {
  rmSync(synthesized, { recursive: true });
});

test('dist contains exactly the files that the examples write', () => {
  expect(readdirSync(DIST).sort()).toEqual(readdirSync(synthesized).sort());
});

test.each(readdirSync(DIST))('%s is up to date (otherwise, run `npm run synth`)', (file) => {
  expect(readFileSync(join(synthesized, file), 'utf8')).toBe(readFileSync(join(DIST, file), 'utf8'));
});
