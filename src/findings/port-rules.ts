import { sessionSplits } from '../network/session-split';
import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import type { ManifestObject } from '../reading/manifest-object';
import { EngineCapability } from '../version/engine-capability';
import type { Findings } from './finding';
import { report } from './finding-kinds';

/** Reports problems with the ports of an engine, and with the Services and network policies that select it. */
export function reportPorts(engine: DescribedEngine, findings: Findings): void {
  const { container, services } = engine;
  reportOpenPorts(engine, findings);
  services.forEach((service) => reportService(service, engine, findings));
  ['startupProbe', 'readinessProbe', 'livenessProbe'].forEach((field) =>
    reportProbePort(container.at(field), engine, findings),
  );
  reportMetricsPort(engine, findings);
}

/** A port of a Service, and the port of the pods that it refers to. */
interface Target {
  readonly field: Field;
  /** The port of the pods, or undefined if the Service refers to a name that no port has. */
  readonly port: number | undefined;
}

function targetsOf({ root }: ManifestObject, { spec }: DescribedEngine): Target[] {
  const declared = ['containers', 'initContainers']
    .flatMap((list) => spec.at(list).items)
    .flatMap((container) => container.at('ports').items);
  return root
    .at('spec', 'ports')
    .items.filter((field) => (field.at('protocol').text ?? 'TCP') === 'TCP')
    .map((field) => {
      const target = field.at('targetPort').exists ? field.at('targetPort') : field.at('port');
      const named = declared.find((one) => one.at('name').text === target.text);
      return { field, port: target.number ?? named?.at('containerPort').number };
    });
}

function isHeadless({ root }: ManifestObject): boolean {
  return root.at('spec', 'clusterIP').text === 'None';
}

/** Reports ports without encryption, ports that no policy restricts, and ports that no Service refers to. */
function reportOpenPorts(engine: DescribedEngine, findings: Findings): void {
  const { container, listening, policies, services } = engine;
  const ports = container.at('ports');
  const declared = ports.items.map((port) => port.at('containerPort').number);
  const forwarded = services.flatMap((service) => targetsOf(service, engine).map(({ port }) => port));
  const place = declared.length > 0 ? ports : services.find((service) => !isHeadless(service))?.root.at('spec');
  for (const { key, port } of listening.open) {
    report(findings, 'plain-tcp', {
      key,
      why: `any client that reaches port ${port} can run privileged builds and become root on the node: the port has neither encryption nor authentication`,
    });
    if (policies.length === 0) {
      report(findings, 'no-network-policy', {
        key,
        why: `without a network policy, every pod in the cluster can reach port ${port}${outsideAccess(port, engine)}`,
      });
    }
    policies.forEach((policy) => reportOpenPolicy(policy, port, findings));
    if (place !== undefined && !declared.includes(port) && !forwarded.includes(port)) {
      report(findings, 'hidden-engine-port', {
        key: place.origin,
        why: `the engine's port ${port} isn't among these, and no Service refers to it`,
        fix: `add { name: dagger, containerPort: ${port} }`,
      });
    }
  }
}

/** The types of Services that clients outside the cluster can reach. */
const EXTERNAL_TYPES = ['LoadBalancer', 'NodePort'];

/** Returns a clause about access to a port from outside the cluster, or an empty string if there is no access. */
function outsideAccess(port: number, engine: DescribedEngine): string {
  const declared = engine.container.at('ports').items.find((one) => one.at('containerPort').number === port);
  const hostPort = declared?.at('hostPort').number;
  const type = engine.services
    .filter((service) => targetsOf(service, engine).some((target) => target.port === port))
    .map(({ root }) => root.at('spec', 'type').text)
    .find((one) => EXTERNAL_TYPES.includes(one ?? ''));
  const entrance = hostPort ? `port ${hostPort} on the node` : type && `the Service of type ${type}`;
  return entrance === undefined ? '' : `, and clients outside the cluster can reach it through ${entrance}`;
}

