import * as cdk8s from 'cdk8s';
import * as library from 'cdk8s-dagger';
import * as plus from 'cdk8s-plus-28';
import * as constructs from 'constructs';
import { transform } from 'sucrase';
import { docsOfErrors, SITE } from '../../src/reporting/documentation';
import type { Answer } from './answer';
import { diagramOf } from './diagram';
import * as fs from './node/fs';
import * as path from 'node:path';

/** A request to run a TypeScript program. */
export interface ProgramRequest {
  readonly kind: 'program';
  readonly text: string;
}

/** The modules that a program can import. */
const MODULES: { readonly [name: string]: unknown } = {
  cdk8s,
  'cdk8s-dagger': library,
  'cdk8s-plus-28': plus,
  constructs,
  'node:fs': fs,
  'node:path': path,
};

/** Runs a program, and returns the files that it writes, and its warnings. */
export async function runProgram({ text }: ProgramRequest): Promise<Answer> {
  fs.takeFiles();
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => warnings.push(line);
  let error: string | undefined;
  try {
    const { code } = transform(text, { transforms: ['typescript', 'imports'] });
    new Function('require', 'exports', code)(load, {});
  } catch (thrown) {
    error = messageOf(thrown);
  } finally {
    console.warn = warn;
  }
  const files = [...fs.takeFiles()].map(([name, content]) => ({ name: path.basename(name), text: content }));
  return error === undefined
    ? {
        files,
        warnings: warnings.join('\n'),
        diagram: await diagramOf(files.map(({ text: manifests }) => manifests).join('---\n')),
      }
    : { files: [], warnings: warnings.join('\n'), error, docs: docsOfErrors(error).map(pageOf) };
}

function load(name: string): unknown {
  if (!Object.hasOwn(MODULES, name)) {
    throw new Error(`the playground has no package ${name}; allowed: ${Object.keys(MODULES).join(', ')}`);
  }
  return MODULES[name];
}

/** Returns the page of this site at an address. */
function pageOf(address: string): string {
  return address.replace(SITE, '');
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
