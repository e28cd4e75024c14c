import { selects } from '../kubernetes/label-selector';
import type { JudgedProgram } from '../program/engine-program';
import { describeEngine, type DescribedEngine } from '../reading/described-engine';
import { enginesOf, startsEngine, type EnginePod } from '../reading/engine-pods';
import type { Inventory } from '../reading/inventory';
import { wrongTypes } from '../reading/workload-types';
import { ACCEPTED_RISKS, readAcceptedRisks } from '../reporting/accepted-risk';
import { reason } from '../reporting/problems';
import { reportClients } from './clients';
import { reportDuplicates } from './duplicates';
import { evaluate, evaluateTogether, type Evaluation } from './evaluate';
import { evaluatedProgram } from './evaluated-program';
import { reportPorts } from './exposure';
import { Findings, type Finding } from './finding';
import { reportImage } from './image-rules';
import { report } from './manifest-findings';
import { fixInManifest } from './manifest-fixes';
import { reportMagicache, reportProbe, reportRepeatedVariables } from './pod-rules';
import { reportAllRights } from './rights';
import { reportSharedServices } from './shared-services';
import { reportStorage } from './storage-rules';

/**
 * Returns the findings in the engines of an inventory, the worst first. The keys of findings are the origins of fields. Rules check
 * what the constructs can't know. The constructs check the rest: each engine is converted to a program for them.
 */
export function checkInventory(inventory: Inventory): Finding[] {
  const findings = new Findings();
  const engines = inventory.objects
    .flatMap(enginesOf)
    .flatMap((engine) => checkEngine(engine, inventory, withoutAccepted(engine, findings)));
  const evaluations = evaluateTogether(
    engines,
    // Several engines can have the same name, and a pod can have several engines.
    (index) => `${engines[index]!.engine.object.kind} ${engines[index]!.engine.object.name} (${index})`,
    (index) => elsewhere(engines[index]!.engine),
  );
  for (const [index, { findings: found, refused }] of evaluations.entries()) {
    const own = withoutAccepted(engines[index]!.engine, findings);
    own.addAll(found);
    reportRefused('overlapping-selectors', refused, own);
  }
  reportSharedServices(inventory, findings);
  reportClients(inventory, findings);
  reportDuplicates(inventory, findings);
  return findings.all;
}

/** The findings, without those that an annotation of the workload accepts. */
function withoutAccepted({ object: { root } }: EnginePod, findings: Findings): Findings {
  return findings.accepting(readAcceptedRisks(root.at('metadata', 'annotations').texts[ACCEPTED_RISKS] ?? ''));
}

/** An engine that the constructs accept, perhaps with risks. */
interface CheckedEngine extends JudgedProgram {
  readonly engine: EnginePod;
}

/** Checks one engine. Returns it if the constructs accept it, to compare it with the others. */
function checkEngine(pod: EnginePod, inventory: Inventory, findings: Findings): CheckedEngine[] {
  const wrong = wrongTypes(pod.object.root, pod.pod);
  for (const { allowed, field } of wrong) {
    report(
      findings,
      'invalid-manifest',
      field.origin,
      `Kubernetes rejects the value; got ${JSON.stringify(field.value)}; allowed: ${allowed}`,
      `write ${allowed}`,
    );
  }
  // Kubernetes rejects the whole object.
  if (wrong.length > 0) {
    return [];
  }
  const engine = describeEngine(pod, inventory);
  reportSelector(engine, findings);
  reportContainer(engine, findings);
  reportAllRights(engine, findings);
  reportStorage(engine, findings);
  reportPorts(engine, findings);
  const program = evaluatedProgram(engine);
  const { namespace } = engine.object;
  const { findings: found, refused } = evaluate(program, namespace, elsewhere(engine));
  // An address of an engine that serves TLS isn't a plain port. A flag instead of a property matters to programs only.
  findings.addAll(
    found.filter(
      ({ name }) => name !== 'unmanaged-flag' && !(name === 'open-port-in-config' && engine.listening.servesTls),
    ),
  );
  reportRefused('invalid-manifest', refused, findings);
  return refused.length > 0 ? [] : [{ program, namespace, engine }];
}

/** The location of findings about properties that the manifest doesn't have. */
function elsewhere({ object }: EnginePod): string {
  return object.root.at('spec').origin;
}

function reportContainer({ assumedVersion, container, version }: DescribedEngine, findings: Findings): void {
  const image = container.at('image');
  reportImage(image.text ?? '', image.origin, assumedVersion, findings);
  if (container.at('command').items.length > 0 && startsEngine(container)) {
    report(
      findings,
      'overridden-command',
      container.at('command').origin,
      "the image's own command prepares cgroups and limits, reaps zombies and names the configuration before it starts the engine",
      'remove it, and write flags into args',
    );
  }
  for (const [kind, field] of [
    ['startup', 'startupProbe'],
    ['readiness', 'readinessProbe'],
    ['liveness', 'livenessProbe'],
  ] as const) {
    reportProbe(kind, container.at(field, 'exec', 'command').value, container.at(field).origin, version, findings);
  }
  const env = container.at('env').items;
  reportRepeatedVariables(env, findings);
  for (const variable of env.filter((one) => one.at('name').text === '_EXPERIMENTAL_DAGGER_CACHESERVICE_URL')) {
    reportMagicache(version, variable.origin, findings);
  }
}

function reportRefused(
  name: 'invalid-manifest' | 'overlapping-selectors',
  refused: Evaluation['refused'],
  findings: Findings,
): void {
  for (const { key, problem, rest } of refused) {
    const why = reason(problem);
    report(
      findings,
      name,
      key,
      rest === '' ? why : `${rest}: ${why}`,
      fixInManifest(name, problem.fix ?? 'see allowed'),
    );
  }
}

function reportSelector({ labels, object: { root, type } }: DescribedEngine, findings: Findings): void {
  const selector = root.at('spec', 'selector');
  if (type.startsWith('apps/') && !(selector.exists && selects(selector.value, labels))) {
    report(
      findings,
      'invalid-manifest',
      selector.origin,
      "the selector doesn't select the pods of the workload, which Kubernetes rejects",
      'select labels that the pods have',
    );
  }
}
