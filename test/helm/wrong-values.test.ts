import { App, Chart } from 'cdk8s';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HelmRelease } from '../../src/index';
import { CHART_FINDINGS } from '../../src/helm/chart-findings';
import { ValidationError } from '../../src/reporting/problems';
import { document } from './values-document';
import { DOUBTFUL_VALUES, VERSIONS, WRONG_VALUES, type DoubtfulValues, type WrongValues } from './wrong-values';

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

function release(given: WrongValues | DoubtfulValues): HelmRelease {
  const { chart, values } = given;
  const scope = new Chart(new App(), 'ci', { namespace: 'namespace' in given ? given.namespace : 'ci' });
  const { acceptRisks, releaseName = 'dagger', failOn } = given as Partial<WrongValues>;
  return HelmRelease.fromValues(scope, 'release', {
    chart,
    chartVersion: 'version' in given ? given.version : VERSIONS[chart.name],
    releaseName,
    values,
    failOn,
    acceptRisks,
  });
}

describe.each(Object.entries(WRONG_VALUES))('%s', (_area, all) => {
  test.each(all)('$title', (given) => {
    const problems = given.says.length === 1 ? '1 problem' : `${given.says.length} problems`;
    expect(() => release(given)).toThrow(
      new ValidationError(
        `[ci/release] HelmRelease has ${problems}:\n${given.says.map((problem) => `  - ${problem}`).join('\n')}`,
      ),
    );
  });
});

describe('findings', () => {
  /** API calls, and manifest fields that no chart value sets. */
  const OF_OTHERS =
    /[A-Z]\w+\.\w+\(|\bnew [A-Z]|\b(acceptRisks|automountServiceAccountToken|property|strategy|targetPort|volumeClaimTemplates)\b/;

  const found = new Map<DoubtfulValues, HelmRelease['findings']>();
  const findingsOf = (given: DoubtfulValues): HelmRelease['findings'] => {
    found.set(given, found.get(given) ?? release(given).findings);
    return found.get(given)!;
  };

  test.each(DOUBTFUL_VALUES)('addresses the fixes of $name to people who edit values: $title', (given) => {
    for (const { fix } of findingsOf(given)) {
      expect(fix).not.toMatch(OF_OTHERS);
      expect(fix).not.toMatch(/^see\b/);
    }
  });

  test.each(DOUBTFUL_VALUES)('$name: $title', (given) => {
    const { fix, key, name, severity, why } = given;
    const one = findingsOf(given).find((finding) => finding.name === name);
    expect({ severity: one?.severity, key: one?.key, why: one?.why, fix: one?.fix }).toEqual({
      severity,
      key,
      why,
      fix,
    });
  });

  test('the catalogue has values with every chart finding', () => {
    expect(
      Object.keys(CHART_FINDINGS).filter((finding) => !DOUBTFUL_VALUES.some(({ name }) => name === finding)),
    ).toEqual([]);
  });

  test('the catalogue has values without every chart finding', () => {
    const clean = DOUBTFUL_VALUES.map((given) => findingsOf(given).map(({ name }) => name));
    expect(Object.keys(CHART_FINDINGS).filter((finding) => clean.every((names) => names.includes(finding)))).toEqual(
      [],
    );
  });

  test.each(DOUBTFUL_VALUES)('$name: $title: has a source if it is a chart finding', (given) => {
    const ofChart = findingsOf(given).filter(({ name }) => name in CHART_FINDINGS);
    expect(ofChart.filter(({ source }) => source === undefined).map(({ name }) => name)).toEqual([]);
  });
});

test('titles are unique', () => {
  const titles = [...Object.values(WRONG_VALUES).flat(), ...DOUBTFUL_VALUES].map(({ title }) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test('every problem contains the key, the problem and the fix', () => {
  const problems = Object.values(WRONG_VALUES).flatMap((all) => all.flatMap(({ says }) => says));
  expect(problems.length).toBeGreaterThan(80);
  for (const problem of problems) {
    expect(problem).toMatch(/^[\w.[\]"-]+: .+; (allowed|fix): .+[^.]$/);
  }
});

test('docs/reference/rejected-values.md matches the catalogue (UPDATE_DOCS=1 writes it)', () => {
  const file = join(__dirname, '../../docs/reference/rejected-values.md');
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(file, document());
  }
  expect(readFileSync(file, 'utf8')).toBe(document());
});
