import type { ControlPlane } from './control-plane';
import { inParallel } from './parallel';

export interface NodesOptions {
  /** The prefix of the node names, as in `node-0`. @default 'node' */
  readonly name?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  /** @default - the capacity of kwok's nodes: 1000 CPUs, 1 TiB */
  readonly allocatable?: { readonly [resource: string]: string };
}

/** Adds nodes, and waits until kwok makes them Ready. */
export async function addNodes(
  controlPlane: ControlPlane,
  count: number,
  { name = 'node', labels, taints, allocatable }: NodesOptions = {},
): Promise<string[]> {
  const { client } = controlPlane;
  const names = Array.from({ length: count }, (_, i) => `${name}-${i}`);
  await inParallel(names, 16, async (node) => {
    await client.apply({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: node,
        labels: {
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
          'kubernetes.io/hostname': node,
          ...labels,
        },
      },
      spec: { taints },
      status: { allocatable, capacity: allocatable },
    });
  });
  const unready = new Set(names);
  const stop = await client.watch('v1', 'Node', {}, ({ object: { metadata, status } }) => {
    if (status.conditions?.some(({ type, status: is }: any) => type === 'Ready' && is === 'True')) {
      unready.delete(metadata.name);
    }
  });
  await controlPlane.until(() => unready.size === 0, `${count} nodes to be Ready`, 300_000);
  stop();
  return names;
}
