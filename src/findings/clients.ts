import { pathOf } from '../reading/mounted-config';
import { enginesOf, podOf } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import type { Inventory } from '../reading/inventory';
import type { Findings } from './finding';
import { report } from './finding-kinds';

const SOCKET_DIRECTORIES = ['/run/buildkit', '/run/dagger'];

/** Reports clients that mount a node directory that contains no engine's socket. */
export function reportClients({ objects }: Inventory, findings: Findings): void {
  const clients: Field[] = [];
  const sockets = new Set<string>();
  for (const object of objects) {
    const spec = podOf(object)?.at('spec');
    const engines = enginesOf(object).map(({ container }) => container);
    const containers = [...(spec?.at('containers').items ?? []), ...(spec?.at('initContainers').items ?? [])];
    const volumes = (engines.length > 0 ? engines : containers).flatMap((container) =>
      socketVolumes(container, spec!.at('volumes')),
    );
    if (engines.length === 0) {
      clients.push(...volumes);
    } else {
      volumes.forEach((volume) => sockets.add(directoryOf(volume)));
    }
  }
  for (const client of sockets.size === 0 ? [] : clients.filter((volume) => !sockets.has(directoryOf(volume)))) {
    report(findings, 'host-socket-path', {
      key: client.at('hostPath', 'path').origin,
      why: `no engine has its socket in the node's directory ${directoryOf(client)}, only in ${[...sockets].join(', ')}`,
      fix: "mount the directory of an engine's socket",
    });
  }
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
