import { Duration, Lazy, type ApiObject, type Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { COMMON_LABELS } from '../kubernetes/engine-labels';
import { emit } from '../kubernetes/manifest';
import { checkDnsLabel, checkDnsSubdomain } from '../kubernetes/names';
import { autoscalerOf } from '../reading/autoscaler';
import { checkConstructor } from '../reporting/check-arguments';
import { Problems } from '../reporting/problems';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import { checkCharts, checkMaxNodes, checkPath, checkRepoUrl, checkRevision, checkServer } from './checks';
import { renderedWorkloads, rolloutTime } from './rollout-time';
import { warnAboutTrackedClaims } from './tracked-claims';

/** Properties for an Application of Argo CD. */
export interface ArgoCdApplicationProps {
  /** The charts whose manifests the Application applies. */
  readonly charts: Chart[];

  /** The URL of the Git repository, for example `https://git.example.com/ci/manifests.git`. */
  readonly repoUrl: string;

  /**
   * The directory of the manifests in the repository.
   *
   * @default 'dist'
   */
  readonly path?: string;

  /**
   * The branch, tag or commit.
   *
   * @default 'HEAD' - the default branch
   */
  readonly targetRevision?: string;

  /**
   * The name of the Application. Argo CD tracks objects by it, so a new name makes Argo CD lose track of all objects.
   * Use another name than those of the engines: with tracking by label, Argo CD could prune their claims.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The namespace of the Application.
   *
   * @default 'argocd'
   */
  readonly namespace?: string;

  /**
   * The project of the Application.
   *
   * @default 'default'
   */
  readonly project?: string;

  /**
   * The address of the cluster.
   *
   * @default 'https://kubernetes.default.svc' - the cluster of Argo CD
   */
  readonly server?: string;

  /**
   * Whether Argo CD deletes objects that are removed from Git.
   *
   * @default true
   */
  readonly prune?: boolean;

  /**
   * Whether Argo CD reverts changes that aren't in Git.
   *
   * @default true
   */
  readonly selfHeal?: boolean;

  /**
   * The highest number of nodes with engines of a DaemonSet. `rolloutTimeout()` requires it if the charts contain
   * DaemonSets.
   *
   * @default - unknown
   */
  readonly maxNodes?: number;
}

/**
 * An Application of Argo CD for charts with engines. It applies manifests on the server and retries failed syncs, and it
 * leaves the number of autoscaled engines alone.
 *
 * Add the order and the protection of the objects with `GitOps.of(chart).prepareForArgoCd()`.
 */
export class ArgoCdApplication extends Construct {
  /** The Application object. */
  public readonly apiObject: ApiObject;

  private readonly props: ArgoCdApplicationProps;

  /**
   * @param scope a chart that isn't one of `charts`
   * @param id the construct's id
   * @param props the charts and the repository
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: ArgoCdApplicationProps) {
    checkConstructor('ArgoCdApplication', new.target !== ArgoCdApplication, [scope, id, props]);
    super(scope, id);
    this.props = props;
    const {
      charts,
      name = id,
      namespace = 'argocd',
      path = 'dist',
      project = 'default',
      repoUrl,
      server = 'https://kubernetes.default.svc',
      targetRevision = 'HEAD',
    } = props;
    const problems = new Problems();
    checkCharts(problems, this, charts);
    checkDnsSubdomain(problems, 'name', name);
    checkDnsLabel(problems, 'namespace', namespace);
    checkDnsSubdomain(problems, 'project', project);
    checkRepoUrl(problems, 'repoUrl', repoUrl);
    checkPath(problems, 'path', path);
    checkRevision(problems, 'targetRevision', targetRevision);
    checkServer(problems, 'server', server);
    checkMaxNodes(problems, 'maxNodes', props.maxNodes);
    problems.throwIfAny(this.node.path, 'ArgoCdApplication');
    const namespaces = new Set(charts.map((chart) => chart.namespace));
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace, labels: COMMON_LABELS },
      spec: {
        project,
        source: { repoURL: repoUrl, path, targetRevision },
        destination: {
          server,
          ...(namespaces.size === 1 && { namespace: [...namespaces][0] }),
        },
        syncPolicy: {
          automated: { prune: props.prune ?? true, selfHeal: props.selfHeal ?? true },
          // An ignored difference is still applied without RespectIgnoreDifferences.
          syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'],
          // A certificate is degraded for a moment before cert-manager issues it, which fails the sync.
          retry: { limit: 5, backoff: { duration: '30s', factor: 2, maxDuration: '10m' } },
        },
        ignoreDifferences: Lazy.any({ produce: () => ignoredReplicas(charts) }),
      },
    });
    rejectDuplicateObjects(this);
    reportAtSynth(this, () => {
      const risks = new Problems();
      warnAboutTrackedClaims(charts[0]!, name, risks);
      printWarnings(this, risks.cautions);
      return [];
    });
  }

  /**
   * Returns the longest time that a healthy update of the charts takes. Use it for `argocd app wait --timeout`. It is
   * undefined if the charts contain a DaemonSet and `maxNodes` isn't set.
   *
   * This method renders the charts, so call it after the last JSON patch.
   */
  public rolloutTimeout(): Duration | undefined {
    const { seconds, uncounted } = rolloutTime(renderedWorkloads(this.props.charts), this.props.maxNodes);
    return uncounted.length > 0 ? undefined : Duration.seconds(seconds);
  }
}

/** Returns the workloads whose manifests have a number of pods although an autoscaler changes it. */
function ignoredReplicas(charts: readonly Chart[]): object[] | undefined {
  const inventory = renderedWorkloads(charts);
  const found = inventory.objects.filter(
    (object) =>
      object.type.startsWith('apps/') &&
      object.root.at('spec', 'replicas').exists &&
      autoscalerOf(object, inventory) !== undefined,
  );
  return found.length === 0
    ? undefined
    : found.map(({ kind, name, namespace }) => ({
        group: 'apps',
        kind,
        name,
        ...(namespace !== undefined && { namespace }),
        jsonPointers: ['/spec/replicas'],
      }));
}
