import { splitImageReference, type ImageReference } from '../kubernetes/image-reference';
import { EngineImage, PUBLISHED_REPOSITORY } from '../pod/image';
import { literal, staticCall, type Expression } from '../program/expression';
import { EngineVersion } from '../version/engine-version';
import { releaseOfTag } from '../version/release-of-tag';

/** An image reference, and the release that its tag names. */
export interface EngineImageReference extends ImageReference {
  readonly release?: EngineVersion;
}

/** Splits an image reference, and parses the release in its tag. */
export function readImage(reference: string): EngineImageReference {
  const parts = splitImageReference(reference);
  return { ...parts, release: releaseOfTag(parts.tag) };
}

/** The release that an image runs, and the image if it isn't the published image of that release. */
export interface ChosenImage {
  readonly version: EngineVersion;
  readonly image?: Expression;
}

/** Returns the release and the image for an image reference. `fallback` is used if the tag isn't a release. */
export function chooseImage(reference: string, key: string, fallback: string): ChosenImage {
  const { repository, release } = readImage(reference);
  const version = release ?? EngineVersion.of(fallback);
  if (reference === `${PUBLISHED_REPOSITORY}:${version.tag}`) {
    return { version };
  }
  return reference === `${repository}:${version.tag}`
    ? { version, image: staticCall({ EngineImage }, 'fromRepository', [literal(repository)], key) }
    : { version, image: staticCall({ EngineImage }, 'fromReference', [literal(reference)], key) };
}
