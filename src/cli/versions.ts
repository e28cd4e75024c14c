import { ExitCode, type Io } from './io';
import type { Arguments } from './options';
import { answerFor } from './versions-answer';
import { versionsReport } from './versions-report';

/** Runs `cdk8s-dagger versions`. */
export function versions(args: Arguments, io: Io): Promise<ExitCode> {
  const answer = answerFor(args.text('engine'));
  io.stdout.write(args.has('json') ? `${JSON.stringify(answer, undefined, 2)}\n` : versionsReport(answer, io.stdout));
  return Promise.resolve(ExitCode.OK);
}
