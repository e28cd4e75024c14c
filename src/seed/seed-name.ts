import type { EngineVersion } from '../version/engine-version';

/**
 * Returns the name of the snapshot that volumes are copied from. It is constant for all releases that can read the
 * cache, so an upgrade between them doesn't change claim templates, which are immutable.
 */
export function publishedName(name: string, { cacheSchema, tag }: EngineVersion): string {
  return `${name}-${cacheSchema === undefined ? tag.replaceAll('.', '-') : `schema-${cacheSchema}`}`;
}
