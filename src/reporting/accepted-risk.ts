import type { EngineRisk } from './engine-risk';
import { ENGINE_RISKS, riskName } from './engine-risk';
import type { Problems } from './problems';
import { secretIn } from './secret-detection';
import { nearest } from './suggestions';

/** A risk that the user accepts, and the reason. */
export interface AcceptedRisk {
  /** The id of the risk, as shown in the error or warning. */
  readonly risk: EngineRisk;

  /**
   * The reason, for reviewers. The library writes it to the annotation `cdk8s-dagger.github.io/accepted-risks` of an
   * engine's workload, or of the objects that run an `EngineSidecar`.
   */
  readonly reason: string;

  /**
   * The only property for which the risk is accepted, such as `env.SAMPLE_TOKEN` or `probes.liveness`. Omit list
   * indexes: `sidecars.env` covers the variables of every sidecar.
   *
   * @default - every property
   */
  readonly property?: string;
}

/** The annotation that lists an engine's accepted risks on its workload. */
export const ACCEPTED_RISKS = 'cdk8s-dagger.github.io/accepted-risks';

/** An accepted risk, and its place in the program. */
export interface Acceptance extends AcceptedRisk {
  /** The place in the program, for messages. */
  readonly place: string;
  /** Whether anything in the scope has the risk. */
  used: boolean;
}

/** Returns the valid entries of `acceptRisks`, and reports the others. */
export function readAcceptances(accepted: readonly AcceptedRisk[] | undefined, problems: Problems): Acceptance[] {
  if (accepted !== undefined && !Array.isArray(accepted)) {
    problems.add('acceptRisks', {
      wrong: 'must be a list of accepted risks',
      got: accepted,
      allowed: 'a list of { risk, reason }',
      fix: "use a value such as [{ risk: EngineRisk.NFS_CACHE, reason: 'a test cluster' }]",
    });
    return [];
  }
  return (accepted ?? []).flatMap((one: AcceptedRisk, index) => {
    const place = `acceptRisks[${index}]`;
    return checkAcceptance(one, problems.at(place)) ? [{ ...one, place, used: false }] : [];
  });
}

/** Reports problems of an accepted risk. Returns whether it is valid. */
export function checkAcceptance(accepted: AcceptedRisk, problems: Problems): boolean {
  const { property, reason, risk } = (accepted ?? {}) as { readonly [key in keyof AcceptedRisk]?: unknown };
  const before = problems.found.length;
  if (typeof risk !== 'string' || !ENGINE_RISKS.includes(risk)) {
    problems.add('risk', {
      wrong: 'must be the id of a risk',
      got: risk,
      allowed: 'a member of EngineRisk',
      fix: `use ${riskName(nearest(String(risk), ENGINE_RISKS))}`,
    });
  }
  if (typeof reason !== 'string' || reason.trim() === '') {
    problems.add('reason', {
      wrong: 'must not be empty',
      got: reason,
      allowed: 'an explanation for reviewers',
      fix: 'explain why the risk is acceptable here',
    });
  } else if (secretIn(reason) !== undefined) {
    problems.add('reason', {
      wrong: `appears to contain ${secretIn(reason)}, which anyone who can read the manifest would see`,
      allowed: 'text without secrets',
      fix: 'remove the secret',
    });
  }
  if (property !== undefined && (typeof property !== 'string' || /\[\d+\]/.test(property))) {
    problems.add('property', {
      wrong: 'must be a property path without list indexes',
      got: property,
      allowed: 'property names separated by dots',
      fix: `use a value such as ${JSON.stringify(typeof property === 'string' ? withoutIndexes(property) : 'env.SAMPLE_TOKEN')}`,
    });
  }
  return problems.found.length === before;
}

/** Whether an accepted risk covers this risk on at least one of the properties. */
export function covers(accepted: AcceptedRisk, risk: string, properties: readonly string[]): boolean {
  const { property } = accepted;
  return (
    accepted.risk === risk &&
    (property === undefined || properties.some((one) => isWithin(withoutIndexes(one), property)))
  );
}

/** Whether a path is that property or a path below it. */
function isWithin(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`);
}

/** Removes list indexes from a path: `sidecars[0].env` becomes `sidecars.env`. */
function withoutIndexes(path: string): string {
  return path.replace(/\[\d+\]/g, '');
}

/** Formats an accepted risk as a line of the annotation. */
export function writeAcceptedRisk({ property, reason, risk }: AcceptedRisk): string {
  return `${risk}${property === undefined ? '' : ` (${property})`}: ${reason.trim().replace(/\s+/g, ' ')}`;
}

/** Parses the value of the annotation. Skips lines that don't describe a risk. */
export function readAcceptedRisks(text: string): AcceptedRisk[] {
  return text.split('\n').flatMap((line) => {
    const [, risk, property, reason] = /^([a-z-]+)(?: \(([^)]+)\))?: (.+)$/.exec(line.trim()) ?? [];
    return risk === undefined || reason === undefined || !ENGINE_RISKS.includes(risk)
      ? []
      : [{ risk: risk as EngineRisk, reason, ...(property !== undefined && { property }) }];
  });
}
