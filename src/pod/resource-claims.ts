import type { PodResourceClaim } from 'kubernetes-types/core/v1';
import { setOrigin } from '../kubernetes/origins';

/**
 * A device claim of the engine (dynamic resource allocation, Kubernetes 1.34 and later). Set exactly one of
 * `resourceClaimName` and `resourceClaimTemplateName`.
 */
export interface EngineResourceClaim {
  /** The name of the claim within the pod. */
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
 * Renders the device claims of the pod.
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
 * Renders the device claims of the engine's container. The container uses all of the pod's claims.
 *
 * @internal
 */
export function containerResourceClaims(claims: readonly EngineResourceClaim[]): { claims?: Array<{ name: string }> } {
  return claims.length === 0 ? {} : { claims: claims.map(({ name }) => ({ name })) };
}
