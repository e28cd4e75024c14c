import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Risks } from '../../src/index';
import { FINDINGS } from '../../src/findings/finding-kinds';
import { CHART_FINDINGS } from '../../src/helm/chart-findings';
import { docsOfErrors, SITE } from '../../src/reporting/documentation';
import { ENGINE_RISKS, FOUND_BY_CHECK } from '../../src/reporting/engine-risk';
import { anchorOf } from '../markdown';
import { RISKS_OF_ERRORS } from '../risks-of-errors';
import { CATALOGUE } from './catalogue';
import { document } from './document';
import { refusal, synthesize } from './program';
import { DOUBTFUL_PROGRAMS } from './warnings';

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(Object.entries(CATALOGUE))('%s', (_area, programs) => {
  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation();
  });

  test.each(programs)('$title', ({ program, says }) => {
    expect(refusal(program)).toBe(says);
  });
});

/** The risks that only Helm values can have. */
const VALUES_ONLY = Object.keys(CHART_FINDINGS).filter((name) => !(name in FINDINGS));

describe('warnings', () => {
  const printed = (program: Parameters<typeof synthesize>[0]): string[] => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    synthesize(program);
    return warn.mock.calls.map(([text]) => String(text));
  };

  test.each(DOUBTFUL_PROGRAMS)('$title', ({ program, says, warning }) => {
    expect(printed(program).filter((text) => text.includes(` ${warning}: `))).toEqual([says]);
  });

  test.each(DOUBTFUL_PROGRAMS)('$title: can be silenced', ({ program, warning }) => {
    const silenced = printed((chart) => {
      Risks.of(chart).accept(warning, 'fine in a test');
      program(chart);
    });
    expect(silenced.filter((text) => text.includes(` ${warning}: `))).toEqual([]);
  });

  test('every warning has a program', () => {
    const elsewhere = new Set([...RISKS_OF_ERRORS, ...FOUND_BY_CHECK, ...VALUES_ONLY]);
    const covered = DOUBTFUL_PROGRAMS.map(({ warning }) => warning).filter((warning) => !elsewhere.has(warning));
    expect(new Set(covered)).toEqual(new Set(ENGINE_RISKS.filter((risk) => !elsewhere.has(risk))));
  });
});

test('titles are unique within an area', () => {
  for (const programs of [...Object.values(CATALOGUE), DOUBTFUL_PROGRAMS]) {
    const titles = programs.map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
  }
});

test.each(Object.entries(CATALOGUE))('%s: every problem has a fix', (_area, programs) => {
  const problems = programs.flatMap(({ says }) => says.split('\n').slice(1));
  expect(problems.filter((problem) => !/; fix: \S/.test(problem))).toEqual([]);
});

/** Matches the verb that introduces the fix in a warning, after a colon or semicolon. */
const INSTRUCTION =
  /[:;] (fix: )?(otherwise )?(add|admit|allow|block|check|choose|configure|connect|keep|list|lower|mount|move|prefer|put|raise|remove|repeat|restrict|run|set|update|use|write) /;

test('every warning has a fix', () => {
  const warnings = DOUBTFUL_PROGRAMS.flatMap(({ says }) => says.split('\n'));
  expect(warnings.filter((warning) => !INSTRUCTION.test(warning))).toEqual([]);
});

test('every problem names the property and what is wrong with it', () => {
  const problems = Object.values(CATALOGUE)
    .flat()
    .flatMap(({ says }) => says.split('\n').filter((line) => line.startsWith('  - ')));
  expect(problems.length).toBeGreaterThan(150);
  for (const problem of problems) {
    expect(problem).toMatch(/^ {2}- [\w.[\]"$:/-]+: .+(; (got|allowed|fix) .+)?[^.]$/);
  }
});

test('every error links to its explanation', () => {
  const anchorsOf = (page: string): string[] => {
    const text = readFileSync(join(__dirname, '../../docs', `${page}.md`), 'utf8');
    return [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => `${SITE}${page}#${anchorOf(heading!)}`);
  };
  const anchors = new Set(['reference/findings', 'reference/errors'].flatMap(anchorsOf));
  const problems = Object.values(CATALOGUE)
    .flat()
    .flatMap(({ says }) => says.split('\n'))
    .filter((line) => line.includes('; fix: '));
  const broken = problems.filter((problem) => {
    const links = docsOfErrors(problem);
    return links.length !== 1 || !anchors.has(links[0]!);
  });
  expect(problems.length).toBeGreaterThan(500);
  expect(broken).toEqual([]);
});

test('docs/reference/rejected-programs.md matches the catalogue (UPDATE_DOCS=1 writes it)', () => {
  const file = join(__dirname, '../../docs/reference/rejected-programs.md');
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(file, document());
  }
  expect(readFileSync(file, 'utf8')).toBe(document());
});
