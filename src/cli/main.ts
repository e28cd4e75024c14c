import { nearest } from '../reporting/suggestions';
import { Problems } from '../reporting/problems';
import { CHECK } from './check-command';
import type { Command } from './command';
import { DIFF } from './diff-command';
import { FROM_HELM } from './from-helm-command';
import { FROM_MANIFESTS } from './from-manifests-command';
import { GRAPH } from './graph-command';
import { commandHelp, mainHelp } from './help';
import { ExitCode, InputError, rejectIfAny, type Io } from './io';
import { readOptions } from './options';
import { VERSIONS } from './versions-command';

const COMMANDS: readonly Command[] = [FROM_HELM, FROM_MANIFESTS, CHECK, DIFF, GRAPH, VERSIONS];

/** Runs the command `cdk8s-dagger`, and returns its exit code. */
export async function main(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(args, io);
  } catch (error) {
    if (isInputError(error)) {
      io.stderr.write(`${error.message}\n`);
      return error.exitCode;
    }
    io.stderr.write(`cdk8s-dagger has a bug. Please report it with this text:\n${String((error as Error).stack)}\n`);
    return ExitCode.BUG;
  }
}

/**
 * Whether an error is an `InputError`. The bundle with the commands has its own copy of the class, so this function
 * compares the name instead of using `instanceof`.
 */
function isInputError(error: unknown): error is InputError {
  return error instanceof Error && error.name === InputError.name;
}

async function dispatch([name, ...args]: readonly string[], io: Io): Promise<ExitCode> {
  switch (name) {
    case '--version':
      io.stdout.write(`${io.version}\n`);
      return ExitCode.OK;
    case '--help':
    case '-h':
    case 'help':
      io.stdout.write(mainHelp(COMMANDS));
      return ExitCode.OK;
    default:
      return runCommand(commandNamed(name), args, io);
  }
}

function commandNamed(name: string | undefined): Command {
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((one) => one.name);
    throw new InputError(
      name === undefined
        ? mainHelp(COMMANDS).trimEnd()
        : `cdk8s-dagger: ${JSON.stringify(name)} is not a command; allowed: ${names.join(', ')}; fix: use ${nearest(name, names)}`,
    );
  }
  return command;
}

async function runCommand(command: Command, args: readonly string[], io: Io): Promise<ExitCode> {
  const problems = new Problems();
  const parsed = readOptions(args, command, problems);
  if (parsed.has('help')) {
    io.stdout.write(commandHelp(command));
    return ExitCode.OK;
  }
  rejectIfAny(command.name, problems.messages, `\nSee cdk8s-dagger ${command.name} --help.`);
  return command.run(parsed, io);
}
