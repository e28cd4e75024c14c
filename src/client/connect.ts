import type { AbstractPod } from 'cdk8s-plus-28';
import { labelOf } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import { grant } from './client-access';
import type { ConnectionOptions, ConnectOptions } from './connect-options';
import { checkAccount, checkWorkload, clientContainers, connectWorkload, isWorkload } from './connect-workload';
import { Connection } from './connection';
import type { EngineEndpoint } from './engine-endpoint';
import { planConnection, type PlannedConnection } from './plan-connection';

/** Makes the containers of a workload clients of an engine. */
export function connect(engine: EngineEndpoint, workload: AbstractPod, options: ConnectOptions): Connection {
  const problems = new Problems();
  if (!isWorkload(workload)) {
    problems.add('workload', {
      wrong: 'not a pod or workload of cdk8s-plus-28',
      got: typeof workload,
      allowed: 'a Pod, Deployment, StatefulSet, DaemonSet, Job or CronJob of cdk8s-plus-28',
      fix: 'for anything else, use engine.connection(...)',
    });
  }
  problems.throwIfAny(engine.scope.node.path, 'connect');
  const path = `${engine.scope.node.path} -> ${workload.node.path}`;
  const containers = clientContainers(workload, options.containers, problems);
  const client = {
    name: options.name ?? workload.node.id,
    namespace: workload.metadata.namespace,
    account: workload.serviceAccount?.name,
    inShell: false,
  };
  const plan = planConnection(engine, client, options, problems);
  if (plan?.access !== undefined) {
    checkAccount(workload, problems);
  }
  if (plan !== undefined) {
    checkWorkload(plan, workload, containers, problems);
  }
  const planned = agreed(engine, plan, path, problems);
  connectWorkload(planned, workload, containers);
  return Connection._of(planned);
}

/** What a client of an engine needs that is nothing of cdk8s-plus-28. */
export function connection(engine: EngineEndpoint, options: ConnectionOptions): Connection {
  const problems = new Problems();
  const { name = labelOf(`${engine.name}-client`), namespace = engine.namespace, serviceAccountName } = options;
  const plan = planConnection(
    engine,
    { name, namespace, account: serviceAccountName, inShell: true },
    options,
    problems,
  );
  return Connection._of(agreed(engine, plan, engine.scope.node.path, problems));
}

/** Has the engine admit the client, once nothing is wrong. */
function agreed(
  engine: EngineEndpoint,
  plan: PlannedConnection | undefined,
  path: string,
  problems: Problems,
): PlannedConnection {
  problems.throwIfAny(path, 'connection');
  if (plan === undefined) {
    throw new Error('unreachable: no plan without a problem');
  }
  for (const { name, property, text } of problems.cautions) {
    engine.warn(name, property, text);
  }
  if (plan.peer !== undefined) {
    engine.addIngressPeer(plan.peer);
  }
  if (plan.access !== undefined) {
    grant(engine, plan.access);
  }
  return plan;
}
