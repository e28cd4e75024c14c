import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { addToJobPodSpec } from '../client/pod-validation';
import { compact } from '../kubernetes/manifest';
import { checkAnnotations } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { checkSecretName, checkUrl } from './checks';
import type { EngineAccess } from './engine-access';
import { checkConstructor } from '../reporting/check-arguments';

/** Options for a runner scale set of GitHub's Actions Runner Controller (ARC). */
export interface ArcRunnerScaleSetOptions {
  /** The engine that the runners use. */
  readonly engine: EngineAccess;

  /** The URL of the repository, organization or enterprise, for example `https://github.com/my-org`. */
  readonly githubConfigUrl: string;

  /** The name of the Secret with the credentials, in the namespace of the runners. */
  readonly githubConfigSecret: string;

  /**
   * The name that workflows use in `runs-on`, at most 45 characters.
   *
   * @default - the name of the Helm release
   */
  readonly runnerScaleSetName?: string;

  /**
   * The number of idle runners that wait for jobs.
   *
   * @default - 0, the default of the chart
   */
  readonly minRunners?: number;

  /**
   * The maximum number of runners.
   *
   * @default - no limit, the default of the chart
   */
  readonly maxRunners?: number;

  /**
   * The pod of a runner. It must have a container with the name `runner`.
   *
   * @default - the chart's container, with the image `ghcr.io/actions/actions-runner:2.328.0`
   */
  readonly podSpec?: k8s.PodSpec;

  /**
   * The annotations of the runners' pods, for example `karpenter.sh/do-not-disrupt: 'true'`, so that Karpenter doesn't
   * evict a runner during a job.
   *
   * @default - none
   */
  readonly podAnnotations?: { [key: string]: string };
}

/**
 * The maximum length of a name (actions/actions-runner-controller charts/gha-runner-scale-set/templates/_helpers.tpl).
 */
const NAME_MAX = 45;

/** The URL path of an organization, a repository or an enterprise. */
const OWNER = /^\/(enterprises\/[^/]+|(?!enterprises\/?$)[^/]+(\/[^/]+)?)\/?$/;

/**
 * The chart's container (charts/gha-runner-scale-set/values.yaml), with a fixed version instead of `latest`. The values
 * need all of its fields, because Helm replaces lists as a whole.
 */
const RUNNER: PodSpec = {
  containers: [{ name: 'runner', image: 'ghcr.io/actions/actions-runner:2.328.0', command: ['/home/runner/run.sh'] }],
};

/**
 * Values of the Helm chart `gha-runner-scale-set` for runners that use an engine. They don't set `containerMode`,
 * because jobs run in the runner's container, and builds run in the engine.
 */
export class ArcRunnerScaleSet {
  /** The Helm values. Each access returns a new copy. */
  public get values(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  private readonly rendered: object;

  /**
   * @param options the runners and the engine
   * @throws one error that lists all problems with the options
   */
  public constructor(options: ArcRunnerScaleSetOptions) {
    checkConstructor('ArcRunnerScaleSet', new.target !== ArcRunnerScaleSet, [options]);
    this.rendered = options.engine._render('ArcRunnerScaleSet', (problems) => values(options, problems));
  }

  /** Returns the values as YAML, for `helm upgrade --values`. */
  public toYaml(): string {
    return Yaml.stringify(this.rendered);
  }
}

function isScaleSetName(name: unknown): boolean {
  return typeof name === 'string' && name !== '' && name.length <= NAME_MAX;
}

function values(options: ArcRunnerScaleSetOptions, problems: Problems): object {
  const { engine, githubConfigSecret, githubConfigUrl, maxRunners, minRunners, runnerScaleSetName } = options;
  checkUrl(problems, 'githubConfigUrl', githubConfigUrl);
  if (!problems.has('githubConfigUrl') && !OWNER.test(new URL(githubConfigUrl).pathname)) {
    problems.add('githubConfigUrl', {
      wrong: 'must be the URL of an organization, a repository or an enterprise',
      got: githubConfigUrl,
      allowed: 'https://HOST/ORGANIZATION, https://HOST/ORGANIZATION/REPOSITORY, https://HOST/enterprises/ENTERPRISE',
      fix: 'use a URL such as https://github.com/my-org',
    });
  }
  if (runnerScaleSetName !== undefined && !isScaleSetName(runnerScaleSetName)) {
    problems.add('runnerScaleSetName', {
      wrong: 'the chart rejects a name of this length',
      got: runnerScaleSetName,
      allowed: `1 to ${NAME_MAX} characters`,
      fix: runnerScaleSetName === '' ? 'set a name, or remove it' : 'use a shorter name',
    });
  }
  checkSecretName(problems, 'githubConfigSecret', githubConfigSecret);
  for (const [property, count] of Object.entries({ minRunners, maxRunners })) {
    if (count !== undefined && (!Number.isInteger(count) || count < 0)) {
      problems.add(property, {
        wrong: 'must be a number of runners',
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
      fix: 'lower minRunners, or raise maxRunners',
    });
  }
  checkAnnotations(problems, 'podAnnotations', options.podAnnotations);
  const pod = options.podSpec === undefined ? RUNNER : toWire<PodSpec>(options.podSpec);
  const spec = addToJobPodSpec(pod, engine._additions, ['runner'], problems);
  return {
    githubConfigUrl,
    githubConfigSecret,
    ...compact({ runnerScaleSetName, minRunners, maxRunners }),
    template: { ...compact({ metadata: engine._podMetadata(options.podAnnotations) }), spec },
  };
}
