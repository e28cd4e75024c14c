/** The label of a snapshot with the name of its seed. */
export const SEED_LABEL = 'cdk8s-dagger.github.io/seed';

/** The label of a snapshot with the release of the engine that wrote the cache. */
export const RELEASE_LABEL = 'cdk8s-dagger.github.io/release';

/** The label of a snapshot with the schema of the cache. A snapshot of an unknown schema doesn't have it. */
export const SCHEMA_LABEL = 'cdk8s-dagger.github.io/cache-schema';

/** The label of a snapshot that states whether new volumes are copied from it. */
export const PUBLISHED_LABEL = 'cdk8s-dagger.github.io/published';
