import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { isDeepStrictEqual } from 'node:util';
import { isConnected } from '../client/connected-pod';
import { SIDECAR_CONTAINER, type SidecarContainer } from '../client/sidecar-cache-state';
import { clusterOf } from '../kubernetes/cluster';
import { isClusterScoped } from '../kubernetes/cluster-scoped-kinds';
import { isEmitted, isPatched, withoutPatches } from '../kubernetes/manifest';
import { invalid } from '../kubernetes/validation/report-invalid';
import { enginesOf, podOf } from '../reading/engine-pods';
import { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { selectsPods } from '../reading/pod-selector';
import { ACCEPTED_RISKS } from '../reporting/accepted-risk';
import { isAccepted } from '../reporting/acceptances';
import { allConstructs } from '../reporting/app-checks';
import { readState } from '../reporting/construct-state';
import type { EngineRisk } from '../reporting/engine-risk';
import { printWarnings } from '../reporting/synth-report';
import { checkManifests, locate, type ManifestFinding } from './check-manifests';
import { reportClients } from './clients';
import { configMapsOf } from './config-map-rules';
import { Findings } from './finding';

/** An object of the app, rendered with all patches and connections. */
interface RenderedObject {
  readonly construct: ApiObject;
  readonly manifest: { readonly metadata?: { readonly annotations?: object } };
  readonly read: ManifestObject;
}

/** The objects in one namespace of a cluster. */
interface Place {
  /** The objects of each engine that this library creates. */
  readonly engines: Map<IConstruct, ApiObject[]>;
  /** The objects that this library doesn't create. */
  readonly others: ApiObject[];
}

/**
 * Prints warnings for findings that only `check` can report. These findings are about engines with JSON patches,
 * engines that aren't constructs of this library, and other objects that belong to engines.
 */
export function reportObjects(objects: readonly ApiObject[]): void {
  for (const place of places(objects)) {
    const others = rendered(place.others);
    for (const [engine, parts] of place.engines) {
      if (others.some(({ read }) => refersToEngines(read)) || parts.some(isPatched)) {
        reportEngine(engine, parts, others, place);
      }
    }
    for (const { construct } of others.filter(hasUnknownEngine)) {
      const found = checkManifests(others.map(({ manifest }) => manifest));
      print(
        found.filter((finding) => isAbout(finding, construct)),
        () => construct,
      );
    }
  }
  reportSockets(objects);
}

/** Whether an object contains an engine that wasn't created or connected by this library. */
function hasUnknownEngine({ construct, read }: RenderedObject): boolean {
  const engines = isConnected(construct) ? [] : enginesOf(read);
  if (engines.length === 0) {
    return false;
  }
  const sidecars = allConstructs(construct).flatMap(
    (one) => readState<SidecarContainer>(one, SIDECAR_CONTAINER)?.() ?? [],
  );
  return engines.some(
    ({ container }) => !sidecars.some((sidecar) => isDeepStrictEqual(withoutUndefined(sidecar), container.value)),
  );
}

/** Returns the container as cdk8s writes it. */
function withoutUndefined(container: object): unknown {
  return JSON.parse(JSON.stringify(container));
}

/** Reports the findings that patches and other objects cause for an engine that this library creates. */
function reportEngine(
  engine: IConstruct,
  parts: readonly ApiObject[],
  others: readonly RenderedObject[],
  { engines }: Place,
): void {
  const own = rendered(parts);
  const workload = own.find(({ read }) => podOf(read) !== undefined);
  // Other checks report objects that can't be rendered, or that the API server rejects.
  if (workload === undefined || own.length < parts.length || own.some(isRejected)) {
    return;
  }
  const related = others.filter(({ read }) => enginesOf(read).length === 0);
  const concerning = related.filter(({ read }) => concerns(read, workload.read));
  if (concerning.length === 0 && !parts.some(isPatched)) {
    return;
  }
  // A Service can select several engines.
  const neighbours = concerning.some(({ read }) => read.type === '/Service')
    ? rendered([...engines.values()].flat().filter((object) => !parts.includes(object))).filter(({ read }) =>
        podOf(read),
      )
    : [];
  const context = neighbours.map(({ manifest }) => manifest);
  const after = checkManifests([...[...own, ...related].map(({ manifest }) => manifest), ...context]);
  const before =
    after.length === 0 ? [] : checkManifests([...parts.map((part) => manifestOf(withoutPatches(part))), ...context]);
  const known = new Set(before.map(identity));
  const added = after.filter(
    (finding) => !known.has(identity(finding)) && !REPORTED_BY_CONSTRUCTS.includes(finding.name),
  );
  const constructOf = (finding: ManifestFinding): IConstruct =>
    related.find(({ construct }) => isAbout(finding, construct))?.construct ?? engine;
  print(
    added.filter((finding) => !neighbours.some(({ construct }) => isAbout(finding, construct))),
    constructOf,
  );
}

/** The findings that the constructs of this library also report. */
const REPORTED_BY_CONSTRUCTS = ['duplicate-object', 'split-sessions'];

/** Reports clients that look for an engine's socket in another directory on the node. */
function reportSockets(objects: readonly ApiObject[]): void {
  const clusters = new Map<IConstruct, ApiObject[]>();
  for (const object of objects.filter((one) => !isConnected(one))) {
    add(clusters, clusterOf(object), object);
  }
  for (const inCluster of clusters.values()) {
    const clients = rendered(inCluster.filter((object) => !isEmitted(object))).filter(({ read }) => podOf(read));
    if (
      clients.some(({ read }) =>
        podOf(read)!
          .at('spec', 'volumes')
          .items.some((volume) => volume.at('hostPath').exists),
      )
    ) {
      const pods = [...clients, ...rendered(inCluster.filter(isEmitted)).filter(({ read }) => podOf(read))];
      const inventory = Inventory.ofDocuments(pods.map(({ manifest }) => manifest));
      const findings = new Findings();
      reportClients(inventory, findings);
      const found = findings.all.map((finding) => locate(finding, inventory));
      print(found, ({ document }) => pods[document.index]!.construct);
    }
  }
}

/** Prints findings as warnings of their constructs, except for accepted ones. */
function print(findings: readonly ManifestFinding[], constructOf: (finding: ManifestFinding) => IConstruct): void {
  for (const finding of findings) {
    const { fix, key, name, object, property, severity, why } = finding;
    const construct = constructOf(finding);
    if (!isAccepted(construct, name, property === undefined ? [key] : [key, property])) {
      printWarnings(construct, [
        { name: name as EngineRisk, property: `${object.kind} ${key}`, text: why, fix, severity },
      ]);
    }
  }
}

/** Returns the same key for findings that differ only in the field, because a patch can move a field. */
function identity({ name, object: { kind }, why }: ManifestFinding): string {
  return JSON.stringify([name, kind, why]);
}

function isAbout({ object }: ManifestFinding, { apiVersion, kind, name }: ApiObject): boolean {
  return object.apiVersion === apiVersion && object.kind === kind && object.name === name;
}

/** Groups objects by cluster and namespace. Each group also has the cluster-scoped objects. */
function places(objects: readonly ApiObject[]): Place[] {
  const found = new Map<string, Place>();
  const keyOf = (object: ApiObject): string =>
    JSON.stringify([clusterOf(object).node.path, object.metadata.namespace ?? null]);
  for (const object of objects.filter((one) => !isClusterScoped(one.apiGroup, one.kind))) {
    const place = found.get(keyOf(object)) ?? { engines: new Map<IConstruct, ApiObject[]>(), others: [] };
    found.set(keyOf(object), place);
    const engine = isEmitted(object) ? engineOf(object) : undefined;
    if (engine !== undefined) {
      add(place.engines, engine, object);
    } else if (!isEmitted(object)) {
      place.others.push(object);
    }
  }
  const shared = objects.filter((one) => isClusterScoped(one.apiGroup, one.kind) && !isEmitted(one));
  for (const [key, place] of found) {
    const [cluster] = JSON.parse(key) as [string];
    place.others.push(...shared.filter((object) => clusterOf(object).node.path === cluster));
  }
  return [...found.values()];
}

function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key) ?? [];
  list.push(value);
  lists.set(key, list);
}

