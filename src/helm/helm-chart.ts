import type { Problems } from '../reporting/problems';
import { compareReleases, KNOWN, parseRelease, release, tagOf, type Release } from '../version/release';

/** A Helm chart that runs Dagger Engines, whose values the library knows. */
export class HelmChart {
  /** Dagger's own, `oci://registry.dagger.io/dagger-helm`, from 0.17.0. Its version is that of the engine. */
  public static readonly OFFICIAL = new HelmChart('official', '0.17.0', tagOf(KNOWN['1.0'].newest).slice(1));

  /** The fork of gstackio (github.com/gstackio/dagger-helm-chart), 0.12.3: a Deployment on NFS. */
  public static readonly GSTACKIO = new HelmChart('gstackio', '0.12.3', '0.12.3');

  /** The fork of kubiya (github.com/kubiyabot/helm-charts, charts/dagger-helm), 0.4.1: a StatefulSet with a headless Service. */
  public static readonly KUBIYA = new HelmChart('kubiya', '0.4.1', '0.4.1');

  /** Every chart that is known. */
  public static readonly ALL = [HelmChart.OFFICIAL, HelmChart.GSTACKIO, HelmChart.KUBIYA];

  private constructor(
    /** `official`, `gstackio` or `kubiya`. */
    public readonly name: string,
    /** The oldest version whose values are known. */
    public readonly oldestVersion: string,
    /** The newest version whose values are known. */
    public readonly newestVersion: string,
  ) {}

  /**
   * A version of this chart; the newest known one where none is given, or where it is beyond that.
   *
   * @internal
   */
  public _version(given: string | undefined, problems: Problems): ChartVersion | undefined {
    const written = (given ?? this.newestVersion).replace(/^v/, '');
    // Build metadata says nothing of what is in the chart.
    const parsed = parseRelease(written.replace(/\+.*$/, ''));
    const [oldest, newest] = [release(this.oldestVersion), release(this.newestVersion)];
    if (
      parsed === undefined ||
      compareReleases(parsed, oldest) < 0 ||
      (this !== HelmChart.OFFICIAL && compareReleases(parsed, newest) > 0)
    ) {
      const isOlder = this === HelmChart.OFFICIAL && parsed !== undefined;
      problems.add('chartVersion', {
        wrong: `not a version of the ${this.name} chart that is known`,
        got: given,
        allowed: this === HelmChart.OFFICIAL ? `${this.oldestVersion} and later` : this.newestVersion,
        fix: isOlder
          ? `upgrade the release to ${this.oldestVersion} first`
          : `give what helm list shows, such as ${this.newestVersion}`,
      });
      return undefined;
    }
    return { written, release: parsed, isNewer: compareReleases(parsed, newest) > 0 };
  }
}

/** A version of a chart. */
export interface ChartVersion {
  /** As the chart writes it, without leading `v`. */
  readonly written: string;
  readonly release: Release;
  /** Whether it is beyond the newest that is known, and taken to be like that. */
  readonly isNewer: boolean;
}

/** What a version of the official chart has, by the first version that does (helm/dagger in dagger/dagger, the tags named). */
const SINCE = {
  /** Before, the name of magicache's Secret was beside `secretRef`. */
  DAEMON_SET_SECRET_NAME: release('0.18.2'),
  STATEFUL_SET_SECRET_NAME: release('0.20.4'),
  RUNTIME_CLASS: release('0.18.7'),
  SIDECARS: release('0.18.15'),
  CONTAINER_PORTS: release('0.19.1'),
  SHARED_PROCESSES: release('0.19.10'),
  LIVENESS_PROBE: release('0.19.11'),
  /** Before, the command of the probes was fixed, and what the values said was written beside it. */
  PROBES_AS_VALUES: release('0.20.4'),
  SERVICE: release('0.21.0'),
} as const;

export type ChartFeature = keyof typeof SINCE;

export function chartHas(version: ChartVersion, feature: ChartFeature): boolean {
  return compareReleases(version.release, SINCE[feature]) >= 0;
}

/** The first version that has something. */
export function firstWith(feature: ChartFeature): string {
  return tagOf(SINCE[feature]).slice(1);
}
