import type { Container, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { labelOf } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import type { EngineImage } from '../pod/image';
import { cliImage, type EngineWithCli } from './cli-image';
import { UNPRIVILEGED } from './unprivileged';
import { checkCalls } from '../reporting/check-arguments';

/** Options for copying the CLI from the engine's image. */
export interface CliFromEngineImageOptions {
  /**
   * The absolute path of the CLI in the client's containers. The default is in the PATH of most images.
   *
   * @default '/usr/local/bin/dagger'
   */
  readonly path?: string;

  /**
   * The engine image that contains the CLI at `/usr/local/bin/dagger`. The client's node pulls this image, so the
   * client's pod may need a pull secret.
   *
   * @default - the image of the engine
   */
  readonly image?: EngineImage;
}

/**
 * The container that copies the CLI, and the volume that the client's containers mount it from.
 *
 * @internal
 */
export interface InstalledCli {
  readonly initContainer: Container;
  readonly volume: Volume;
  readonly volumeMount: VolumeMount;
}

/** Installs the `dagger` command in the client's containers. */
export class CliInstall {
  /**
   * Copies the CLI from the engine's image, so that the client and the engine have the same version. An unprivileged
   * init container copies it. The image is large, so use this on nodes that already have it.
   *
   * @param options the path of the CLI, and the image
   */
  public static fromEngineImage(options: CliFromEngineImageOptions = {}): CliInstall {
    return new CliInstall(options);
  }

  private constructor(private readonly options: CliFromEngineImageOptions) {}

  /** @internal */
  public _render(engine: EngineWithCli, problems: Problems): InstalledCli {
    const { image, path = '/usr/local/bin/dagger' } = this.options;
    if (!/^(\/[^/\s:]+)+$/.test(path) || path.split('/').includes('..')) {
      problems.add('path', {
        wrong: 'must be an absolute file path',
        got: path,
        allowed: "an absolute file path without '..'",
        fix: "use '/usr/local/bin/dagger'",
      });
    }
    const rendered = cliImage(engine, image, "install the CLI in the client's image", problems);
    const name = labelOf(`cli-${engine.name}`);
    return {
      volume: { name, emptyDir: {} },
      // This mounts a single file, so that the other files in the directory stay visible.
      volumeMount: { name, mountPath: path, subPath: 'dagger', readOnly: true },
      initContainer: {
        name,
        ...rendered,
        command: ['cp', CLI_PATH, `${SHARED}/dagger`],
        securityContext: { ...UNPRIVILEGED, readOnlyRootFilesystem: true },
        volumeMounts: [{ name, mountPath: SHARED }],
      },
    };
  }
}

checkCalls('CliInstall', CliInstall);

/**
 * The path of the CLI in the engine's image (dagger/dagger v0.12.5 .dagger/config.go:20, v0.21.7
 * toolchains/engine-dev/config.go:22).
 */
const CLI_PATH = '/usr/local/bin/dagger';

/** The mount path of the volume in the init container. */
const SHARED = '/cli';
