import { KEY_PREFIX } from '../kubernetes/key-prefix';

/** The label that the Services and the DaemonSet of a retiring member select. No pod and no node has it. */
export const RETIRED = `${KEY_PREFIX}retired`;
