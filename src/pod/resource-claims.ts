import type { PodResourceClaim } from 'kubernetes-types/core/v1';
import { setOrigin } from '../kubernetes/origins';

/** A claim of devices for the engine (dynamic resource allocation, Kubernetes 1.34). Exactly one of the two references is required. */
export interface EngineResourceClaim {
  /** The name of the claim in the pod. */
  readonly name: string;

  /**
   * The name of an existing ResourceClaim in the engine's namespace.
   *
   * @default - none
   */
  readonly resourceClaimName?: string;

  /**
   * The name of a ResourceClaimTemplate in the engine's namespace. Kubernetes creates a claim from it for each pod.
   *
   * @default - none
   */
  readonly resourceClaimTemplateName?: string;
}

/**
 * Returns the claims of the pod.
 *
 * @internal
 */
export function podResourceClaims(claims: readonly EngineResourceClaim[]): { resourceClaims?: PodResourceClaim[] } {
  return claims.length === 0
    ? {}
    : {
        resourceClaims: setOrigin(
          claims.map((claim) => ({ ...claim })),
          'resourceClaims',
        ),
      };
}

/**
 * Returns the claims of the engine's container, which uses all claims of the pod.
 *
 * @internal
 */
export function containerResourceClaims(claims: readonly EngineResourceClaim[]): { claims?: Array<{ name: string }> } {
  return claims.length === 0 ? {} : { claims: claims.map(({ name }) => ({ name })) };
}
