import type { Problems } from '../reporting/problems';
import { compareReleases, KNOWN, parseRelease, release, tagOf, type Release } from '../version/release';
import { checkCalls } from '../reporting/check-arguments';

/** A Helm chart for Dagger Engines that the library can read. */
export class HelmChart {
  /** Dagger's chart, `oci://registry.dagger.io/dagger-helm`, from 0.17.0. Its version is the version of the engine. */
  public static readonly OFFICIAL = new HelmChart('official', '0.17.0', {
    newest: tagOf(KNOWN['1.0'].newest).slice(1),
    newestStable: tagOf(KNOWN['0.x'].newest).slice(1),
  });

  /** The fork of gstackio (github.com/gstackio/dagger-helm-chart), 0.12.3: a Deployment on NFS. */
  public static readonly GSTACKIO = new HelmChart('gstackio', '0.12.3');

  /** The fork of kubiya (github.com/kubiyabot/helm-charts, charts/dagger-helm), 0.4.1: a StatefulSet with a headless Service. */
  public static readonly KUBIYA = new HelmChart('kubiya', '0.4.1');

  /** Every chart that the library can read. */
  public static readonly ALL = [HelmChart.OFFICIAL, HelmChart.GSTACKIO, HelmChart.KUBIYA];

  /** The newest version that the library knows. It can be a beta. */
  public readonly newestVersion: string;

  /** The newest version that the library knows and that is not a beta. */
  public readonly newestStableVersion: string;

  private constructor(
    /** `official`, `gstackio` or `kubiya`. */
    public readonly name: string,
    /** The oldest version that the library can read. */
    public readonly oldestVersion: string,
    versions: { readonly newest: string; readonly newestStable: string } = {
      newest: oldestVersion,
      newestStable: oldestVersion,
    },
  ) {
    this.newestVersion = versions.newest;
    this.newestStableVersion = versions.newestStable;
  }

  /**
   * Reads a version of this chart, or its newest stable version if none is given. A newer version than the newest one that
   * the library knows is read like that one.
   *
   * @internal
   */
  public _version(given: string | undefined, problems: Problems): ChartVersion | undefined {
    const written = (given ?? this.newestStableVersion).replace(/^v/, '');
    // Build metadata doesn't change what is in the chart.
    const parsed = parseRelease(written.replace(/\+.*$/, ''));
    const [oldest, newest] = [release(this.oldestVersion), release(this.newestVersion)];
    if (
      parsed === undefined ||
      compareReleases(parsed, oldest) < 0 ||
      (this !== HelmChart.OFFICIAL && compareReleases(parsed, newest) > 0)
    ) {
      const isOlder = this === HelmChart.OFFICIAL && parsed !== undefined;
      problems.add('chartVersion', {
        wrong: `is not a version of the ${this.name} chart that the library can read`,
        got: given,
        allowed: this === HelmChart.OFFICIAL ? `${this.oldestVersion} and later` : this.newestVersion,
        fix: isOlder
          ? `upgrade the release to ${this.oldestVersion} first`
          : `write the version that helm list shows, such as ${this.newestStableVersion}`,
      });
      return undefined;
    }
    return { written, release: parsed, isNewer: compareReleases(parsed, newest) > 0 };
  }
}

checkCalls('HelmChart', HelmChart);

/** A version of a chart. */
export interface ChartVersion {
  /** The version as the chart writes it, without a leading `v`. */
  readonly written: string;
  readonly release: Release;
  /** Whether it is newer than the newest version that the library knows. */
  readonly isNewer: boolean;
}

/** The features of the official chart, by the first version that has them (helm/dagger in dagger/dagger at these tags). */
const SINCE = {
  /** Earlier versions write the name of the Secret next to `secretRef` instead of in it. */
  DAEMON_SET_SECRET_NAME: release('0.18.2'),
  STATEFUL_SET_SECRET_NAME: release('0.20.4'),
  RUNTIME_CLASS: release('0.18.7'),
  SIDECARS: release('0.18.15'),
  CONTAINER_PORTS: release('0.19.1'),
  SHARED_PROCESSES: release('0.19.10'),
  LIVENESS_PROBE: release('0.19.11'),
  /** Earlier versions have a fixed command for the probes, and write the values next to it. */
  PROBES_AS_VALUES: release('0.20.4'),
  SERVICE: release('0.21.0'),
} as const;

export type ChartFeature = keyof typeof SINCE;

export function chartHas(version: ChartVersion, feature: ChartFeature): boolean {
  return compareReleases(version.release, SINCE[feature]) >= 0;
}

/** The first version of the official chart that has a feature. */
export function firstWith(feature: ChartFeature): string {
  return tagOf(SINCE[feature]).slice(1);
}
