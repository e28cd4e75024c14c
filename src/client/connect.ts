import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { clusterOf } from '../kubernetes/cluster';
import { labelOf } from '../kubernetes/names';
import { stateOf } from '../reporting/construct-state';
import { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { place, type Client } from './client';
import { checkAcceptsClients } from './closed-engine';
import { checkAccount, grant } from './client-access';
import type { AddClientOptions, ConnectOptions } from './client-options';
import { connectPod, type RenderedObject } from './connected-pod';
import { Connection } from './connection';
import type { EngineEndpoint } from './engine-endpoint';
import { findPod } from './find-pod';
import { warnAboutPriority } from './placement';
import { planConnection, type PlannedConnection } from './connection-additions';
import type { PodAdditions } from './pod-additions';
import { checkPodSecurity } from './pod-security';
import { podTemplateAt } from './pod-template-path';

/** Connects the pod of a construct to an engine. The library changes the pod at synth. */
export function connect(engine: EngineEndpoint, construct: IConstruct, options: ConnectOptions): Connection {
  const enginePath = engine.scope.node.path;
  const { object, path } = findPod(engine, construct, options.podTemplatePath);
  const { namespace } = object.metadata;
  const client = {
    name: options.name ?? construct.node.id,
    namespace,
    isPod: true,
    chart: chartElsewhere(engine, object, namespace),
  };
  const plan = admit(engine, client, options, {
    method: 'connect',
    title: `${enginePath} -> ${construct.node.path}`,
    account: () => podTemplateAt(object.toJson() as object, path)?.spec?.serviceAccountName,
  });
  if (plan.runnerHost.startsWith('tls://') && options.certificate === undefined && options.name === undefined) {
    warnAboutSharedIdentity(engine, construct, client);
  }
  connectPod(object, construct, {
    warnsFor: engine.scope,
    engine: enginePath,
    method: 'connect',
    podTemplatePath: path,
    containers: options.containers,
    additions: (template, rendered, problems) => {
      checkPlace(engine, construct, { client, rendered }, problems);
      return additionsTo(engine, client, { plan, spec: template.spec! }, problems);
    },
  });
  checkPodSecurity(construct, client.namespace, plan.additions);
  return Connection._of(plan);
}

/**
 * Returns the chart of a client that is in another chart and another namespace than the engine. The client's Certificate
 * belongs there: in the engine's file, it could not be applied before the client's namespace exists.
 */
function chartElsewhere(engine: EngineEndpoint, client: IConstruct, namespace: string | undefined): Chart | undefined {
  const chart = Chart.of(client);
  return namespace === engine.namespace || chart === Chart.of(engine.scope) ? undefined : chart;
}

/** Warns about two clients that share a certificate because their constructs have the same id and namespace. */
function warnAboutSharedIdentity(engine: EngineEndpoint, construct: IConstruct, { name, namespace }: Client): void {
  const { mutual, client } = engine.listener?.tls ?? {};
  if (mutual !== true || client !== undefined) {
    return;
  }
  const clients = stateOf<Map<string, IConstruct>>(engine.scope, 'issued-clients', () => new Map());
  const key = JSON.stringify([namespace, name]);
  const other = clients.get(key) ?? construct;
  clients.set(key, other);
  if (other !== construct) {
    engine.warn(
      EngineRisk.SHARED_IDENTITY,
      'connect',
      `${other.node.path} and ${construct.node.path} have the same client name, ${JSON.stringify(name)}, so they use the same certificate, and the engine can't tell them apart`,
      'set name',
    );
  }
}

/** Adds a client that is not a construct. */
export function addClient(engine: EngineEndpoint, options: AddClientOptions): Connection {
  const { name = labelOf(`${engine.name}-client`), namespace = engine.namespace, serviceAccountName } = options;
  const client = { name, namespace, account: serviceAccountName, isPod: false };
  return Connection._of(
    admit(engine, client, options, {
      method: 'addClient',
      title: engine.scope.node.path,
      account: serviceAccountName === undefined ? undefined : () => serviceAccountName,
    }),
  );
}

interface ClientOrigin {
  /** The method that the user called, for messages. */
  readonly method: string;
  /** The construct paths in the title of an error. */
  readonly title: string;
  /** Returns the service account of the client, or undefined if it has none. The library calls it at synth. */
  readonly account: (() => string | undefined) | undefined;
}

/** Plans a connection, and gives the client access to the engine. Throws one error with all problems. */
function admit(
  engine: EngineEndpoint,
  client: Client,
  options: ConnectOptions,
  { account, method, title }: ClientOrigin,
): PlannedConnection {
  const problems = new Problems();
  checkAcceptsClients(engine.scope, problems);
  const plan = planConnection(engine, client, options, problems);
  problems.throwIfAny(title, method);
  if (plan === undefined) {
    throw new Error('unreachable: no plan without a problem');
  }
  for (const { fix, name, property, text } of problems.cautions) {
    engine.warn(name, property, text, fix);
  }
  if (plan.peer !== undefined) {
    engine.admit(plan.peer);
  }
  if (plan.access !== undefined && account !== undefined) {
    grant(engine, plan.access, { client, account, scope: options.scope });
  }
  return plan;
}

interface ClientObject {
  readonly client: Client;
  readonly rendered: RenderedObject;
}

/**
 * Reports a client that isn't in the engine's cluster, or that isn't in the namespace that the connection was planned
 * for.
 */
function checkPlace(
  engine: EngineEndpoint,
  construct: IConstruct,
  { client, rendered }: ClientObject,
  problems: Problems,
): void {
  const [cluster, other] = [clusterOf(engine.scope), clusterOf(construct)];
  if (cluster !== other) {
    problems.add('construct', {
      wrong: 'the engine and the client are in different clusters',
      got: other.node.path,
      allowed: `the engine's cluster, ${cluster.node.path === '' ? 'which is the app without separate clusters' : cluster.node.path}`,
      fix: 'use an engine in the cluster of the client',
    });
  }
  const { namespace } = rendered.metadata ?? {};
  if (namespace !== client.namespace) {
    problems.add('namespace', {
      wrong: `the client was connected in ${place(client.namespace)}, but a patch moves it to a different namespace`,
      got: namespace,
      allowed: place(client.namespace),
      fix: 'set the namespace on the object or on its chart instead',
    });
  }
}

/** Returns the additions to a rendered pod. */
function additionsTo(
  engine: EngineEndpoint,
  client: Client,
  { plan, spec }: { readonly plan: PlannedConnection; readonly spec: PodSpec },
  problems: Problems,
): PodAdditions {
  if (plan.peer !== undefined && spec.hostNetwork === true) {
    problems.warn(
      EngineRisk.CLIENT_NOT_ADMITTED,
      'connect',
      `the client ${JSON.stringify(client.name)} runs on the network of its node, where the network policy can't match its labels`,
      'allow the addresses of its nodes with allowFrom(NetworkPeer.cidr(...))',
    );
  }
  const pod = `the client ${JSON.stringify(client.name)}`;
  warnAboutPriority(spec, plan.additions, { pod, property: 'connect' }, problems);
  if (plan.access === undefined) {
    return plan.additions;
  }
  checkAccount(engine, client, spec.serviceAccountName, problems.at('spec'));
  return { ...plan.additions, needsToken: true, serviceAccountName: spec.serviceAccountName };
}
