import type { EngineAccess } from './engine-access';

/** Options for the `config.toml` of a GitLab Runner whose jobs run in pods. */
export interface GitLabRunnerConfigOptions {
  /** The access of the jobs to their engine. */
  readonly engine: EngineAccess;

  /**
   * The image of jobs that don't set one.
   *
   * @default - the runner's
   */
  readonly image?: string;

  /**
   * The namespace of the jobs' pods.
   *
   * @default - the runner's
   */
  readonly namespace?: string;

  /**
   * Variables of every job, in addition to those for the engine. Everyone who reads the configuration sees them: use masked CI/CD variables of GitLab for
   * secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Additional keys of `[runners.kubernetes]`, in the spelling of GitLab Runner. Tables and lists are joined with those of the library.
   *
   * @default - none
   */
  readonly kubernetes?: { [key: string]: unknown };
}
