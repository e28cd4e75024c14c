import { Problems } from '../reporting/problems';
import type { FleetMember } from './fleet-member';
import { planOf } from './member-plan';
import type { Members } from './members';
import { nodeConflicts } from './node-resources';
import { crossedBoundaries } from './trust-boundaries';
import type { EnginePlan } from '../workload/engine-plan';

interface Planned {
  readonly key: string;
  readonly plan: EnginePlan;
}

/** Compares the members of a fleet at synth, and returns the problems. */
export function checkFleet(members: Members): readonly string[] {
  const problems = new Problems();
  for (const member of members.all) {
    checkSuccessor(member, members, problems.at(`members[${JSON.stringify(member.key)}]`));
  }
  const planned = (of: readonly FleetMember[]): Planned[] =>
    of.map(({ engine, key }) => ({ key, plan: planOf(engine) }));
  for (const { engines, resource } of nodeConflicts(planned(members.all))) {
    const [first, second] = engines;
    problems.add(`members[${JSON.stringify(second!.key)}]`, {
      wrong: `needs the ${resource}, and so does the member ${JSON.stringify(first!.key)}, but only one engine on a node can use it`,
      allowed: 'members on different nodes, or with different ports and networks',
      fix: 'give each member an architecture, or a topology with a nodeSelector that has the same labels but other values',
    });
  }
  const [trusted, untrusted] = [true, false].map((isTrusted) =>
    planned(members.all.filter((member) => member.isTrusted === isTrusted)),
  );
  for (const { property, text, ...crossed } of crossedBoundaries(trusted!, untrusted!)) {
    problems.at(`members[${JSON.stringify(crossed.untrusted)}]`).add(property, {
      wrong: `an untrusted member must not use ${text}, which the trusted member ${JSON.stringify(crossed.trusted)} uses`,
      allowed: property === 'serviceAccount' ? 'a service account for each trust level' : 'a CA for each trust level',
      fix:
        property === 'serviceAccount'
          ? 'give the member its own topology or namespace'
          : 'use Certificates.privateCa(), or give the member its own topology',
    });
  }
  return problems.messages;
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