/** Reports a rule that has no peers or allows all addresses. */
function reportOpenPolicy({ root }: ManifestObject, port: number, findings: Findings): void {
  for (const rule of root.at('spec', 'ingress').items) {
    const peers = rule.at('from').items;
    const ports = rule.at('ports').items;
    const covers = ports.length === 0 || ports.some((one) => !one.at('port').exists || one.at('port').value === port);
    const hasAll = peers.some((peer) => ['0.0.0.0/0', '::/0'].includes(peer.at('ipBlock', 'cidr').text ?? ''));
    if (covers && (peers.length === 0 || hasAll)) {
      const why = `the rule lets every client reach port ${port}, so the policy has no effect`;
      report(findings, 'admits-everyone', { key: rule.origin, why });
    }
  }
}

/** Reports Service ports that the engine doesn't listen on, and a Service that splits the connections of a session. */
function reportService(service: ManifestObject, engine: DescribedEngine, findings: Findings): void {
  const { listening, object, several } = engine;
  const { open, others } = listening;
  const spec = service.root.at('spec');
  const targets = targetsOf(service, engine);
  const answered = [...open.map(({ port }) => port), ...(others ?? [])];
  for (const { field, port } of others === undefined ? [] : targets) {
    if (port === undefined || !answered.includes(port)) {
      report(findings, 'port-without-listener', {
        key: field.origin,
        why:
          port === undefined
            ? "the Service refers to a named port that the pods don't have"
            : `the Service refers to port ${port}, on which the engine doesn't listen`,
      });
    }
  }
  if (!isHeadless(service) && targets.some((target) => open.some(({ port }) => port === target.port))) {
    const balancing = {
      several,
      perNode: object.kind === 'DaemonSet',
      type: spec.at('type').text,
      internalTrafficPolicy: spec.at('internalTrafficPolicy').text,
    };
    for (const { fix: fixInProgram, why } of sessionSplits(balancing, spec.at('sessionAffinity').text === 'ClientIP')) {
      report(findings, 'split-sessions', { key: spec.origin, why, fixInProgram });
    }
  }
}

/** Reports a probe that sends HTTP or gRPC to the engine's port, or that connects to a closed port. */
function reportProbePort(probe: Field, { container, listening, spec }: DescribedEngine, findings: Findings): void {
  const handler = ['httpGet', 'grpc', 'tcpSocket'].find((one) => probe.at(one).exists);
  const probed = probe.at(handler ?? '', 'port');
  // A probe with its own `host` doesn't reach the pod.
  if (handler === undefined || !probed.exists || probe.at(handler, 'host').text) {
    return;
  }
  const { open, others } = listening;
  const port = probed.number ?? container.at('ports').named(probed.text)?.at('containerPort').number;
  const isEngine = open.some((address) => address.port === port);
  if (handler !== 'tcpSocket' && isEngine) {
    report(findings, 'probe-cannot-work', {
      key: probe.origin,
      why: `on port ${port}, the engine answers HTTP and gRPC probes with status 500, because they lack client metadata`,
    });
    // On the host network, a process outside the pod can answer.
  } else if (!isEngine && spec.at('hostNetwork').value !== true && others !== undefined && !others.includes(port!)) {
    report(findings, 'probe-cannot-work', {
      key: probe.origin,
      why:
        port === undefined
          ? `the container has no port ${JSON.stringify(probed.value)}`
          : `nothing in the pod listens on port ${port}`,
    });
  }
}

/** Reports metrics on a port that the engine uses for clients. */
function reportMetricsPort({ listening, version }: DescribedEngine, findings: Findings): void {
  const { addresses, metrics } = listening;
  if (version.supports(EngineCapability.METRICS) && addresses.some(({ port }) => port === metrics?.port)) {
    report(findings, 'port-bound-twice', {
      key: metrics!.field.origin,
      why: `the engine already listens on port ${metrics!.port} for clients`,
      fix: 'choose another port for the metrics',
    });
  }
}
