import { posix } from 'node:path';
import { readImage } from './engine-image';
import type { Field } from './field';
import type { ManifestObject } from './manifest-object';

/**
 * Maps API groups and kinds to the path of the pod template. ReplicaSets are left out, because `kubectl get all`
 * returns them in addition to their Deployments.
 */
export const TEMPLATES: { readonly [type: string]: readonly string[] } = {
  '/Pod': [],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch/Job': ['spec', 'template'],
};

/** Returns the pod or pod template of an object, or undefined if it has none. */
export function podOf({ root, type }: ManifestObject): Field | undefined {
  const path = TEMPLATES[type];
  return path && root.at(...path);
}

/** Returns the service account that the pods of an object name, if there is one. */
export function serviceAccountsOf(object: ManifestObject): string[] {
  const name = podOf(object)?.at('spec', 'serviceAccountName').text;
  return name === undefined ? [] : [name];
}

/** A container that runs an engine. */
export interface EnginePod {
  readonly object: ManifestObject;
  readonly pod: Field;
  readonly container: Field;
  /** Whether the container is a native sidecar: an init container that keeps running. */
  readonly isNative: boolean;
  /** The index of this engine among the engines in the pod. */
  readonly index: number;
  /** The other containers of the pod that keep running. */
  readonly others: readonly Field[];
}

/** Returns the engines in an object. */
export function enginesOf(object: ManifestObject): EnginePod[] {
  const pod = podOf(object);
  if (pod === undefined) {
    return [];
  }
  // A plain init container with an engine image only copies the CLI.
  const native = pod
    .at('spec', 'initContainers')
    .items.filter((container) => container.at('restartPolicy').text === 'Always');
  const plain = pod.at('spec', 'containers').items;
  const running = [...plain, ...native];
  return running.filter(isEngine).map((container, index) => ({
    index,
    object,
    pod,
    container,
    isNative: native.includes(container),
    others: running.filter((other) => other !== container),
  }));
}

/**
 * The entrypoint of the image, and the program that it starts (dagger/dagger toolchains/engine-dev/config.go@v0.21.7).
 */
const STARTS_ENGINE = /\b(dagger-engine|dagger-entrypoint\.sh)\b/;

/** Whether a container starts the engine, with its own command or the image's. */
export function startsEngine(container: Field): boolean {
  const command = container.at('command');
  return command.items.length === 0 || STARTS_ENGINE.test(JSON.stringify(command.value));
}

/** The repositories of engine images: Dagger's current and older repositories, and mirrors of them. */
const ENGINES = /^registry\.dagger\.io\/engine$|(^|\/)dagger\/engine$|(^|\/)dagger-engine$/;

/**
 * Whether a container runs an engine: by its image or its name, or because it is privileged and has the engine's
 * directories or flags. Containers whose command isn't `dagger-engine` are ignored.
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
