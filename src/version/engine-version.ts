import { Problems, ValidationError, type Problem } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { EngineCapability } from './engine-capability';
import type { EngineImageVariant } from './engine-image-variant';
import { VALUES } from './engine-values';
import { compareReleases, KNOWN, lastOfClosedMinor, lineOf, parseRelease, tagOf, type Release } from './release';

/**
 * A release of the Dagger Engine, and what it can do.
 *
 * Two lines of releases run in parallel: 0.x from v0.12.0 on, and 1.0 from v1.0.0-beta.1 on, which
 * all of 1.x is taken to belong to. A release newer than the newest known one of its line counts
 * as that one.
 */
export class EngineVersion {
  /**
   * A release by its number.
   *
   * @param version with or without a leading v: `v0.21.7`, `0.21.7`, `v1.0.0-beta.10`
   * @throws ValidationError if this is not a release number, or one older than v0.12.0
   */
  public static of(version: string): EngineVersion {
    const problems = new Problems();
    const parsed = EngineVersion._parse(version, problems, 'version');
    if (parsed === undefined) {
      throw new ValidationError(problems.messages.join('\n'));
    }
    return parsed;
  }

  /**
   * Reports a text that names no release, and warns of a release that is unknown.
   *
   * @internal
   */
  public static _parse(version: string, problems: Problems, property: string): EngineVersion | undefined {
    const release = parseRelease(version);
    const problem = release === undefined ? notARelease(version) : unsupported(version, release);
    if (release === undefined || problem !== undefined) {
      problems.add(property, problem!);
      return undefined;
    }
    const unreleased = lastOfClosedMinor(release);
    if (unreleased !== undefined) {
      problems.warn(
        EngineRisk.UNRELEASED_VERSION,
        property,
        `${tagOf(release)} was never released: the last release of that minor is ${tagOf(unreleased)}`,
      );
    }
    const { newest } = KNOWN[lineOf(release)];
    if (compareReleases(release, newest) > 0) {
      problems.warn(
        EngineRisk.UNKNOWN_VERSION,
        property,
        `${tagOf(release)} is newer than ${tagOf(newest)}, the newest ${lineOf(release)} release that this library knows, and is taken to behave like it`,
      );
    }
    return new EngineVersion(release);
  }

  /** The tag of the release and of its image: `v0.21.7`. */
  public readonly tag: string;

  private constructor(private readonly release: Release) {
    this.tag = tagOf(release);
  }

  /**
   * Whether this release has a capability.
   */
  public supports(capability: EngineCapability): boolean {
    return capability._includes(this.release);
  }

  /**
   * Why a client of that release and this engine don't work together; undefined when they do. Each side refuses a release that
   * is older than its minimum, and neither one that is newer (dagger/dagger v0.21.7 engine/version.go:25-31).
   *
   * @internal
   */
  public _rejectionOf(client: EngineVersion): string | undefined {
    if (compareReleases(client.release, parseRelease(this.minimumClient)!) < 0) {
      return `an engine ${this.tag} serves no client older than ${this.minimumClient}`;
    }
    if (compareReleases(this.release, parseRelease(client.minimumEngine)!) < 0) {
      return `a client ${client.tag} works with no engine older than ${client.minimumEngine}, and this one is ${this.tag}`;
    }
    return undefined;
  }

  /**
   * Whether it is newer than the newest known release of its line, so that it may do what no row tells.
   *
   * @internal
   */
  public get _isNewerThanKnown(): boolean {
    return compareReleases(this.release, KNOWN[lineOf(this.release)].newest) > 0;
  }

  /** The unix socket in the pod that clients use: `/run/dagger/engine.sock`, before v0.17.0 `/run/buildkit/buildkitd.sock`. */
  public get socketPath(): string {
    return VALUES.socketPath.at(this.release)!;
  }

  /** The oldest client that this engine serves, for example `v0.19.0`. */
  public get minimumClient(): string {
    return VALUES.minimumClient.at(this.release)!;
  }

  /** The oldest engine that the client of this release works with, for example `v0.19.0`. */
  public get minimumEngine(): string {
    return VALUES.minimumEngine.at(this.release)!;
  }

  /**
   * The schema of the cache on disk: `16`, `17`. A start on a volume with another one deletes the cache.
   * Undefined before v0.21.0, where the cache has none.
   */
  public get cacheSchema(): string | undefined {
    return VALUES.cacheSchema.at(this.release);
  }

  /** How many network namespaces are held ready when engine.toml has no `worker.oci.cniPoolSize`. */
  public get defaultCniPoolSize(): number {
    return VALUES.defaultCniPoolSize.at(this.release)!;
  }

  /** The published images. */
  public get imageVariants(): EngineImageVariant[] {
    return VALUES.imageVariants
      .at(this.release)!
      .map((variant) => ({ ...variant, architectures: [...variant.architectures] }));
  }
}

const ALLOWED = `a release from ${tagOf(KNOWN['0.x'].oldest)} or ${tagOf(KNOWN['1.0'].oldest)} on, such as "${tagOf(KNOWN['0.x'].newest)}"`;

function notARelease(version: string): Problem {
  return {
    wrong: 'not the number of a release',
    got: version,
    allowed: ALLOWED,
    fix: "for another image, name the release that it behaves like as `version`, and give its reference as `image: EngineImage.custom('...')`",
  };
}

function unsupported(version: string, release: Release): Problem | undefined {
  if (lineOf(release) === '0.x' && release.pre !== undefined) {
    return notARelease(version);
  }
  const { oldest } = KNOWN[lineOf(release)];
  return compareReleases(release, oldest) < 0
    ? {
        wrong: `older than ${tagOf(oldest)}, the oldest ${lineOf(release)} release that this library knows`,
        got: version,
        allowed: ALLOWED,
        fix: 'use a newer release',
      }
    : undefined;
}
