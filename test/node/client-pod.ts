import type { ContainerRef, TestCluster } from './cluster';
import type { Result } from './run';

/** A build with one step. The step writes a random id and the number of its runs that the cache volume has seen. */
const DOCKERFILE = `FROM scratch
COPY busybox /bin/busybox
WORKDIR /app
ARG INPUT=1
RUN --mount=type=cache,target=/cache ["/bin/busybox", "sh", "-c", "\\
  /bin/busybox cat /proc/sys/kernel/random/uuid > id; \\
  echo $INPUT >> /cache/runs; \\
  /bin/busybox wc -l < /cache/runs > runs"]
`;

const CONTEXT = '/tmp/context';
const BUILD = [
  'runner-buildctl build --progress=plain --frontend dockerfile.v0',
  `--local context=${CONTEXT} --local dockerfile=${CONTEXT}`,
].join(' ');

/** The result of a build. */
export interface Build {
  /** Random, so that an equal id shows that the step was cached. */
  readonly id: string;
  /** The number of runs of the step, as the cache volume has seen them. */
  readonly runs: number;
  readonly seconds: number;
}

/** The command that runs the step, or uses its cached result, and writes its files to /tmp/out. */
export function buildCommand(input = 1): string {
  return `${prepare(DOCKERFILE)} && ${BUILD} --opt build-arg:INPUT=${input} --output type=local,dest=/tmp/out`;
}

/** A pod that builds with the engine that the library connected it to. */
export class ClientPod {
  public constructor(
    private readonly cluster: TestCluster,
    private readonly where: ContainerRef,
  ) {}

  /** Runs the step, or uses its cached result. Another input is another step with the same cache volume. */
  public async build(input = 1): Promise<Build> {
    const started = Date.now();
    await this.succeed(buildCommand(input));
    const [id, runs] = (await this.succeed('cat /tmp/out/app/id /tmp/out/app/runs')).trim().split('\n');
    return { id, runs: Number(runs), seconds: (Date.now() - started) / 1000 };
  }

  /** The files of the layers that a build creates, as `tar --list` prints them, and the digest of its image. */
  public async buildLayers(dockerfile: string): Promise<{ readonly digest: string; readonly files: string[] }> {
    const output = 'type=oci,dest=/tmp/image.tar,rewrite-timestamp=true';
    await this.succeed(
      `${prepare(dockerfile)} && ${BUILD} --opt build-arg:SOURCE_DATE_EPOCH=0 --output ${output} && rm -rf /tmp/image && mkdir /tmp/image && tar -xf /tmp/image.tar -C /tmp/image`,
    );
    const digest = JSON.parse(await this.succeed('cat /tmp/image/index.json')).manifests[0].digest;
    const list = 'cd /tmp/image/blobs/sha256; for blob in *; do tar -tvzf $blob 2>/dev/null; done';
    return { digest, files: (await this.run(list)).stdout.trim().split('\n').sort() };
  }

  /** Connects to the engine, without a build. */
  public connect(): Promise<Result> {
    return this.run('runner-buildctl debug workers');
  }

  /** Runs a command of the shell. */
  public run(command: string, timeoutSeconds = 120): Promise<Result> {
    return this.cluster.exec(this.where, ['sh', '-c', command], { timeoutSeconds });
  }

  private async succeed(command: string): Promise<string> {
    const { status, stdout, stderr } = await this.run(command);
    if (status !== 0) {
      throw new Error(`${this.where.pod}: exit code ${status}: ${stderr.slice(-2000)}${stdout.slice(-2000)}`);
    }
    return stdout;
  }
}

/** The command that writes the context of a build. */
function prepare(dockerfile: string): string {
  return `set -e; mkdir -p ${CONTEXT} && cp /bin/busybox ${CONTEXT}/ && cat > ${CONTEXT}/Dockerfile <<'END'\n${dockerfile}END\ntrue`;
}
