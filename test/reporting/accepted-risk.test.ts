import { covers, readAcceptedRisks, writeAcceptedRisk } from '../../src/reporting/accepted-risk';
import { ENGINE_RISKS, EngineRisk, FOUND_BY_CHECK, riskName } from '../../src/reporting/engine-risk';
import { FINDING_NAMES } from '../../src/findings/finding-kinds';
import { CHART_FINDING_NAMES } from '../../src/helm/chart-findings';
import { accept } from '../engines';

test('the name of an id is that of the enum member', () => {
  for (const [member, id] of Object.entries(EngineRisk)) {
    expect(riskName(id)).toBe(`EngineRisk.${member}`);
  }
});

test('every kind of finding has an id', () => {
  for (const name of CHART_FINDING_NAMES) {
    expect(ENGINE_RISKS).toContain(name);
  }
});

test('the risks that only `check` reports are findings in manifests', () => {
  for (const risk of FOUND_BY_CHECK) {
    expect(FINDING_NAMES).toContain(risk);
  }
});

test.each([
  [undefined, 'sidecars[0].env.TOKEN', true],
  ['sidecars', 'sidecars[0].env.TOKEN', true],
  ['sidecars.env', 'sidecars[0].env.TOKEN', true],
  ['sidecars.env.TOKEN', 'sidecars[10].env.TOKEN', true],
  ['env', 'env["my.TOKEN"]', true],
  ['env', 'environment.TOKEN', false],
  ['sidecars.env.TOKEN', 'sidecars[0].env', false],
  ['env.TOKEN', 'sidecars[0].env.TOKEN', false],
])('an acceptance of %s covers %s: %s', (limit, property, expected) => {
  const accepted = accept(EngineRisk.SECRET_IN_PLAIN_TEXT, limit);
  expect(covers(accepted, EngineRisk.SECRET_IN_PLAIN_TEXT, [property])).toBe(expected);
  expect(covers(accepted, EngineRisk.UNKNOWN_FLAG, [property])).toBe(false);
});

test('reads the lines of the annotation back', () => {
  const accepted = [
    { risk: EngineRisk.NFS_CACHE, reason: 'a test: nothing else' },
    { risk: EngineRisk.SECRET_IN_PLAIN_TEXT, property: 'env.SAMPLE_TOKEN', reason: 'a sample (public)' },
  ];
  const text = accepted.map(writeAcceptedRisk).join('\n');
  expect(text).toBe('nfs-cache: a test: nothing else\nsecret-in-plain-text (env.SAMPLE_TOKEN): a sample (public)');
  expect(readAcceptedRisks(text)).toEqual(accepted);
  expect(readAcceptedRisks('a note of somebody else\n\nnfs-cache:')).toEqual([]);
});
