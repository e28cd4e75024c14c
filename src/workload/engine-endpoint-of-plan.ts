import type { Construct } from 'constructs';
import type { EngineEndpoint, EngineListener, EngineTls } from '../client/engine-endpoint';
import { placementOfEngine } from '../client/placement';
import { CONTAINER_NAME } from '../pod/pod-template';
import type { EnginePlan } from './engine-plan';

/** The facts about an engine of this program that its clients need. */
export function endpointOf(
  scope: Construct,
  plan: EnginePlan,
  issueClient: Exclude<EngineTls['issueClient'], undefined>,
): EngineEndpoint {
  const { hostSocket, name, namespace, podTemplate, policy, problems } = plan;
  const { containers, securityContext } = podTemplate.spec;
  const container = containers.find((one) => one.name === CONTAINER_NAME)!;
  return {
    scope,
    name,
    namespace,
    version: plan.version,
    labels: plan.labels,
    podSelector: plan.selector,
    podNames: plan.podNames,
    headlessServiceName: plan.podsHaveHosts ? plan.headlessServiceName : undefined,
    perNode: plan.perNode,
    listener: listenerOf(plan, issueClient),
    hostSocket: hostSocket && {
      directory: hostSocket.path,
      group: securityContext?.runAsGroup,
      placement: placementOfEngine(podTemplate.spec),
    },
    image: container.image!,
    imagePullPolicy: container.imagePullPolicy,
    serviceAccountName: podTemplate.spec.serviceAccountName,
    warn: (warning, property, text) => problems.warn(warning, property, text),
    addIngressPeer: (peer) => policy.addClient(peer),
  };
}

function listenerOf({ listener, name }: EnginePlan, issueClient: EngineTls['issueClient']): EngineListener | undefined {
  if (listener === undefined) {
    return undefined;
  }
  const { port, service, tls } = listener;
  return {
    port,
    servicePort: service.port ?? port,
    serviceName: service.name ?? name,
    tls: tls && {
      mutual: tls.mutual,
      publicCa: tls.publicCa,
      ca: tls.serverOnlyPem?.ca,
      client: tls.certificates.client,
      issueClient: tls.certificates.clientIssuer && issueClient,
    },
  };
}
