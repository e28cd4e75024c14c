import { covers, type AcceptedRisk } from '../reporting/accepted-risk';
import { redact } from '../reporting/secret-detection';

/** How bad a finding is. */
export enum FindingSeverity {
  /** It doesn't work, or it destroys data or opens the node. */
  ERROR = 'error',
  /** It works until it doesn't. */
  WARNING = 'warning',
  /** It can be tidied up. */
  INFO = 'info',
}

/** Something wrong or risky in what an engine is told. */
export interface Finding {
  /** What silences it, such as `short-probe-grace`. */
  readonly name: string;

  /** How bad it is. */
  readonly severity: FindingSeverity;

  /** Where it is: a key of values.yaml, or the object and the field of a manifest. */
  readonly key: string;

  /** What is wrong, and why. */
  readonly why: string;

  /**
   * Where that is known from.
   *
   * @default - from what is said in `why`
   */
  readonly source?: string;

  /**
   * The property of the constructs that mends it, such as `probes.liveness`.
   *
   * @default - none: it is mended where it is written
   */
  readonly property?: string;

  /** What to do. */
  readonly fix: string;
}

const ORDER = [FindingSeverity.INFO, FindingSeverity.WARNING, FindingSeverity.ERROR];

/** Whether a severity is as bad as another one, or worse. */
export function isAtLeast(severity: FindingSeverity, other: FindingSeverity): boolean {
  return ORDER.indexOf(severity) >= ORDER.indexOf(other);
}

/** What is known of a kind of finding wherever it is found. */
export interface FindingKind {
  readonly severity: FindingSeverity;
  /** How bad it is at its worst, where that depends on what is there. */
  readonly worst?: FindingSeverity;
  /** What it is about, for a list of all. */
  readonly title: string;
  readonly source?: string;
  readonly property?: string;
}

/** What the constructs find, by what else says the same at the same place, and knows more of what is around the engine. */
const SAID_BY: { readonly [name: string]: readonly string[] } = {
  // Of a token that the engine ignores, the text is worse. With two fixes, one would contradict the other.
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
