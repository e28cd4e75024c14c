import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command in a tutorial. */
export interface Command {
  /** The command, on one line. */
  readonly text: string;
  /** The lines of output that the page shows. */
  readonly output: readonly string[];
}

/** A file that the reader of a tutorial saves. */
export interface SavedFile {
  readonly name: string;
  readonly text: string;
}

const BLOCK = /^```(\w+)\n(.*?)^```$/gms;
const SAVED = /[Ss]ave this as `([^`]+)`/g;

/** A page in docs/tutorials/, as the steps of its reader. */
export class Tutorial {
  public readonly text: string;
  /** The commands and the files, in the order of the page. */
  public readonly steps: ReadonlyArray<Command | SavedFile>;

  public constructor(name: string) {
    this.text = readFileSync(join(__dirname, '../../docs/tutorials', `${name}.md`), 'utf8');
    let end = 0;
    this.steps = [...this.text.matchAll(BLOCK)].flatMap<Command | SavedFile>(
      ({ 0: block, 1: language, 2: content, index }) => {
        const [, saved] = [...this.text.slice(end, index).matchAll(SAVED)].at(-1) ?? [];
        end = index + block.length;
        if (saved !== undefined) {
          return [{ name: saved, text: content }];
        }
        return language === 'sh' || language === 'console' ? commands(content, language === 'console') : [];
      },
    );
  }

  /** The program of the page. */
  public get program(): string {
    return this.steps.find((step): step is SavedFile => 'name' in step && step.name === 'main.ts')!.text;
  }

  /** Returns the lines of output that the page shows for a command. */
  public output(command: string): readonly string[] {
    return this.steps.find((step): step is Command => 'output' in step && step.text === command)!.output;
  }
}

/** Splits a block into commands. With prompts, the lines without a prompt are output. */
function commands(content: string, prompts: boolean): Command[] {
  const found: Array<{ text: string; output: string[] }> = [];
  for (const line of content
    .replaceAll(/ \\\n\s*/g, ' ')
    .trimEnd()
    .split('\n')) {
    if (!prompts) {
      found.push({ text: line, output: [] });
    } else if (line.startsWith('$ ')) {
      found.push({ text: line.slice(2), output: [] });
    } else {
      found[found.length - 1].output.push(line);
    }
  }
  return found;
}
