import { Problems } from '../reporting/problems';
import { EngineVersion } from '../version/engine-version';

/** A published image: the release and the suffix of its tag. */
const PUBLISHED =
  /^registry\.dagger\.io\/engine:(v\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)((?:-wolfi)?(?:-gpu)?)(?:@.*)?$/;

/** Reports a published image that doesn't exist, or that doesn't support GPUs. */
export function checkPublishedImage(image: string, needsGpu: boolean, problems: Problems): void {
  const [, tag = '', suffix = ''] = PUBLISHED.exec(image) ?? [];
  // An unknown release is reported with the version.
  const version = tag === '' ? undefined : EngineVersion._parse(tag, new Problems(), '');
  if (version === undefined) {
    return;
  }
  const suffixes = version.imageVariants.map((variant) => variant.suffix);
  if (!suffixes.includes(suffix)) {
    problems.add('image', {
      wrong: `no image of ${tag} with the suffix ${suffix} is published`,
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
