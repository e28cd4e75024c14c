import type { Field } from '../reading/field';
import { from } from './template';

/** The keys that mount directories from the node. */
export const CACHE_DIRECTORY = 'engine.hostPath.dataVolume.enabled';
export const SOCKET_DIRECTORY = 'engine.hostPath.runVolume.enabled';

/** Renders a volume for a directory on the node. */
export function directory(key: string, name: string, path: string): Field {
  return from(key, { name, hostPath: { path } });
}

export function mount(key: string, name: string, mountPath: string): Field {
  return from(key, { name, mountPath });
}
