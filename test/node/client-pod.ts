import type { ContainerRef, TestCluster } from './cluster';
import type { Result } from './run';

/** Returns the script of a step that prints a random id, and the number of runs recorded in the cache volume. */
function step(seconds: number): string {
  return [
    ...(seconds > 0 ? [`/bin/busybox sleep ${seconds}`] : []),
    '/bin/busybox cat /proc/sys/kernel/random/uuid',
    'echo $INPUT >> /cache/runs',
    '/bin/busybox wc -l < /cache/runs',
  ].join(' && ');
}

/** The script of a step that creates folders and files owned by root and another user. */
const FILES = '/bin/busybox mkdir -p /data/a && echo text > /data/a/file && /bin/busybox chown 1000:1000 /data/a';

/** The script of a step that runs until it is killed. The engine's container shows this command line. */
export const LONG_STEP = '/bin/busybox sleep 1000';

const IMAGE = '/tmp/image.tar';

/** Matches the errors of a client that can't connect to its engine. */
const UNREACHABLE =
  /network is unreachable|no route to host|connection (refused|reset)|no such host|i\/o timeout|deadline exceeded|container not found|unable to upgrade connection/;

/** The longest time of a client with a step. On a busy engine, it opens its session late. */
const STEP_SECONDS = 400;

/** The commands of a client. */
export interface Commands {
  /**
   * Runs a step that prints a random id, and the number of runs recorded in its cache volume. Steps with different
   * inputs share the cache volume, but not their cached results. A step that isn't cached takes at least `seconds`.
   */
  readonly build: (input: number, seconds?: number) => string;
  /** Writes an image with files owned by several users to `/tmp/image.tar`. */
  readonly image: string;
  /** Runs each script in a step that isn't cached. */
  readonly step: (...scripts: string[]) => string;
  /** Pulls an image, runs a script in it, and prints the output. */
  readonly run: (image: string, script: string) => string;
  /** Connects to the engine without a build. */
  readonly connect: string;
}

/** The Dagger CLI, for real engines. */
export const DAGGER_COMMANDS: Commands = {
  build: (input, seconds = 0) =>
    dagger(
      `with-mounted-cache --path=/cache --cache=runs with-env-variable --name=INPUT --value=${input} with-exec ${args(step(seconds))} stdout`,
    ),
  image: dagger(`with-workdir --path=/app with-exec ${args(FILES)} as-tarball export --path=${IMAGE}`),
  step: (...scripts) =>
    dagger(
      `with-env-variable --name=INPUT --value=$(date +%s%N) ${scripts.map((script) => `with-exec ${args(script)}`).join(' ')} stdout`,
    ),
  run: (image, script) =>
    `dagger --progress=plain core container from --address=${image} with-exec ${args(script)} stdout`,
  connect: 'timeout 20 dagger --progress=plain core version',
};

/** Returns a command of the Dagger CLI that runs steps in a container with busybox. */
export function dagger(steps: string): string {
  return `dagger --progress=plain core container with-file --path=/bin/busybox --source=/usr/bin/busybox ${steps}`;
}

/** Returns the arguments of `with-exec` that run a script. */
export function args(script: string): string {
  return ['/bin/busybox', 'sh', '-c', script].map((arg) => `--args='${arg}'`).join(' ');
}

/** BuildKit's buildctl, for the stand-in engine. */
export const BUILDCTL_COMMANDS: Commands = {
  build: (input, seconds = 0) =>
    `${buildctl(
      `ARG INPUT\nRUN --mount=type=cache,target=/cache ["/bin/busybox", "sh", "-c", "(${step(seconds)}) > /app/output"]`,
      `--opt build-arg:INPUT=${input} --output type=local,dest=$folder/out`,
    )} && cat $folder/out/app/output`,
  image: buildctl(
    `RUN ["/bin/busybox", "sh", "-c", "${FILES}"]`,
    `--opt build-arg:SOURCE_DATE_EPOCH=0 --output type=oci,dest=${IMAGE},rewrite-timestamp=true`,
  ),
  step: (...scripts) =>
    buildctl(scripts.map((script) => `RUN ["/bin/busybox", "sh", "-c", "${script}"]`).join('\n'), '--no-cache'),
  run: (image, script) =>
    `${buildctl(
      `RUN ["/bin/busybox", "sh", "-c", "(${script}) > /app/output"]`,
      '--no-cache --output type=local,dest=$folder/out',
      image,
    )} && cat $folder/out/app/output`,
  connect: 'runner-buildctl debug workers',
};

/** Returns the command of a build. The folder is the client's own, because clients of a pod build at the same time. */
function buildctl(steps: string, options: string, base = 'scratch'): string {
  return [
    `folder=$(mktemp -d) && cat > $folder/Dockerfile <<'END'`,
    `FROM ${base}\nCOPY busybox /bin/busybox\nWORKDIR /app`,
    `${steps}\nEND`,
    `runner-buildctl build --progress=plain --frontend dockerfile.v0 --local context=/usr/bin --local dockerfile=$folder ${options}`,
  ].join('\n');
}

