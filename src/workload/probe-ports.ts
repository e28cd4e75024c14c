import type { Container, PodSpec, Probe } from 'kubernetes-types/core/v1';
import { parseEngineFlags } from '../config/engine-flags';
import { propertyOf } from '../kubernetes/origins';
import { CONTAINER_NAME } from '../pod/engine-container';
import { METRICS_ADDRESS } from '../pod/env-rules';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import { isAtOrBelow } from '../reporting/property-path';

/** The settings of an engine that open ports, including undeclared ones. */
interface EnginePorts {
  readonly listener?: { readonly port: number };
  readonly config: { readonly data?: { readonly [file: string]: string } };
}

const PROBES = { startup: 'startupProbe', readiness: 'readinessProbe', liveness: 'livenessProbe' } as const;

/** Reports probes of a port that no container in the pod listens on. */
export function checkProbePorts(spec: PodSpec, ports: EnginePorts, problems: Problems): void {
  const open = openPorts(spec, ports);
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      for (const [kind, field] of Object.entries(PROBES)) {
        const isEngine = container.name === CONTAINER_NAME;
        const wrong = closedPort(container, container[field], isEngine ? open : undefined);
        const property = isEngine ? `probes.${kind}` : propertyOf(spec, `${list}[${index}].${field}`, []).property;
        const isReported = problems.found.some((found) => isAtOrBelow(found.property, property));
        if (wrong !== undefined && !isReported) {
          problems.add(property, { ...wrong, risk: EngineRisk.PROBE_CANNOT_WORK });
        }
      }
    }
  }
}

/** Returns the problem of a probe. `open` is undefined if the open ports of the pod aren't known. */
function closedPort(
  { ports = [] }: Container,
  probe: Probe | undefined,
  open: readonly number[] | undefined,
): { readonly wrong: string; readonly got: unknown; readonly allowed: string; readonly fix: string } | undefined {
  const { host, port } = probe?.httpGet ?? probe?.tcpSocket ?? { ...probe?.grpc, host: undefined };
  // A probe with its own `host` doesn't connect to the pod.
  if (port === undefined || host) {
    return undefined;
  }
  if (typeof port === 'string') {
    const names = ports.flatMap(({ name }) => name ?? []);
    return names.includes(port)
      ? undefined
      : {
          wrong: 'the container has no port with this name, so the probe always fails',
          got: port,
          allowed: names.length === 0 ? 'a number' : names.join(', '),
          fix: 'correct the name, or use the number',
        };
  }
  return open === undefined || open.includes(port)
    ? undefined
    : {
        wrong: 'nothing in the pod listens on this port, so the probe always fails',
        got: port,
        allowed: open.length === 0 ? 'a command' : [...new Set(open)].join(', '),
        fix: 'use EngineProbe.connect()',
      };
}

/**
 * Returns the open ports of a pod. Returns undefined if a container doesn't declare its ports, if the port for metrics
 * is in another object, or if the pod uses the host network, where other programs listen too.
 */
function openPorts(
  { containers, hostNetwork, initContainers = [] }: PodSpec,
  { config, listener }: EnginePorts,
): number[] | undefined {
  const running = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
  const engine = containers.find(({ name }) => name === CONTAINER_NAME);
  const others = running.filter((container) => container !== engine);
  const metrics = engine?.env?.find(({ name }) => name === METRICS_ADDRESS);
  const isUnknown = others.some(({ ports = [] }) => ports.length === 0) || metrics?.valueFrom !== undefined;
  if (hostNetwork === true || isUnknown) {
    return undefined;
  }
  const addresses = parseEngineFlags(engine?.args ?? []).flags.flatMap(({ value }) => value ?? []);
  const texts = [...addresses, metrics?.value ?? '', config.data?.['engine.toml'] ?? ''];
  return [
    ...running.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
    ...(listener === undefined ? [] : [listener.port]),
    ...texts.flatMap((text) => [...text.matchAll(/:(\d+)\b/g)].map(([, port]) => Number(port))),
  ];
}
