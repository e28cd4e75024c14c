import { EngineImage } from '../pod/image';
import { call, literal, type Expression } from '../program/expression';
import { Problems } from '../reporting/problems';
import { EngineVersion } from '../version/engine-version';

/** The repository in which Dagger publishes the engine. */
export const PUBLISHED = 'registry.dagger.io/engine';

/** The suffixes of the tags of variants. */
const VARIANT = /-(gpu|wolfi|wolfi-gpu)$/;

/** The parts of an image's reference. */
export interface ImageReference {
  readonly repository: string;
  readonly tag?: string;
  /** The release that the tag names. */
  readonly release?: EngineVersion;
}

/** Splits an image's reference. */
export function readImage(reference: string): ImageReference {
  const [, repository = reference, tag] = /^(.*?)(?::([^/@:]*))?(?:@.*)?$/.exec(reference) ?? [];
  return { repository, tag, release: releaseOf(tag?.replace(VARIANT, '')) };
}

function releaseOf(tag: string | undefined): EngineVersion | undefined {
  return tag === undefined || !/^v\d/.test(tag) ? undefined : EngineVersion._parse(tag, new Problems(), 'version');
}

/** The release that an image runs, and the image if it isn't the published one of that release. */
export interface ChosenImage {
  readonly version: EngineVersion;
  readonly image?: Expression;
}

/**
 * Reads the release and the image from an image reference. `otherwise` is the release if the reference doesn't name
 * one.
 */
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
