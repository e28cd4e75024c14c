/** The maximum number of seconds that the script waits for connections to end after it cuts them. */
const CUT_SECONDS = 30;

/** The times of a drain, in seconds. */
export interface DrainSeconds {
  /** The maximum time to wait for clients. */
  readonly atMost: number;
  /** The time without a client after which the engine is idle. */
  readonly idleFor: number;
}

/** The facts about an engine and its pod that the script depends on. */
export interface DrainedEngine {
  readonly socketPath: string;
  /** Whether the socket is on the node, so that clients in other pods use it. */
  readonly isSocketOnNode: boolean;
  /** The port where the engine itself accepts clients. */
  readonly enginePort?: number;
  /** The port where the engine or the TLS sidecar accepts clients. */
  readonly listenerPort?: number;
}

/**
 * Returns the shell script of the preStop hook that drains an engine. It needs `nft` and programs of busybox, which the
 * engine's image contains (dagger/dagger toolchains/engine-dev/build/builder.go:106-128@v0.21.8, wolfi-dev/os
 * busybox/busyboxconfig@184923cfd5).
 *
 * It depends on internals of the engine: the facts `kube-pod-helper` and `step-process` of documented-facts.ts.
 */
export function drainScript({ atMost, idleFor }: DrainSeconds, engine: DrainedEngine): string {
  return [
    `# Waits for up to ${atMost} s until no client has been connected for ${idleFor} s, and then cuts the connections that are left.`,
    '# With a connected client, the engine would not exit after SIGTERM. It would be killed and lose its cache.',
    '# The messages appear in the log of the engine.',
    'log() { echo "preStop: $*" >> /proc/1/fd/1; }',
    '',
    ...countConnections(engine),
    '',
    '# Waits for up to $1 s until no client has been connected for $2 s. Runs $3 every second.',
    '# Logs the number of connections when it changes, and every minute.',
    'idle_within() {',
    '  start=$(date +%s) now=$start idle_since= logged=',
    '  while [ $((now - start)) -le "$1" ]; do',
    '    n=$(connections)',
    '    progress="$n in minute $(( (now - start) / 60 ))"',
    '    [ "$progress" = "$logged" ] || log "$n connections after $((now - start)) of $1 s"',
    '    logged=$progress',
    '    case $n in 0) idle_since=${idle_since:-$now} ;; *) idle_since= ;; esac',
    '    [ -n "$idle_since" ] && [ $((now - idle_since)) -ge "$2" ] && return 0',
    '    "$3"',
    '    sleep 1',
    '    now=$(date +%s)',
    '  done',
    '  return 1',
    '}',
    '',
    `log "waiting for up to ${atMost} s until no client has been connected for ${idleFor} s"`,
    `idle_within ${atMost} ${idleFor} true && log "idle, stopping" && exit 0`,
    'log "cutting $(connections) connections"',
    ...(engine.listenerPort === undefined ? [] : resetConnections(engine.listenerPort)),
    ...endProcesses(engine),
    `idle_within ${CUT_SECONDS} 0 end_processes || log "$(connections) connections are left"`,
    'exit 0',
    '',
  ].join('\n');
}

/** Returns the times in a script from `drainScript`, or undefined for any other script. */
export function drainSecondsOf(script: string): DrainSeconds | undefined {
  const [, atMost, idleFor] =
    /^# Waits for up to (\d+) s until no client has been connected for (\d+) s, and then cuts /.exec(script) ?? [];
  return idleFor === undefined ? undefined : { atMost: Number(atMost), idleFor: Number(idleFor) };
}

/**
 * Returns a function that counts connections. The kernel lists a connection to a unix socket in the network namespace
 * of the client. Therefore, a connection from another pod is a socket of the engine that this pod's tables don't
 * contain.
 */
function countConnections({ enginePort, isSocketOnNode, socketPath }: DrainedEngine): string[] {
  const tables = isSocketOnNode
    ? ['unix', 'tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'netlink', 'packet']
    : ['unix', ...(enginePort === undefined ? [] : ['tcp', 'tcp6'])];
  const read = `cat ${tables.map((table) => `/proc/net/${table}`).join(' ')}`;
  return [
    '# Prints the number of connections. Each client has four.',
    'connections() {',
    ...(isSocketOnNode
      ? ['  {', `    ${read}`, '    ls -l /proc/"$(pgrep -o -x dagger-engine)"/fd', "  } 2> /dev/null | awk '"]
      : [`  ${read} 2> /dev/null | awk '`]),
    '    # From this pod: the TLS sidecar, and kube-pod:// clients.',
    `    $6 == "03" && $8 == "${socketPath}" { n++ }`,
    ...(enginePort === undefined
      ? []
      : [
          `    # To port ${enginePort}.`,
          `    $4 == "01" && $2 ~ /:${enginePort.toString(16).toUpperCase().padStart(4, '0')}$/ { n++ }`,
        ]),
    ...(isSocketOnNode
      ? [
          '    # From other pods: sockets of the engine that are not in the network namespace of this pod.',
          '    $NF ~ /^socket:/ { gsub(/[^0-9]/, "", $NF); if (!($NF in inodes)) n++ }',
          '    { inodes[$7]; inodes[$9]; inodes[$10] }',
        ]
      : []),
    "    END { print n + 0 }'",
    '}',
  ];
}

/**
 * Returns the commands that reset the connections of a port. A rule that also matched resets would drop the resets
 * themselves, and no connection would end. The rules belong to the network namespace of the pod, so they outlive the
 * container. The port expires from the set, so that an engine that restarts in the same pod can use it.
 */
function resetConnections(port: number): string[] {
  return [
    '',
    `# Resets connections of port ${port} when they send something, for two minutes.`,
    "nft -f - << 'RULES' || log 'nft failed'",
    'table inet dagger-drain',
    'delete table inet dagger-drain',
    'table inet dagger-drain {',
    `  set ports { type inet_service; flags timeout; elements = { ${port} timeout 2m } }`,
    '  chain output {',
    '    type filter hook output priority filter',
    '    tcp flags & rst == 0 tcp sport @ports reject with tcp reset',
    '  }',
    '}',
    'RULES',
  ];
}

/** Returns a function that ends the processes that clients are connected to. */
function endProcesses({ isSocketOnNode }: DrainedEngine): string[] {
  return [
    '',
    'end_processes() {',
    '  pkill -x buildctl # The clients of kube-pod:// are connected through these.',
    ...(isSocketOnNode ? ["  pkill -KILL -x '[.]init' # The steps of builds. Their clients fail and disconnect."] : []),
    '}',
  ];
}
