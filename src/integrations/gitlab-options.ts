import type { EngineAccess } from './engine-access';

/** Options for the `config.toml` of a GitLab Runner whose jobs run in pods. */
export interface GitLabRunnerConfigOptions {
  /** The engine that the jobs use. */
  readonly engine: EngineAccess;

  /**
   * The image for jobs that don't set one.
   *
   * @default - the image in the runner's other configuration
   */
  readonly image?: string;

  /**
   * The namespace of the jobs' pods.
   *
   * @default - the namespace in the runner's other configuration
   */
  readonly namespace?: string;

  /**
   * Additional environment variables of every job. Anyone who can read the configuration sees them, so use masked
   * GitLab CI/CD variables for secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Additional keys of `[runners.kubernetes]`. Tables are merged with the library's tables, and lists are appended to
   * the library's lists.
   *
   * @default - none
   */
  readonly kubernetes?: { [key: string]: unknown };
}
