import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from './bundles';
import type { Client, Manifest } from './client';
import { differences } from './differences';
import { NodePorts } from './node-ports';
import { inParallel } from './parallel';
import { defaultOf, type ServerDefault } from './server-defaults';

/** The API groups of operators whose definitions aren't installed. */
const UNKNOWN_GROUPS = [
  'apps.gitlab.com',
  'argoproj.io',
  'fluxcd.controlplane.io',
  'kustomize.toolkit.fluxcd.io',
  'tekton.dev',
];

/** Server warnings to ignore. They are about user-defined volumes in generated programs. */
const WARNINGS = [/volumes\[\d+\]\.rbd: deprecated in v1\.28/];

/** Applies bundles, each in its own namespaces. */
export class Applier {
  /** Unexpected responses from the server, each with the title of its bundle. */
  public readonly failures: string[] = [];
  public readonly defaults = new Set<ServerDefault>();
  public readonly count = { programs: 0, objects: 0, applies: 0, 'objects of unknown kinds': 0 };
  private readonly nodePorts: NodePorts;

  public constructor(private readonly client: Client) {
    this.nodePorts = new NodePorts(client);
  }

  public async apply(what: string, bundles: readonly Bundle[]): Promise<void> {
    await inParallel([...bundles.entries()], 8, async ([index, bundle]) => {
      const known = bundle.objects.filter(({ apiVersion }) => !UNKNOWN_GROUPS.includes(apiVersion.split('/')[0]!));
      const placed = known.map((object) => inNamespacesOf(`${what}-${index}`, object));
      this.count.programs += 1;
      this.count['objects of unknown kinds'] += bundle.objects.length - known.length;
      await this.nodePorts.during(placed, () =>
        this.applyAll(placed, (failure) => this.failures.push(`${failure}\nin ${bundle.title}`)),
      );
    });
  }

  private async applyAll(objects: readonly Manifest[], fail: (failure: string) => void): Promise<void> {
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
    const others = objects.filter((object) => !namespaces.includes(object));
    const used = new Set(others.flatMap(({ metadata }) => metadata.namespace ?? []));
    for (const name of [...used].filter((one) => !namespaces.some(({ metadata }) => metadata.name === one))) {
      await this.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    for (const object of [...namespaces, ...others]) {
      this.count.objects += 1;
      try {
        (await this.applyObject(object)).forEach(fail);
      } catch (error) {
        fail((error as Error).message);
      }
    }
  }

  private async applyObject(object: Manifest): Promise<string[]> {
    const name = `${object.kind} ${object.metadata.name}`;
    const tried = await this.client.apply(object, { dryRun: true });
    const first = await this.client.apply(object);
    const second = await this.client.apply(object);
    this.count.applies += 3;
    const unlisted = differences(object, first.object).filter((difference) => {
      const row = defaultOf(object.kind, difference);
      if (row !== undefined) {
        this.defaults.add(row);
      }
      return row === undefined;
    });
    return [
      ...(tried.created && first.created && !second.created ? [] : [`${name} was there before`]),
      ...first.warnings
        .filter((text) => !WARNINGS.some((known) => known.test(text)))
        .map((text) => `${name}: the server warns: ${text}`),
      ...unlisted.map(
        ({ path, sent, stored }) =>
          `${name} has another ${path}: ${JSON.stringify(sent)} became ${JSON.stringify(stored)}`,
      ),
      ...(isDeepStrictEqual(unversioned(second.object), unversioned(first.object))
        ? []
        : [`${name} changes when it is applied again`]),
    ];
  }
}

/**
 * Removes the resource version of a Job. Each apply changes it, because the server regenerates the Job's selector, but
 * the content stays the same.
 */
function unversioned(object: any): any {
  return object.kind === 'Job' ? { ...object, metadata: { ...object.metadata, resourceVersion: undefined } } : object;
}

/** The kinds without a namespace that programs create. Their names get the place instead. */
const CLUSTER_SCOPED = ['EC2NodeClass', 'Namespace', 'NodePool', 'StorageClass', 'VolumeSnapshotClass'];

/** Returns a copy of the object in a namespace that no other bundle uses. References to namespaces stay unchanged. */
export function inNamespacesOf(place: string, object: Manifest): Manifest {
  const { name, namespace = 'none' } = object.metadata;
  const metadata = CLUSTER_SCOPED.includes(object.kind)
    ? { ...object.metadata, name: `${name}-${place}` }
    : { ...object.metadata, namespace: `${namespace}-${place}` };
  return { ...object, metadata };
}