/** The result of a build. */
export interface Build {
  /** The random id that the step printed. The same id in two builds means that the step was cached. */
  readonly id: string;
  /** The number of runs recorded in the cache volume. */
  readonly runs: number;
  readonly seconds: number;
}

function resultOf(stdout: string, started: number): Build {
  const [id, runs] = stdout.trim().split('\n');
  return { id, runs: Number(runs), seconds: (Date.now() - started) / 1000 };
}

/** The requests of a session. */
export interface SessionRequests {
  /** The durations of the queries. */
  readonly queries: readonly number[];
  /** The durations of the requests over new connections. */
  readonly connections: readonly number[];
  readonly errors: readonly string[];
}

/** An image that a build created. */
export interface Image {
  readonly digest: string;
  /** The mode, the owner and the name of each file in its layers. */
  readonly files: readonly string[];
}

/** A pod that the library has connected to an engine, and that runs builds. */
export class ClientPod {
  public constructor(
    private readonly cluster: TestCluster,
    private readonly where: ContainerRef,
    private readonly commands: Commands,
  ) {}

  /** Runs the step, unless its result is cached. Waits until the engine is reachable. */
  public async build(input = 1): Promise<Build> {
    const started = Date.now();
    return resultOf(await this.succeed(this.commands.build(input)), started);
  }

  /**
   * Runs a step that takes `seconds`, unless its result is cached. An engine that isn't reachable is an error, so the
   * first build of a client is `build`.
   */
  public async buildFor(seconds: number): Promise<Build> {
    const started = Date.now();
    const result = await this.run(this.commands.build(1, seconds), 600);
    if (result.status !== 0) {
      throw new Error(`${this.where.pod}: exit code ${result.status}: ${result.stderr.slice(-2000)}`);
    }
    return resultOf(result.stdout, started);
  }

  /** Builds an image with files owned by several users. */
  public async buildImage(): Promise<Image> {
    await this.succeed(
      `${this.commands.image} && rm -rf /tmp/image && mkdir /tmp/image && tar -xf ${IMAGE} -C /tmp/image`,
    );
    const { digest } = JSON.parse(await this.succeed('cat /tmp/image/index.json')).manifests[0];
    const list = await this.run('cd /tmp/image/blobs/sha256; for blob in *; do tar -tvzf $blob; done');
    const files = [...list.stdout.matchAll(/^(\S+) +(\d+\/\d+) +\d+ \S+ \S+ (.*)$/gm)].map(([, ...parts]) =>
      parts.join(' '),
    );
    return { digest, files: files.sort() };
  }

  /**
   * Runs scripts in steps of one build, which aren't cached. The result contains the client's exit code. As with
   * `buildFor`, the first build of a client is `build`.
   */
  public step(...scripts: string[]): Promise<Result> {
    return this.run(this.commands.step(...scripts), STEP_SECONDS);
  }

  /** Starts a step that runs until it is killed, and waits until `engine` runs it. */
  public async startLongStep(engine: ContainerRef): Promise<void> {
    await this.start('step', this.commands.step(LONG_STEP));
    const runs = async (): Promise<boolean> => {
      const early = await this.ended();
      if (early !== undefined) {
        throw new Error(`the client ended before its step ran: ${early.stderr.slice(-2000)}`);
      }
      return (await this.cluster.exec(engine, ['pgrep', '-f', LONG_STEP])).status === 0;
    };
    await this.cluster.until(runs, 'the step to run', 180);
  }

  /** Opens a session of the Dagger CLI without a build. `ended` returns its result, as for the long step. */
  public async startIdleSession(): Promise<void> {
    await this.start('step', "dagger --progress=plain run sh -c 'touch /tmp/session.open && sleep 1000'");
    const isOpen = async (): Promise<boolean> => (await this.run('test -e /tmp/session.open')).status === 0;
    await this.cluster.until(isOpen, 'the session to open', 180);
  }

  /** Returns the exit code and the output of the long step's client, or undefined while the client runs. */
  public async ended(): Promise<Pick<Result, 'status' | 'stderr'> | undefined> {
    const { status, stdout } = await this.run('cat /tmp/step.code');
    const stderr = status === 0 ? (await this.run('cat /tmp/step.log')).stdout : '';
    return status === 0 ? { status: Number(stdout), stderr } : undefined;
  }

  /** Sends a signal to the processes of the long step's client. */
  public async signalStep(signal: 'STOP' | 'CONT'): Promise<void> {
    const { status, stderr } = await this.run(`kill -${signal} -$(cat /tmp/step.pid)`);
    if (status !== 0) {
      throw new Error(`${this.where.pod}: ${stderr}`);
    }
  }

