import { checkImageReference, splitImageReference } from '../kubernetes/image-reference';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { EngineVersion } from '../version/engine-version';
import { releaseOfTag } from '../version/release-of-tag';
import { EngineCapability } from '../version/engine-capability';
import { checkCalls } from '../reporting/check-arguments';

/** The repository of the published engine (dagger/dagger v0.21.7 helm/dagger/templates/_helpers.tpl). */
export const PUBLISHED_REPOSITORY = 'registry.dagger.io/engine';

/** The tag suffix of images with GPU support. */
export const GPU_SUFFIX = '-gpu';

/** Tags that move from release to release. */
const MOVING = /:(main|latest|edge|dev|nightly)$/;

/** The image of the engine's container. */
export class EngineImage {
  /**
   * Uses the published image of `version` from a mirror of the registry.
   *
   * @param repository the registry and path without a tag, for example `mirror.example.com/dagger/engine`
   */
  public static fromRepository(repository: string): EngineImage {
    return new EngineImage('fromRepository', repository);
  }

  /**
   * Uses a custom image. Set `version` to the release that the image is based on.
   *
   * @param reference the reference with a tag or digest, for example `registry.example.com/engine:v0.21.7-ours`
   */
  public static fromReference(reference: string): EngineImage {
    return new EngineImage('fromReference', reference);
  }

  private constructor(
    private readonly factory: 'fromRepository' | 'fromReference',
    private readonly value: string,
  ) {}

  /** @internal */
  public _reference(version: EngineVersion, gpu: boolean, problems: Problems): string {
    const { digest, tag } = splitImageReference(this.value);
    const tagged = tag !== undefined || digest !== undefined;
    if (!checkImageReference(problems, '', this.value, `${PUBLISHED_REPOSITORY}:${version.tag}`)) {
      return this.value;
    }
    if (this.factory === 'fromReference' && !tagged) {
      problems.add('', {
        wrong: 'the reference has neither a tag nor a digest, so the node would run the tag latest',
        got: this.value,
        allowed: 'a reference with a tag or digest',
        fix: `use EngineImage.fromReference('${this.value}:${version.tag}'), or EngineImage.fromRepository('${this.value}')`,
        risk: EngineRisk.UNTAGGED_IMAGE,
      });
    } else if (this.factory === 'fromReference' && MOVING.test(this.value)) {
      problems.add('', {
        wrong: 'the tag moves from release to release, so a restarted pod can run a release that deletes the cache',
        got: this.value,
        allowed: 'the tag of a release, or a digest',
        fix: `use EngineImage.fromReference('${this.value.replace(MOVING, `:${version.tag}`)}')`,
        risk: EngineRisk.MOVING_IMAGE,
      });
    } else if (this.factory === 'fromRepository' && tagged) {
      problems.add('', {
        wrong: 'must not have a tag or digest, because version determines the tag',
        got: this.value,
        allowed: 'REGISTRY/PATH',
        fix: `use EngineImage.fromReference('${this.value}')`,
      });
    } else if (this.factory === 'fromReference') {
      checkRelease(this.value, version, problems);
    }
    return this.factory === 'fromReference' ? this.value : publishedReference(this.value, version, gpu);
  }
}

checkCalls('EngineImage', EngineImage);

export function imageReference(
  image: EngineImage | undefined,
  version: EngineVersion,
  gpu: boolean,
  problems: Problems,
): string {
  if (gpu && !version.supports(EngineCapability.GPU_IMAGE)) {
    problems.at('gpu').add('', {
      wrong: `${version.tag} has no GPU image`,
      allowed: EngineCapability.GPU_IMAGE.availability,
      fix: 'choose one of these versions',
    });
  }
  return image === undefined
    ? publishedReference(PUBLISHED_REPOSITORY, version, gpu)
    : image._reference(version, gpu, problems.at('image'));
}

function publishedReference(repository: string, version: EngineVersion, gpu: boolean): string {
  return `${repository}:${version.tag}${gpu ? GPU_SUFFIX : ''}`;
}

/** Reports a tag that names a release other than `version`. The engine is configured for `version`. */
function checkRelease(reference: string, version: EngineVersion, problems: Problems): void {
  const release = releaseOfTag(splitImageReference(reference).tag ?? '');
  if (release !== undefined && release.tag !== version.tag) {
    problems.add('', {
      wrong: `the tag names ${release.tag}, but the engine is configured for ${version.tag}`,
      got: reference,
      allowed: `an image of ${version.tag}, the version of the engine`,
      fix: `set version to '${release.tag}'`,
      risk: EngineRisk.VERSION_MISMATCH,
    });
  }
}
