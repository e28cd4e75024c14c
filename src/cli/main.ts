import { nearest } from '../reporting/suggestions';
import { Problems } from '../reporting/problems';
import { CHECK } from './check-command';
import type { Command } from './command';
import { FROM_HELM } from './from-helm-command';
import { commandHelp, mainHelp } from './help';
import { ExitCode, InputError, refuse, type Io } from './io';
import { readOptions } from './options';

const COMMANDS: readonly Command[] = [FROM_HELM, CHECK];

/** The command `cdk8s-dagger`. Returns what it exits with. */
export async function main(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(args, io);
  } catch (error) {
    if (error instanceof InputError) {
      io.stderr.write(`${error.message}\n`);
      return ExitCode.BAD_INPUT;
    }
    io.stderr.write(
      `cdk8s-dagger failed on its own, and not over what it was given. Please report it, with this:\n${String((error as Error).stack)}\n`,
    );
    return ExitCode.BUG;
  }
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
        : `cdk8s-dagger: no command ${JSON.stringify(name)}; allowed: ${names.join(', ')}; fix: the nearest is ${nearest(name, names)}`,
    );
  }
  return command;
}

async function runCommand(command: Command, args: readonly string[], io: Io): Promise<ExitCode> {
  const problems = new Problems();
  const given = readOptions(args, command, problems);
  if (given.has('help')) {
    io.stdout.write(commandHelp(command));
    return ExitCode.OK;
  }
  refuse(command.name, problems.messages, `\nSee cdk8s-dagger ${command.name} --help.`);
  return command.run(given, io);
}
