import { JsonPatch } from 'cdk8s';
import { clientPeer } from '../client/client-peer';
import type { Engine } from '../workload/engine';
import { ClaimRetention } from '../storage/cache-volume-options';
import { Problems } from '../reporting/problems';
import type { FleetMember } from './fleet-member';
import { planOf } from './member-plan';
import { RETIRED, RETIRED_FOR } from './retired-label';
import type { Retirement } from './retirement';
import { checkDnsLabel } from '../kubernetes/names';

/** Changes the objects of a member that accepts no new clients. */
export function beginRetirement(member: FleetMember, retirement: Retirement): void {
  const { engine } = member;
  const { clientNamespaces = [] } = retirement._options;
  const problems = new Problems();
  clientNamespaces.forEach((namespace, index) => {
    checkDnsLabel(problems, `retirement.clientNamespaces[${index}]`, namespace);
  });
  if (retirement._step === 'drained') {
    stop(engine, retirement._claims, problems);
  }
  problems.throwIfAny(engine.node.path, 'EngineFleet');
  // Established connections don't need the Services any more. kube-proxy removes only the rules for new ones.
  for (const service of [engine.service, engine.headlessService]) {
    service?.metadata.addAnnotation(RETIRED_FOR, retirement._successor);
    service?.addJsonPatch(JsonPatch.add(`/spec/selector/${RETIRED.replaceAll('/', '~1')}`, 'true'));
  }
  const { namespace, policy } = planOf(engine);
  if (policy.clientPeers !== undefined && engine.listenerPort !== undefined) {
    for (const clients of new Set([namespace, ...clientNamespaces])) {
      policy.addClient(clientPeer(engine, clients));
    }
  }
}

/**
 * Stops the engines of a StatefulSet or Deployment. The retention of the claims (`memberProps`) must change in the same
 * commit, because the controller adds the StatefulSet as owner of a claim only while the claim has a pod
 * (pkg/controller/statefulset/stateful_set_control.go:695, stateful_set_utils.go:342@v1.37.2).
 */
function stop(engine: Engine, whenDeleted = ClaimRetention.RETAIN, problems: Problems): void {
  const { cacheInUse, kind } = planOf(engine);
  if (kind !== 'DaemonSet') {
    engine.workload.addJsonPatch(JsonPatch.add('/spec/replicas', 0));
  }
  if (cacheInUse?.claimTemplate === undefined && whenDeleted === ClaimRetention.DELETE) {
    problems.add('retirement.claims', {
      wrong: 'the member has no claim template, so Kubernetes has no claims to delete with it',
      got: 'ClaimRetention.DELETE',
      allowed: 'ClaimRetention.RETAIN',
      fix: 'remove claims',
    });
  }
}
