import { join } from 'node:path';
import { Client } from '../cluster/client';
import type { Processes } from '../processes';

/** Returns the command line that runs kubectl with these arguments. */
export type Kubectl = (args: readonly string[]) => [program: string, args: string[]];

/** Waits until the API server is ready. Returns a client with kubectl's permissions, connected through its proxy. */
export async function connect(processes: Processes, kubectl: Kubectl): Promise<Client> {
  const socketPath = join(processes.directory, 'kubectl.sock');
  processes.start('kubectl proxy', ...kubectl(['proxy', `--unix-socket=${socketPath}`]));
  const client = new Client({ socketPath });
  await processes.until(() => client.isReady(), 'the API server to be ready');
  return client;
}
