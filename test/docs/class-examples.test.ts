import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as library from '../../src';

const MODULE = join(__dirname, '../../docs/.vitepress/examples.mjs');

/** The classes without an example on their page of the API reference, with the reason. */
const WITHOUT_EXAMPLE = {
  EngineValidation: 'cdk8s.yaml names it, as its description shows',
  FleetMember: 'programs get it from an EngineFleet, whose page has an example',
};

interface Example {
  readonly name: string;
  readonly code?: string;
  readonly page?: string;
}

const classes = Object.entries(library)
  .filter(([, value]) => typeof value === 'function')
  .map(([name]) => name)
  .sort();

const examples = JSON.parse(
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { exampleOf } from ${JSON.stringify(MODULE)};
       console.log(JSON.stringify(${JSON.stringify(classes)}.map((name) => ({ name, ...exampleOf(name) }))));`,
    ],
    { encoding: 'utf8' },
  ).stdout,
) as Example[];

test('every class has an example in the API reference', () => {
  expect(classes.length).toBeGreaterThan(70);
  expect(examples.filter(({ code }) => code === undefined).map(({ name }) => name)).toEqual(
    Object.keys(WITHOUT_EXAMPLE),
  );
});

test('an example is the shortest block that creates the class, with its page', () => {
  expect(examples.find(({ name }) => name === 'EngineCapability')).toMatchObject({
    page: 'docs/how-to/upgrade-an-engine.md',
    title: 'Upgrade an engine',
    code: expect.stringContaining('release.supports(EngineCapability.ENGINE_JSON)') as string,
  });
});

test('programs that the library rejects are no examples', () => {
  expect(examples.filter(({ page }) => page?.includes('rejected'))).toEqual([]);
});
