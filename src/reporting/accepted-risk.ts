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
   * The property to which the acceptance is limited, such as `env.SAMPLE_TOKEN` or `probes.liveness`. Omit list
   * indexes: `sidecars.env` covers the variables of every sidecar.
   *
   * @default - every property
   */
  readonly property?: string;
}

/** The annotation of a workload with the accepted risks of its engine. */
export const ACCEPTED_RISKS = 'cdk8s-dagger.github.io/accepted-risks';

/** An accepted risk of a construct. */
export interface Acceptance extends AcceptedRisk {
  /** The place in the program, for messages. */
  readonly place: string;
  /** Whether the acceptance matched anything. */
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

/** Reports an invalid acceptance. Returns whether it is valid. */
export function checkAcceptance(accepted: AcceptedRisk, problems: Problems): boolean {
  const { property, reason, risk } = (accepted ?? {}) as { readonly [key in keyof AcceptedRisk]?: unknown };
  const before = problems.found.length;
  if (typeof risk !== 'string' || !ENGINE_RISKS.includes(risk)) {
    problems.add('risk', {
      wrong: 'must be the id of a risk',
      got: risk,
      allowed: 'the members of EngineRisk',
      fix: `use ${riskName(nearest(String(risk), ENGINE_RISKS))}`,
    });
  }
  if (typeof reason !== 'string' || reason.trim() === '') {
    problems.add('reason', {
      wrong: 'must have a reason',
      got: reason,
      allowed: 'a text for reviewers',
      fix: 'explain why the risk is acceptable here',
    });
  } else if (secretIn(reason) !== undefined) {
    problems.add('reason', {
      wrong: `looks like ${secretIn(reason)}, and every reader of the manifest would see it`,
      allowed: 'a text without secrets',
      fix: 'remove the secret',
    });
  }
  if (property !== undefined && (typeof property !== 'string' || /\[\d+\]/.test(property))) {
    problems.add('property', {
      wrong: 'must be the path of a property without list indexes',
      got: property,
      allowed: 'names of properties, separated by dots',
      fix: `use a value such as ${JSON.stringify(typeof property === 'string' ? withoutIndexes(property) : 'env.SAMPLE_TOKEN')}`,
    });
  }
  return problems.found.length === before;
}

/** Whether an acceptance applies to a risk of one of these properties. */
export function covers(accepted: AcceptedRisk, risk: string, properties: readonly string[]): boolean {
  const { property } = accepted;
  return (
    accepted.risk === risk &&
    (property === undefined || properties.some((one) => isWithin(withoutIndexes(one), property)))
  );
}

/** Whether a path is that of a property or below it. */
function isWithin(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`);
}

/** Removes list indexes from a path: `sidecars[0].env` becomes `sidecars.env`. */
function withoutIndexes(path: string): string {
  return path.replace(/\[\d+\]/g, '');
}

/** Returns an accepted risk as a line of the annotation. */
export function writeAcceptedRisk({ property, reason, risk }: AcceptedRisk): string {
  return `${risk}${property === undefined ? '' : ` (${property})`}: ${reason.trim().replace(/\s+/g, ' ')}`;
}

/** Returns the accepted risks in the value of the annotation. Other lines are skipped. */
export function readAcceptedRisks(text: string): AcceptedRisk[] {
  return text.split('\n').flatMap((line) => {
    const [, risk, property, reason] = /^([a-z-]+)(?: \(([^)]+)\))?: (.+)$/.exec(line.trim()) ?? [];
    return risk === undefined || reason === undefined || !ENGINE_RISKS.includes(risk)
      ? []
      : [{ risk: risk as EngineRisk, reason, ...(property !== undefined && { property }) }];
  });
}
