import type { Change } from '../../../src/comparison/change';
import { compareManifests } from '../../../src/comparison/compare';
import { ApiError, type Manifest } from '../../cluster/client';
import type { TestCluster } from '../cluster';

/** Applies versions of the manifests of a namespace, like a GitOps tool that prunes. */
export class Commits {
  private current: readonly Manifest[] = [];

  public constructor(
    private readonly cluster: TestCluster,
    private readonly namespace: string,
  ) {}

  /** Returns the effects that `cdk8s-dagger diff` reports for the next version. */
  public effectsOf(next: readonly Manifest[]): Change[] {
    return compareManifests(this.current, this.placed(next));
  }

  /** Applies the next version. Expects that the API server rejects exactly the updates that the diff reports. */
  public async apply(next: readonly Manifest[]): Promise<void> {
    const objects = this.placed(next);
    const isIn = (all: readonly Manifest[], { kind, metadata }: Manifest): boolean =>
      all.some((other) => other.kind === kind && other.metadata.name === metadata.name);
    const rejected: string[] = [];
    // The API server rejects a pod whose service account doesn't exist yet.
    for (const object of objects.sort(
      (a, b) => Number(b.kind === 'ServiceAccount') - Number(a.kind === 'ServiceAccount'),
    )) {
      await this.cluster.apply([object]).catch((error) => {
        if (!(error instanceof ApiError)) {
          throw error;
        }
        rejected.push(`${object.kind} ${object.metadata.name}`);
      });
    }
    const expected = this.effectsOf(next)
      .filter(({ name }) => name === 'rejected-update')
      .map(({ object }) => `${object.kind} ${object.name}`);
    expect(rejected).toEqual(expected);
    for (const object of this.current.filter((one) => !isIn(objects, one))) {
      await this.cluster.client.delete(object);
    }
    this.current = objects;
  }

  private placed(manifests: readonly Manifest[]): Manifest[] {
    const { namespace } = this;
    return manifests.map((manifest) => ({ ...manifest, metadata: { namespace, ...manifest.metadata } }));
  }
}
