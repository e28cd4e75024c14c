import type { Answer, Request } from './answer';

/** The time after which a program is stopped, for example because of an endless loop. */
const LIMIT_SECONDS = 20;

/** Sends questions to the worker. Only the newest question gets an answer. */
export class WorkerClient {
  private worker: Worker | undefined;
  private newest = 0;

  public constructor(private readonly script: string) {}

  /** Answers a question. Returns undefined if another question followed, or `cancel`. */
  public async ask(request: Request): Promise<Answer | undefined> {
    this.newest += 1;
    const id = this.newest;
    const worker = (this.worker ??= new Worker(this.script));
    const answer = await new Promise<Answer | undefined>((resolve) => {
      const finish = (result: Answer | undefined): void => {
        clearTimeout(timer);
        worker.removeEventListener('message', onMessage);
        worker.removeEventListener('error', onError);
        resolve(result);
      };
      const timer = setTimeout(() => {
        this.stop();
        finish({ files: [], warnings: '', error: `the program did not end within ${LIMIT_SECONDS} s` });
      }, LIMIT_SECONDS * 1000);
      const onMessage = ({ data }: MessageEvent<{ id: number; answer: Answer }>): void => {
        if (data.id === id) {
          finish(data.answer);
        }
      };
      const onError = ({ message }: ErrorEvent): void => finish({ files: [], warnings: '', error: message });
      worker.addEventListener('message', onMessage);
      worker.addEventListener('error', onError);
      worker.postMessage({ id, request });
    });
    return id === this.newest ? answer : undefined;
  }

  /** Discards the answer to the question that the worker is answering. */
  public cancel(): void {
    this.newest += 1;
  }

  /** Stops the worker. The next question starts another one. */
  public stop(): void {
    this.worker?.terminate();
    this.worker = undefined;
  }
}
