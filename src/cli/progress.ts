import type { Output } from './io';

/** Shows on a terminal what a long run is doing. A run of less than a second shows nothing. */
export class Progress {
  private readonly start = Date.now();
  private isShown = false;

  public constructor(private readonly stderr: Output) {}

  /** Replaces what is shown. */
  public show(text: string): void {
    if (this.stderr.isTTY === true && Date.now() - this.start > 1000) {
      this.stderr.write(`\r\u001b[K${text}`);
      this.isShown = true;
    }
  }

  /** Removes what is shown, before other output. */
  public clear(): void {
    if (this.isShown) {
      this.stderr.write('\r\u001b[K');
      this.isShown = false;
    }
  }
}
