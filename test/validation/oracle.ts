import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { moduleProgram } from '../go-program';

/** The reasons that Kubernetes rejects an object (conformance/validation/main.go). */
export interface Answer {
  readonly create?: readonly string[];
  readonly apply?: readonly string[];
  readonly created?: readonly string[];
}

/**
 * Returns `describe` if Kubernetes' validation is available or can be built. Otherwise reports that Go is missing, and
 * returns `describe.skip`.
 */
export function describeWithOracle(): jest.Describe {
  if (process.env.KUBERNETES_VALIDATION !== undefined || spawnSync('go', ['version']).status === 0) {
    return describe;
  }
  // Jest hides the console output of files whose tests are all skipped, so this writes to stderr directly.
  process.stderr.write("skipped: the comparison with Kubernetes' validation needs Go\n");
  return describe.skip;
}

/** Kubernetes' own validation, in a process that answers requests in order. */
export class Oracle {
  private readonly process: ChildProcess;
  private readonly waiting: Array<(answer: Answer) => void> = [];

  public constructor() {
    this.process = spawn(program(), { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout! }).on('line', (line) =>
      this.waiting.shift()!(JSON.parse(line) as Answer),
    );
  }

  /** Returns all reasons that Kubernetes rejects the object, or an empty list if it accepts the object. */
  public async reasons(object: unknown): Promise<string[]> {
    const { apply = [], create = [], created = [] } = await this.ask(object);
    return [...create, ...apply, ...created];
  }

  public stop(): void {
    this.process.stdin!.end();
  }

  private ask(object: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push(resolve);
      this.process.stdin!.write(`${JSON.stringify(object)}\n`, (error) => error && reject(error));
    });
  }
}

/** Returns the path of the program. Builds it if its sources have changed. */
export function program(): string {
  return process.env.KUBERNETES_VALIDATION ?? moduleProgram('validation', '.', 'kubernetes-validation');
}
