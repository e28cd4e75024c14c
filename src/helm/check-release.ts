import { checkInventory } from '../findings/check-inventory';
import { evaluate } from '../findings/evaluate';
import type { Findings } from '../findings/finding';
import { validateObject, type WireObject } from '../kubernetes/validation/validate-object';
import { describeEngines } from '../reading/described-engine';
import { firstDraft, programOf } from '../reading/draft';
import type { Field } from '../reading/field';
import { Inventory } from '../reading/inventory';
import { Problems, type Found } from '../reporting/problems';
import { render } from './charts';
import { checkFailures } from './failures';
import { reportMistakes } from './mistakes';
import type { Release } from './chart-release';
import { checkUnquoted } from './unquoted';

/**
 * Checks a release, and returns its objects. Adds a problem for each value that Kubernetes, Helm or the constructs
 * reject.
 */
export function checkRelease(release: Release, findings: Findings, problems: Problems): Inventory {
  checkFailures(release, problems);
  checkUnquoted(release, findings, problems);
  const inventory = new Inventory(render(release));
  if (problems.found.length === 0) {
    inventory.objects.forEach(({ root }) => validate(root, problems));
  }
  if (problems.found.length === 0) {
    checkEngine(inventory, findings, problems);
  }
  reportMistakes(release, findings);
  return inventory;
}

/** Reports the fields of an object that the API server rejects. Each problem names the key of the field's value. */
function validate(object: Field, problems: Problems): void {
  const found = new Problems();
  validateObject(found, object.value as WireObject);
  for (const { problem, property } of found.found) {
    const key = object.below(property).origin;
    addOnce(problems, { property: key, problem: { ...problem, fix: NAME_FIXES[key] ?? problem.fix } });
  }
}

/**
 * Adds a problem, unless one exists at the same key or below it. Several objects share the same labels, names and
 * ports, so one wrong value would otherwise be reported repeatedly.
 */
function addOnce(problems: Problems, { problem, property }: Found): void {
  const isKnown = problems.found.some(
    ({ property: other }) => other === property || other.startsWith(`${property}.`) || other.startsWith(`${property}[`),
  );
  if (!isKnown) {
    problems.add(property, problem);
  }
}

/** The fixes for invalid names. The keys are those that the chart derives the names from. */
const NAME_FIXES: { readonly [key: string]: string | undefined } = {
  releaseName: 'set fullnameOverride to a shorter name with the allowed characters',
  nameOverride: 'set nameOverride to a shorter name with the allowed characters',
  fullnameOverride: 'set fullnameOverride to a shorter name with the allowed characters',
};

function checkEngine(inventory: Inventory, findings: Findings, problems: Problems): void {
  const found = checkInventory(inventory);
  findings.addAll(found.filter(({ name }) => name !== 'invalid-manifest'));
  for (const { fix, key, why } of found.filter(({ name }) => name === 'invalid-manifest')) {
    addOnce(problems, { property: key, problem: { wrong: why, fix } });
  }
  const [engine] = describeEngines(inventory);
  if (engine !== undefined && problems.found.length === 0) {
    const program = programOf(firstDraft(engine, engine.object.name, new Set()));
    for (const { key, problem, rest } of evaluate(program, engine.object.namespace, 'values').rejections) {
      addOnce(problems, { property: rest === '' ? key : `${key}: ${rest}`, problem });
    }
  }
}
