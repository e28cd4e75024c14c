import { FindingSeverity } from '../findings/finding';

/** A kind of change. */
export interface ChangeKind {
  /** The usual severity. */
  readonly severity: FindingSeverity;
  /** The description for the list of kinds. */
  readonly title: string;
}

const { ERROR, INFO, WARNING } = FindingSeverity;

/** The kinds of changes, in the order of the report: the order within one severity. */
export const CHANGE_KINDS = {
  'rejected-update': { severity: ERROR, title: 'the API server rejects the update' },
  'ignored-update': { severity: WARNING, title: 'the API server silently ignores the update of a field' },
  'cache-wiped': { severity: ERROR, title: 'engines delete their cache' },
  'cache-deleted': { severity: ERROR, title: 'Kubernetes deletes the volume of a cache' },
  'cache-moved': { severity: ERROR, title: 'engines leave their cache, and use another volume' },
  'cache-lost': { severity: WARNING, title: 'a cache is deleted with its pod' },
  'cache-at-risk': { severity: WARNING, title: 'engines may lose their cache' },
  'cache-limit-lowered': { severity: WARNING, title: 'garbage collection deletes more of the cache' },
  'cache-orphaned': { severity: WARNING, title: 'the volume of an old cache remains' },
  'engines-removed': { severity: WARNING, title: 'engines are removed' },
  restart: { severity: INFO, title: 'pods restart' },
  'manual-restart': { severity: INFO, title: 'pods keep the old version until you delete them' },
  'postponed-restart': { severity: INFO, title: 'pods with an older version restart' },
  'config-not-applied': { severity: WARNING, title: 'pods keep an old configuration until they restart' },
  'scale-in': { severity: INFO, title: 'engines stop because there will be fewer of them' },
  'nodes-removed': { severity: ERROR, title: 'engines lose their nodes' },
  'nodes-replaced': { severity: WARNING, title: 'Karpenter replaces the nodes of engines' },
  'nodes-changed': { severity: WARNING, title: 'Karpenter removes nodes of engines under other rules' },
  'evictions-changed': { severity: WARNING, title: 'drains of nodes evict engines under other limits' },
  downgrade: { severity: WARNING, title: 'engines run an older release' },
  'clients-too-old': { severity: WARNING, title: 'engines reject older clients' },
  'clients-too-new': { severity: WARNING, title: 'newer clients reject the engines' },
  'clients-cut-off': { severity: ERROR, title: 'no client can connect' },
  'access-gained': { severity: WARNING, title: 'clients or builds gain access' },
  'access-lost': { severity: WARNING, title: 'clients or builds lose access' },
  'cache-kept': { severity: INFO, title: 'engines keep their cache' },
  'engines-added': { severity: INFO, title: 'engines are added' },
  'higher-cost': { severity: INFO, title: 'engines use more resources' },
} as const satisfies { readonly [name: string]: ChangeKind };

/** The name of a kind of change. */
export type ChangeName = keyof typeof CHANGE_KINDS;

/** The names of all kinds of changes, in the order of the report. */
export const CHANGE_NAMES = Object.keys(CHANGE_KINDS) as readonly ChangeName[];
