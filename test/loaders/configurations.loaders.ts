import * as fc from 'fast-check';
import { isFrom } from '../invariants/releases';
import { asked, CHOSEN, MAY_BE_CHOSEN } from './asked';
import { configurations, type Configuration } from './configurations';
import { describeWith, Loader, OWN_RELEASES, using } from './loader';
import { runs } from './runs';

/** The releases before and after each change in how the engine reads, or the library writes, engine.toml. */
const TOML_RELEASES = [
  'v0.12.0',
  'v0.13.0',
  'v0.13.6',
  'v0.13.7',
  'v0.14.0',
  'v0.15.0',
  'v0.15.4',
  'v0.16.0',
  'v0.16.3',
  'v0.17.0',
  'v0.18.11',
  'v0.19.0',
  'v0.20.8',
  'v0.21.0',
  'v0.21.8',
  'v1.0.0-beta.1',
  'v1.0.0-beta.11',
];
const JSON_RELEASES = OWN_RELEASES.filter((release) => isFrom(release, 'v0.15.0', 'v1.0.0-beta.1'));

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

describeWith('engine.toml')('the engine reads the requested settings from engine.toml', () => {
  test.each(TOML_RELEASES)('at %s', (release) =>
    using(Loader.ofToml(release), `engine.toml at ${release}`, (loader) =>
      fc.assert(
        fc.asyncProperty(configurations(release), (configuration) => check(configuration, 'toml', loader)),
        runs(TOML_RELEASES.length),
      ),
    ),
  );
});

describeWith('engine.json')('the engine reads the requested settings from engine.json', () => {
  test.each(JSON_RELEASES)('at %s', (release) =>
    using(Loader.own(release), `engine.json at ${release}`, (loader) =>
      fc.assert(
        fc.asyncProperty(configurations(release), (configuration) => check(configuration, 'json', loader)),
        runs(JSON_RELEASES.length),
      ),
    ),
  );
});

async function check(configuration: Configuration, file: 'json' | 'toml', loader: Loader): Promise<void> {
  const { given, files, source } = configuration.synthesize();
  const text = files[`engine.${file}`];
  const expected = asked(configuration.setting, given)[file];
  expect(text === undefined).toBe(expected === undefined);
  if (text === undefined) {
    return;
  }
  const { understood, refused } = await loader.read(file, text);
  expect(refused).toBeUndefined();
  const actual = withSources(understood, source);
  expect(actual).toEqual(withChoices(expected, actual));
}

/** Replaces the placeholders in the expected settings with the values that the loader read. */
function withChoices(given: any, understood: any): unknown {
  if (given === CHOSEN) {
    return understood ?? 'a limit, but none was chosen';
  }
  if (Array.isArray(given)) {
    return given.map((item, index) => withChoices(item, understood?.[index]));
  }
  return typeof given !== 'object'
    ? given
    : Object.fromEntries(
        Object.entries(given).map(([key, value]) => [
          key,
          value === MAY_BE_CHOSEN ? understood?.[key] : withChoices(value, understood?.[key]),
        ]),
      );
}

/** Replaces the path of every mounted file with the object and key from which it is mounted. */
function withSources(understood: any, source: (path: string) => string): unknown {
  if (Array.isArray(understood)) {
    return understood.map((item) => withSources(item, source));
  }
  return typeof understood === 'string'
    ? source(understood)
    : typeof understood !== 'object'
      ? understood
      : Object.fromEntries(Object.entries(understood).map(([key, value]) => [key, withSources(value, source)]));
}
