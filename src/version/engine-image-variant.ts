/** A published image of a release. */
export interface EngineImageVariant {
  /** The suffix of the tag after the version: empty, `-gpu`, `-wolfi` or `-wolfi-gpu`. */
  readonly suffix: string;
  /** The base of the image: `alpine`, `ubuntu` or `wolfi`. */
  readonly distribution: string;
  /** The architectures, as in the label `kubernetes.io/arch`: `amd64`, `arm64`. */
  readonly architectures: string[];
}
