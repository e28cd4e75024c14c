import { readFileSync, writeFileSync } from 'node:fs';
import { CHANGE_NAMES } from '../../src/comparison/change-kinds';
import { compareManifests } from '../../src/comparison/compare';
import { CASES as APPLIED_CASES, UNAPPLIED_CASES, type ChangeCase } from './cases';
import { document, PAGE } from './document';
import { STATEMENT_KINDS, statementOf } from './stated';

const CASES = [...APPLIED_CASES, ...UNAPPLIED_CASES];

test('docs/reference/effects-of-changes.md matches the changes (UPDATE_DOCS=1 writes it)', () => {
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(PAGE, document());
  }
  expect(readFileSync(PAGE, 'utf8')).toBe(document());
});

test('the titles are unique', () => {
  expect(new Set(CASES.map(({ title }) => title)).size).toBe(CASES.length);
});

test('the changes show almost every kind of effect', () => {
  const shown = new Set(CASES.flatMap(({ after, before }) => compareManifests(before, after)).map(({ name }) => name));
  // Another test shows this kind, because the library doesn't create such manifests.
  expect(CHANGE_NAMES.filter((name) => !shown.has(name))).toEqual(['clients-cut-off']);
});

test('every sentence is complete', () => {
  for (const { commands, effect, reasons } of CASES.flatMap(({ after, before }) => compareManifests(before, after))) {
    expect(effect).toMatch(/^[A-Z0-9].*[^.]$/);
    expect(reasons.filter((reason) => !/^\S.*\.$/.test(reason))).toEqual([]);
    expect(commands.filter((command) => !command.startsWith('kubectl '))).toEqual([]);
    expect(`${effect} ${reasons.join(' ')}`).not.toMatch(/undefined|NaN|\[object| {2}/);
  }
});

describe('the kinds of statements', () => {
  const effects = (cases: readonly ChangeCase[]) =>
    cases.flatMap(({ after, before }) => compareManifests(before, after));

  test('include every effect', () => {
    const unlisted = effects(CASES).filter((effect) => statementOf(effect) === undefined);
    expect(unlisted.map(({ effect, name }) => `${name}: ${effect}`)).toEqual([]);
  });

  test('are all shown by a change, and those that a control plane checks by a change that is applied to it', () => {
    const [all, applied] = [CASES, APPLIED_CASES].map((cases) => new Set(effects(cases).map(statementOf)));
    expect(STATEMENT_KINDS.map(([id]) => id).filter((id) => !all!.has(id))).toEqual([]);
    const checked = STATEMENT_KINDS.filter(([, kind]) => kind.checked !== undefined).map(([id]) => id);
    expect(checked.filter((id) => !applied!.has(id))).toEqual([]);
  });

  test('are either checked, or have a reason', () => {
    const isBoth = STATEMENT_KINDS.filter(
      ([, { checked, unchecked }]) => (checked === undefined) === (unchecked === undefined),
    );
    expect(isBoth.map(([id]) => id)).toEqual([]);
  });
});
