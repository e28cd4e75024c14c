/**
 * One of the images of a release.
 */
export interface EngineImageVariant {
  /** What follows the version in the tag: empty, `-gpu`, `-wolfi` or `-wolfi-gpu`. */
  readonly suffix: string;
  /** What the image is built on: `alpine`, `ubuntu` or `wolfi`. */
  readonly distribution: string;
  /** In the spelling of the label `kubernetes.io/arch`: `amd64`, `arm64`. */
  readonly architectures: string[];
}
