import { EngineRisk } from '../reporting/engine-risk';
import type { Container, EnvVar as WireEnvVar } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { secretIn, secretNamed } from '../reporting/secret-detection';

const BY_REFERENCE = 'use EnvVar.fromKey(KeySelector.fromSecretName(name, key))';
const FROM_SECRET = 'keep it in a Secret, and refer to it from a variable or mount it';

/**
 * Reports text that looks like a private key, a token or a password. Anyone who can read the manifest or its repository
 * would see it. The messages never contain the text itself.
 */
export class SecretText {
  public constructor(private readonly problems: Problems) {}

  /** Checks any text. */
  public check(property: string, text: string, fix = FROM_SECRET): void {
    this.report(property, secretIn(text), fix);
  }

  /** Checks the environment variables of a container. */
  public checkEnv(property: string, env: readonly WireEnvVar[], fix = BY_REFERENCE): void {
    for (const { name = '', value } of env) {
      this.report(`${property}.${name}`, value === undefined ? undefined : secretNamed(name, value), fix);
    }
  }

  /** Checks a command and its arguments: `--name=value`, `--name value`, and any text with the form of a secret. */
  public checkArgs(property: string, args: readonly string[]): void {
    for (const [index, argument] of args.entries()) {
      const [, name, value] = /^--?([^=]+)=(.*)$/s.exec(argument) ?? [];
      const flag = /^--?([^=]+)$/.exec(args[index - 1] ?? '')?.[1];
      const what =
        name === undefined || value === undefined
          ? secretNamed(argument.startsWith('-') ? '' : (flag ?? ''), argument)
          : secretNamed(name, value);
      this.report(`${property}[${index}]`, what, FROM_SECRET);
    }
  }

  /** Checks the variables, command and arguments of a user-defined container. */
  public checkContainer(property: string, { args = [], command = [], env = [] }: Container): void {
    this.checkEnv(`${property}.env`, env, 'use valueFrom');
    this.checkArgs(`${property}.command`, command);
    this.checkArgs(`${property}.args`, args);
  }

  /** Checks a file with lines such as `name = "value"` and `"name": "value"`. */
  public checkFile(property: string, text: string): void {
    const values = [...text.matchAll(/([\w.-]+)["']?[ \t]*[:=][ \t]*["']([^"'\n]*)["']/g)];
    const named = values
      .map(([, name = '', value = '']) => secretNamed(name, value))
      .find((what) => what !== undefined);
    this.report(property, secretIn(text) ?? named, 'remove it, because builds get their credentials from the client');
  }

  private report(property: string, what: string | undefined, fix: string): void {
    if (what !== undefined) {
      this.problems.add(property, {
        wrong: `looks like ${what}, which anyone who can read the manifest would see`,
        allowed: 'secrets by reference only',
        fix,
        risk: EngineRisk.SECRET_IN_PLAIN_TEXT,
      });
    }
  }
}
