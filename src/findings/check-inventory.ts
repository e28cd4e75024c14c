import { selects } from '../kubernetes/label-selector';
import type { PlacedProgram } from '../program/engine-program';
import { describeEngine, type DescribedEngine } from '../reading/described-engine';
import { enginesOf, type EnginePod } from '../reading/engine-pods';
import type { Inventory } from '../reading/inventory';
import { wrongTypes } from '../reading/wrong-types';
import { ACCEPTED_RISKS, readAcceptedRisks } from '../reporting/accepted-risk';
import { reason } from '../reporting/problems';
import { reportClients } from './clients';
import { reportConfigMaps } from './config-map-rules';
import { reportContainer } from './container-rules';
import { reportDuplicates } from './duplicates';
import { evaluate, evaluateTogether, type Rejection } from './evaluate';
import { evaluatedProgram } from './evaluated-program';
import { Findings, type Finding } from './finding';
import { FINDINGS, report } from './finding-kinds';
import { reportPorts } from './port-rules';
import { reportPermissions } from './permission-rules';
import { reportSharedServices } from './shared-services';
import { reportStorage } from './storage-rules';

/** Shows the progress of a long run. */
export type Show = (text: string) => void;

/**
 * Returns the findings about the engines of an inventory, the worst first. The key of a finding is the origin of its
 * field. The constructs check each engine, which is converted to a program for them. The rules of this folder check the
 * rest.
 */
export function checkInventory(inventory: Inventory, show: Show = () => undefined): Finding[] {
  const findings = new Findings();
  const engines = inventory.objects.flatMap(enginesOf).flatMap((engine) => {
    show(`checking ${engine.object.kind} ${engine.object.name}`);
    return checkEngine(engine, inventory, withoutAccepted(engine, findings));
  });
  const evaluations = evaluateTogether(
    engines,
    // Several engines can have the same name, and a pod can have several engines.
    (index) => `${engines[index]!.engine.object.kind} ${engines[index]!.engine.object.name} (${index})`,
    (index) => fallbackKey(engines[index]!.engine),
  );
  for (const [index, { findings: found, rejections }] of evaluations.entries()) {
    const own = withoutAccepted(engines[index]!.engine, findings);
    own.addAll(found);
    reportRejections('overlapping-selectors', rejections, own);
  }
  reportSharedServices(inventory, findings);
  reportClients(inventory, findings);
  reportDuplicates(inventory, findings);
  return findings.all;
}

/** Returns the list without the findings that an annotation of the workload accepts. */
function withoutAccepted({ object: { root } }: EnginePod, findings: Findings): Findings {
  return findings.accepting(readAcceptedRisks(root.at('metadata', 'annotations').texts[ACCEPTED_RISKS] ?? ''));
}

/** An engine that the constructs accept, perhaps with risks. */
interface CheckedEngine extends PlacedProgram {
  readonly engine: EnginePod;
}

/** Checks one engine. Returns it if the constructs accept it, so that it can be compared with other engines. */
function checkEngine(pod: EnginePod, inventory: Inventory, findings: Findings): CheckedEngine[] {
  const { namespace, root } = pod.object;
  const wrong = wrongTypes(pod.object);
  if (wrong.length > 0) {
    const rejections = wrong.map(({ problem, property }) => ({ key: root.below(property).origin, rest: '', problem }));
    reportRejections('invalid-manifest', rejections, findings);
    return [];
  }
  const engine = describeEngine(pod, inventory);
  reportSelector(engine, findings);
  reportContainer(engine, findings);
  reportPermissions(engine, findings);
  reportConfigMaps(engine, findings);
  reportStorage(engine, findings);
  reportPorts(engine, findings);
  const program = evaluatedProgram(engine);
  const { findings: found, rejections } = evaluate(program, namespace, fallbackKey(engine));
  // An engine that serves TLS has no plain-text port. A flag instead of a property is a problem only in programs.
  findings.addAll(
    found.filter(
      ({ name }) => name !== 'unmanaged-flag' && !(name === 'open-port-in-config' && engine.listening.servesTls),
    ),
  );
  reportRejections('invalid-manifest', rejections, findings);
  return rejections.length > 0 ? [] : [{ program, namespace, engine }];
}

/** Returns the key of findings about properties that the manifest doesn't have. */
function fallbackKey({ object }: EnginePod): string {
  return object.root.at('spec').origin;
}

function reportRejections(
  name: 'invalid-manifest' | 'overlapping-selectors',
  rejections: readonly Rejection[],
  findings: Findings,
): void {
  const { fix } = { fix: undefined, ...FINDINGS[name] };
  for (const { key, problem, rest } of rejections) {
    const why = reason(problem);
    report(findings, name, { key, why: rest === '' ? why : `${rest}: ${why}`, fix: fix ?? problem.fix });
  }
}

function reportSelector({ labels, object: { root, type } }: DescribedEngine, findings: Findings): void {
  const selector = root.at('spec', 'selector');
  if (type.startsWith('apps/') && !(selector.exists && selects(selector.value, labels))) {
    report(findings, 'invalid-manifest', {
      key: selector.origin,
      why: "the selector doesn't select the pods of the workload, so Kubernetes rejects the workload",
      fix: 'select labels that the pods have',
    });
  }
}
