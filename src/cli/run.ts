import { writeSync } from 'node:fs';
import { ExitCode } from './io';
import { main } from './main';

/** The version of this package. scripts/bundle.mjs sets it. */
declare const PACKAGE_VERSION: string;

for (const [name, stream] of Object.entries({ output: process.stdout, error: process.stderr })) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that stops early, such as `head`, needs no message.
    if (error.code !== 'EPIPE' && name === 'output') {
      writeSync(process.stderr.fd, `standard output: ${error.message}\n`);
    }
    process.exit(ExitCode.OUTPUT_FAILED);
  });
}

async function stdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

// process.exit() would drop output that a pipe hasn't accepted yet.
void main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin,
  env: process.env,
  version: PACKAGE_VERSION,
}).then((code: ExitCode) => {
  process.exitCode = code;
});
