import { Chart, type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { emit } from '../kubernetes/manifest';
import { checkDnsSubdomain } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import { secretIn } from '../reporting/secret-detection';
import { checkNoSecrets, checkNotSet, checkSecretName, checkUrl } from './checks';
import { clientLabels } from './client-labels';
import { configToml } from './gitlab-config';
import type { EngineAccess } from './engine-access';
import type { GitLabRunnerConfigOptions } from './gitlab-options';
import { checkCalls, checkConstructor } from '../reporting/check-arguments';

/**
 * The configuration of GitLab Runner's Kubernetes executor for jobs that use an engine. GitLab Runner has no keys for
 * some settings, such as an engine in the job's pod. For these, the configuration patches the pod, and sets the feature
 * flag that patches need.
 */
export class GitLabRunnerConfig {
  /**
   * The text of `config.toml`: a configuration template for `runners.config` of the Helm chart, or for the operator.
   */
  public readonly toml: string;

  /** @internal */
  public readonly _engine: EngineAccess;

  /** @internal */
  public readonly _namespace: string | undefined;

  /**
   * @param options the jobs and their engine
   * @throws one error that lists all problems with the options
   */
  public constructor(options: GitLabRunnerConfigOptions) {
    checkConstructor('GitLabRunnerConfig', new.target !== GitLabRunnerConfig, [options]);
    this._engine = options.engine;
    this._namespace = options.namespace;
    this.toml = options.engine._render('GitLabRunnerConfig', (problems) => configToml(options, problems));
  }

  /**
   * Values of the Helm chart `gitlab-runner`. Merge them with your own values, such as `gitlabUrl`. Each access returns
   * a new copy.
   */
  public get helmValues(): { [key: string]: unknown } {
    return { runners: { config: this.toml } };
  }
}

checkCalls('GitLabRunnerConfig', GitLabRunnerConfig);

/** Properties for a GitLabOperatorRunner. */
export interface GitLabOperatorRunnerProps {
  /** The configuration of the runner. */
  readonly config: GitLabRunnerConfig;

  /** The URL of GitLab, for example `https://gitlab.example.com`. */
  readonly gitlabUrl: string;

  /** The name of the Secret with the runner's token, in the namespace of the runner. */
  readonly tokenSecret: string;

  /**
   * The name of the Runner.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Additional fields of the Runner's `spec`, such as `tags`, `concurrent` and `buildImage`.
   *
   * @default - none
   */
  readonly spec?: { [key: string]: unknown };
}

/** A `Runner` of the GitLab Runner Operator, and the ConfigMap with its configuration. */
export class GitLabOperatorRunner extends Construct {
  /** The Runner object. */
  public readonly apiObject: ApiObject;

  /** The ConfigMap object with `config.toml`. */
  public readonly configMap: ApiObject;

  /**
   * @param scope a chart in the namespace of the runner
   * @param id the construct's id
   * @param props the configuration of the runner
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: GitLabOperatorRunnerProps) {
    checkConstructor('GitLabOperatorRunner', new.target !== GitLabOperatorRunner, [scope, id, props]);
    super(scope, id);
    const { config, gitlabUrl, name = id, spec = {}, tokenSecret } = props;
    const problems = new Problems();
    checkDnsSubdomain(problems, 'name', name);
    checkUrl(problems, 'gitlabUrl', gitlabUrl);
    checkSecretName(problems, 'tokenSecret', tokenSecret);
    checkNotSet(problems, 'spec', spec, { gitlabUrl: 'gitlabUrl', token: 'tokenSecret', config: 'config' });
    // Ignores field names, because fields such as `s3.credentials` contain names of Secrets.
    checkNoSecrets(problems.at('spec'), spec, (_key, text) => secretIn(text), 'keep it in a Secret');
    if (config._namespace === undefined) {
      config._engine._checkNamespace('config', Chart.of(this).namespace, problems);
    }
    problems.throwIfAny(this.node.path, 'GitLabOperatorRunner');
    this.configMap = emit(this, 'ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-config`, labels: clientLabels(name) },
      data: { 'config.toml': config.toml },
    } as object);
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'apps.gitlab.com/v1beta2',
      kind: 'Runner',
      metadata: { name, labels: clientLabels(name), annotations: config._engine._annotations },
      spec: { ...spec, gitlabUrl, token: tokenSecret, config: `${name}-config` },
    });
    config._engine._checkAtSynth(this, config._namespace ?? Chart.of(this).namespace);
    rejectDuplicateObjects(this);
  }
}
