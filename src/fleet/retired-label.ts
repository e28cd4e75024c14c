import { KEY_PREFIX } from '../kubernetes/key-prefix';

/** The label that the Services and the DaemonSet of a retiring member select. No pod and no node has it. */
export const RETIRED = `${KEY_PREFIX}retired`;

/** The annotation that explains why these Services select no pod. Its value is the key of the successor. */
export const RETIRED_FOR = `${KEY_PREFIX}retired-for`;
