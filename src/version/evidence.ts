/** The evidence for a fact about the engine. */
export interface Evidence {
  /**
   * `read`: from the engine's source code. `reported`: from release notes, issues, or single files of later source
   * code.
   */
  readonly kind: 'read' | 'reported';
  /** The tags of the real engines that the fact was also observed on, each with a note if the engines differ. */
  readonly runOn: readonly string[];
}

const READ: Evidence = { kind: 'read', runOn: [] };
const REPORTED: Evidence = { kind: 'reported', runOn: [] };

function readAndRun(...runOn: readonly string[]): Evidence {
  return { kind: 'read', runOn };
}

const RUN_ON_THREE = ['v0.21.3', 'v0.21.8', 'v1.0.0-beta.10'] as const;
const RUN_ON_ALL_THREE = readAndRun(...RUN_ON_THREE);
const RUN_ON_ALL_FOUR = readAndRun('v0.18.19', ...RUN_ON_THREE);
const ABSENT_BEFORE_ALL_THREE = readAndRun('v0.18.19 (absent)', ...RUN_ON_THREE);
const SINCE_BETA_10 = readAndRun('v0.18.19 (absent)', 'v0.21.3 (absent)', 'v0.21.8 (absent)', 'v1.0.0-beta.10');
/** No engine that ran supports these keys. */
const REJECTED_BY_ALL = ['v0.18.19', ...RUN_ON_THREE].map((tag) => `${tag} (rejected)`);
const REPORTED_AND_REJECTED: Evidence = { kind: 'reported', runOn: REJECTED_BY_ALL };

/** The evidence for facts that were not only read in the source code, keyed by the id of the fact. */
export const EVIDENCE: { readonly [id: string]: Evidence | undefined } = {
  'engine-json': RUN_ON_ALL_FOUR,
  'json-gc-dagql-cache': readAndRun(
    'v0.18.19 (rejected)',
    'v0.21.3 (rejected)',
    'v0.21.8 (rejected)',
    'v1.0.0-beta.10',
  ),
  'json-gc-sweep': readAndRun(...REJECTED_BY_ALL),
  'json-gc-sweep-size': RUN_ON_ALL_FOUR,
  'json-registries': readAndRun('v0.18.19 (rejected)', ...RUN_ON_THREE),
  'json-telemetry-resource-metrics': REPORTED_AND_REJECTED,
  'json-telemetry-engine-events': REPORTED_AND_REJECTED,
  'json-remote-cache': REPORTED_AND_REJECTED,
  'dagger-socket': RUN_ON_ALL_FOUR,
  'engine-lock': RUN_ON_ALL_FOUR,
  'engine-tls': readAndRun('v0.21.3', 'v0.21.8 (clients hang)', 'v1.0.0-beta.10 (clients hang)'),
  'tls-client': readAndRun('v0.18.19 (rejects the address)', ...RUN_ON_THREE),
  'wipes-after-unclean-stop': readAndRun('v0.18.19 (keeps it)', ...RUN_ON_THREE),
  'engine-volumes': SINCE_BETA_10,
  'secret-salt': SINCE_BETA_10,
  'writes-root-filesystem': RUN_ON_ALL_FOUR,
  'stop-waits-for-clients': readAndRun('v0.18.19 (exits)', 'v0.21.3 (exits)', 'v0.21.8', 'v1.0.0-beta.10'),
  metrics: RUN_ON_ALL_FOUR,
  'cli-core-deprecated': readAndRun(
    'v0.18.19 (not deprecated)',
    'v0.21.3 (not deprecated)',
    'v0.21.8 (not deprecated)',
    'v1.0.0-beta.10',
  ),
  'metric-connected-clients': RUN_ON_ALL_FOUR,
  'metric-cache-disk-size': RUN_ON_ALL_FOUR,
  'metric-cache-entries': RUN_ON_ALL_FOUR,
  'metric-corrupt-db-reset': ABSENT_BEFORE_ALL_THREE,
  'metric-dagql-cache-entries': ABSENT_BEFORE_ALL_THREE,
  'metric-dagql-cache-metadata': SINCE_BETA_10,
  'custom-ca': readAndRun('v0.21.8'),
  'clients-query': ABSENT_BEFORE_ALL_THREE,
  'wcprof-flag': SINCE_BETA_10,
  'kube-pod-helper': readAndRun('v0.21.8', 'v1.0.0-beta.10'),
  'step-process': readAndRun('v0.21.8', 'v1.0.0-beta.10'),
  'stats-file': REPORTED,
  socketPath: RUN_ON_ALL_FOUR,
  // v0.18.19 also ran, but not with a client or an engine that it rejects.
  minimumClient: readAndRun('v0.19.0', 'v0.21.8'),
  minimumEngine: readAndRun('v0.19.0', 'v0.21.8'),
  cacheSchema: RUN_ON_ALL_THREE,
};

export function evidenceOf(id: string): Evidence {
  return EVIDENCE[id] ?? READ;
}

/** Formats the evidence, for example `read, run on v0.21.8`. */
export function describeEvidence({ kind, runOn }: Evidence): string {
  return runOn.length === 0 ? kind : `${kind}, run on ${runOn.join(', ')}`;
}
