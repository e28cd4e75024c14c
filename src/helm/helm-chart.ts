import type { Problems } from '../reporting/problems';
import { compareReleases, KNOWN, parseRelease, release, tagOf, type Release } from '../version/release';
import { checkCalls } from '../reporting/check-arguments';

/** A Helm chart for Dagger Engines that the library can read. */
export class HelmChart {
  /**
   * Dagger's chart, `oci://registry.dagger.io/dagger-helm`, 0.17.0 and later. The chart and its engine have the same
   * version.
   */
  public static readonly OFFICIAL = new HelmChart('official', '0.17.0', {
    newest: tagOf(KNOWN['1.0'].newest).slice(1),
    newestStable: tagOf(KNOWN['0.x'].newest).slice(1),
  });

  /** The fork by gstackio (github.com/gstackio/dagger-helm-chart), 0.12.3. It runs a Deployment on NFS. */
  public static readonly GSTACKIO = new HelmChart('gstackio', '0.12.3');

  /**
   * The fork by kubiya (github.com/kubiyabot/helm-charts, charts/dagger-helm), 0.4.1. It adds a headless Service and a
   * Role.
   */
  public static readonly KUBIYA = new HelmChart('kubiya', '0.4.1');

  /** All charts that the library can read. */
  public static readonly ALL = [HelmChart.OFFICIAL, HelmChart.GSTACKIO, HelmChart.KUBIYA];

  /** The newest version that the library knows, which can be a beta. */
  public readonly newestVersion: string;

  /** The newest stable version that the library knows. */
  public readonly newestStableVersion: string;

  private constructor(
    /** The name of the chart: `official`, `gstackio` or `kubiya`. */
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
   * Parses a version of this chart. Defaults to the newest stable version. A newer version of the official chart is
   * treated as the newest known version. For other charts, it is rejected.
   *
   * @internal
   */
  public _version(version: string | undefined, problems: Problems): ChartVersion | undefined {
    const text = (version ?? this.newestStableVersion).replace(/^v/, '');
    // Build metadata doesn't change the content of the chart.
    const parsed = parseRelease(text.replace(/\+.*$/, ''));
    const [oldest, newest] = [release(this.oldestVersion), release(this.newestVersion)];
    if (
      parsed === undefined ||
      compareReleases(parsed, oldest) < 0 ||
      (this !== HelmChart.OFFICIAL && compareReleases(parsed, newest) > 0)
    ) {
      const isOlder = this === HelmChart.OFFICIAL && parsed !== undefined;
      problems.add('chartVersion', {
        wrong: `is not a version of the ${this.name} chart that the library can read`,
        got: version,
        allowed: this === HelmChart.OFFICIAL ? `${this.oldestVersion} and later` : this.newestVersion,
        fix: isOlder
          ? `upgrade the release to ${this.oldestVersion} first`
          : `use the version that helm list shows, such as ${this.newestStableVersion}`,
      });
      return undefined;
    }
    return { text, release: parsed, isNewer: compareReleases(parsed, newest) > 0 };
  }
}

checkCalls('HelmChart', HelmChart);

export interface ChartVersion {
  /** The version as in Chart.yaml, without a leading `v`. */
  readonly text: string;
  readonly release: Release;
  /** Whether the version is newer than the newest one that the library knows. */
  readonly isNewer: boolean;
}

/**
 * Maps each feature of the official chart to the first version that has it (helm/dagger in dagger/dagger at these
 * tags).
 */
const SINCE = {
  /** Earlier versions render the name of the Secret next to `secretRef` instead of inside it. */
  DAEMON_SET_SECRET_NAME: release('0.18.2'),
  STATEFUL_SET_SECRET_NAME: release('0.20.4'),
  RUNTIME_CLASS: release('0.18.7'),
  SIDECARS: release('0.18.15'),
  CONTAINER_PORTS: release('0.19.1'),
  SHARED_PROCESSES: release('0.19.10'),
  LIVENESS_PROBE: release('0.19.11'),
  /** In earlier versions, the command of the probes is fixed, and the values can only add fields. */
  PROBES_AS_VALUES: release('0.20.4'),
  SERVICE: release('0.21.0'),
} as const;

export type ChartFeature = keyof typeof SINCE;

export function chartHas(version: ChartVersion, feature: ChartFeature): boolean {
  return compareReleases(version.release, SINCE[feature]) >= 0;
}

/** Returns the first version of the official chart that has a feature. */
export function firstWith(feature: ChartFeature): string {
  return tagOf(SINCE[feature]).slice(1);
}
