import { checkDnsLabel, checkLabels, checkNotOwned } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import type { EngineProps } from './engine-props';

/** Checks the properties that are allowed only when an engine takes over an existing workload. */
export function checkTakeOver({ configVolumeName, podSelector, takeOver }: EngineProps, problems: Problems): void {
  const given = { podSelector, configVolumeName };
  if (takeOver !== true) {
    for (const [property, value] of Object.entries(given).filter(([, one]) => one !== undefined)) {
      problems.add(property, {
        wrong: 'is supported only for an engine that takes over an existing workload',
        got: value,
        allowed: 'takeOver: true',
        fix: 'remove it, or set takeOver: true',
      });
    }
    return;
  }
  if (configVolumeName !== undefined) {
    checkDnsLabel(problems, 'configVolumeName', configVolumeName);
  }
  checkLabels(problems, 'podSelector', podSelector);
  checkNotOwned(problems, 'podSelector', podSelector, ['app.kubernetes.io/version']);
  if (podSelector !== undefined && Object.keys(podSelector).length === 0) {
    problems.add('podSelector', {
      wrong: 'must not be empty, because it would select every pod',
      got: {},
      allowed: 'at least one label',
      fix: 'remove it',
    });
  }
}
