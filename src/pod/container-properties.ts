import type { PropertyNames } from '../kubernetes/origins';

/**
 * Returns the engine property that each field of the engine's container is rendered from. The container is at `path` in
 * its object.
 */
export function containerProperties(path: string): PropertyNames {
  return [
    { field: `${path}.livenessProbe`, property: 'probes.liveness' },
    { field: `${path}.readinessProbe`, property: 'probes.readiness' },
    { field: `${path}.startupProbe`, property: 'probes.startup' },
    { field: `${path}.lifecycle`, property: '' },
    { field: `${path}.resources`, property: 'resources', isPassedThrough: true },
    { field: `${path}.securityContext`, property: 'security' },
    { field: path, property: '' },
  ];
}
