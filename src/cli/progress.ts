import type { Output } from './io';

/** Shows the progress of a long run on a terminal. Nothing is shown in the first second. */
export class Progress {
  private readonly start = Date.now();
  private isShown = false;

  public constructor(private readonly stderr: Output) {}

  /** Replaces the text on the terminal. */
  public show(text: string): void {
    if (this.stderr.isTTY === true && Date.now() - this.start > 1000) {
      this.stderr.write(`\r\u001b[K${text}`);
      this.isShown = true;
    }
  }

  /** Removes the text from the terminal, before other output. */
  public clear(): void {
    if (this.isShown) {
      this.stderr.write('\r\u001b[K');
      this.isShown = false;
    }
  }
}