/** Returns the engine that creates an object. */
function engineOf(object: ApiObject): IConstruct | undefined {
  return object.node.scopes.find((scope) => readState(scope, 'current-engine') !== undefined);
}

/** Renders objects. Leaves out objects that can't be rendered, which cdk8s reports. */
function rendered(objects: readonly ApiObject[]): RenderedObject[] {
  return objects.flatMap((construct) => {
    try {
      const manifest = manifestOf(construct.toJson() as object);
      const [read] = Inventory.ofDocuments([manifest]).objects;
      return read === undefined ? [] : [{ construct, manifest, read }];
    } catch {
      return [];
    }
  });
}

/**
 * Returns the manifest without the annotation of accepted risks, because `print` applies the risks that the constructs
 * accept.
 */
function manifestOf(object: RenderedObject['manifest']): RenderedObject['manifest'] {
  const { [ACCEPTED_RISKS]: _accepted, ...annotations } = { ...object.metadata?.annotations } as {
    [key: string]: string;
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Whether the API server rejects an object because of its patches. */
function isRejected({ construct, manifest }: RenderedObject): boolean {
  return isPatched(construct) && invalid(manifest).length > 0;
}

const BINDINGS = ['rbac.authorization.k8s.io/ClusterRoleBinding', 'rbac.authorization.k8s.io/RoleBinding'];

/** Whether objects of this type can affect engines. */
function refersToEngines({ type }: ManifestObject): boolean {
  return [
    '/ConfigMap',
    '/Service',
    'networking.k8s.io/NetworkPolicy',
    'policy/PodDisruptionBudget',
    ...BINDINGS,
  ].includes(type);
}

/** Whether an object refers to the pods of a workload or to their service account, or is a ConfigMap that they use. */
function concerns(object: ManifestObject, workload: ManifestObject): boolean {
  const pod = podOf(workload)!;
  if (object.type === '/ConfigMap') {
    return configMapsOf(pod.at('spec').value).has(object.name);
  }
  const account = pod.at('spec', 'serviceAccountName').text ?? 'default';
  return (
    selectsPods(object, pod.at('metadata', 'labels').texts) ||
    (BINDINGS.includes(object.type) &&
      object.root.at('subjects').items.some((subject) => subject.at('name').text === account))
  );
}
