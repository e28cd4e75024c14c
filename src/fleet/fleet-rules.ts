import { Problems } from '../reporting/problems';
import type { FleetMember } from './fleet-member';
import { planOf } from './member-plan';
import type { Members } from './members';
import { nodeConflicts } from './node-resources';
import { crossedBoundaries, type Bound, type RenderedWorkload } from './trust-boundaries';

/** Compares the members of a fleet at synth, and returns the problems. */
export function checkFleet(members: Members): readonly string[] {
  const problems = new Problems();
  for (const member of members.all) {
    checkSuccessor(member, members, problems.at(`members[${JSON.stringify(member.key)}]`));
  }
  const planned = members.all.map(({ engine, key }) => ({ key, plan: planOf(engine) }));
  for (const { engines, resource } of nodeConflicts(planned)) {
    const [first, second] = engines;
    problems.add(`members[${JSON.stringify(second!.key)}]`, {
      wrong: `needs the ${resource}, and so does the member ${JSON.stringify(first!.key)}, but only one engine on a node can use it`,
      allowed: 'members on different nodes, or with different ports and networks',
      fix: 'give each member an architecture, or a topology with a nodeSelector that has the same labels but other values',
    });
  }
  checkTrust(members, problems);
  return problems.messages;
}

/** The values that an untrusted member may have instead of one that it shares with trusted members. */
const SEPARATE: { readonly [property: string]: { readonly allowed: string; readonly fix: string } } = {
  cache: {
    allowed: 'volumes without a source, or a source that no trusted member uses',
    fix: 'give the member its own topology without seed and dataSource',
  },
  'listener.certificates': {
    allowed: 'a CA for each trust level',
    fix: 'use Certificates.privateCa(), or give the member its own topology',
  },
  serviceAccount: {
    allowed: 'a service account for each trust level',
    fix: 'give the member its own topology or namespace',
  },
};

/** Reports what untrusted members share with trusted ones. */
function checkTrust({ all }: Members, problems: Problems): void {
  const untrusted = all.filter(({ isTrusted }) => !isTrusted);
  if (untrusted.length === 0 || untrusted.length === all.length) {
    return;
  }
  const [trusted, others] = [all.filter(({ isTrusted }) => isTrusted), untrusted].map((list) => list.map(rendered));
  for (const { property, text, ...crossed } of crossedBoundaries(trusted!, others!)) {
    problems.at(`members[${JSON.stringify(crossed.untrusted)}]`).add(property, {
      wrong: `an untrusted member must not use ${text}, which the trusted member ${JSON.stringify(crossed.trusted)} uses`,
      ...SEPARATE[property]!,
    });
  }
}

function rendered({ engine, key }: FleetMember): Bound {
  return { key, plan: planOf(engine), workload: engine.workload.toJson() as RenderedWorkload };
}

function checkSuccessor(
  { _options: { retirement }, isTrusted, key }: FleetMember,
  members: Members,
  problems: Problems,
): void {
  if (retirement === undefined) {
    return;
  }
  const successor = members.get(retirement._successor);
  const wrong =
    successor === undefined
      ? 'the fleet has no member with this key'
      : successor.key === key
        ? 'must be another member'
        : successor.isRetiring
          ? 'is being retired, too'
          : successor.isTrusted !== isTrusted
            ? 'has another trust level'
            : undefined;
  if (wrong !== undefined) {
    problems.add('retirement.successor', {
      wrong,
      got: retirement._successor,
      allowed: `${isTrusted ? 'a trusted' : 'an untrusted'} member that is not being retired`,
      fix: successor === undefined ? 'add the member, or name another one' : 'name another member',
    });
  }
}
