import type { FindingSeverity } from '../findings/finding';
import { redact } from '../reporting/secret-detection';
import type { DocumentPlace, Inventory } from '../reading/inventory';
import type { Field } from '../reading/field';
import { CHANGE_KINDS, type ChangeName } from './change-kinds';

/** The manifests that contain the location of a statement. */
export type Side = 'after' | 'before';

/** The text of a statement. */
export interface Statement {
  /** The effect, as one sentence without a final period. */
  readonly effect: string;
  /** The reasons and details, as sentences with a final period. */
  readonly reasons?: readonly string[];
  /** The commands that help, in order. */
  readonly commands?: readonly string[];
  /** The severity, if it isn't the usual one of the kind. */
  readonly severity?: FindingSeverity;
}

/** A statement about the effect of a change to manifests. */
export interface Change {
  /** The name of the kind of change, such as `cache-wiped`. */
  readonly name: ChangeName;
  readonly severity: FindingSeverity;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  };
  readonly side: Side;
  /** The document that contains the object, and the object's path in it. */
  readonly document: DocumentPlace;
  /** The path of the field that causes the effect, in the object. */
  readonly key: string;
  readonly effect: string;
  readonly reasons: readonly string[];
  readonly commands: readonly string[];
}

/** Collects statements. */
export class Changes {
  public readonly all: Change[] = [];

  public constructor(private readonly inventories: { readonly [side in Side]: Inventory }) {}

  /** Adds a statement about a field in the manifests before or after the change. */
  public add(name: ChangeName, [side, field]: readonly [Side, Field], statement: Statement): void {
    const { commands = [], effect, reasons = [], severity = CHANGE_KINDS[name].severity } = statement;
    const { document, object, path } = this.inventories[side].locate(field.origin);
    const { apiVersion, kind, name: objectName, namespace } = object;
    this.all.push({
      name,
      severity,
      object: { apiVersion, kind, ...(namespace !== undefined && { namespace }), name: objectName },
      side,
      document,
      key: path,
      effect: redact(effect),
      reasons: reasons.map(redact),
      commands,
    });
  }
}
