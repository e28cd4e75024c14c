import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, Size } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  Drain,
  type DrainOptions,
  EngineProbe,
  EngineRisk,
  EngineToml,
  LifecycleHook,
  Listener,
  type Engine,
} from '../../src/index';
import { drainSettingsOf } from '../../src/pod/drain-script';
import { accept, container, daemonSet, deployment, pod, problems, statefulSet, warnings } from '../engines';

const NEVER_EXITS =
  "while a client is connected, v0.21.7 doesn't exit, is killed when the grace period ends, and deletes its cache at the next start";
const CONFLICT =
  'drain: conflicts with preStop, because a container has only one preStop hook; allowed: only one of drain and preStop; fix: remove preStop, or set drain: Drain.none()';

/** Returns the script of the preStop hook, or undefined if there is no hook. */
function script(engine: Engine): string | undefined {
  const command: string[] | undefined = container(engine).lifecycle?.preStop?.exec?.command;
  expect(command?.slice(0, 2)).toEqual(command && ['sh', '-c']);
  return command?.[2];
}

/** Returns the times of the drain in seconds as `atMost/idleFor`, or undefined if there is no hook. */
function seconds(engine: Engine): string | undefined {
  const text = script(engine);
  const times = text === undefined ? undefined : drainSettingsOf(text);
  return times && `${times.atMost}/${times.idleFor}`;
}

describe('the default', () => {
  test.each([
    ['v0.21.3', undefined],
    ['v0.21.4', '180/10'],
    ['v1.0.0-beta.2', undefined],
    ['v1.0.0-beta.3', '180/10'],
  ])('depends on the release: %s', (version, expected) => {
    expect(seconds(daemonSet({ version }))).toBe(expected);
    expect(seconds(statefulSet({ version }))).toBe(expected);
    expect(seconds(deployment({ version }))).toBe(expected);
  });

  test.each([
    [600, '180/10'],
    [255, '180/10'],
    [254, '179/10'],
    [84, '9/9'],
    [75, '0/0'],
    [74, undefined],
  ])('fits into a grace period of %d s', (gracePeriod, expected) => {
    const engine = statefulSet({ terminationGracePeriod: Duration.seconds(gracePeriod) });
    expect(seconds(engine)).toBe(expected);
    expect(pod(engine).terminationGracePeriodSeconds).toBe(gracePeriod);
  });

  test('prints no warning', () => {
    expect(warnings(statefulSet())).toEqual([]);
  });

  test('is idle earlier if the readiness probe is a client', () => {
    expect(seconds(statefulSet({ probes: { readiness: EngineProbe.session() } }))).toBe('180/5');
  });
});

describe('the time without a client', () => {
  const drain = (idleFor: number, atMost?: number): Drain =>
    Drain.untilIdle({
      idleFor: Duration.seconds(idleFor),
      ...(atMost !== undefined && { atMost: Duration.seconds(atMost) }),
    });

  test.each([
    [0, undefined, '180/0'],
    [180, undefined, '180/180'],
    [60, 600, '600/60'],
    [5, 5, '5/5'],
  ])('is written to the script: %d s', (idleFor, atMost, expected) => {
    expect(seconds(statefulSet({ drain: drain(idleFor, atMost) }))).toBe(expected);
  });

  test('is at most the time to wait', () => {
    expect(problems(() => statefulSet({ drain: drain(181) }))).toEqual([
      'drain.idleFor: the engine would never be idle, because the drain waits for only 180 s; got "181 s"; allowed: at most 180 s; fix: set atMost to at least Duration.seconds(181), or remove idleFor',
    ]);
    expect(seconds(statefulSet({ drain: Drain.untilIdle({ atMost: Duration.seconds(4) }) }))).toBe('4/4');
  });

  test('is shorter than the period of a probe that opens sessions', () => {
    const engine = (idleFor: number, period?: number) => (): Engine =>
      statefulSet({
        drain: drain(idleFor),
        probes: {
          readiness: EngineProbe.session(period === undefined ? {} : { period: Duration.seconds(period) }),
        },
      });
    expect(seconds(engine(14)())).toBe('180/14');
    expect(seconds(engine(15, 30)())).toBe('180/15');
    expect(problems(engine(15))).toEqual([
      'drain.idleFor: the engine would never be idle, because the readiness probe opens a session every 15 s; got "15 s"; allowed: less than 15 s; fix: use the readiness probe EngineProbe.connect(), or remove idleFor',
    ]);
  });

  test('must be a whole number of seconds', () => {
    expect(problems(() => statefulSet({ drain: drain(0.5) }))).toEqual([
      'drain.idleFor: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 0; fix: use a value such as Duration.seconds(10)',
    ]);
  });
});

