import { isCritical } from '../client/placement';
import { enginesOf, podOf } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { pathOf } from '../reading/mounted-config';
import { acceptedBy } from './accepted';
import type { Findings } from './finding';
import { report } from './finding-kinds';

const SOCKET_DIRECTORIES = ['/run/buildkit', '/run/dagger'];

/** A hostPath volume that a container mounts in a socket directory. */
interface SocketVolume {
  readonly object: ManifestObject;
  readonly spec: Field;
  readonly volume: Field;
  readonly directory: string;
}

/** Reports clients that mount a directory without a socket, and clients that stop after their engine. */
export function reportClients({ objects }: Inventory, findings: Findings): void {
  const clients: SocketVolume[] = [];
  const sockets: SocketVolume[] = [];
  for (const object of objects) {
    const spec = podOf(object)?.at('spec');
    const engines = enginesOf(object).map(({ container }) => container);
    const containers = [...(spec?.at('containers').items ?? []), ...(spec?.at('initContainers').items ?? [])];
    const volumes = (engines.length > 0 ? engines : containers)
      .flatMap((container) => socketVolumes(container, spec!.at('volumes')))
      .map((volume) => ({ object, spec: spec!, volume, directory: directoryOf(volume) }));
    (engines.length > 0 ? sockets : clients).push(...volumes);
  }
  for (const client of sockets.length === 0 ? [] : clients) {
    const engines = sockets.filter(({ directory }) => directory === client.directory);
    if (engines.length === 0) {
      reportDirectory(client, sockets, findings);
    } else {
      reportPriority(client, engines, findings);
    }
  }
}

/** Reports a client that mounts a node directory that contains no engine's socket. */
function reportDirectory(
  { directory, volume }: SocketVolume,
  sockets: readonly SocketVolume[],
  findings: Findings,
): void {
  const directories = new Set(sockets.map((socket) => socket.directory));
  report(findings, 'host-socket-path', {
    key: volume.at('hostPath', 'path').origin,
    why: `no engine has its socket in the node's directory ${directory}, only in ${[...directories].join(', ')}`,
    fix: "mount the directory of an engine's socket",
  });
}

/**
 * Reports a client that Karpenter stops after the engine of its node. Karpenter stops the pods of DaemonSets before
 * critical pods.
 */
function reportPriority(client: SocketVolume, engines: readonly SocketVolume[], findings: Findings): void {
  const priority = client.spec.at('priorityClassName');
  const engine = engines.find(({ object, spec }) => object.kind === 'DaemonSet' && !isCriticalPod(spec));
  if (engine !== undefined && isCriticalPod(client.spec)) {
    report(findings.accepting([client, engine].flatMap(({ object }) => acceptedBy(object))), 'stops-after-engine', {
      key: priority.origin,
      why: `Karpenter stops pods with the priority class ${priority.text} after the DaemonSet ${engine.object.name}, the engine of their node, so their builds are interrupted`,
    });
  }
}

function isCriticalPod(spec: Field): boolean {
  return isCritical({ priorityClassName: spec.at('priorityClassName').text });
}

/** Returns the hostPath volumes that a container mounts in a socket directory. */
function socketVolumes(container: Field, volumes: Field): Field[] {
  return container
    .at('volumeMounts')
    .items.filter((mount) => SOCKET_DIRECTORIES.includes(pathOf(mount)))
    .map((mount) => volumes.named(mount.at('name').text))
    .filter((volume) => volume?.at('hostPath', 'path').text !== undefined)
    .map((volume) => volume!);
}

function directoryOf(volume: Field): string {
  return volume.at('hostPath', 'path').text!.replace(/\/+$/, '');
}
