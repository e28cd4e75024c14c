import { ApiObject, Chart, JsonPatch, Lazy, type ApiObjectProps } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { takeAcceptedRisks } from '../reporting/acceptances';
import { addAppCheck, allConstructs, keepDuringSynth, takeKept } from '../reporting/app-checks';
import { Problems } from '../reporting/problems';
import { reportInvalid, validatedSecrets } from './validation/report-invalid';

/** A Kubernetes object in wire form, with the types of the package `kubernetes-types`. */
interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec?: unknown;
}

/**
 * Adds an object to the tree as a plain `ApiObject` in wire form, so that JSON patches apply to what the API server
 * reads. The generated classes would convert a patched object to the types of Kubernetes 1.28 again, and drop newer
 * fields.
 *
 * At synth, the object is validated if `reportInvalid` has not read the manifest, or if it has patches.
 */
export function emit(scope: Construct, id: string, manifest: Manifest): ApiObject {
  addAppCheck(scope, invalidObjects);
  return new EmittedObject(scope, id, manifest);
}

/** Adds a cluster-scoped object, as `emit` does. It has no namespace, although cdk8s sets the chart's on every object. */
export function emitClusterScoped(scope: Construct, id: string, manifest: Manifest): ApiObject {
  addAppCheck(scope, invalidObjects);
  const object = new EmittedObject(scope, id, manifest);
  if (Chart.of(scope).namespace !== undefined) {
    object.removeNamespace();
  }
  return object;
}

/**
 * The objects that this library created. `instanceof` can't identify them, because cdk8s makes it accept every
 * ApiObject.
 */
const emitted = new WeakSet<IConstruct>();

/** Whether this library created the construct. */
export function isEmitted(construct: IConstruct): boolean {
  return emitted.has(construct);
}

/** Whether this library created the construct, and the program added JSON patches to it. */
export function isPatched(construct: IConstruct): boolean {
  return emitted.has(construct) && (construct as EmittedObject).hasPatches;
}

/** Marks the secrets in a new manifest of an object as reported, so that the object doesn't report them again. */
export function addKnownSecrets(object: ApiObject, manifest: object): void {
  (object as EmittedObject).addKnownSecrets(validatedSecrets(manifest) ?? new Set());
}

/** Renders an object without the program's JSON patches. */
export function withoutPatches(object: ApiObject): object {
  // cdk8s applies the patches in `patches` whenever it renders, so this function renders a derived object that has
  // none.
  return (Object.create(object, { patches: { value: [] } }) as ApiObject).toJson() as object;
}

/** An object that this library created. */
class EmittedObject extends ApiObject {
  public hasPatches = false;
  private changed: boolean;
  /**
   * Whether the object stays the same during synth. Lazy annotations change, because checks record accepted risks in
   * them.
   */
  private readonly isFinal: boolean;
  private readonly knownSecrets: Set<string>;

  public constructor(scope: Construct, id: string, manifest: Manifest) {
    super(scope, id, manifest as ApiObjectProps);
    const secrets = validatedSecrets(manifest);
    this.changed = secrets === undefined;
    // The construct already reported these secrets, and the user accepted them.
    this.knownSecrets = new Set(secrets);
    this.isFinal = !Object.values(manifest.metadata?.annotations ?? {}).some((one: unknown) => one instanceof Lazy);
    emitted.add(this);
  }

  // cdk8s declares this return type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  public override toJson(): any {
    return takeKept(this) ?? super.toJson();
  }

  public override addJsonPatch(...operations: JsonPatch[]): void {
    super.addJsonPatch(...operations);
    this.hasPatches = true;
    this.changed = true;
  }

  /** Removes the namespace, without counting as a patch of the program. */
  public removeNamespace(): void {
    super.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }

  public addKnownSecrets(secrets: ReadonlySet<string>): void {
    secrets.forEach((secret) => this.knownSecrets.add(secret));
  }

  /** Returns the problems with the rendered object. */
  public problems(): readonly string[] {
    const problems = new Problems();
    // Items that the program adds to an engine, and their secrets, are known only once the workload is rendered.
    const object = this.written();
    reportInvalid(problems, [{ object, knownSecrets: this.knownSecrets }]);
    takeAcceptedRisks(this, problems);
    return problems.messages;
  }

  /** Returns the parts of the object that can change after validation. Metadata can change without a patch. */
  private written(): object {
    if (!this.changed && !this.isFinal) {
      return { kind: this.kind, metadata: this.metadata.toJson() };
    }
    try {
      const json = this.toJson() as { readonly kind: string; readonly metadata: object };
      if (this.isFinal) {
        keepDuringSynth(this, json);
      }
      return this.changed ? json : { kind: json.kind, metadata: json.metadata };
    } catch {
      // cdk8s reports this error itself when it renders the object.
      return { kind: this.kind, metadata: this.metadata.toJson() };
    }
  }
}

function invalidObjects(root: IConstruct): ReadonlyMap<IConstruct, readonly string[]> {
  const messages = allConstructs(root)
    .filter((construct): construct is EmittedObject => emitted.has(construct))
    .map((object): [IConstruct, readonly string[]] => [object, object.problems()]);
  return new Map(messages.filter(([, found]) => found.length > 0));
}

/**
 * Returns the map without its undefined values, or undefined if nothing is left, so that manifests don't contain empty
 * maps.
 */
export function compact<T extends object>(map: T): T | undefined {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}

/** Returns the list, or undefined if it is empty, so that manifests don't contain empty lists. */
export function nonEmpty<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : [...list];
}