describe('a time to wait', () => {
  const drain = (atMost: number): Drain => Drain.untilIdle({ atMost: Duration.seconds(atMost) });

  test.each([
    [0, 600],
    [225, 600],
    [226, 601],
    [7200, 7575],
  ])('extends the grace period: %d s', (atMost, gracePeriod) => {
    const engine = statefulSet({ drain: drain(atMost) });
    expect(seconds(engine)).toBe(`${atMost}/${Math.min(atMost, 10)}`);
    expect(pod(engine).terminationGracePeriodSeconds).toBe(gracePeriod);
    expect(warnings(engine)).toEqual([]);
  });

  test('is possible for earlier releases', () => {
    expect(seconds(statefulSet({ version: 'v0.21.3', drain: drain(30) }))).toBe('30/10');
  });

  test('must fit into the grace period', () => {
    expect(seconds(statefulSet({ drain: drain(525), terminationGracePeriod: Duration.minutes(10) }))).toBe('525/10');
    expect(problems(() => statefulSet({ drain: drain(526), terminationGracePeriod: Duration.minutes(10) }))).toEqual([
      'terminationGracePeriod: the drain waits for up to 526 s, and the engine needs up to 75 s after that; got "600 s"; allowed: at least 601 s; fix: set Duration.seconds(601), or remove terminationGracePeriod',
    ]);
    expect(
      problems(() => statefulSet({ drain: Drain.untilIdle(), terminationGracePeriod: Duration.seconds(74) })),
    ).toEqual([
      'terminationGracePeriod: the drain waits for up to 0 s, and the engine needs up to 75 s after that; got "74 s"; allowed: at least 75 s; fix: set Duration.seconds(75), or remove terminationGracePeriod',
    ]);
  });

  test('must be a whole number of seconds', () => {
    expect(problems(() => statefulSet({ drain: Drain.untilIdle({ atMost: Duration.millis(1500) }) }))).toEqual([
      'drain.atMost: must be a duration that Kubernetes supports; got "1.5 s"; allowed: a whole number of seconds, at least 0; fix: use a value such as Duration.seconds(180)',
    ]);
  });
});

describe('a custom preStop hook', () => {
  const preStop = LifecycleHook.exec(['true'], { maxDuration: Duration.seconds(5) });

  test('replaces the drain, with a warning', () => {
    const engine = statefulSet({ preStop });
    expect(container(engine).lifecycle).toEqual({ preStop: { exec: { command: ['true'] } } });
    expect(warnings(engine)).toEqual([
      `[test/engine] warning stop-loses-cache: preStop: ${NEVER_EXITS}, unless the hook disconnects all clients; fix: remove it to use Drain.untilIdle()`,
    ]);
  });

  test('conflicts with a drain', () => {
    expect(problems(() => statefulSet({ preStop, drain: Drain.untilIdle() }))).toEqual([CONFLICT]);
  });

  test('prints no warning if it is accepted', () => {
    expect(warnings(statefulSet({ preStop, acceptRisks: [accept(EngineRisk.STOP_LOSES_CACHE)] }))).toEqual([]);
  });
});

describe('no drain', () => {
  test('prints a warning', () => {
    const engine = statefulSet({ drain: Drain.none() });
    expect(container(engine)).not.toHaveProperty('lifecycle');
    expect(warnings(engine)).toEqual([
      `[test/engine] warning stop-loses-cache: drain: ${NEVER_EXITS}; fix: use Drain.untilIdle()`,
    ]);
  });

  test.each([
    ['a release that exits with connected clients', { version: 'v0.21.3' }],
    ['a cache that is deleted with the pod', { cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }) }],
  ])('prints no warning for %s', (_, props) => {
    expect(warnings(statefulSet({ drain: Drain.none(), ...props }))).toEqual([]);
  });
});

