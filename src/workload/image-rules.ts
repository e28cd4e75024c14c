import { splitImageReference } from '../kubernetes/image-reference';
import { PUBLISHED_REPOSITORY } from '../pod/image';
import type { Problems } from '../reporting/problems';
import { releaseOfTag } from '../version/release-of-tag';

/** Reports a tag that was never published, and an image without GPU support for an engine with `gpu`. */
export function checkPublishedImage(image: string, needsGpu: boolean, problems: Problems): void {
  const { repository, tag } = splitImageReference(image);
  // Another check reports unknown releases.
  const version = releaseOfTag(tag);
  if (repository !== PUBLISHED_REPOSITORY || version === undefined) {
    return;
  }
  const suffix = tag!.slice(version.tag.length);
  const suffixes = version.imageVariants.map((variant) => variant.suffix);
  if (!suffixes.includes(suffix)) {
    problems.add('image', {
      wrong: `no image of ${version.tag} with the suffix ${suffix} is published`,
      got: image,
      allowed: suffixes.map((one) => (one === '' ? 'no suffix' : one)).join(', '),
      fix: 'remove image',
    });
  } else if (needsGpu && !suffix.endsWith('-gpu')) {
    problems.add('image', {
      wrong: 'this image does not support GPUs',
      got: image,
      allowed: 'images with the suffix -gpu',
      fix: 'remove image, or add the suffix',
    });
  }
}
