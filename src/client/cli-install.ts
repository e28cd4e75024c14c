import type { k8s } from 'cdk8s-plus-28';
import { labelOf } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { type EngineImage, imageReference } from '../pod/image';
import { CONTAINER_NAME } from '../pod/pod-template';
import { EngineCapability } from '../version/engine-capability';
import type { EngineEndpoint } from './engine-endpoint';

/** Where the CLI goes, and where it comes from. */
export interface CliFromEngineImageOptions {
  /**
   * Absolute path of the CLI in the client's containers.
   *
   * @default '/usr/local/bin/dagger' - on the PATH of most images
   */
  readonly path?: string;

  /**
   * The image that it is copied from: one of an engine, with the CLI at `/usr/local/bin/dagger`.
   *
   * @default - the image that the engine runs: the client's node pulls it, and needs the same pull secret
   */
  readonly image?: EngineImage;
}

/** How the `dagger` command gets into the client's containers. */
export class CliInstall {
  /**
   * An init container copies it from the engine's image, so that client and engine are of one release. It runs without any
   * rights. The engine's image is large: it pays on nodes that have it anyway.
   *
   * @param options path and image
   */
  public static fromEngineImage(options: CliFromEngineImageOptions = {}): CliInstall {
    return new CliInstall(options);
  }

  private constructor(private readonly options: CliFromEngineImageOptions) {}

  /** @internal */
  public _render(
    engine: Pick<EngineEndpoint, 'name' | 'podTemplate' | 'version'>,
    problems: Problems,
  ): { readonly initContainer: k8s.Container; readonly volume: k8s.Volume; readonly volumeMount: k8s.VolumeMount } {
    const { image, path = '/usr/local/bin/dagger' } = this.options;
    if (!/^(\/[^/\s:]+)+$/.test(path) || path.split('/').includes('..')) {
      problems.add('path', {
        wrong: 'not a usable path',
        got: path,
        allowed: "an absolute path of a file, without '..'",
        fix: "use '/usr/local/bin/dagger'",
      });
    }
    if (!engine.version.supports(EngineCapability.CLI_IN_IMAGE)) {
      problems.add('', {
        wrong: `the image of ${engine.version.tag} has no CLI`,
        allowed: EngineCapability.CLI_IN_IMAGE.availability,
        fix: 'install the CLI in the image of the client',
      });
    }
    const name = labelOf(`cli-${engine.name}`);
    const container = engine.podTemplate.spec.containers.find((one) => one.name === CONTAINER_NAME);
    return {
      volume: { name, emptyDir: {} },
      // A file of its own, so that it lies on the PATH beside what the image has there.
      volumeMount: { name, mountPath: path, subPath: 'dagger', readOnly: true },
      initContainer: {
        name,
        image: image === undefined ? container?.image : imageReference(image, engine.version, false, problems),
        ...(container?.imagePullPolicy && { imagePullPolicy: container.imagePullPolicy }),
        command: ['cp', CLI_PATH, `${SHARED}/dagger`],
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65532,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        volumeMounts: [{ name, mountPath: SHARED }],
      },
    };
  }
}

/** The CLI in the engine's image (dagger/dagger v0.12.5 .dagger/config.go:20, v0.21.7 toolchains/engine-dev/config.go:22). */
const CLI_PATH = '/usr/local/bin/dagger';

/** Where the init container has the volume. */
const SHARED = '/cli';
