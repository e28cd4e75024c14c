import { literal, call, type Expression } from '../program/expression';
import { EngineImage } from '../pod/image';
import { Problems } from '../reporting/problems';
import { EngineVersion } from '../version/engine-version';
import type { Findings } from './finding';
import { report } from './finding-kinds';

/** Where Dagger publishes the engine, and where the charts have it from. */
export const PUBLISHED = 'registry.dagger.io/engine';

/** What follows the release in the tags of variants. */
const VARIANT = /-(gpu|wolfi|wolfi-gpu)$/;

/** An image by its parts. */
export interface ImageReference {
  readonly repository: string;
  readonly tag?: string;
  /** The release that the tag names. */
  readonly release?: EngineVersion;
}

export function readImage(reference: string): ImageReference {
  const [, repository = reference, tag] = /^(.*?)(?::([^/@:]*))?(?:@.*)?$/.exec(reference) ?? [];
  return { repository, tag, release: releaseOf(tag?.replace(VARIANT, '')) };
}

function releaseOf(tag: string | undefined): EngineVersion | undefined {
  return tag === undefined || !/^v\d/.test(tag) ? undefined : EngineVersion._parse(tag, new Problems(), 'version');
}

/** The release that an image runs, and the image where it is not that of the release. */
export interface ChosenImage {
  readonly version: EngineVersion;
  readonly image?: Expression;
}

/** What an image's reference says of the engine in it; where it says nothing, `otherwise` is taken for its release. */
export function chooseImage(reference: string, key: string, otherwise: string): ChosenImage {
  const { repository, release } = readImage(reference);
  const version = release ?? EngineVersion.of(otherwise);
  if (reference === `${PUBLISHED}:${version.tag}`) {
    return { version };
  }
  return reference === `${repository}:${version.tag}`
    ? { version, image: call('EngineImage.fromRepository', EngineImage.fromRepository, [literal(repository)], key) }
    : { version, image: call('EngineImage.custom', EngineImage.custom, [literal(reference)], key) };
}

/** What is wrong with an image's reference. */
export function reportImage(reference: string, key: string, otherwise: string, findings: Findings): void {
  const { release, tag } = readImage(reference);
  if (tag !== undefined && /^(main|latest|edge|dev|nightly)$/.test(tag) && !reference.includes('@')) {
    report(
      findings,
      'moving-image',
      key,
      `${JSON.stringify(reference)} is another engine with every build of it: a pod that restarts may run another release, and one that can't read the cache deletes it`,
      'name a release, such as registry.dagger.io/engine:v0.21.7',
      'image',
    );
  } else if (release === undefined) {
    report(
      findings,
      'unknown-engine-version',
      key,
      `${JSON.stringify(reference)} names no release that the library knows; it is taken to behave like ${otherwise}`,
      'set the release that it behaves like as version',
    );
  }
}
