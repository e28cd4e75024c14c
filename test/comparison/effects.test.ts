import { readFileSync, writeFileSync } from 'node:fs';
import { CHANGE_NAMES } from '../../src/comparison/change-kinds';
import { compareManifests } from '../../src/comparison/compare';
import { CASES as APPLIED_CASES, UNAPPLIED_CASES } from './cases';
import { document, PAGE } from './document';

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
