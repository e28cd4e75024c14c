import { Availability, type SpanText } from './availability';
import type { EngineImageVariant } from './engine-image-variant';
import type { Release } from './release';

/** A fact about the engine whose value depends on the release. */
export class VersionedValue<T> {
  public readonly values: ReadonlyArray<readonly [Availability, T]>;

  /**
   * @param summary a description of the value
   * @param source the source, in the same form as the sources in `EngineCapability`
   * @param rows the releases of the 0.x line, the releases of the 1.0 line, and their value
   */
  public constructor(
    public readonly summary: string,
    public readonly source: string,
    rows: ReadonlyArray<readonly [zero: SpanText, one: SpanText, value: T]>,
  ) {
    this.values = rows.map(([zero, one, value]) => [new Availability(zero, one), value]);
  }

  /** Returns the value for a release, or undefined if the fact doesn't apply to it. */
  public at(release: Release): T | undefined {
    return this.values.find(([releases]) => releases.includes(release))?.[1];
  }

  /** Whether the value was confirmed for a release. A later release may have another one. */
  public isConfirmedAt(release: Release): boolean {
    return this.values.some(([releases]) => releases.includes(release) && releases.isConfirmedFor(release));
  }
}

const AMD64 = ['amd64'];
const AMD64_AND_ARM64 = ['amd64', 'arm64'];

/** The versioned values, keyed by the property of `EngineVersion`. */
export const VALUES = {
  socketPath: new VersionedValue(
    'The unix socket for clients within the pod.',
    'cmd/engine/config.go:46@v0.16.0, engine/distconsts/consts.go:11@v0.17.0; 6e4ec04cbd (#9866); later releases also have buildkitd.sock',
    [
      ['until 0.16.3', 'never', '/run/buildkit/buildkitd.sock'],
      ['since 0.17.0', 'always', '/run/dagger/engine.sock'],
    ],
  ),
  minimumClient: new VersionedValue(
    'The oldest client that the engine supports.',
    'engine/version.go (MinimumClientVersion), read at every tag',
    [
      ['until 0.12.4', 'never', 'v0.12.0'],
      ['0.12.5 to 0.15.4', 'never', 'v0.12.5'],
      ['0.16.0 to 0.16.3', 'never', 'v0.16.0'],
      ['0.17.0 to 0.18.19', 'never', 'v0.17.0'],
      ['since 0.19.0', 'always', 'v0.19.0'],
    ],
  ),
  minimumEngine: new VersionedValue(
    'The oldest engine that the client of this release supports.',
    'engine/version.go (MinimumEngineVersion), read at every tag',
    [
      ['until 0.12.4', 'never', 'v0.12.0'],
      ['0.12.5 to 0.15.4', 'never', 'v0.12.5'],
      ['0.16.0 to 0.18.6', 'never', 'v0.16.0'],
      ['0.18.7 to 0.18.10', 'never', 'v0.18.6'],
      ['0.18.11 to 0.18.19', 'never', 'v0.18.11'],
      ['since 0.19.0', 'always', 'v0.19.0'],
    ],
  ),
  cacheSchema: new VersionedValue(
    'The schema of the cache on disk. An engine that finds another schema deletes the cache.',
    'dagql/cache.go (cachePersistenceSchemaVersion), read at every tag; 9a3341d4b5 (#13173), d4cd07078b (#13734); still 16 on the branch backport-0.21 at 00c993cbe4. A later, undated commit of the 1.0 line has 19',
    [
      ['since 0.21.0', 'until 1.0.0-beta.7', '16'],
      ['never', '1.0.0-beta.8 to 1.0.0-beta.11', '17'],
    ],
  ),
  defaultCniPoolSize: new VersionedValue(
    'The number of network namespaces that the engine keeps ready unless engine.toml sets `worker.oci.cniPoolSize`.',
    'cmd/engine/config.go, read at every tag; 672ce93530 (#13394)',
    [
      ['until 0.21.6', 'until 1.0.0-beta.3', 16],
      ['since 0.21.7', 'since 1.0.0-beta.4', 128],
    ],
  ),
  imageVariants: new VersionedValue<EngineImageVariant[]>(
    'The published images and their tag suffixes.',
    '.github/workflows/engine-and-cli-publish.yml@v0.12.0, .dagger/engine.go:231-263@v0.13.0, cmd/engine/.dagger/main.go:234-253@v0.19.7, ' +
      'toolchains/engine-dev/main.go:377-394@v0.19.8, .dagger/modules/engine-dev/main.go:442-459@v1.0.0-beta.11; b842a45606 (#11373); read from the publishing workflow, not from the registry',
    [
      [
        'until 0.19.7',
        'never',
        [
          { suffix: '', distribution: 'alpine', architectures: AMD64_AND_ARM64 },
          { suffix: '-gpu', distribution: 'ubuntu', architectures: AMD64 },
          { suffix: '-wolfi', distribution: 'wolfi', architectures: AMD64 },
          { suffix: '-wolfi-gpu', distribution: 'wolfi', architectures: AMD64 },
        ],
      ],
      [
        'since 0.19.8',
        'always',
        [
          { suffix: '', distribution: 'wolfi', architectures: AMD64_AND_ARM64 },
          { suffix: '-gpu', distribution: 'wolfi', architectures: AMD64 },
        ],
      ],
    ],
  ),
};
