import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { addPreparation } from '../reporting/app-checks';
import { checkCalls } from '../reporting/check-arguments';
import { EngineRisk } from '../reporting/engine-risk';
import { Problems } from '../reporting/problems';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import {
  FLUX_PRUNE,
  isProtected,
  protectFromArgoCd,
  protectFromFlux,
  SYNC_OPTIONS,
  type Protected,
} from './protection';
import { SYNC_WAVE, waveOf } from './sync-waves';

/**
 * The annotations that GitOps tools need: an order, and protection from deletion. They are added to every object in a
 * scope at synth, also to objects that this library didn't create.
 *
 * Values that the program sets take precedence. If such a value lets the tool delete a cache, the library warns.
 */
export class GitOps {
  /**
   * Returns the annotations of a scope.
   *
   * @param scope a chart, an engine, or the whole app
   */
  public static of(scope: IConstruct): GitOps {
    return new GitOps(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Adds sync waves and protection for Argo CD.
   *
   * - Wave -3: Namespaces, storage classes, and CAs of cert-manager. Wave -2: issuers.
   * - Wave -1: configuration, service accounts, permissions, network policies and certificates.
   * - Wave 0, without an annotation: everything else, such as Deployments, StatefulSets, Services and claims.
   * - Wave 1: autoscalers and DaemonSets.
   *
   * `Prune=false` and `Delete=false` protect Namespaces, claims, volumes and volume snapshots. Argo CD keeps them if
   * they are removed from Git, and if the Application is deleted.
   */
  public prepareForArgoCd(): void {
    this.annotate(SYNC_WAVE, (object, existing) => {
      const wave = waveOf(object);
      return wave === 0 || existing() !== undefined ? undefined : { value: String(wave) };
    });
    this.protect(SYNC_OPTIONS, protectFromArgoCd, 'Prune=false,Delete=false');
  }

  /**
   * Adds protection for Flux. `kustomize.toolkit.fluxcd.io/prune: disabled` protects Namespaces, claims, volumes and
   * volume snapshots: Flux keeps them if they are removed from Git, and if the Kustomization is deleted.
   *
   * Flux needs no order. It applies Namespaces first, and everything else at once.
   */
  public prepareForFlux(): void {
    this.protect(FLUX_PRUNE, protectFromFlux, 'disabled');
  }

  private protect(key: string, protection: (existing: string | undefined) => Protected, value: string): void {
    this.annotate(key, (object, existing) => (isProtected(object) ? protection(existing()) : undefined), value);
  }

  /** Adds an annotation to all objects at synth. `protection` is the value that protects an object. */
  private annotate(
    key: string,
    valueFor: (object: ApiObject, existing: () => string | undefined) => Protected | undefined,
    protection?: string,
  ): void {
    let problems = new Problems();
    addPreparation(this.scope, () => {
      problems = new Problems();
      for (const object of this.scope.node.findAll().filter((one) => ApiObject.isApiObject(one))) {
        const found = valueFor(object, () => annotationsOf(object)[key]);
        if (found?.conflict !== undefined) {
          problems.warn(
            EngineRisk.CACHE_CAN_BE_PRUNED,
            `${object.node.path}: metadata.annotations.${key}`,
            `the value ${JSON.stringify(found.conflict)} lets the GitOps tool delete the ${object.kind}, and the caches with it`,
            `use ${protection}`,
          );
        } else if (found !== undefined) {
          object.metadata.addAnnotation(key, found.value);
          checkPatches(object, key, found.value, problems);
        }
      }
    });
    reportAtSynth(this.scope, () => {
      printWarnings(this.scope, problems.cautions);
      return problems.messages;
    });
  }
}

checkCalls('GitOps', GitOps);

/** Returns the annotations of an object, with the program's JSON patches. */
function annotationsOf(object: ApiObject): { readonly [key: string]: string | undefined } {
  const { metadata } = object.toJson() as { readonly metadata: { readonly annotations?: object } };
  return { ...metadata.annotations };
}

/** Reports a JSON patch that replaces all annotations of an object. */
function checkPatches(object: ApiObject, key: string, value: string, problems: Problems): void {
  if (annotationsOf(object)[key] !== value) {
    problems.add(`${object.node.path}: metadata.annotations`, {
      wrong: `a JSON patch of the ${object.kind} replaces all annotations, so ${key} is lost`,
      allowed: 'a patch of a single annotation',
      fix: "use object.metadata.addAnnotation('example.com/key', 'value')",
    });
  }
}
