import type { EngineAccess } from './engine-access';

/** Options for the `config.toml` of a GitLab Runner whose jobs run in pods. */
export interface GitLabRunnerConfigOptions {
  /** The engine that the jobs use. */
  readonly engine: EngineAccess;

  /**
   * The image of jobs that don't set an image.
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
   * Additional environment variables of every job. Anyone who can read the configuration sees them, so use masked CI/CD
   * variables of GitLab for secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Additional keys of `[runners.kubernetes]`. Tables are merged with those of the library, and lists are appended to
   * them.
   *
   * @default - none
   */
  readonly kubernetes?: { [key: string]: unknown };
}
