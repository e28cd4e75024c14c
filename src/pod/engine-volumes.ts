import type { Volume } from 'kubernetes-types/core/v1';
import { setOrigin } from '../kubernetes/origins';
import { toWire } from '../kubernetes/wire-form';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import { reportUnsupported } from '../version/unsupported';
import type { PodBuilder } from './pod-builder';
import type { PodContext } from './pod-context';

/** The directory of engine volumes below the engine's state (core/volume_mount.go:103-121@v1.0.0-beta.10). */
export const ENGINE_VOLUMES_DIRECTORY = 'volumes/v1';

/** The maximum length of a name's components, and of the whole name (core/volume.go:23-24@v1.0.0-beta.10). */
const COMPONENT_MAX = 255;
const NAME_MAX = 4096;

/**
 * Adds engine volumes to the pod. Engine volumes are mounts, because the engine doesn't follow links out of the
 * directory.
 */
export function addEngineVolumes(
  { problems, props, version }: PodContext,
  stateDirectory: string,
  builder: PodBuilder,
): void {
  const { engineVolumes = [] } = props;
  if (engineVolumes.length > 0 && !version.supports(EngineCapability.ENGINE_VOLUMES)) {
    reportUnsupported(
      { version, capability: EngineCapability.ENGINE_VOLUMES },
      {
        wrong: `is not supported by ${version.tag}`,
        allowed: EngineCapability.ENGINE_VOLUMES.availability,
        fix: 'choose a release that supports it, or remove engineVolumes',
      },
      'engineVolumes',
      problems,
    );
  }
  for (const [index, { name, readOnly = false, subPath, volume }] of engineVolumes.entries()) {
    const property = `engineVolumes[${index}]`;
    checkName(name, problems.at(`${property}.name`));
    const wire = toWire<Volume>(volume);
    builder.addVolume(`${property}.volume`, setOrigin(wire, `${property}.volume`));
    builder.addMount(`${property}.name`, {
      name: wire.name,
      mountPath: `${stateDirectory}/${ENGINE_VOLUMES_DIRECTORY}/${name}/fs`,
      ...(subPath !== undefined && { subPath }),
      ...(readOnly && { readOnly }),
    });
  }
}

/** Reports a name that the engine rejects (core/volume.go:79-108@v1.0.0-beta.10). */
function checkName(name: string, problems: Problems): void {
  const components = name.split('/');
  const isValid = (component: string): boolean =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(component) && component.length <= COMPONENT_MAX && component !== 'fs';
  if (name.length > NAME_MAX || !components.every(isValid)) {
    problems.add('', {
      wrong: 'must be a valid engine volume name',
      got: name,
      allowed: `components of letters, digits, '.', '_' and '-', at most ${COMPONENT_MAX} characters each, separated by slashes, other than 'fs'`,
      fix: "use a name such as 'datasets/images'",
    });
  }
}
