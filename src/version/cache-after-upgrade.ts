import { EngineCapability } from './engine-capability';

/** The effect of another release on an existing cache. */
export enum CacheOutcome {
  /** The engine keeps the cache. */
  KEPT = 'kept',
  /** The engine deletes the cache when it starts. */
  WIPED = 'wiped',
  /** The engine may delete the cache, because the schema of a release isn't confirmed. */
  UNCONFIRMED = 'unconfirmed',
}

/** The effect of an upgrade, or of a downgrade, on the cache. */
export interface CacheAfterUpgrade {
  /** The effect. */
  readonly outcome: CacheOutcome;

  /** The reason, as sentences. */
  readonly reason: string;
}

/** The facts about a release that its cache depends on. `EngineVersion` has them. */
interface CacheFacts {
  readonly cacheSchema?: string;
  readonly _isCacheSchemaConfirmed: boolean;
  supports(capability: EngineCapability): boolean;
  _confirmedUntil(): string;
}

/** An engine's image: a release, or an image that doesn't name one. */
interface NamedRelease {
  readonly name: string;
  readonly release: CacheFacts | undefined;
}

/** The effect on a cache, with the reasons as separate sentences. */
interface CacheEffect {
  readonly outcome: CacheOutcome;
  readonly reasons: readonly string[];
}

/**
 * Returns the effect of another image on the cache. An engine that finds a cache with another schema deletes it
 * (dagger/dagger v0.21.7 dagql/cache.go).
 */
export function cacheEffect(from: NamedRelease, to: NamedRelease): CacheEffect {
  const [old, current] = [from.release?.cacheSchema, to.release?.cacheSchema];
  if (from.name === to.name) {
    return { outcome: CacheOutcome.KEPT, reasons: ['The release stays the same.'] };
  }
  if (old !== undefined && current !== undefined && old !== current) {
    return {
      outcome: CacheOutcome.WIPED,
      reasons: [
        `The cache schema changes from ${old} (${from.name}) to ${current} (${to.name}), and an engine deletes a cache with another schema.`,
      ],
    };
  }
  const unconfirmed = [from, to].flatMap(unconfirmedSchema);
  return unconfirmed.length > 0
    ? { outcome: CacheOutcome.UNCONFIRMED, reasons: unconfirmed }
    : { outcome: CacheOutcome.KEPT, reasons: [`The cache schema stays ${current}.`] };
}

/** Returns a sentence about a release whose cache schema isn't known for certain. */
function unconfirmedSchema({ name, release }: NamedRelease): string[] {
  if (release?._isCacheSchemaConfirmed === true) {
    return [];
  }
  if (release?.supports(EngineCapability.WIPES_AFTER_UNCLEAN_STOP) === false) {
    return [
      `${name} is older than the first release with a cache schema, so it isn't known whether its cache can be read.`,
    ];
  }
  return [
    release?.cacheSchema === undefined
      ? `The cache schema of ${name} isn't known, so it may differ.`
      : `The cache schema of ${name} isn't confirmed. It is ${release.cacheSchema} up to ${release._confirmedUntil()}, and may differ.`,
  ];
}
