import { Duration, Lazy, type ApiObject, type Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { posix } from 'node:path';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { COMMON_LABELS } from '../kubernetes/engine-labels';
import { emit } from '../kubernetes/manifest';
import { checkDnsLabel, checkDnsSubdomain, isDnsSubdomain } from '../kubernetes/names';
import { checkSeconds } from '../kubernetes/quantity';
import { checkConstructor } from '../reporting/check-arguments';
import { EngineRisk } from '../reporting/engine-risk';
import { Problems } from '../reporting/problems';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import { checkCharts, checkMaxNodes, checkPath } from './checks';
import { goDuration } from './go-duration';
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
   * The Kustomizations that must be ready first, for example those of cert-manager and KEDA: `NAME`, or
   * `NAMESPACE/NAME` for one in another namespace.
   *
   * @default - none
   */
  readonly dependsOn?: string[];
}

/**
 * A Kustomization of Flux for charts with engines. It waits until all objects are ready. Its timeout covers the drains
 * of all engines.
 *
 * To keep Flux from deleting namespaces and volumes, also call `GitOps.of(chart).prepareForFlux()`.
 */
export class FluxKustomization extends Construct {
  /** The Kustomization object. */
  public readonly apiObject: ApiObject;

  /**
   * @param scope a chart that isn't one of `charts`
   * @param id the construct's id
   * @param props the charts and the source
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: FluxKustomizationProps) {
    checkConstructor('FluxKustomization', new.target !== FluxKustomization, [scope, id, props]);
    super(scope, id);
    const { charts, dependsOn = [], maxNodes, name = id, namespace = 'flux-system', path = 'dist', timeout } = props;
    const problems = new Problems();
    checkCharts(problems, this, charts);
    checkDnsSubdomain(problems, 'name', name);
    checkDnsLabel(problems, 'namespace', namespace);
    checkDnsSubdomain(problems, 'sourceName', props.sourceName);
    if (props.sourceNamespace !== undefined) {
      checkDnsLabel(problems, 'sourceNamespace', props.sourceNamespace);
    }
    dependsOn.forEach((other, index) => checkDependency(problems, `dependsOn[${index}]`, other, { name, namespace }));
    checkPath(problems, 'path', path);
    checkMaxNodes(problems, 'maxNodes', maxNodes);
    const interval = checkSeconds(problems, 'interval', props.interval ?? Duration.minutes(10), { min: 1 });
    const written = timeout && checkSeconds(problems, 'timeout', timeout, { min: 1 });
    problems.throwIfAny(this.node.path, 'FluxKustomization');
    const time = (): ReturnType<typeof rolloutTime> => rolloutTime(renderedWorkloads(charts), maxNodes);
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name, namespace, labels: COMMON_LABELS },
      spec: {
        interval: goDuration(interval),
        timeout: Lazy.any({
          produce: () => goDuration(written ?? Math.max(MIN_TIMEOUT_SECONDS, time().seconds)),
        }),
        sourceRef: {
          kind: props.sourceKind ?? FluxSourceKind.GIT_REPOSITORY,
          name: props.sourceName,
          ...(props.sourceNamespace !== undefined && { namespace: props.sourceNamespace }),
        },
        path: sourcePath(path),
        prune: props.prune ?? true,
        wait: true,
        ...(dependsOn.length > 0 && { dependsOn: dependsOn.map(readDependency) }),
      },
    });
    rejectDuplicateObjects(this);
    reportAtSynth(this, () => {
      const { onDelete, seconds, uncounted } = time();
      const risks = new Problems();
      warnAboutOnDelete(onDelete, risks);
      if (written !== undefined) {
        warnAboutTimeout(written, seconds, risks);
      }
      printWarnings(this, risks.cautions);
      return written === undefined ? checkNodes(uncounted) : [];
    });
  }
}

/** Returns the path in the form that Flux documents. */
function sourcePath(path: string): string {
  const normal = posix.normalize(path);
  return normal === '.' || normal === './' ? './' : `./${normal}`;
}

/** A reference to a Kustomization. */
interface Dependency {
  readonly name: string;
  readonly namespace?: string;
}

/** Reads `NAME` or `NAMESPACE/NAME`. */
function readDependency(text: string): Dependency {
  const slash = text.indexOf('/');
  return slash === -1 ? { name: text } : { name: text.slice(slash + 1), namespace: text.slice(0, slash) };
}

/** Reports an invalid dependency, and a Kustomization that waits for itself. */
function checkDependency(problems: Problems, property: string, text: string, own: Required<Dependency>): void {
  const { name, namespace } = readDependency(text);
  if (namespace === undefined) {
    checkDnsSubdomain(problems, property, name);
  } else if (!isDnsSubdomain(namespace) || !isDnsSubdomain(name)) {
    problems.add(property, {
      wrong: 'must be the name of a Kustomization',
      got: text,
      allowed: 'NAME, or NAMESPACE/NAME with valid object names',
      fix: "write a value such as 'flux-system/cert-manager'",
    });
  }
  if (name === own.name && (namespace ?? own.namespace) === own.namespace) {
    problems.add(property, {
      wrong: 'is this Kustomization, which would wait for itself forever',
      got: text,
      allowed: 'other Kustomizations',
      fix: 'remove it',
    });
  }
}

/** Warns about a timeout that is shorter than a healthy update. */
function warnAboutTimeout(timeout: number, seconds: number, risks: Problems): void {
  if (timeout < seconds) {
    risks.warn(
      EngineRisk.SHORT_ROLLOUT_TIMEOUT,
      'timeout',
      `Flux waits ${goDuration(timeout)}, but a healthy update takes up to ${goDuration(seconds)}, so Flux can report it as failed`,
      `remove timeout, or set it to Duration.seconds(${seconds})`,
    );
  }
}

/**
 * Warns about DaemonSets that Flux waits for until a person deletes their pods. The status of kstatus for a DaemonSet
 * ignores its update strategy (fluxcd/cli-utils pkg/kstatus/status/core.go@v1.2.3).
 */
function warnAboutOnDelete(daemonSets: readonly string[], risks: Problems): void {
  if (daemonSets.length > 0) {
    risks.warn(
      EngineRisk.SHORT_ROLLOUT_TIMEOUT,
      'charts',
      `after a change, Flux waits until the last old pod of DaemonSet ${daemonSets.join(', ')} is deleted, because the update strategy is OnDelete. The health check fails after each timeout until then`,
      'use EngineDaemonSetUpdateStrategy.rollingUpdate(), or a separate Kustomization that no other one depends on',
    );
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
