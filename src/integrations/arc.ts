import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { addToPodSpec } from '../client/add-to-pod';
import { compact } from '../kubernetes/manifest';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { checkSecretName, checkUrl } from './checks';
import type { EngineAccess } from './engine-access';

/** Options for runners of the GitHub Actions Runner Controller. */
export interface ArcRunnerScaleSetOptions {
  /** The access of the runners to their engine. */
  readonly engine: EngineAccess;

  /** The URL of the repository, organization or enterprise, for example `https://github.com/my-org`. */
  readonly githubConfigUrl: string;

  /** The name of the Secret with the credentials, in the namespace of the runners. */
  readonly githubConfigSecret: string;

  /**
   * The name for `runs-on` in workflows.
   *
   * @default - the name of the Helm release
   */
  readonly runnerScaleSetName?: string;

  /**
   * The minimum number of runners.
   *
   * @default - the chart's, 0
   */
  readonly minRunners?: number;

  /**
   * The maximum number of runners.
   *
   * @default - the chart's, unlimited
   */
  readonly maxRunners?: number;

  /**
   * The pod of the runners. Its container `runner` runs the jobs.
   *
   * @default - the chart's container, `ghcr.io/actions/actions-runner:latest`
   */
  readonly podSpec?: k8s.PodSpec;
}

/** The chart's default (actions/actions-runner-controller charts/gha-runner-scale-set/values.yaml). Helm replaces complete lists. */
const RUNNER: PodSpec = {
  containers: [{ name: 'runner', image: 'ghcr.io/actions/actions-runner:latest', command: ['/home/runner/run.sh'] }],
};

/**
 * Values of the Helm chart `gha-runner-scale-set` for runners that use an engine. `containerMode` isn't set: jobs run
 * in the runner's container, and builds in the engine.
 */
export class ArcRunnerScaleSet {
  /** The values. A new map every time. */
  public get values(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  private readonly rendered: object;

  /**
   * @param options the runners and their engine
   * @throws one error with all problems of the options
   */
  public constructor(options: ArcRunnerScaleSetOptions) {
    this.rendered = options.engine._make('ArcRunnerScaleSet', (problems) => values(options, problems));
  }

  /** The values as a file for `helm upgrade --values`. */
  public toYaml(): string {
    return Yaml.stringify(this.rendered);
  }
}

function values(options: ArcRunnerScaleSetOptions, problems: Problems): object {
  const { engine, githubConfigSecret, githubConfigUrl, maxRunners, minRunners, runnerScaleSetName } = options;
  checkUrl(problems, 'githubConfigUrl', githubConfigUrl);
  checkSecretName(problems, 'githubConfigSecret', githubConfigSecret);
  for (const [property, count] of Object.entries({ minRunners, maxRunners })) {
    if (count !== undefined && (!Number.isInteger(count) || count < 0)) {
      problems.add(property, {
        wrong: 'must be a whole number of at least 0',
        got: count,
        allowed: 'a whole number of at least 0',
        fix: 'set it to 0 or more',
      });
    }
  }
  if (minRunners !== undefined && maxRunners !== undefined && minRunners > maxRunners) {
    problems.add('minRunners', {
      wrong: 'must not exceed maxRunners',
      got: minRunners,
      allowed: `at most ${maxRunners}`,
      fix: 'raise maxRunners',
    });
  }
  const labels = compact(engine.podLabels);
  const pod = options.podSpec === undefined ? RUNNER : toWire<PodSpec>(options.podSpec);
  const spec = addToPodSpec(pod, engine._additions, ['runner'], problems);
  return {
    githubConfigUrl,
    githubConfigSecret,
    ...compact({ runnerScaleSetName, minRunners, maxRunners }),
    template: { ...(labels && { metadata: { labels } }), spec },
  };
}
