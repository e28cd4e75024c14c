import type { Client, Manifest } from './client';

/**
 * Runs programs with fixed node ports one at a time, because node ports are unique in a cluster. Each program releases
 * its ports before the next one starts.
 */
export class NodePorts {
  private last: Promise<void> = Promise.resolve();

  public constructor(private readonly client: Client) {}

  /** Runs a function that creates these objects, and then deletes those Services that may have node ports. */
  public async during(objects: readonly Manifest[], work: () => Promise<void>): Promise<void> {
    const services = objects.filter(({ kind, spec }) => kind === 'Service' && (spec as any).type !== undefined);
    const whole = async (): Promise<void> => {
      await work();
      for (const service of services) {
        await this.client.delete(service);
      }
    };
    const asks = services.some(({ spec }) => (spec as any).ports.some(({ nodePort }: any) => nodePort !== undefined));
    const turn = asks ? this.last.then(whole) : whole();
    if (asks) {
      this.last = turn.catch(() => undefined);
    }
    await turn;
  }
}
