import { Problems, ValidationError, type Problem } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { cacheEffect, type CacheAfterUpgrade } from './cache-after-upgrade';
import type { EngineCapability } from './engine-capability';
import type { EngineImageVariant } from './engine-image-variant';
import { VALUES } from './engine-values';
import { compareReleases, KNOWN, lastOfClosedMinor, lineOf, parseRelease, tagOf, type Release } from './release';
import { checkCalls } from '../reporting/check-arguments';

/**
 * A release of the Dagger Engine, with its capabilities.
 *
 * Two release lines are developed in parallel: 0.x since v0.12.0, and 1.0, which includes all of 1.x, since
 * v1.0.0-beta.1. A release that is newer than the newest known release of its line is treated like that release.
 *
 * An unsupported feature is an error only if the fact was confirmed for the release. Otherwise it is a warning.
 */
export class EngineVersion {
  /**
   * Parses a version.
   *
   * @param version the number, with or without a leading v: `v0.21.7`, `0.21.7`, `v1.0.0-beta.10`
   * @throws ValidationError if this isn't a release, or if it is older than v0.12.0
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
   * Parses a version. Reports an invalid release, and warns about an unknown one.
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
        `${tagOf(release)} was never released`,
        `use ${tagOf(unreleased)}, the last release of that minor version`,
      );
    }
    const { newest } = KNOWN[lineOf(release)];
    if (compareReleases(release, newest) > 0) {
      problems.warn(
        EngineRisk.UNKNOWN_VERSION,
        property,
        `${tagOf(release)} is newer than ${tagOf(newest)}, the newest ${lineOf(release)} release that this library knows, and is treated like that release`,
        'update this library, or check the release notes of the engine for changed options',
      );
    }
    return new EngineVersion(release);
  }

  /** The tag of the release and its image, for example `v0.21.7`. */
  public readonly tag: string;

  private constructor(private readonly release: Release) {
    this.tag = tagOf(release);
  }

  /** Whether this release has a capability. */
  public supports(capability: EngineCapability): boolean {
    return capability._includes(this.release);
  }

  /**
   * Returns the reason that a client of another release can't use this engine, or undefined if it can. Each side
   * rejects releases older than its minimum, but accepts newer ones (dagger/dagger v0.21.7 engine/version.go:25-31).
   *
   * @internal
   */
  public _rejectionOf(client: EngineVersion): string | undefined {
    if (compareReleases(client.release, parseRelease(this.minimumClient)!) < 0) {
      return `engine ${this.tag} rejects clients older than ${this.minimumClient}`;
    }
    if (compareReleases(this.release, parseRelease(client.minimumEngine)!) < 0) {
      return `client ${client.tag} rejects engines older than ${client.minimumEngine}, and this engine is ${this.tag}`;
    }
    return undefined;
  }

  /**
   * Whether the table was confirmed for this release, for one capability or as a whole. If it wasn't, the table may
   * deny features that this release supports.
   *
   * @internal
   */
  public _isConfirmed(capability?: EngineCapability): boolean {
    return compareReleases(this.release, this.confirmedUntil(capability)) <= 0;
  }

  /**
   * Returns the tag of the newest release in this release's line that the table was confirmed for.
   *
   * @internal
   */
  public _confirmedUntil(capability?: EngineCapability): string {
    return tagOf(this.confirmedUntil(capability));
  }

  private confirmedUntil(capability: EngineCapability | undefined): Release {
    const line = lineOf(this.release);
    return capability?._confirmedUntil(line) ?? KNOWN[line].read;
  }

  /**
   * Whether this release supports a capability, or may support it because a denial wasn't confirmed.
   *
   * @internal
   */
  public _maySupport(capability: EngineCapability): boolean {
    return this.supports(capability) || !this._isConfirmed(capability);
  }

  /**
   * Whether this release may lack a capability that `supports` assumes, because the first release that has it isn't
   * known.
   *
   * @internal
   */
  public _isUncertain(capability: EngineCapability): boolean {
    return capability._isUncertainFor(this.release);
  }

  /**
   * The unix socket for clients within the pod: `/run/dagger/engine.sock`, or `/run/buildkit/buildkitd.sock` before
   * v0.17.0.
   */
  public get socketPath(): string {
    return VALUES.socketPath.at(this.release)!;
  }

  /** The oldest client that this engine supports, for example `v0.19.0`. */
  public get minimumClient(): string {
    return VALUES.minimumClient.at(this.release)!;
  }

  /** The oldest engine that the client of this release supports, for example `v0.19.0`. */
  public get minimumEngine(): string {
    return VALUES.minimumEngine.at(this.release)!;
  }

  /**
   * The schema of the cache on disk, for example `16`. An engine deletes a cache with a different schema. Undefined
   * before v0.21.0, and for releases whose schema isn't known.
   */
  public get cacheSchema(): string | undefined {
    return VALUES.cacheSchema.at(this.release);
  }

  /**
   * Whether the cache schema was confirmed for this release. A release after the confirmed ones may have another schema.
   *
   * @internal
   */
  public get _isCacheSchemaConfirmed(): boolean {
    return VALUES.cacheSchema.isConfirmedAt(this.release);
  }

  /**
   * Returns the effect on the cache of this release if engines run another release from now on: whether they keep it or
   * delete it. `cdk8s-dagger diff` reports the same.
   *
   * The answer assumes that the engine stops cleanly and keeps its volume. A rollback has the effect of a change in the
   * other direction.
   *
   * @param version the other release
   */
  public cacheAfterUpgradeTo(version: EngineVersion): CacheAfterUpgrade {
    const { outcome, reasons } = cacheEffect(
      { name: this.tag, release: this },
      { name: version.tag, release: version },
    );
    return { outcome, reason: reasons.join(' ') };
  }

  /** The number of network namespaces that are kept ready, unless engine.toml sets `worker.oci.cniPoolSize`. */
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

checkCalls('EngineVersion', EngineVersion);

const ALLOWED = `${tagOf(KNOWN['0.x'].oldest)} and later, or ${tagOf(KNOWN['1.0'].oldest)} and later, such as "${tagOf(KNOWN['0.x'].newest)}"`;

function notARelease(version: string): Problem {
  const release = typeof version === 'string' ? parseRelease(version.trim()) : undefined;
  if (release !== undefined && version.trim() !== version) {
    return {
      wrong: 'must not start or end with white space, such as the line break at the end of a file',
      got: version,
      allowed: ALLOWED,
      fix: `write '${tagOf(release)}', or call trim()`,
    };
  }
  return {
    wrong: 'must be a release of the engine',
    got: version,
    allowed: ALLOWED,
    fix: "for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')",
  };
}

function unsupported(version: string, release: Release): Problem | undefined {
  if (lineOf(release) === '0.x' && release.pre !== undefined) {
    return notARelease(version);
  }
  const { oldest } = KNOWN[lineOf(release)];
  return compareReleases(release, oldest) < 0
    ? {
        wrong: `must not be older than ${tagOf(oldest)}, the oldest ${lineOf(release)} release that this library supports`,
        got: version,
        allowed: ALLOWED,
        fix: 'use a newer release',
      }
    : undefined;
}
