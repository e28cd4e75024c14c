import { convert, type ConvertRequest } from './convert';
import { runProgram, type ProgramRequest } from './run-program';

/** A question of the page to its worker. */
export type Request = ProgramRequest | ConvertRequest;

/** A text that the page shows, such as a file of manifests. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** The answer of the worker. */
export interface Answer {
  readonly files: readonly NamedText[];
  /** Warnings and findings. */
  readonly warnings: string;
  /** A diagram of the objects, in Mermaid, if they contain an engine. */
  readonly diagram?: string;
  readonly error?: string;
  /** The pages of this site that explain the error. @default none */
  readonly docs?: readonly string[];
}

/** Answers a question. An exception becomes the error of the answer. */
export async function answer(request: Request): Promise<Answer> {
  try {
    return await (request.kind === 'program' ? runProgram(request) : convert(request));
  } catch (error) {
    return { files: [], warnings: '', error: String((error as Error).message) };
  }
}
