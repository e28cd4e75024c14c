import { FindingSeverity } from '../findings/finding';
import type { DescribedEngine } from '../reading/described-engine';
import { pathOf } from '../reading/mounted-config';
import { EngineCapability } from '../version/engine-capability';
import type { Changes } from './change';
import type { ComparedEngine, Comparison } from './comparison';
import { listed } from './english';
import { enginePorts, type EnginePort } from './listening-ports';
import { difference } from './sets';
import { releaseName } from './workload-facts';

/** Reports ports and sockets of engines that are opened, closed or protected differently. */
export function reportPorts(comparison: Comparison, changes: Changes): void {
  for (const { after, before } of comparison.engines) {
    if (before !== undefined && after !== undefined) {
      const pair = { before, after };
      reportOpenPorts(pair, changes);
      reportSocket(pair, changes);
      reportEngineTls(pair, changes);
    }
  }
}

const ROOT = 'A client of an engine can do everything that root can do on the node.';

function reportOpenPorts({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [old, current] = [enginePorts(before), enginePorts(after)];
  for (const port of current) {
    const previous = old.find((one) => one.port === port.port);
    if (previous === undefined) {
      reportOpened(port, after, changes);
    } else {
      reportProtection(previous, port, changes);
    }
    if (port.hostPort !== undefined && port.hostPort !== previous?.hostPort) {
      changes.add('access-gained', ['after', port.field], {
        effect: `Port ${port.hostPort} of each node leads to an engine`,
        reasons: [
          'Clients outside the cluster can reach it, unless a firewall blocks them. Network policies may not apply.',
        ],
      });
    }
  }
  for (const port of old.filter((one) => !current.some((other) => other.port === one.port))) {
    changes.add('access-lost', ['after', after.container], {
      effect:
        port.security === 'metrics'
          ? `Port ${port.port} no longer serves metrics`
          : `Clients can no longer connect to port ${port.port}`,
      reasons: [`The port accepted ${port.security === 'metrics' ? 'scrapers' : port.security}.`],
    });
  }
}

function reportOpened(
  { field, names, port, security }: EnginePort,
  { policies }: DescribedEngine,
  changes: Changes,
): void {
  if (security === 'metrics') {
    changes.add('access-gained', ['after', field], {
      effect: `Port ${port} serves metrics`,
      reasons: ['The port also serves profiles of the process, which can contain secrets.'],
      severity: FindingSeverity.INFO,
    });
    return;
  }
  const isPlain = security !== 'mutual TLS';
  changes.add('access-gained', ['after', field], {
    effect: `Port ${port} accepts clients over ${security}`,
    reasons: [
      ...(names === undefined ? [] : [`It accepts ${certificates(names)}.`]),
      policies.length === 0
        ? 'No network policy restricts who can connect.'
        : `Network policy ${listed(policies.map(({ name }) => name))} restricts who can connect.`,
      ...(isPlain ? [ROOT] : []),
    ],
    severity: isPlain && policies.length === 0 ? FindingSeverity.ERROR : FindingSeverity.WARNING,
  });
}

/** Reports another protection of the same port. */
function reportProtection(from: EnginePort, to: EnginePort, changes: Changes): void {
  if (from.security !== to.security) {
    const isWeaker = to.security !== 'mutual TLS';
    changes.add(isWeaker ? 'access-gained' : 'access-lost', ['after', to.field], {
      effect: `Port ${to.port} changes from ${from.security} to ${to.security}`,
      reasons: [
        isWeaker
          ? `Clients no longer need a certificate. ${ROOT}`
          : 'Clients need a certificate, and the address tls://.',
      ],
      ...(isWeaker && { severity: FindingSeverity.ERROR }),
    });
    return;
  }
  const { gained, lost } = difference(from.names ?? [], to.names ?? []);
  if (to.names === undefined ? from.names !== undefined : from.names !== undefined && gained.length > 0) {
    changes.add('access-gained', ['after', to.field], {
      effect: `Port ${to.port} accepts ${to.names === undefined ? 'every client certificate of the CA' : certificates(gained)}`,
      reasons: [ROOT],
    });
  }
  if (from.names === undefined ? to.names !== undefined : to.names !== undefined && lost.length > 0) {
    changes.add('access-lost', ['after', to.field], {
      effect:
        from.names === undefined
          ? `Port ${to.port} accepts only ${certificates(to.names!)}`
          : `Port ${to.port} no longer accepts ${certificates(lost)}`,
    });
  }
}

function certificates(names: readonly string[]): string {
  return `the client certificate${names.length === 1 ? '' : 's'} of ${listed(names)}`;
}

function socketPath({ mounts: { socket } }: DescribedEngine): string | undefined {
  return socket?.volume.at('hostPath', 'path').text?.replace(/(.)\/+$/, '$1');
}

function reportSocket({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [from, to] = [socketPath(before), socketPath(after)];
  if (from === to) {
    return;
  }
  if (to !== undefined) {
    changes.add('access-gained', ['after', after.mounts.socket!.volume], {
      effect: `Pods that mount ${to} of their node can use the engine`,
      reasons: [`The socket is in this directory, and in ${pathOf(after.mounts.socket!.mount)} of the engine. ${ROOT}`],
    });
  }
  if (from !== undefined) {
    changes.add('access-lost', ['after', after.container], {
      effect: `Pods that mount ${from} of their node can no longer use the engine`,
      reasons: [
        to === undefined
          ? 'The socket is no longer on the node.'
          : `The socket moves to ${to}. Mount this directory in clients.`,
      ],
    });
  }
}

/** Reports a release whose clients can't use TLS that the engine serves itself. */
function reportEngineTls({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const works = ({ listening, version }: DescribedEngine): boolean =>
    !listening.servesTls || version.supports(EngineCapability.ENGINE_TLS);
  if (works(before) && !works(after)) {
    changes.add('clients-cut-off', ['after', after.container.at('image')], {
      effect: 'No client can connect over TLS',
      reasons: [
        `The engine serves TLS itself. Clients of ${releaseName(after)} can't connect to it, although the pods become ready. Serve TLS with a sidecar.`,
      ],
    });
  }
}
