import type { VolumeSnapshotProps } from '../../imports/snapshot.storage.k8s.io';
import type { Imported } from '../kubernetes/imported';
import { CONTAINER_NAME } from '../pod/engine-container';
import { PUBLISHED_LABEL, SEED_LABEL } from './seed-labels';

/** The maximum number of seconds that the job waits for the engine to become ready before it stops the engine. */
const READY_SECONDS = 900;

/** The number of seconds that a pod may exist after its grace period. */
const AFTER_GRACE_SECONDS = 120;

/** The maximum number of seconds that the job waits for claims that are being copied from the published snapshot. */
const COPY_SECONDS = 300;

/** The number of times that the job tries to create the published snapshot, because new pods can't start without it. */
const PUBLISH_ATTEMPTS = 3;

/** The time in seconds that a pod of the job can need to start. If its node is drained, another pod starts again. */
const POD_SECONDS = 3600;

/**
 * Returns the maximum time of the job in seconds, without the grace period of the engine. After it, Kubernetes stops the
 * job, which then starts the engine. Otherwise, a job whose pod can't start would keep all later ones from running.
 */
export function jobSeconds(snapshotSeconds: number): number {
  return (
    POD_SECONDS +
    READY_SECONDS +
    AFTER_GRACE_SECONDS +
    (1 + PUBLISH_ATTEMPTS) * snapshotSeconds +
    (2 + PUBLISH_ATTEMPTS) * COPY_SECONDS
  );
}

/** The facts about a seed that the script depends on. */
export interface SnapshotScriptOptions {
  /** The name of the StatefulSet. */
  readonly engine: string;
  /** The name of the CronJob. */
  readonly cronJob: string;
  readonly podName: string;
  readonly claimName: string;
  /** The release of the engine, which is a label of its pod. */
  readonly release: string;
  /** The name of the snapshot that volumes are copied from. */
  readonly published: string;
  readonly labels: { readonly [key: string]: string };
  readonly snapshotClassName: string | undefined;
  /** The number of snapshots to keep, in addition to the published one. */
  readonly keep: number;
  /** The maximum number of seconds until a snapshot is ready. */
  readonly snapshotSeconds: number;
}

/**
 * Returns the shell script of the job. It needs `kubectl` and the programs of busybox.
 *
 * A release from v0.21.0 deletes its cache at the start if it was killed before (dagger/dagger dagql/cache.go@v0.21.8).
 * An engine exits with code 0 after SIGTERM (dagger/dagger cmd/engine/main.go@01dab6b013). Therefore, a snapshot is
 * valid only if the engine stopped with this code, and didn't run until the snapshot was ready.
 *
 * Volumes are copied from a snapshot with a constant name, because a claim's `dataSource` names a snapshot and is
 * immutable. Snapshots are immutable too, so the script replaces this one. While a claim waits for a copy, the snapshot
 * must not be deleted: the snapshot controller keeps a deleted snapshot until the claim is bound
 * (kubernetes-csi/external-snapshotter pkg/common-controller/snapshot_controller.go:288@v8.7.0), and the provisioner
 * doesn't copy a snapshot that is being deleted (kubernetes-csi/external-provisioner pkg/controller/controller.go,
 * getSnapshotSource).
 */
