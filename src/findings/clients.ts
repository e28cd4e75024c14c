import type { Findings } from './finding';
import { enginesOf, podOf } from './manifests/engine-pods';
import type { Field } from '../reading/field';
import type { Inventory } from '../reading/inventory';
import { pathOf } from './manifests/config-files';
import { report } from './manifest-findings';

const SOCKET_DIRECTORIES = ['/run/buildkit', '/run/dagger'];

/** Clients that look for the socket in a directory of the node where no engine among these objects puts it. */
export function reportClients(inventory: Inventory, findings: Findings): void {
  const sockets: string[] = [];
  const clients: Array<{ readonly path: string; readonly volume: Field }> = [];
  for (const object of inventory.objects) {
    const engines = enginesOf(object).map(({ container }) => container.path);
    const spec = podOf(object)?.at('spec');
    for (const container of [...(spec?.at('containers').items ?? []), ...(spec?.at('initContainers').items ?? [])]) {
      for (const mount of container
        .at('volumeMounts')
        .items.filter((one) => SOCKET_DIRECTORIES.includes(pathOf(one)))) {
        const volume = spec!.at('volumes').items.find((one) => one.at('name').text === mount.at('name').text);
        const path = volume?.at('hostPath', 'path').text?.replace(/\/+$/, '');
        if (engines.includes(container.path)) {
          sockets.push(path ?? '');
        } else if (path !== undefined && engines.length === 0) {
          clients.push({ path, volume: volume! });
        }
      }
    }
  }
  const ofNode = sockets.filter((path) => path !== '');
  for (const { path, volume } of ofNode.length === 0 ? [] : clients.filter((client) => !ofNode.includes(client.path))) {
    report(
      findings,
      'host-socket-path',
      volume.at('hostPath', 'path').origin,
      `no engine here has its socket in ${path} of the node: those that are here have it in ${[...new Set(ofNode)].join(', ')}`,
      `mount one of those, or connect with engine.connect(...)`,
    );
  }
}
