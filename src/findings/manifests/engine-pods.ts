import { posix } from 'node:path';
import { readImage } from '../engine-image';
import type { Field } from '../../reading/field';
import type { ManifestObject } from '../../reading/inventory';

/** Where the pod template is, by API group and kind. */
export const TEMPLATES: { readonly [type: string]: readonly string[] } = {
  '/Pod': [],
  '/ReplicationController': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch/Job': ['spec', 'template'],
};

/** The pod, or pod template, of an object; undefined for one that has none. */
export function podOf({ root, type }: ManifestObject): Field | undefined {
  const path = TEMPLATES[type];
  return path && root.at(...path);
}

/** A container that runs an engine, and where it is. */
export interface EnginePod {
  readonly object: ManifestObject;
  readonly pod: Field;
  readonly container: Field;
  /** Whether it is a native sidecar: an init container that runs on. */
  readonly isNative: boolean;
}

/** The engines of an object. */
export function enginesOf(object: ManifestObject): EnginePod[] {
  const pod = podOf(object);
  if (pod === undefined) {
    return [];
  }
  // A plain init container is gone before the pod works: one of an engine's image copies the CLI.
  const native = pod
    .at('spec', 'initContainers')
    .items.filter((container) => container.at('restartPolicy').text === 'Always');
  return [
    ...pod
      .at('spec', 'containers')
      .items.filter(isEngine)
      .map((container) => ({ object, pod, container, isNative: false })),
    ...native.filter(isEngine).map((container) => ({ object, pod, container, isNative: true })),
  ];
}

/** What starts the engine: the image's entrypoint, or what that starts (dagger/dagger toolchains/engine-dev/config.go@v0.21.7). */
const STARTS_ENGINE = /\b(dagger-engine|dagger-entrypoint\.sh)\b/;

/** Whether a command of the manifest's own runs the engine; true where the image's does. */
export function startsEngine(container: Field): boolean {
  const command = container.at('command');
  return command.items.length === 0 || STARTS_ENGINE.test(JSON.stringify(command.value));
}

/** Repositories that hold engines, whatever the tag: Dagger's own, its older ones, and mirrors of those. */
const ENGINES = /^registry\.dagger\.io\/engine$|(^|\/)dagger\/engine$|(^|\/)dagger-engine$/;

/**
 * Whether a container runs an engine: by its image or its name; where those don't tell, by a privileged container that has the
 * engine's directories or flags.
 */
function isEngine(container: Field): boolean {
  if (!startsEngine(container)) {
    return false;
  }
  const { release, repository } = readImage(container.at('image').text ?? '');
  return (
    ENGINES.test(repository) ||
    container.at('name').text === 'dagger-engine' ||
    (container.at('securityContext', 'privileged').value === true &&
      (hasEngineParts(container) || (release !== undefined && /(^|\/)engine$/.test(repository))))
  );
}

function hasEngineParts(container: Field): boolean {
  const paths = container.at('volumeMounts').items.map((mount) => posix.normalize(mount.at('mountPath').text ?? ''));
  return (
    paths.some((path) => /^\/var\/lib\/dagger(-[^/]+)?\/?$|^\/etc\/dagger\/engine\.(json|toml)$/.test(path)) ||
    container
      .at('args')
      .items.some(({ text }) => /(^|=)unix:\/\/\/run\/(dagger\/engine|buildkit\/buildkitd)\.sock$/.test(text ?? ''))
  );
}
