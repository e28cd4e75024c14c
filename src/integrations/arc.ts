import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { addToPodSpec } from '../client/add-to-pod';
import { compact } from '../kubernetes/manifest';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { checkSecretName, checkUrl } from './checks';
import type { EngineAccess } from './engine-access';

/** Runners of GitHub Actions Runner Controller. */
export interface ArcRunnerScaleSetOptions {
  /** How the runners come to their engine. */
  readonly engine: EngineAccess;

  /** The repository, organization or enterprise that they serve, for example `https://github.com/my-org`. */
  readonly githubConfigUrl: string;

  /** Name of the Secret with the credentials, in the namespace of the runners. */
  readonly githubConfigSecret: string;

  /**
   * What workflows say in `runs-on`.
   *
   * @default - the name of the Helm release
   */
  readonly runnerScaleSetName?: string;

  /**
   * Runners that wait for jobs.
   *
   * @default - the chart's, 0
   */
  readonly minRunners?: number;

  /**
   * Most runners at once.
   *
   * @default - the chart's, no bound
   */
  readonly maxRunners?: number;

  /**
   * The runners' pod. Its container `runner` is the runner.
   *
   * @default - the container that the chart has: `ghcr.io/actions/actions-runner:latest`
   */
  readonly podSpec?: k8s.PodSpec;
}

/** The chart's own (actions/actions-runner-controller charts/gha-runner-scale-set/values.yaml). Helm replaces a list as a whole. */
const RUNNER: PodSpec = {
  containers: [{ name: 'runner', image: 'ghcr.io/actions/actions-runner:latest', command: ['/home/runner/run.sh'] }],
};

/**
 * Values of the Helm chart `gha-runner-scale-set` for runners that use an engine. For its `containerMode` none: jobs run
 * in the runner's container, and builds in the engine.
 */
export class ArcRunnerScaleSet {
  /** The values. A new map every time. */
  public get values(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  private readonly rendered: object;

  /**
   * @param options which runners, and which engine
   * @throws with every violation of the options at once
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
        wrong: 'not a number of runners',
        got: count,
        allowed: 'a whole number of at least 0',
        fix: 'set it to 0 or more',
      });
    }
  }
  if (minRunners !== undefined && maxRunners !== undefined && minRunners > maxRunners) {
    problems.add('minRunners', {
      wrong: 'above the most runners at once',
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
