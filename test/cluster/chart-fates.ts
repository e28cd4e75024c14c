import { FindingSeverity, HelmChart } from '../../src/index';
import type { ChartValues } from '../helm/chart-values';
import { render, type UnpackedChart } from '../helm/charts';
import { read } from '../helm/equality';
import { DOUBTFUL_VALUES, VERSIONS, WRONG_VALUES } from '../helm/wrong-values';
import { RELEASES } from '../invariants/releases';
import { Loader } from '../loaders/loader';
import { ApiError, type Client, type Manifest } from './client';

/** An entry in the catalogue of rejected Helm values, to compare the library with the real chart. */
export interface Entry {
  readonly title: string;
  readonly chart: HelmChart;
  readonly version: string;
  readonly values: ChartValues;
  /** Whether the library rejects the values. Otherwise, it reports a finding with severity error. */
  readonly isRefused: boolean;
}

/** The first program that rejects the values. `nobody` means that all programs accept them. */
export type Judge = 'helm' | 'API server' | 'loader' | 'nobody';

/** The outcome of passing the values to the real chart, and its output to the API server and the loaders. */
export interface Fate {
  readonly judge: Judge;
  /** The message of the API server or the loader. */
  readonly says?: string;
}

/** Areas of the catalogue that can't be passed to a chart: library options, and values that helm can't read. */
const NO_INPUT = ['The release', 'Findings that are errors'];

/** The namespace of every release. It must exist. */
export const NAMESPACE = 'ci';

/** Returns every catalogue entry that can be passed to a chart. */
export function entries(): Entry[] {
  const refused = Object.entries(WRONG_VALUES)
    .filter(([area]) => !NO_INPUT.includes(area))
    .flatMap(([, all]) => all);
  const doubtful = DOUBTFUL_VALUES.filter(({ severity }) => severity === FindingSeverity.ERROR);
  return [
    ...refused.map((one) => ({ ...one, isRefused: true })),
    ...doubtful.map((one) => ({ ...one, isRefused: false })),
  ].map(({ chart, isRefused, title, values, version }) => ({
    title,
    chart,
    values,
    isRefused,
    version: version ?? VERSIONS[chart.name]!,
  }));
}

/** Passes the values to helm, then to the API server, then to the engine's loaders, until one of them rejects them. */
export class Judges {
  /** The loaders, keyed by file and release. */
  private readonly loaders = new Map<string, Loader>();

  public constructor(
    private readonly helm: string,
    private readonly client: Client,
  ) {}

  public async fateOf({ values }: Entry, chart: UnpackedChart): Promise<Fate> {
    const made = await render(this.helm, chart, { releaseName: 'dagger', namespace: NAMESPACE, values });
    if ('failure' in made) {
      return { judge: 'helm' };
    }
    const { objects } = read(made.rendered);
    const refused = await this.refusalOf(objects);
    if (refused !== undefined) {
      return { judge: 'API server', says: refused };
    }
    const stopped = await this.stopOf(objects);
    return stopped === undefined ? { judge: 'nobody' } : { judge: 'loader', says: stopped };
  }

  public async stop(): Promise<void> {
    await Promise.all([...this.loaders.values()].map((loader) => loader.stop()));
  }

  /** Returns the API server's message for the first object that it rejects. */
  private async refusalOf(objects: readonly Manifest[]): Promise<string | undefined> {
    for (const object of objects) {
      try {
        await this.client.apply(
          { ...object, metadata: { namespace: NAMESPACE, ...object.metadata } },
          { dryRun: true },
        );
      } catch (error) {
        if (!(error instanceof ApiError)) {
          throw error;
        }
        return error.body.message;
      }
    }
    return undefined;
  }

  /** Returns the message of the engine's loader for the first file that it rejects. */
  private async stopOf(objects: readonly any[]): Promise<string | undefined> {
    const files = objects
      .filter(({ kind }) => kind === 'ConfigMap')
      .flatMap(({ data }) => Object.entries<string>(data));
    for (const [name, text] of files) {
      const { refused } = await this.loader(name, releaseOf(objects)).read(
        name === 'engine.json' ? 'json' : 'toml',
        text,
      );
      if (refused !== undefined) {
        return `${name}: ${refused}`;
      }
    }
    return undefined;
  }

  private loader(name: string, release: string): Loader {
    const key = `${name} ${release}`;
    if (!this.loaders.has(key)) {
      this.loaders.set(key, name === 'engine.json' ? Loader.own(release) : Loader.ofToml(release));
    }
    return this.loaders.get(key)!;
  }
}

/** Returns the engine release that reads the files. */
function releaseOf(objects: readonly any[]): string {
  const image: string | undefined = objects.find(({ spec }) => spec?.template !== undefined)?.spec.template.spec
    .containers[0].image;
  const release = RELEASES.find((one) => image?.endsWith(`:${one}`));
  if (release === undefined) {
    throw new Error(`no release of the engine is known by the image ${image}`);
  }
  return release;
}
