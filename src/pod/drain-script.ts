/** The maximum number of seconds that the script waits for connections to end after it cuts them. */
const CUT_SECONDS = 30;

/**
 * The number of seconds in which the script learns the addresses of connected clients. Each connection sends something
 * in that time, because the engine and its clients use Go's keepalive of 15 s.
 */
const LEARN_SECONDS = 20;

/** The settings of a drain. Times are in seconds. */
export interface DrainSettings {
  /** The maximum time to wait for clients. */
  readonly atMost: number;
  /** The time without a client after which the engine is idle. */
  readonly idleFor: number;
  /** Whether clients that weren't connected before can connect during the drain. */
  readonly admitsNewClients: boolean;
}

/** The facts about an engine and its pod that the script depends on. */
export interface DrainedEngine {
  /** The unix sockets where the engine accepts clients. */
  readonly sockets: readonly string[];
  /** Whether the sockets are on the node, so that clients in other pods use them. */
  readonly isSocketOnNode: boolean;
  /** The ports where the engine itself accepts clients. */
  readonly enginePorts: readonly number[];
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
export function drainScript({ atMost, idleFor, admitsNewClients }: DrainSettings, engine: DrainedEngine): string {
  const { enginePorts, listenerPort, sockets } = engine;
  const ports = [...new Set([...(listenerPort === undefined ? [] : [listenerPort]), ...enginePorts])];
  const learnSeconds = Math.max(LEARN_SECONDS, idleFor);
  const restricts = ports.length > 0 && !admitsNewClients && atMost > learnSeconds;
  return [
    `# Waits for up to ${atMost} s until no client has been connected for ${idleFor} s, and then cuts the connections that are left.`,
    '# With a connected client, the engine would not exit after SIGTERM. It would be killed and lose its cache.',
    ...(admitsNewClients ? [ADMITS] : []),
    'engine=$(pgrep -o -x dagger-engine || echo 1)',
    '# The messages appear in the log of the engine.',
    'log() { echo "preStop: $*" >> "/proc/$engine/fd/1"; }',
    '',
    ...listConnections(engine),
    '',
    '# Waits for up to $1 s until no client has been connected for $2 s. Runs $3 every second.',
    '# Probes also connect, so connections that last less than a second are ignored.',
    '# Logs the number of connections when it changes, and every minute.',
    'idle_within() {',
    '  start=$(date +%s) now=$start idle_since= logged= before=$(connections)',
    '  while [ $((now - start)) -le "$1" ]; do',
    '    open=$(connections) n=0',
    '    for connection in $open; do',
    '      case " $before" in *" $connection "*) n=$((n + 1)) ;; esac',
    '    done',
    '    before=$open',
    '    progress="$n in minute $(( (now - start) / 60 ))"',
    '    [ "$progress" = "$logged" ] || log "$n connections after $((now - start)) of $1 s"',
    '    logged=$progress',
    '    case $n in 0) idle_since=${idle_since:-$now} ;; *) idle_since= ;; esac',
    '    [ -z "$open" ] && [ $((now - idle_since)) -ge "$2" ] && return 0',
    '    "$3"',
    '    sleep 1',
    '    now=$(date +%s)',
    '  done',
    '  return 1',
    '}',
    '',
    ...(ports.length > 0 ? portRules(ports, restricts) : []),
    ...(restricts
      ? [
          `# Rejects clients that were not connected in the first ${learnSeconds} s. Their next attempt can reach another engine.`,
          'reject_new_clients() {',
          `  [ $((now - start)) -ge ${learnSeconds} ] || { apply learning 30; return; }`,
          '  [ -n "$rejects" ] || log "rejecting new clients"',
          '  rejects=1',
          '  apply restricted 30',
          '}',
          '',
        ]
      : []),
    ...endProcesses(engine),
    '',
    `log "waiting for up to ${atMost} s until no client has been connected for ${idleFor} s"`,
    `if idle_within ${atMost} ${idleFor} ${restricts ? 'reject_new_clients' : 'true'}; then`,
    '  log idle',
    'else',
    '  log "cutting $(connections | wc -w) connections"',
    'fi',
    '# From here on, no client can connect. Without this, a late client would keep the engine from exiting.',
    ...(ports.length > 0 ? ['apply closed 60'] : []),
    `rm -f ${sockets.join(' ')}`,
    `idle_within ${CUT_SECONDS} 0 end_processes || log "$(connections | wc -w) connections are left"`,
    ...(ports.length > 0
      ? [
          '# With hostNetwork, the next engine on this node uses the same ports. This engine closes them after SIGTERM.',
          '[ -n "$open" ] || apply closed 10',
        ]
      : []),
    'log stopping',
    'exit 0',
    '',
  ].join('\n');
}

/** The line of a script that admits new clients during the drain. */
const ADMITS = '# Clients can connect until then.';

/** Returns the settings in a script from `drainScript`, or undefined for any other script. */
export function drainSettingsOf(script: string): DrainSettings | undefined {
  const [, atMost, idleFor] =
    /^# Waits for up to (\d+) s until no client has been connected for (\d+) s, and then cuts /.exec(script) ?? [];
  return idleFor === undefined
    ? undefined
    : {
        atMost: Number(atMost),
        idleFor: Number(idleFor),
        admitsNewClients: script.split('\n').includes(ADMITS),
      };
}

/**
 * Returns a function that lists connections. The kernel lists a connection to a unix socket in the network namespace of
 * the client. Therefore, a connection from another pod is a socket of the engine that this pod's tables don't contain.
 */
function listConnections({ enginePorts, isSocketOnNode, sockets }: DrainedEngine): string[] {
  const tables = isSocketOnNode
    ? ['unix', 'tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'netlink', 'packet']
    : ['unix', ...(enginePorts.length === 0 ? [] : ['tcp', 'tcp6'])];
  const read = `cat ${tables.map((table) => `/proc/net/${table}`).join(' ')}`;
  const isSocket = sockets.map((path) => `$8 == "${path}"`).join(' || ');
  const hexPorts = enginePorts.map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
  return [
    '# Prints the inodes of the connections. Each client has four.',
    'connections() {',
    ...(isSocketOnNode
      ? ['  {', `    ${read}`, '    ls -l "/proc/$engine/fd"', "  } 2> /dev/null | awk '"]
      : [`  ${read} 2> /dev/null | awk '`]),
    '    # From this pod: the TLS sidecar, and kube-pod:// clients.',
    `    $6 == "03" && ${sockets.length === 1 ? isSocket : `(${isSocket})`} { printf "%s ", $7 }`,
    ...(enginePorts.length === 0
      ? []
      : [
          `    # To port ${enginePorts.join(' or ')}.`,
          `    $4 == "01" && $2 ~ /:${hexPorts.length === 1 ? hexPorts[0] : `(${hexPorts.join('|')})`}$/ { printf "%s ", $10 }`,
        ]),
    ...(isSocketOnNode
      ? [
          '    # From other pods: sockets of the engine that are not in the network namespace of this pod.',
          '    $NF ~ /^socket:/ { gsub(/[^0-9]/, "", $NF); if (!($NF in inodes)) printf "%s ", $NF }',
          "    { inodes[$7]; inodes[$9]; inodes[$10] }'",
        ]
      : ["    '"]),
    '}',
  ];
}

/**
 * Returns the rules for connections to the ports, and a function that applies them for some time. A rule that also
 * matched resets would drop the resets themselves, and no connection would end.
 *
 * The rules belong to the network namespace of the pod or the node, so they outlive the container. They apply only to
 * ports in sets whose elements expire, so that the next engine in this namespace can use the ports. The hook renews the
 * elements while it runs.
 */
function portRules(ports: readonly number[], restricts: boolean): string[] {
  const opens = 'tcp flags & (fin | syn | rst | ack) == syn';
  const table = `inet dagger-drain-${ports.join('-')}`;
  return [
    '# Rejects attempts to connect, and resets connections when they send something.',
    "nft -f - << 'RULES' || log 'nft failed: clients stay connected'",
    `table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    '  set closed { type inet_service; flags timeout; }',
    '  chain input {',
    '    type filter hook input priority filter',
    `    tcp dport @closed ${opens} reject with tcp reset`,
    '  }',
    '  chain output {',
    '    type filter hook output priority filter',
    '    tcp flags & rst == 0 tcp sport @closed reject with tcp reset',
    '  }',
    '}',
    'RULES',
    ...(restricts
      ? [
          "nft -f - << 'RULES' || log 'nft failed: new clients are admitted'",
          `table ${table} {`,
          '  set learning { type inet_service; flags timeout; }',
          '  set restricted { type inet_service; flags timeout; }',
          '  set clients4 { type ipv4_addr; flags dynamic; }',
          '  set clients6 { type ipv6_addr; flags dynamic; }',
          '  chain input {',
          `    tcp dport @restricted ${opens} ip saddr != @clients4 reject with tcp reset`,
          `    tcp dport @restricted ${opens} ip6 saddr != @clients6 reject with tcp reset`,
          '    tcp dport @learning add @clients4 { ip saddr }',
          '    tcp dport @learning add @clients6 { ip6 saddr }',
          '  }',
          '}',
          'RULES',
        ]
      : []),
    '',
    `# Applies the rules of set $1 to ${ports.length === 1 ? 'port' : 'ports'} ${ports.join(' and ')} for $2 s.`,
    'apply() {',
    `  nft "flush set ${table} $1; add element ${table} $1 { ${ports.map((port) => `${port} timeout $2s`).join(', ')} }" 2> /dev/null`,
    '}',
    '',
  ];
}

/** Returns a function that ends the processes that clients are connected to. */
function endProcesses({ isSocketOnNode }: DrainedEngine): string[] {
  return [
    'end_processes() {',
    '  pkill -x buildctl # The clients of kube-pod:// are connected through these.',
    ...(isSocketOnNode ? ["  pkill -KILL -x '[.]init' # The steps of builds. Their clients fail and disconnect."] : []),
    '}',
  ];
}
