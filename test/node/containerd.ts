import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moduleProgram } from '../go-program';
import { PAUSE } from './node-images';

export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

const MODULE = 'containerd';
const COMMANDS = 'github.com/containerd/containerd/v2/cmd';
const PLUGINS = 'github.com/containernetworking/plugins/plugins';

const NETWORK_PLUGINS = [
  `${PLUGINS}/ipam/host-local`,
  `${PLUGINS}/main/loopback`,
  `${PLUGINS}/main/ptp`,
  `${PLUGINS}/meta/portmap`,
];

/** Returns the paths of containerd's programs. Builds them once. */
export function containerdPrograms(): { containerd: string; ctr: string; networkPlugins: string } {
  // containerd finds the shim in its own folder.
  moduleProgram(MODULE, `${COMMANDS}/containerd-shim-runc-v2`);
  const [plugin] = NETWORK_PLUGINS.map((path) => moduleProgram(MODULE, path));
  return {
    containerd: moduleProgram(MODULE, `${COMMANDS}/containerd`),
    ctr: moduleProgram(MODULE, `${COMMANDS}/ctr`),
    networkPlugins: dirname(plugin),
  };
}

/**
 * Writes the configuration of containerd and of the pods' network, and returns the arguments of containerd. The node
 * routes traffic between pods.
 */
export function containerdArgs(directory: string, subnet: string): string[] {
  const networks = join(directory, 'networks');
  mkdirSync(networks);
  writeFileSync(
    join(networks, 'pods.conflist'),
    JSON.stringify({
      cniVersion: '1.0.0',
      name: 'pods',
      plugins: [
        {
          type: 'ptp',
          ipam: { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] },
        },
        // Forwards host ports to pods.
        { type: 'portmap', capabilities: { portMappings: true } },
      ],
    }),
  );
  const config = join(directory, 'containerd.toml');
  writeFileSync(
    config,
    `
version = 3
[grpc]
address = '${CONTAINERD_SOCKET}'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '${PAUSE}'
[plugins.'io.containerd.cri.v1.runtime']
# Without CAP_SYS_RESOURCE, no process may lower the score of its children.
restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['${containerdPrograms().networkPlugins}']
conf_dir = '${networks}'
`,
  );
  return [`--config=${config}`];
}
