import { main } from './main';
import type { ExitCode } from './io';

/** Filled in by scripts/bundle.mjs. */
declare const PACKAGE_VERSION: string;

// Who reads what is written may stop reading, as `head` does. That is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
  });
}

async function stdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

// Not process.exit(): what is written to a pipe may still be on its way.
void main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin,
  env: process.env,
  version: PACKAGE_VERSION,
}).then((code: ExitCode) => {
  process.exitCode = code;
});
