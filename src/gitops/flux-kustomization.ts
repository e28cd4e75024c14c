import { Duration, Lazy, type ApiObject, type Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { emit } from '../kubernetes/manifest';
import { checkDnsSubdomain } from '../kubernetes/names';
import { checkSeconds } from '../kubernetes/quantity';
import { checkConstructor } from '../reporting/check-arguments';
import { Problems } from '../reporting/problems';
import { reportAtSynth } from '../reporting/synth-report';
import { checkMaxNodes, checkPath } from './checks';
import { renderedWorkloads, rolloutTime } from './rollout-time';

/** The kind of a Flux source. */
export enum FluxSourceKind {
  /** A Git repository. */
  GIT_REPOSITORY = 'GitRepository',
  /** An OCI artifact. */
  OCI_REPOSITORY = 'OCIRepository',
  /** A bucket of an object store. */
  BUCKET = 'Bucket',
}

/** Properties for a Kustomization of Flux. */
export interface FluxKustomizationProps {
  /** The charts whose manifests the Kustomization applies. */
  readonly charts: Chart[];

  /** The name of the source with the manifests. */
  readonly sourceName: string;

  /**
   * The kind of the source.
   *
   * @default FluxSourceKind.GIT_REPOSITORY
   */
  readonly sourceKind?: FluxSourceKind;

  /**
   * The namespace of the source.
   *
   * @default - the namespace of the Kustomization
   */
  readonly sourceNamespace?: string;

  /**
   * The directory of the manifests in the source.
   *
   * @default 'dist'
   */
  readonly path?: string;

  /**
   * The name of the Kustomization.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The namespace of the Kustomization.
   *
   * @default 'flux-system'
   */
  readonly namespace?: string;

  /**
   * The time between two checks of the cluster for drift.
   *
   * @default Duration.minutes(10)
   */
  readonly interval?: Duration;

  /**
   * The time that Flux waits until all objects are ready. If it is too short, Flux reports a healthy update as failed.
   *
   * @default - the longest time that a healthy update of the charts takes
   */
  readonly timeout?: Duration;

  /**
   * The highest number of nodes with engines of a DaemonSet, from which the timeout follows.
   *
   * @default - unknown; required if the charts contain a DaemonSet, and `timeout` isn't set
   */
  readonly maxNodes?: number;

  /**
   * Whether Flux deletes objects that are removed from the source.
   *
   * @default true
   */
  readonly prune?: boolean;

  /**
   * The names of Kustomizations that must be ready first, for example those of cert-manager and KEDA.
   *
   * @default - none
   */
  readonly dependsOn?: string[];
}

/**
 * A Kustomization of Flux for charts with engines. It waits until all objects are ready. Its timeout covers the drains
 * of all engines.
 *
 * Add the protection of the objects with `GitOps.of(chart).prepareForFlux()`.
 */
export class FluxKustomization extends Construct {
  /** The Kustomization object. */
  public readonly apiObject: ApiObject;

  /**
   * @param scope a chart that isn't in the directory of the manifests
   * @param id the construct's id
   * @param props the charts and the source
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: FluxKustomizationProps) {
    checkConstructor('FluxKustomization', new.target !== FluxKustomization, [scope, id, props]);
    super(scope, id);
    const { charts, dependsOn = [], maxNodes, name = id, namespace = 'flux-system', path = 'dist', timeout } = props;
    const problems = new Problems();
    checkDnsSubdomain(problems, 'name', name);
    checkDnsSubdomain(problems, 'namespace', namespace);
    checkDnsSubdomain(problems, 'sourceName', props.sourceName);
    dependsOn.forEach((other, index) => checkDnsSubdomain(problems, `dependsOn[${index}]`, other));
    checkPath(problems, 'path', path);
    checkMaxNodes(problems, 'maxNodes', maxNodes);
    const seconds = (property: string, duration: Duration): string =>
      `${checkSeconds(problems, property, duration, { min: 1 })}s`;
    const interval = seconds('interval', props.interval ?? Duration.minutes(10));
    const written = timeout && seconds('timeout', timeout);
    problems.throwIfAny(this.node.path, 'FluxKustomization');
    const time = (): ReturnType<typeof rolloutTime> => rolloutTime(renderedWorkloads(charts), maxNodes);
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name, namespace },
      spec: {
        interval,
        timeout: written ?? Lazy.any({ produce: () => `${Math.max(MIN_TIMEOUT_SECONDS, time().seconds)}s` }),
        sourceRef: {
          kind: props.sourceKind ?? FluxSourceKind.GIT_REPOSITORY,
          name: props.sourceName,
          ...(props.sourceNamespace !== undefined && { namespace: props.sourceNamespace }),
        },
        path: `./${path.replace(/^\.\//, '')}`,
        prune: props.prune ?? true,
        wait: true,
        ...(dependsOn.length > 0 && { dependsOn: dependsOn.map((other) => ({ name: other })) }),
      },
    });
    rejectDuplicateObjects(this);
    if (timeout === undefined) {
      reportAtSynth(this, () => checkNodes(time().uncounted));
    }
  }
}

/** The timeout for charts without workloads. */
const MIN_TIMEOUT_SECONDS = 300;

/** Reports DaemonSets whose number of nodes isn't known. */
function checkNodes(daemonSets: readonly string[]): readonly string[] {
  const problems = new Problems();
  if (daemonSets.length > 0) {
    problems.add('maxNodes', {
      wrong: `is missing, and the time to update DaemonSet ${daemonSets.join(', ')} depends on the number of nodes`,
      got: undefined,
      allowed: 'the highest number of nodes, or a timeout',
      fix: 'set maxNodes, or set timeout',
    });
  }
  return problems.messages;
}
