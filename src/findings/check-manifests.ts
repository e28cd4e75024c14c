import { reason } from '../reporting/problems';
import { Findings, type Finding } from './finding';
import { judged, judgedTogether, type Judged } from './evaluate';
import { reportClients } from './clients';
import { describeEngine } from './manifests/described-engine';
import { reportDuplicates } from './duplicates';
import { enginesOf, startsEngine, type EnginePod } from './manifests/engine-pods';
import type { Field } from '../reading/field';
import { Inventory, type DocumentPlace, type ManifestObject } from '../reading/inventory';
import { report } from './manifest-findings';
import { wrongTypes } from '../reading/workload-types';
import { programOf } from './manifests/program';
import { reportAllRights } from './rights';
import { selects } from '../kubernetes/label-selector';
import { reportSharedServices } from './shared-services';
import type { JudgedProgram } from '../program/engine-program';
import { reportMagicache, reportProbe, reportRequests } from './pod-rules';

/** A finding in a manifest. Its `key` is the path of the field in the object. */
export interface ManifestFinding extends Finding {
  /** Which of the documents the object is in, and what leads to it there. */
  readonly document: DocumentPlace;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  };
}

/**
 * What is wrong or risky in the engines that documents of one cluster describe, the worst first: each engine is read back into the
 * program that would make it, and judged by the same constructs. What is no Kubernetes object is passed over.
 */
export function checkManifests(documents: readonly unknown[]): ManifestFinding[] {
  const inventory = Inventory.ofDocuments(documents);
  const findings = new Findings();
  const engines = inventory.objects.flatMap(enginesOf).flatMap((engine) => checkEngine(engine, inventory, findings));
  for (const { findings: said, refused } of judgedTogether(
    engines,
    (index) => nameOf(engines[index]!, index),
    (index) => engines[index]!.elsewhere,
  )) {
    findings.addAll(said);
    reportRefused('overlapping-selectors', refused, findings);
  }
  reportSharedServices(inventory, findings);
  reportClients(inventory, findings);
  reportDuplicates(inventory, findings);
  return findings.all.map((finding) => {
    const {
      document,
      object: { apiVersion, kind, name, namespace },
      path,
    } = inventory.locate(finding.key);
    return {
      ...finding,
      key: path,
      document,
      object: { apiVersion, kind, ...(namespace !== undefined && { namespace }), name },
    };
  });
}

/** An engine that the constructs take, if with risks. */
interface CheckedEngine extends JudgedProgram {
  readonly object: ManifestObject;
  readonly elsewhere: string;
}

/** An engine in what is said of another: there can be several of a name, and several in a pod. */
function nameOf({ object: { kind, name } }: CheckedEngine, index: number): string {
  return `${kind} ${name} (${index})`;
}

/** One engine. What the constructs take of it is returned, to be compared with the others. */
function checkEngine(engine: EnginePod, inventory: Inventory, findings: Findings): CheckedEngine[] {
  const { container, object, pod } = engine;
  const wrong = wrongTypes(object.root, pod);
  for (const { allowed, field } of wrong) {
    report(
      findings,
      'invalid-manifest',
      field.origin,
      `Kubernetes refuses what is there; got ${JSON.stringify(field.value)}; allowed: ${allowed}`,
      `write ${allowed}`,
    );
  }
  // Kubernetes refuses the object as a whole.
  if (wrong.length > 0) {
    return [];
  }
  reportSelector(object, pod, findings);
  const described = describeEngine(engine, inventory, findings);
  const { version } = described;
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
  for (const variable of container
    .at('env')
    .items.filter((one) => one.at('name').text === '_EXPERIMENTAL_DAGGER_CACHESERVICE_URL')) {
    reportMagicache(version, variable.origin, findings);
  }
  reportRequests(container.at('resources', 'requests').map, container.at('resources', 'requests').origin, findings);
  reportAllRights(described, findings);
  const program = programOf(described, findings);
  const elsewhere = object.root.at('spec').origin;
  const { findings: said, refused, risks } = judged(program, object.namespace, elsewhere);
  // Where the engine serves TLS, an address of its own is no plain port.
  findings.addAll(said.filter(({ name }) => name !== 'open-port-in-config' || !described.encrypts));
  reportRefused('invalid-manifest', refused, findings);
  return refused.length > 0 ? [] : [{ program, namespace: object.namespace, risks, object, elsewhere }];
}

function reportRefused(
  name: 'invalid-manifest' | 'overlapping-selectors',
  refused: Judged['refused'],
  findings: Findings,
): void {
  for (const { key, problem, rest } of refused) {
    const why = reason(problem);
    report(findings, name, key, rest === '' ? why : `${rest}: ${why}`, problem.fix ?? 'see allowed');
  }
}

/** A workload that doesn't select its own pods is refused. */
function reportSelector({ root, type }: ManifestObject, pod: Field, findings: Findings): void {
  const selector = root.at('spec', 'selector');
  if (type.startsWith('apps/') && !(selector.exists && selects(selector.value, pod.at('metadata', 'labels').texts))) {
    report(
      findings,
      'invalid-manifest',
      selector.origin,
      "the selector doesn't select the pods of the workload, which Kubernetes refuses",
      'select labels that the pods have',
    );
  }
}