export function snapshotScript(options: SnapshotScriptOptions): string {
  const { claimName, cronJob, engine, keep, podName, published, release, snapshotSeconds } = options;
  const exitCode = `{.status.containerStatuses[?(@.name=="${CONTAINER_NAME}")].state.terminated.exitCode}`;
  return [
    `# Stops the engine ${engine}, takes snapshots of its cache, and starts the engine again.`,
    `engine=${engine} pod=${podName} published=${published}`,
    'codes=$HOME/exit-codes',
    '',
    'log() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $*"; }',
    'fail() { log "FAILED: $*"; exit 1; }',
    'recover() {',
    '  log "New pods are Pending until $published is ready. To run the job again now:"',
    `  log "kubectl create job --from=cronjob/${cronJob} ${cronJob}-again"`,
    '}',
    // With --request-timeout, kubectl ignores the service account of its pod (kubernetes/kubernetes#93474).
    'k() { timeout 30 kubectl "$@"; }',
    '',
    '# Runs a command until it succeeds, for up to $1 s.',
    'within() {',
    '  end=$(($(date +%s) + $1)); shift',
    '  until "$@"; do',
    '    [ "$(date +%s)" -lt "$end" ] || return 1',
    '    sleep 2',
    '  done',
    '}',
    '',
    'is_ready() {',
    `  state=$(k get pod "$pod" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status} {.metadata.labels.app\\.kubernetes\\.io/version}' 2> /dev/null)`,
    `  [ "$state" = "True ${release}" ]`,
    '}',
    'is_gone() { left=$(k get pod "$pod" --ignore-not-found -o name) && [ -z "$left" ]; }',
    'has_exit_code() { grep -q . "$codes"; }',
    `snapshot_is_ready() { [ "$(k get volumesnapshot "$1" -o jsonpath='{.status.readyToUse}')" = true ]; }`,
    'snapshot_is_gone() { left=$(k get volumesnapshot "$1" --ignore-not-found -o name) && [ -z "$left" ]; }',
    '# Prints the claims that wait until they are copied from the published snapshot.',
    'copies() {',
    `  all=$(k get persistentvolumeclaims -o jsonpath='{range .items[?(@.status.phase=="Pending")]}{.metadata.name} {.spec.dataSource.name}{"\\n"}{end}') || return 1`,
    `  echo "$all" | awk -v name="$published" '$2 == name { print $1 }'`,
    '}',
    'no_copies() { claims=$(copies) && [ -z "$claims" ]; }',
    '',
    'create_snapshot() {',
    '  k create -f - << JSON',
    snapshot('$1', '$2', options),
    'JSON',
    '}',
    '# Creates snapshot $1 unless it exists, and waits until it is ready.',
    'take() {',
    '  if snapshot_is_gone "$1"; then create_snapshot "$1" "$2" || return 1; fi',
    `  within ${snapshotSeconds} snapshot_is_ready "$1" && return`,
    `  log "snapshot $1 isn't ready after ${snapshotSeconds} s: $(k get volumesnapshot "$1" -o jsonpath='{.status.error.message}')"`,
    '  return 1',
    '}',
    '',
    '# Deletes the published snapshot. While a claim waits for a copy of it, it would stay as a deleted snapshot.',
    'discard() {',
    '  no_copies && k delete volumesnapshot "$published" --ignore-not-found --wait=false &&',
    `    within ${COPY_SECONDS} snapshot_is_gone "$published"`,
    '}',
    '',
    '# Replaces the snapshot that new volumes are copied from.',
    'publish() {',
    '  if ! snapshot_is_gone "$published"; then',
    `    within ${COPY_SECONDS} no_copies || { log "kept the old $published, because these claims wait for a copy of it:" $claims; return 1; }`,
    '    k delete volumesnapshot "$published" --wait=false || return 1',
    `    within ${COPY_SECONDS} snapshot_is_gone "$published" || {`,
    '      log "$published is being deleted, but these claims still wait for a copy of it. Delete them and their pods:" $(copies)',
    '      recover',
    '      return 1',
    '    }',
    '  fi',
    `  for attempt in ${numbers(PUBLISH_ATTEMPTS)}; do`,
    '    take "$published" true && return',
    '    discard',
    '    sleep 5',
    '  done',
    '  recover',
    '  return 1',
    '}',
    '',
    'start_engine() {',
    '  for attempt in 1 2 3 4 5; do',
    '    k scale statefulset "$engine" --replicas=1 && return',
    '    sleep 5',
    '  done',
    '  fail "could not start $engine; run: kubectl scale statefulset $engine --replicas=1"',
    '}',
    '',
    '# The engine also starts if a step fails, or if this pod is stopped.',
    "trap 'status=$?; trap - EXIT; start_engine; exit $status' EXIT",
    "trap 'exit 143' TERM INT",
    '',
    '# An earlier job may have been killed while the engine was stopped.',
    'start_engine',
    `within ${READY_SECONDS} is_ready || fail "$pod isn't ready with ${release} after ${READY_SECONDS} s; run: kubectl describe pod $pod"`,
    `grace=$(k get pod "$pod" -o jsonpath='{.spec.terminationGracePeriodSeconds}') || fail "could not read $pod"`,
    '',
    '# Records the exit code of the engine, which is only visible until the pod is deleted.',
    ': > "$codes"',
    '(',
    "  trap 'kill $!; exit' TERM",
    '  while :; do',
    `    kubectl get pod "$pod" --watch -o jsonpath='${exitCode}{"\\n"}' >> "$codes" 2> /dev/null &`,
    '    wait $!',
    '    sleep 1',
    '  done',
    ') &',
    'watcher=$!',
    '# The first line is the state before the stop.',
    'within 60 test -s "$codes" || fail "could not watch $pod"',
    '',
    'log "stopping $engine: it waits until it is idle, for at most $grace s"',
    'k scale statefulset "$engine" --replicas=0 || fail "could not stop $engine"',
    `within $((grace + ${AFTER_GRACE_SECONDS})) is_gone || fail "$pod still exists $((grace + ${AFTER_GRACE_SECONDS})) s after it was deleted; run: kubectl describe pod $pod"`,
    'within 60 has_exit_code',
    'kill $watcher',
    'code=$(grep . "$codes" | tail -n 1)',
    `[ "$code" = 0 ] || fail "the engine stopped with exit code \${code:-unknown} instead of 0, so it will delete its cache; no snapshot was taken"`,
    '',
    'name=$engine-$(date -u +%Y%m%d-%H%M%S)',
    `log "creating snapshot $name of claim ${claimName}"`,
    'take "$name" false && is_gone || {',
    '  k delete volumesnapshot "$name" --ignore-not-found --wait=false',
    '  fail "no valid snapshot of the stopped engine"',
    '}',
    'log "publishing the snapshot as $published"',
    'status=0',
    'if ! publish; then',
    '  status=1',
    'elif ! within 30 is_gone; then',
    '  discard && recover',
    '  fail "the engine was started before $published was ready, so it is not valid"',
    'fi',
    'start_engine',
    '',
    `old=$(k get volumesnapshots -l '${SEED_LABEL}=${options.labels[SEED_LABEL]},${PUBLISHED_LABEL}=false' --sort-by=.metadata.creationTimestamp -o name) || fail "could not list snapshots"`,
    `for snapshot in $(echo "$old" | awk -v keep=${keep} '{ names[NR] = $0 } END { for (i = 1; i <= NR - keep; i++) print names[i] }'); do`,
    '  k delete "$snapshot" --wait=false || status=1',
    'done',
    'log "finished with status $status"',
    'exit $status',
    '',
  ].join('\n');
}

/** Returns the name of the snapshot that a script writes for new volumes, or undefined for another script. */
export function publishedBy(script: string): string | undefined {
  return /^engine=\S+ pod=\S+ published=(\S+)$/m.exec(script)?.[1];
}

/** Returns the numbers from 1 to `count`, separated by spaces. */
function numbers(count: number): string {
  return Array.from({ length: count }, (_, index) => index + 1).join(' ');
}

function snapshot(
  name: string,
  isPublished: string,
  { claimName, labels, snapshotClassName }: SnapshotScriptOptions,
): string {
  const manifest: Imported<VolumeSnapshotProps> & { readonly apiVersion: string; readonly kind: string } = {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { name, labels: { ...labels, [PUBLISHED_LABEL]: isPublished } },
    spec: {
      ...(snapshotClassName !== undefined && { volumeSnapshotClassName: snapshotClassName }),
      source: { persistentVolumeClaimName: claimName },
    },
  };
  return JSON.stringify(manifest);
}
