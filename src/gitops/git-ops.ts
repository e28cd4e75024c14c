import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { addPreparation } from '../reporting/app-checks';
import { checkCalls } from '../reporting/check-arguments';
import { readState, stateOf } from '../reporting/construct-state';
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
    this.annotate(SYNC_WAVE, (object, existing, { errors }) => {
      if (existing !== undefined) {
        checkWave(object, existing, errors);
        return undefined;
      }
      const wave = waveOf(object);
      return wave === 0 ? undefined : String(wave);
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
    this.annotate(key, (object, existing, { risks }) => {
      if (!isProtected(object)) {
        return undefined;
      }
      const { conflict, value: found } = protection(existing);
      if (conflict === undefined) {
        return found;
      }
      const risk = new Problems();
      risk.warn(
        EngineRisk.CACHE_CAN_BE_PRUNED,
        `metadata.annotations.${key}`,
        `the value ${JSON.stringify(conflict)} lets the GitOps tool delete the ${object.kind}, and the caches with it`,
        `use ${value}`,
      );
      risks.set(object, risk);
      return undefined;
    });
  }

  /**
   * Adds an annotation to all objects at synth.
   *
   * @param valueFor returns the value, or undefined to leave an object unchanged
   */
  private annotate(
    key: string,
    valueFor: (object: ApiObject, existing: string | undefined, found: Findings) => string | undefined,
  ): void {
    const { scope } = this;
    const state = `gitops-annotation-${key}`;
    if (readState(scope, state) !== undefined) {
      return;
    }
    stateOf(scope, state, () => true);
    let found: Findings = { errors: new Problems(), risks: new Map() };
    addPreparation(scope, () => {
      found = { errors: new Problems(), risks: new Map() };
      // An enclosing scope with the same annotation covers these objects.
      if (scope.node.scopes.slice(0, -1).some((one) => readState(one, state) !== undefined)) {
        return;
      }
      for (const object of scope.node.findAll().filter((one) => ApiObject.isApiObject(one))) {
        const value = valueFor(object, annotationsOf(object)[key], found);
        if (value !== undefined) {
          object.metadata.addAnnotation(key, value);
          checkPatches(object, key, value, found.errors);
        }
      }
    });
    reportAtSynth(scope, () => {
      found.risks.forEach((risk, object) => printWarnings(object, risk.cautions));
      return found.errors.messages;
    });
  }
}

/** The problems with the annotations of a scope. */
interface Findings {
  readonly errors: Problems;
  readonly risks: Map<ApiObject, Problems>;
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

/** Reports a wave that Argo CD can't read. It uses wave 0 instead. */
function checkWave(object: ApiObject, wave: string, problems: Problems): void {
  if (!/^[+-]?\d+$/.test(wave)) {
    problems.add(`${object.node.path}: metadata.annotations.${SYNC_WAVE}`, {
      wrong: 'must be a whole number, because Argo CD uses wave 0 for any other text',
      got: wave,
      allowed: "a whole number such as '-1'",
      fix: 'correct it, or remove it',
    });
  }
}