  /**
   * Connects to the engine's port repeatedly. Returns a function that returns the longest time between two successful
   * connections, in seconds.
   */
  public async watchDowntime(): Promise<() => Promise<number>> {
    await this.start(
      'watch',
      [
        'address=${_EXPERIMENTAL_DAGGER_RUNNER_HOST#*://}',
        'host=${address%:*} port=${address##*:}',
        'while sleep 0.2; do timeout 1 nc $host $port < /dev/null > /dev/null 2>&1 && cat /proc/uptime; done',
      ].join('\n'),
    );
    const timesAfter = (uptime: number): Promise<number[]> =>
      this.cluster.until(async () => {
        const lines = (await this.run('cat /tmp/watch.log')).stdout.split('\n').filter((line) => line !== '');
        const times = lines.map(parseFloat);
        return times.some((time) => time > uptime) ? times : undefined;
      }, `the watch of the downtime in ${this.where.pod} to connect`);
    // The first connection must precede the downtime, and the last one must follow it.
    await timesAfter(0);
    return async () => {
      const times = await timesAfter(parseFloat((await this.run('cat /proc/uptime')).stdout));
      return Math.max(...times.slice(1).map((time, index) => time - times[index]));
    };
  }

  /**
   * Opens a session of the Dagger CLI, which repeatedly sends a query over its connection, and a request over a new
   * connection: the CLI opens one for a WebSocket, which the engine rejects. Returns a function that ends the session, and
   * returns the durations in seconds and the errors.
   */
  public async watchSession(): Promise<() => Promise<SessionRequests>> {
    const request =
      'timeout 60 wget -q -O - --header \'Content-Type: application/json\' --post-data \'{"query":"{version}"}\' $upgrade http://$DAGGER_SESSION_TOKEN:@127.0.0.1:$DAGGER_SESSION_PORT/query';
    await this.start(
      'session',
      [
        "cat > /tmp/requests.sh <<'REQUESTS'",
        'while [ ! -e /tmp/session.stop ]; do',
        '  for kind in query connection; do',
        "    case $kind in connection) upgrade='--header Upgrade:websocket' ;; *) upgrade= ;; esac",
        "    started=$(cut -d' ' -f1 /proc/uptime)",
        `    answer=$({ ${request}; echo " exit $?"; } 2>&1 | tr '\\n' ' ')`,
        "    echo $kind $started $(cut -d' ' -f1 /proc/uptime) $answer >> /tmp/requests.log",
        '    sleep 0.5',
        '  done',
        'done',
        'REQUESTS',
        'rm -f /tmp/session.stop /tmp/requests.log',
        'dagger --progress=plain run sh /tmp/requests.sh',
      ].join('\n'),
    );
    await this.cluster.until(
      async () => (await this.run('grep connection /tmp/requests.log')).status === 0,
      'the session to open',
      120,
    );
    return async () => {
      const lines = (await this.run('touch /tmp/session.stop; cat /tmp/requests.log')).stdout.trim().split('\n');
      const requests = lines.map((line) => /^(\w+) (\S+) (\S+) ?(.*)$/.exec(line)!);
      const secondsOf = (kind: string): number[] =>
        requests.filter(([, one]) => one === kind).map(([, , started, ended]) => Number(ended) - Number(started));
      return {
        queries: secondsOf('query'),
        connections: secondsOf('connection'),
        errors: requests.map(([, , , , answer]) => answer).filter((answer) => !/^\{"data"|HTTP\/1.1 4/.test(answer)),
      };
    };
  }

  /**
   * Starts a command in the background, where it survives restarts of the kubelet and containerd. Ends the previous
   * command with this name first. `/tmp/NAME.log` contains the output, and `/tmp/NAME.code` the exit code.
   */
  private async start(name: string, command: string): Promise<void> {
    const [pid, log, code] = ['pid', 'log', 'code'].map((ending) => `/tmp/${name}.${ending}`);
    const { status, stderr } = await this.run(
      [
        `[ ! -e ${pid} ] || kill -- -$(cat ${pid}) 2> /dev/null`,
        `rm -f ${code}`,
        `cat > /tmp/${name}.sh <<'SCRIPT'\n${command}\nSCRIPT`,
        `setsid sh -c 'sh /tmp/${name}.sh; echo $? > ${code}' < /dev/null > ${log} 2>&1 &`,
        `echo $! > ${pid}`,
      ].join('\n'),
    );
    if (status !== 0) {
      throw new Error(`${this.where.pod}: ${stderr}`);
    }
  }

  /** Connects to the engine without a build. */
  public connect(timeoutSeconds = 30): Promise<Result> {
    return this.run(this.commands.connect, timeoutSeconds);
  }

  /** Runs a shell command in the client's container. */
  public run(command: string, timeoutSeconds = 240): Promise<Result> {
    return this.cluster.exec(this.where, ['sh', '-c', command], { timeoutSeconds });
  }

  private async succeed(command: string): Promise<string> {
    const { stdout } = await this.cluster.until(() => this.tried(command), `${this.where.pod} to reach the engine`, 60);
    return stdout;
  }

  /**
   * Runs a command. Returns undefined if the engine isn't reachable yet: kube-proxy learns of a Ready engine with a
   * delay, and a pod's name resolves to the previous address for some seconds.
   */
  private async tried(command: string): Promise<Result | undefined> {
    const result = await this.run(command);
    const { status, stdout, stderr } = result;
    if (status !== 0 && !UNREACHABLE.test(stderr)) {
      throw new Error(`${this.where.pod}: exit code ${status}: ${stderr.slice(-2000)}${stdout.slice(-2000)}`);
    }
    return status === 0 ? result : undefined;
  }
}
