import { covers, type AcceptedRisk } from '../reporting/accepted-risk';
import { redact } from '../reporting/secret-detection';

/** The severity of a finding. */
export enum FindingSeverity {
  /** The engine doesn't work, loses data or exposes its node. */
  ERROR = 'error',
  /** The engine works, but the setting can cause a failure later. */
  WARNING = 'warning',
  /** The setting is harmless and can be cleaned up. */
  INFO = 'info',
}

/** A mistake or a risk in the configuration of an engine. */
export interface Finding {
  /** The name of the kind of finding, such as `short-probe-grace`. */
  readonly name: string;

  /** The severity of the finding. */
  readonly severity: FindingSeverity;

  /** The location: a key of values.yaml, or the path of a field in a manifest. */
  readonly key: string;

  /** The explanation of the problem. */
  readonly why: string;

  /**
   * The source of the fact behind the finding: a file, an issue or a page of documentation.
   *
   * @default - none
   */
  readonly source?: string;

  /**
   * The property of an engine construct that fixes the problem, such as `probes.liveness`.
   *
   * @default - none
   */
  readonly property?: string;

  /** The instruction that fixes the problem in values or manifests. */
  readonly fix: string;

  /**
   * The instruction that fixes the problem in a program.
   *
   * @default - none
   */
  readonly fixInProgram?: string;
}

const ORDER = [FindingSeverity.INFO, FindingSeverity.WARNING, FindingSeverity.ERROR];

/** Whether a severity is as bad as another one, or worse. */
export function isAtLeast(severity: FindingSeverity, other: FindingSeverity): boolean {
  return ORDER.indexOf(severity) >= ORDER.indexOf(other);
}

/** A kind of finding, with the fields that all findings of this kind share. */
export interface FindingKind {
  readonly severity: FindingSeverity;
  /** The highest severity, if the severity depends on the case. */
  readonly worst?: FindingSeverity;
  /** The description for the list of findings. */
  readonly title: string;
  readonly source?: string;
  /** The property of an engine construct that fixes the problem. */
  readonly property?: string;
  /** The fix in a manifest, or undefined if it depends on the case. */
  readonly fix?: string;
}

/**
 * Maps each finding of the constructs to the findings of rules that replace it. Rules are more precise, because they
 * compare several engines.
 */
const REPLACED_BY: { readonly [name: string]: readonly string[] } = {
  // If the engine ignores a token, its plain text is the worse problem. The fixes of both findings would conflict.
  'ignored-by-engine': ['secret-in-plain-text'],
  'magicache-removed': ['secret-in-plain-text'],
  'moving-image': ['moving-image'],
  'no-network-policy': ['no-network-policy'],
  'probe-cannot-work': ['probe-cannot-work'],
  'secret-in-plain-text': ['secret-in-plain-text'],
};

/** A list of findings without duplicates. */
export class Findings {
  public constructor(
    private readonly accepted: readonly AcceptedRisk[] = [],
    private readonly found = new Map<string, Finding>(),
    /** The keys and names of the findings. */
    private readonly known = new Set<string>(),
  ) {}

  /** Returns a view of the same list that drops accepted findings when they are added. */
  public accepting(accepted: readonly AcceptedRisk[]): Findings {
    return new Findings(accepted, this.found, this.known);
  }

  public add(finding: Finding): void {
    const { key, name, property } = finding;
    // The key of a finding in manifests starts with the index of the object, which accepted risks don't contain.
    const path = key.replace(/^\d+ /, '');
    if (this.accepted.some((one) => covers(one, name, property === undefined ? [path] : [path, property]))) {
      return;
    }
    const shown = { ...finding, why: redact(finding.why) };
    const identity = JSON.stringify([shown.name, shown.key, shown.why]);
    this.found.set(identity, this.found.get(identity) ?? shown);
    this.known.add(JSON.stringify([shown.key, shown.name]));
  }

  /** Adds findings of the constructs, unless a finding of a rule replaces them. */
  public addAll(ofConstructs: readonly Finding[]): void {
    // An accepted finding isn't in the list, but also replaces others.
    const passed = new Set<string>();
    for (const finding of ofConstructs) {
      const rules = (REPLACED_BY[finding.name] ?? []).map((name) => JSON.stringify([finding.key, name]));
      if (!rules.some((rule) => this.known.has(rule) || passed.has(rule))) {
        this.add(finding);
        passed.add(JSON.stringify([finding.key, finding.name]));
      }
    }
  }

  /** The findings, the worst first. Findings with the same severity are in the order that they were added. */
  public get all(): Finding[] {
    return [...this.found.values()].sort((a, b) => ORDER.indexOf(b.severity) - ORDER.indexOf(a.severity));
  }
}
