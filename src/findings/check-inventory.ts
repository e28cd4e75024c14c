import type { PlacedProgram } from '../program/engine-program';
import { describeEngine, type DescribedEngine } from '../reading/described-engine';
import { enginesOf, type EnginePod } from '../reading/engine-pods';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { rejectedFields, unreadableFields } from '../reading/rejected-fields';
import { reason, type Found } from '../reporting/problems';
import { isAtOrBelow } from '../reporting/property-path';
import { acceptedBy } from './accepted';
import { reportReplicas } from './autoscaler-rules';
import { reportClients } from './clients';
import { configMapsOf, reportConfigMaps } from './config-map-rules';
import { reportContainer } from './container-rules';
import { reportDisruptionBudgets } from './disruption-rules';
import { reportDuplicates } from './duplicates';
import { evaluate, evaluateTogether, type Rejection } from './evaluate';
import { evaluatedProgram } from './evaluated-program';
import { Findings, type Finding } from './finding';
import { FINDINGS, report } from './finding-kinds';
import { reportNodePools } from './node-pool-rules';
import { reportPorts } from './port-rules';
import { reportPermissions } from './permission-rules';
import { reportSharedServices } from './shared-services';
import { reportStorage } from './storage-rules';

/** Shows the progress of a long run. */
export type Show = (text: string) => void;

/**
 * Returns the findings about the engines in an inventory, the worst first. The key of a finding is the origin of its
 * field. Each engine is converted to a program, which the constructs check. The rules in this folder check the rest.
 */
export function checkInventory(inventory: Inventory, show: Show = () => undefined): Finding[] {
  const findings = new Findings();
  const engines = inventory.objects.flatMap(enginesOf).flatMap((engine) => {
    show(`checking ${engine.object.kind} ${engine.object.name}`);
    return checkEngine(engine, inventory, findings.accepting(acceptedBy(engine.object)));
  });
  const evaluations = evaluateTogether(
    engines,
    // Several engines can have the same name, and a pod can have several engines.
    (index) => `${engines[index]!.engine.object.kind} ${engines[index]!.engine.object.name} (${index})`,
    (index) => fallbackKey(engines[index]!.engine),
  );
  for (const [index, { findings: found, rejections }] of evaluations.entries()) {
    const own = findings.accepting(acceptedBy(engines[index]!.engine.object));
    own.addAll(found);
    reportRejections('overlapping-selectors', rejections, own);
  }
  reportSharedServices(inventory, findings);
  reportClients(inventory, findings);
  reportDuplicates(inventory, findings);
  return findings.all;
}

/** An engine that the constructs accept, possibly with risks. */
interface CheckedEngine extends PlacedProgram {
  readonly engine: EnginePod;
}

/** A flag or a variable instead of a property is a problem only in programs. */
const ONLY_IN_PROGRAMS: readonly string[] = ['metrics-by-variable', 'unmanaged-flag'];

/** Checks one engine. Returns the engine if the constructs accept it, for a comparison with other engines. */
function checkEngine(pod: EnginePod, inventory: Inventory, findings: Findings): CheckedEngine[] {
  const { namespace } = pod.object;
  const unreadable = unreadableFields(pod.object);
  if (unreadable.length > 0) {
    reportRejections('invalid-manifest', rejectionsOf(pod.object, unreadable), findings);
    return [];
  }
  const engine = describeEngine(pod, inventory);
  reportContainer(engine, findings);
  reportPermissions(engine, findings);
  reportConfigMaps(engine, findings);
  reportStorage(engine, findings);
  reportPorts(engine, findings);
  reportDisruptionBudgets(engine, findings);
  reportReplicas(engine, findings);
  reportNodePools(engine, findings);
  const program = evaluatedProgram(engine);
  const { findings: found, rejections } = evaluate(program, namespace, fallbackKey(engine));
  // An engine that serves TLS has no plain-text port.
  const excluded = engine.listening.servesTls ? [...ONLY_IN_PROGRAMS, 'open-port-in-config'] : ONLY_IN_PROGRAMS;
  findings.addAll(found.filter(({ name }) => !excluded.includes(name)));
  const rejected = [...rejections, ...otherRejections(engine, rejections)];
  reportRejections('invalid-manifest', rejected, findings);
  return rejected.length > 0 ? [] : [{ program, namespace, engine }];
}

/**
 * Returns the fields of an engine's objects that the API server rejects, except those that are reported as properties.
 * The constructs don't see all fields, because patches set the fields that no property can express.
 */
function otherRejections(engine: DescribedEngine, known: readonly Rejection[]): Rejection[] {
  return objectsOf(engine)
    .flatMap((object) => rejectionsOf(object, rejectedFields(object)))
    .filter(({ key }) => !known.some((other) => isAtOrBelow(key, other.key) || isAtOrBelow(other.key, key)));
}

/** Returns the workload of an engine, and the objects that belong to its pods. */
function objectsOf({ inventory, object, policies, services, spec }: DescribedEngine): ManifestObject[] {
  const configMaps = [...configMapsOf(spec.value)].map((name) => inventory.named('/ConfigMap', object.namespace, name));
  const account = inventory.named('/ServiceAccount', object.namespace, spec.at('serviceAccountName').text);
  return [object, ...services, ...policies, ...configMaps, account].filter((one) => one !== undefined);
}

function rejectionsOf({ root }: ManifestObject, fields: readonly Found[]): Rejection[] {
  return fields.map(({ problem, property }) => ({ key: root.below(property).origin, rest: '', problem }));
}

/** Returns the key for findings about properties that the manifest doesn't set. */
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
