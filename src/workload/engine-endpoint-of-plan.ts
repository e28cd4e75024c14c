import type { Construct } from 'constructs';
import type { EngineEndpoint, EngineListener } from '../client/engine-endpoint';
import { isCritical, placementOfEngine } from '../client/placement';
import { IssuedClients } from '../network/issue-client';
import { CONTAINER_NAME } from '../pod/engine-container';
import type { EnginePlan } from './engine-plan';

/** Returns the endpoint of an engine in this program. */
export function endpointOf(scope: Construct, plan: EnginePlan): EngineEndpoint {
  const { hostSocket, name, namespace, podTemplate, policy, problems } = plan;
  const { containers, serviceAccountName } = podTemplate.spec;
  const container = containers.find((one) => one.name === CONTAINER_NAME)!;
  const listener = listenerOf(plan);
  const issued = new IssuedClients(scope, { name, namespace, labels: plan.labels, listener }, plan.clientCertificates);
  return {
    scope,
    name,
    namespace,
    version: plan.version,
    labels: plan.labels,
    podSelector: plan.selector,
    podNames: plan.podNames,
    alwaysRunningPods: plan.alwaysRunningPods,
    headlessServiceName: plan.podsHaveHosts ? plan.headlessServiceName : undefined,
    perNode: plan.perNode,
    listener,
    hostSocket: hostSocket && {
      directory: hostSocket.path,
      socketGroup: plan.socketGroup,
      placement: placementOfEngine(podTemplate.spec),
      isCritical: isCritical(podTemplate.spec),
    },
    image: container.image!,
    imagePullPolicy: container.imagePullPolicy,
    serviceAccountName,
    issueClient: (client, options) => issued.issue(client, options),
    useCertificate: ({ namespace: own, secret }, namespace) =>
      plan.clientCertificates.add({ secret, namespace: own ?? namespace }),
    warn: (...warning) => problems.warn(...warning),
    admit: (peer) => policy.addClient(peer),
  };
}

function listenerOf({ listener, name }: EnginePlan): EngineListener | undefined {
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
      allowedClients: tls.allowedClients,
      clientIssuer: tls.certificates.clientIssuer,
      clientIssuerDuration: tls.certificates.clientIssuerDuration,
      clientOptions: tls.certificates.clientOptions,
    },
  };
}
