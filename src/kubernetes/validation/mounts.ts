import type { Container, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkOneOf, checkPathInside, checkPresent, checkUnique, indexed } from './rules';

/** The message about a missing volume. Callers skip it if another problem explains why the volume is missing. */
export const NO_SUCH_VOLUME = 'the pod has no volume with this name';

const PROPAGATIONS = ['None', 'HostToContainer', 'Bidirectional'];
const RECURSIVE_READ_ONLY = ['Disabled', 'IfPossible', 'Enabled'];
const BIND_OPTIONS = ['noexec', 'nodev', 'nosuid'];

/** A mount with the fields that `kubernetes-types` doesn't have yet. */
interface NewerMount extends VolumeMount {
  readonly bindMountOptions?: readonly string[];
}

/** Checks the mounts of a container (pkg/apis/core/validation, ValidateVolumeMounts). */
export function checkMounts(problems: Problems, container: Container, volumes: readonly Volume[]): void {
  const at = problems.at('volumeMounts');
  for (const [index, mount] of indexed(container.volumeMounts)) {
    checkMount(at.at(`[${index}]`), mount, container, volumes);
  }
  checkUnique(
    at,
    container.volumeMounts,
    ({ mountPath }) => ({ key: mountPath, property: 'mountPath' }),
    'another volume is mounted at this path',
  );
}

function checkMount(problems: Problems, mount: NewerMount, container: Container, volumes: readonly Volume[]): void {
  checkVolumeName(problems, mount.name, volumes);
  checkPresent(problems, 'mountPath', mount.mountPath, "'/data'");
  const { mountPropagation, subPath = '', subPathExpr = '' } = mount;
  checkPathInside(problems, 'subPath', subPath);
  checkPathInside(problems, 'subPathExpr', subPathExpr);
  if (subPath !== '' && subPathExpr !== '') {
    problems.add('subPathExpr', {
      wrong: 'conflicts with subPath',
      got: subPathExpr,
      allowed: 'one of subPath, subPathExpr',
      fix: 'remove one of them',
    });
  }
  checkOneOf(problems, 'mountPropagation', mountPropagation, PROPAGATIONS);
  if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    problems.add('mountPropagation', {
      wrong: 'Bidirectional is supported only on privileged containers',
      got: mountPropagation,
      allowed: 'None, HostToContainer, or Bidirectional in a privileged container',
      fix: "write 'HostToContainer'",
    });
  }
  checkRecursiveReadOnly(problems, mount);
  checkBindOptions(problems.at('bindMountOptions'), mount.bindMountOptions);
}

function checkVolumeName(problems: Problems, name: string, volumes: readonly Volume[]): void {
  if (!volumes.some((volume) => volume.name === name)) {
    problems.add('name', {
      wrong: NO_SUCH_VOLUME,
      got: name,
      allowed:
        volumes.length === 0
          ? 'none: the pod has no volumes'
          : volumes
              .map((volume) => volume.name)
              .sort()
              .join(', '),
      fix: 'add the volume to volumes',
    });
  }
}

function checkRecursiveReadOnly(
  problems: Problems,
  { mountPropagation, readOnly, recursiveReadOnly }: VolumeMount,
): void {
  checkOneOf(problems, 'recursiveReadOnly', recursiveReadOnly, RECURSIVE_READ_ONLY);
  if (
    (recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible') &&
    (readOnly !== true || (mountPropagation ?? 'None') !== 'None')
  ) {
    problems.add('recursiveReadOnly', {
      wrong: 'requires a read-only mount without propagation',
      got: recursiveReadOnly,
      allowed: "readOnly: true, and mountPropagation 'None'",
      fix: 'set readOnly: true and remove mountPropagation',
    });
  }
}

function checkBindOptions(problems: Problems, options: readonly string[] | undefined): void {
  for (const [index, option] of indexed(options)) {
    checkOneOf(problems, `[${index}]`, option, BIND_OPTIONS);
  }
  checkUnique(problems, options, (option) => ({ key: option, property: '' }), 'the option is already listed');
}