const ENGINES: { readonly [title: string]: () => Engine } = {
  'only kube-pod': () => statefulSet(),
  "the node's socket": () => daemonSet(),
  'plain TCP': () => statefulSet({ listener: Listener.insecureTcp() }),
  'the TLS sidecar': () => statefulSet({ listener: Listener.tls({ certificates: Certificates.privateCa() }) }),
  "the node's socket and plain TCP": () => daemonSet({ listener: Listener.insecureTcp({ port: 8080 }) }),
};

const SHELLS = [['sh'], ['busybox', 'sh']].filter(([name]) => spawnSync(name!, ['-c', 'true']).error === undefined);

describe('the script', () => {
  test.each(Object.entries(ENGINES))('of an engine with %s', (_, engine) => {
    expect(script(engine())).toMatchSnapshot();
  });
});

// Runs the script with a directory in place of /proc. Shell functions replace the programs that have side effects. Fake
// programs in PATH would have no effect in busybox, which prefers its own.
describe.each(SHELLS)('the script, in %s', (shell, ...shellArgs) => {
  let directory: string;
  let functions: { [name: string]: string };
  const path = (...names: string[]): string => join(directory, ...names);
  const write = (name: string, text: string): void => {
    mkdirSync(path(name, '..'), { recursive: true });
    writeFileSync(path(name), text);
  };
  const CONNECTED = '0000: 00000003 00000000 00000000 0001 03 4711 /run/dagger/engine.sock';
  const CONNECT = `echo "${CONNECTED}" > proc/net/unix`;
  const connect = (): void => write('proc/net/unix', `${CONNECTED}\n`);
  /** Returns a clock that each call advances. It starts no programs, because the script often reads the clock. */
  const clock = (seconds: number): string => `read now < now; now=$((now + ${seconds})); echo $now > now; echo $now`;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'drain-'));
    functions = {
      date: clock(2),
      sleep: 'true',
      pgrep: 'echo 7',
      pkill: 'echo "pkill $*" >> calls',
      nft: 'case $1 in -f) cat > rules ;; *) echo "nft $*" >> calls ;; esac',
      rm: 'echo "rm $*" >> calls',
    };
    write('now', '1000\n');
    write('calls', '');
    write('proc/1/fd/1', '');
    write('proc/7/fd/1', '');
    for (const table of ['unix', 'tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6', 'netlink', 'packet']) {
      write(`proc/net/${table}`, '');
    }
    // The socket on which the engine listens, a socket of another program, and a connection that the engine opened.
    write(
      'proc/net/unix',
      [
        'Num       RefCount Protocol Flags    Type St Inode Path',
        '0000: 00000002 00000000 00010000 0001 01 4001 /run/dagger/engine.sock',
        '0000: 00000003 00000000 00000000 0001 03 4002 /run/other.sock',
        '0000: 00000003 00000000 00000000 0001 03 4003',
      ].join('\n'),
    );
    symlinkSync('socket:[4001]', path('proc/7/fd/3'));
    symlinkSync('/dev/null', path('proc/7/fd/0'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** Runs the script. Returns its calls to other programs, and its log. */
  function run(text: string): { readonly calls: string[]; readonly log: string } {
    const defined = Object.entries(functions).map(([name, body]) => `${name}() { ${body}; }\n`);
    const { status, stderr } = spawnSync(shell!, shellArgs, {
      input: defined.join('') + text.replaceAll('/proc/', `${directory}/proc/`),
      cwd: directory,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const calls = readFileSync(path('calls'), 'utf8')
      .split('\n')
      .filter((call) => call !== '');
    return { calls, log: readFileSync(path('proc/7/fd/1'), 'utf8') };
  }

  const WAITING = 'preStop: waiting for up to 180 s until no client has been connected for 10 s\n';

  const CLOSED = 'rm -f /run/dagger/engine.sock';
  const END = '0 connections after 0 of 30 s\npreStop: stopping\n';

  /** Returns a call that applies the rules of a set to a port. */
  const applied = (set: string, seconds: number, port = 1234): string =>
    `nft flush set inet dagger-drain-${port} ${set}; add element inet dagger-drain-${port} ${set} { ${port} timeout ${seconds}s }`;

  /** Returns the seconds that have passed on the script's clock. */
  const passed = (): number => Number(readFileSync(path('now'), 'utf8')) - 1002;

  test.each(Object.entries(ENGINES))('ends after the time without a client: %s', (_, engine) => {
    const { calls, log } = run(script(engine())!);
    expect(log).toBe(`${WAITING}preStop: 0 connections after 0 of 180 s\npreStop: idle\npreStop: ${END}`);
    expect(calls.filter((call) => !call.startsWith('nft '))).toEqual([CLOSED]);
    expect(passed()).toBe(12);
  });

  test.each(Object.entries(ENGINES))('looks up the process of the engine once: %s', (_, engine) => {
    functions.pgrep = 'echo pgrep >> calls; echo 7';
    expect(run(script(engine())!).calls.filter((call) => call === 'pgrep')).toHaveLength(1);
  });

  test('logs to the first process if the engine has another name', () => {
    functions.pgrep = 'false';
    run(script(statefulSet({}))!);
    expect(readFileSync(path('proc/1/fd/1'), 'utf8')).toContain('preStop: idle');
  });

  test('ends at once if the engine is idle immediately', () => {
    const { calls } = run(script(statefulSet({ drain: Drain.untilIdle({ idleFor: Duration.seconds(0) }) }))!);
    expect(calls).toEqual([CLOSED]);
    expect(passed()).toBe(2);
  });

  test('starts again when a client connects, and logs each change', () => {
    connect();
    // A client leaves after 4 s, comes back after 8 s, and leaves again after 12 s.
    functions.sleep = `case $((now - start)) in 4 | 12) : > proc/net/unix ;; 8) ${CONNECT} ;; esac`;
    expect(run(script(statefulSet())!)).toEqual({
      calls: [CLOSED],
      log: [
        'waiting for up to 180 s until no client has been connected for 10 s',
        '1 connections after 0 of 180 s',
        '0 connections after 6 of 180 s',
        '1 connections after 12 of 180 s',
        '0 connections after 14 of 180 s',
        'idle',
        '0 connections after 0 of 30 s',
        'stopping',
      ]
        .map((line) => `preStop: ${line}\n`)
        .join(''),
    });
    expect(passed()).toBe(26);
  });

  test('ends the processes of kube-pod clients when the time is up, and logs every minute', () => {
    connect();
    functions.pkill = 'echo "pkill $*" >> calls; : > proc/net/unix';
    expect(run(script(statefulSet())!)).toEqual({
      calls: [CLOSED, 'pkill -x buildctl'],
      log: [
        'waiting for up to 180 s until no client has been connected for 10 s',
        '1 connections after 0 of 180 s',
        '1 connections after 60 of 180 s',
        '1 connections after 120 of 180 s',
        '1 connections after 180 of 180 s',
        'cutting 1 connections',
        '1 connections after 0 of 30 s',
        '0 connections after 2 of 30 s',
        'stopping',
      ]
        .map((line) => `preStop: ${line}\n`)
        .join(''),
    });
    expect(passed()).toBeGreaterThan(180);
  });

  test('resets the connections of the TLS sidecar', () => {
    functions.date = clock(10);
    connect();
    functions.nft = `case $* in -f*) cat > rules ;; *closed*) ${functions.nft.replace('cat > rules', ':')}; : > proc/net/unix ;; esac`;
    expect(run(script(ENGINES['the TLS sidecar']!())!).calls).toEqual([
      applied('closed', 60, 8443),
      CLOSED,
      applied('closed', 10, 8443),
    ]);
  });

  test('counts and resets the connections of a port', () => {
    functions.date = clock(10);
    // A listening socket, an outgoing connection, and one incoming connection each over IPv4 and IPv6.
    write(
      'proc/net/tcp',
      ['0A', '01', '01']
        .map((state, index) => {
          const local = index === 1 ? '0100007F:C001 0100007F:04D2' : '0100007F:04D2 0200007F:C002';
          return `   ${index}: ${local} ${state} 00000000:00000000 00:00000000 00000000 0 0 500${index} 1\n`;
        })
        .join(''),
    );
    write(
      'proc/net/tcp6',
      '   0: 0000000000000000FFFF00000100007F:04D2 0000000000000000FFFF00000200007F:C003 01 00000000:00000000 00:00000000 00000000 0 0 5009 1\n',
    );
    functions.nft =
      'case $* in -f*) cat > rules ;; *closed*) echo "nft $*" >> calls; : > proc/net/tcp; : > proc/net/tcp6 ;; esac';
    const { calls, log } = run(script(ENGINES['plain TCP']!())!);
    expect(calls).toEqual([applied('closed', 60), CLOSED, applied('closed', 10)]);
    expect(log).toContain('preStop: cutting 2 connections\n');
  });

  test("ends the steps of clients on the node's socket", () => {
    functions.date = clock(10);
    symlinkSync('socket:[6001]', path('proc/7/fd/9'));
    functions.pkill = 'echo "pkill $*" >> calls; command rm -f proc/7/fd/9';
    const { calls, log } = run(script(daemonSet())!);
    expect(calls).toEqual([CLOSED, 'pkill -x buildctl', 'pkill -KILL -x [.]init']);
    expect(log).toContain('preStop: cutting 1 connections\n');
  });

  test('ends after half a minute if connections remain', () => {
    symlinkSync('socket:[6001]', path('proc/7/fd/9'));
    const { log } = run(script(daemonSet())!);
    expect(log).toMatch(/preStop: cutting 1 connections\n[^]*preStop: 1 connections are left\npreStop: stopping\n$/);
    expect(passed()).toBeLessThan(180 + 30 + 10);
  });

  test('ignores connections of probes, which last less than a second', () => {
    // A probe is connected each time that the script looks, and each connection has another inode.
    functions.sleep = `echo "${CONNECTED.replace('4711', '47$now')}" > proc/net/unix; [ $((now - start)) -lt 10 ] || : > proc/net/unix`;
    expect(run(script(statefulSet())!).log).toContain('preStop: 0 connections after 0 of 180 s\npreStop: idle\n');
    expect(passed()).toBe(14);
  });

  test('rejects new clients of a port when it knows the connected ones', () => {
    connect();
    const { calls, log } = run(script(ENGINES['plain TCP']!())!);
    expect(log.split('preStop: rejecting new clients\n')).toHaveLength(2);
    const learning = Array.from({ length: 10 }, () => applied('learning', 30));
    const restricted = Array.from({ length: 81 }, () => applied('restricted', 30));
    expect(calls.slice(0, 92)).toEqual([...learning, ...restricted, applied('closed', 60)]);
  });

  test('does not reopen the port if connections remain', () => {
    functions.date = clock(10);
    connect();
    expect(run(script(ENGINES['plain TCP']!())!).calls).not.toContain(applied('closed', 10));
  });

  test.each<[string, DrainOptions]>([
    ['the program admits them', { admitNewClients: true }],
    ['the time is up before it knows the connected ones', { atMost: Duration.seconds(20) }],
    ['the time is up before a client is gone', { atMost: Duration.seconds(60), idleFor: Duration.seconds(60) }],
  ])('admits new clients if %s', (_, options) => {
    functions.date = clock(10);
    connect();
    const text = script(statefulSet({ listener: Listener.insecureTcp(), drain: Drain.untilIdle(options) }))!;
    expect(run(text).calls[0]).toBe(applied('closed', 60));
    expect(drainSettingsOf(text)?.admitsNewClients).toBe(options.admitNewClients ?? false);
  });

  test('counts clients of every address in engine.toml', () => {
    functions.date = clock(10);
    const engine = statefulSet({
      engineToml: EngineToml.of({ grpc: { address: ['tcp://127.0.0.1:8080', 'unix:///run/proxy/engine.sock'] } }),
    });
    write('proc/net/tcp', '   0: 0100007F:1F90 0100007F:C002 01 00000000:00000000 00:00000000 00000000 0 0 5001 1\n');
    write('proc/net/unix', `${CONNECTED}\n${CONNECTED.replace('dagger', 'proxy').replace('4711', '4712')}\n`);
    const { calls, log } = run(script(engine)!);
    expect(log).toContain('preStop: cutting 3 connections\n');
    expect(calls).toContain('rm -f /run/dagger/engine.sock /run/proxy/engine.sock');
    expect(calls).toContain(applied('closed', 60, 8080));
  });

  test('reports that nft fails, and goes on', () => {
    functions.date = clock(10);
    connect();
    functions.nft = 'case $1 in -f) cat > rules ;; esac; return 1';
    functions.pkill = ': > proc/net/unix';
    const { log } = run(script(ENGINES['the TLS sidecar']!())!);
    expect(log).toMatch(
      /^preStop: nft failed: clients stay connected\npreStop: nft failed: new clients are admitted\n/,
    );
    expect(log).toMatch(/preStop: stopping\n$/);
  });
});
