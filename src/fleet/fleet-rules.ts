import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1';
import { clusterOf } from '../kubernetes/cluster';
import { allConstructs } from '../reporting/app-checks';
import { EngineRisk } from '../reporting/engine-risk';
import { Problems } from '../reporting/problems';
import { printWarnings } from '../reporting/synth-report';
import type { FleetMember } from './fleet-member';
import { planOf } from './member-plan';
import { ARCHITECTURE } from './member-props';
import { mixedNodes } from './untrusted-nodes';
import type { Members } from './members';
import { nodeConflicts } from './node-resources';
import { crossedBoundaries, type Bound, type FindClaim, type RenderedWorkload } from './trust-boundaries';

/** Compares the members of a fleet at synth, and returns the problems. */
export function checkFleet(members: Members): readonly string[] {
  const problems = new Problems();
  for (const member of members.all) {
    checkSuccessor(member, members, problems.at(`members[${JSON.stringify(member.key)}]`));
  }
  const planned = members.all.map(({ engine, key }) => ({ key, placement: planOf(engine) }));
  for (const { engine, first, resource } of nodeConflicts(planned)) {
    problems.add(`members[${JSON.stringify(engine.key)}]`, {
      wrong: `needs the ${resource}, and so does the member ${JSON.stringify(first.key)}, but only one engine on a node can use it`,
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
  warnAboutNodes(all);
  const [trusted, others] = [all.filter(({ isTrusted }) => isTrusted), untrusted].map((list) => list.map(rendered));
  for (const { property, text, ...crossed } of crossedBoundaries(
    trusted!,
    others!,
    claimFinder(untrusted[0]!.engine),
  )) {
    const other = `the trusted member ${JSON.stringify(crossed.trusted)}`;
    const at = problems.at(`members[${JSON.stringify(crossed.untrusted)}]`);
    if (crossed.isTrustedCopy) {
      at.add(property, {
        wrong: `${other} starts from a copy of ${text}, which builds of this untrusted member can change`,
        allowed: 'a source that no untrusted member uses',
        fix: 'give the trusted member another source, such as a CacheSeed',
      });
    } else {
      const { allowed, fix } = SEPARATE[property]!;
      at.add(property, { wrong: `an untrusted member must not use ${text}, which ${other} uses`, allowed, fix });
    }
  }
}

/** Returns a function that finds the claims that the app creates in the cluster of a construct. */
function claimFinder(scope: IConstruct): FindClaim {
  const cluster = clusterOf(scope);
  const keyOf = (namespace: string | undefined, name: string): string => JSON.stringify([namespace ?? '', name]);
  const claims = new Map(
    allConstructs(scope)
      .filter((one) => ApiObject.isApiObject(one))
      .filter((one) => one.kind === 'PersistentVolumeClaim' && clusterOf(one) === cluster)
      .map((one) => [keyOf(one.metadata.namespace, one.name), one]),
  );
  return (namespace, name) => {
    const found = claims.get(keyOf(namespace, name))?.toJson() as
      { readonly spec?: PersistentVolumeClaimSpec } | undefined;
    return found?.spec;
  };
}

/** Warns about untrusted members that may run on the node of a trusted one. Drained members have no pods. */
function warnAboutNodes(all: readonly FleetMember[]): void {
  const running = all.filter(({ _options: { retirement } }) => retirement?._step !== 'drained');
  const [trusted, untrusted] = [true, false].map((isTrusted) =>
    running
      .filter((member) => member.isTrusted === isTrusted)
      .map(({ engine, key }) => ({ key, plan: planOf(engine), engine })),
  );
  const engines = new Map(untrusted!.map(({ engine, key }) => [key, engine]));
  for (const { trusted: other, untrusted: key } of mixedNodes(trusted!, untrusted!)) {
    const problems = new Problems();
    problems.warn(
      EngineRisk.UNTRUSTED_ON_SHARED_NODE,
      'nodeSelector',
      `the pods of this untrusted member and of the trusted member ${JSON.stringify(other)} may run on the same node, and a build that escapes from its container controls the node`,
      'run the member on separate nodes with a taint: give its topology nodes, or a nodeSelector and tolerations',
    );
    printWarnings(engines.get(key)!, problems.cautions);
  }
}

function rendered({ engine, key }: FleetMember): Bound {
  return { key, plan: planOf(engine), workload: engine.workload.toJson() as RenderedWorkload };
}

function checkSuccessor(member: FleetMember, members: Members, problems: Problems): void {
  const {
    _options: { retirement },
    isTrusted,
    key,
  } = member;
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
  } else {
    warnAboutSuccessor(member, successor!);
  }
}

/** Warns about a successor that rejects the clients of a retiring member, or that builds for another platform. */
function warnAboutSuccessor({ engine, version }: FleetMember, successor: FleetMember): void {
  const problems = new Problems();
  const warn = (text: string, fix: string): void =>
    problems.warn(EngineRisk.UNSUITABLE_SUCCESSOR, 'retirement.successor', text, fix);
  const rejection = successor.version._rejectionOf(version);
  if (rejection !== undefined) {
    warn(
      `clients of the release ${version.tag} can't move to ${JSON.stringify(successor.key)}: ${rejection}`,
      'choose a successor that accepts them, or upgrade the clients in the same commit',
    );
  }
  const [own, other] = [engine, successor.engine].map(
    (one) => planOf(one).podTemplate.spec.nodeSelector?.[ARCHITECTURE],
  );
  if (own !== undefined && other !== undefined && own !== other) {
    warn(
      `${JSON.stringify(successor.key)} runs on ${other}, and this member on ${own}, so builds without a platform produce images for another architecture`,
      `choose a successor that runs on ${own}`,
    );
  }
  printWarnings(engine, problems.cautions);
}
