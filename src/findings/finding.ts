import { covers, type AcceptedRisk } from '../reporting/accepted-risk';
import { redact } from '../reporting/secret-detection';

/** The severity of a finding. */
export enum FindingSeverity {
  /** It doesn't work, or it destroys data or opens the node. */
  ERROR = 'error',
  /** It works until it doesn't. */
  WARNING = 'warning',
  /** It can be tidied up. */
  INFO = 'info',
}

/** A mistake or a risk in the configuration of an engine. */
export interface Finding {
  /** The name, such as `short-probe-grace`. */
  readonly name: string;

  /** The severity. */
  readonly severity: FindingSeverity;

  /** The location: a key of values.yaml, or the object and the field of a manifest. */
  readonly key: string;

  /** The reason. */
  readonly why: string;

  /**
   * The source of the fact.
   *
   * @default - from what is said in `why`
   */
  readonly source?: string;

  /**
   * The property of the constructs that fixes it, such as `probes.liveness`.
   *
   * @default - none
   */
  readonly property?: string;

  /** The fix. */
  readonly fix: string;
}

const ORDER = [FindingSeverity.INFO, FindingSeverity.WARNING, FindingSeverity.ERROR];

/** Whether a severity is as bad as another one, or worse. */
export function isAtLeast(severity: FindingSeverity, other: FindingSeverity): boolean {
  return ORDER.indexOf(severity) >= ORDER.indexOf(other);
}

/** The facts about a kind of finding. */
export interface FindingKind {
  readonly severity: FindingSeverity;
  /** The highest severity, if the severity depends on the case. */
  readonly worst?: FindingSeverity;
  /** The description for the list of findings. */
  readonly title: string;
  readonly source?: string;
  /** The property of the constructs that fixes it. */
  readonly property?: string;
  /** The fix for people who edit a manifest; undefined if it depends on the case. */
  readonly fix?: string;
}

/** Findings of the constructs, by the finding that replaces them because it takes the engine's environment into account. */
const SAID_BY: { readonly [name: string]: readonly string[] } = {
  // For a token that the engine ignores, the plain text is the worse problem. Fixes of two findings would conflict.
  'ignored-by-engine': ['magicache-removed', 'secret-in-plain-text'],
  'moving-image': ['moving-image'],
  'no-network-policy': ['no-network-policy'],
  'probe-cannot-work': ['probe-cannot-work'],
};

/** Gathers findings, each once. */
export class Findings {
  public constructor(
    private readonly accepted: readonly AcceptedRisk[] = [],
    private readonly found = new Map<string, Finding>(),
  ) {}

  /** The same list, without what is accepted. */
  public accepting(accepted: readonly AcceptedRisk[]): Findings {
    return new Findings(accepted, this.found);
  }

  public add(finding: Finding): void {
    const { key, name, property } = finding;
    if (this.accepted.some((one) => covers(one, name, property === undefined ? [key] : [key, property]))) {
      return;
    }
    const shown = { ...finding, why: redact(finding.why) };
    const identity = JSON.stringify([shown.name, shown.key, shown.why]);
    this.found.set(identity, this.found.get(identity) ?? shown);
  }

  /** Adds findings of the constructs, except those that a finding with more context covers. */
  public addAll(ofConstructs: readonly Finding[]): void {
    const known = new Set([...this.found.values()].map(({ key, name }) => JSON.stringify([key, name])));
    for (const finding of ofConstructs) {
      if (!SAID_BY[finding.name]?.some((name) => known.has(JSON.stringify([finding.key, name])))) {
        this.add(finding);
        known.add(JSON.stringify([finding.key, finding.name]));
      }
    }
  }

  /** The worst first, otherwise in the order in which they were found. */
  public get all(): Finding[] {
    return [...this.found.values()].sort((a, b) => ORDER.indexOf(b.severity) - ORDER.indexOf(a.severity));
  }
}
