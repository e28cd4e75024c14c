import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../cluster/client';

export const DIST = join(__dirname, '..', '..', 'dist');

const ENGINE_IMAGE = /\bregistry\.dagger\.io\/engine:(v[\w.-]+)/g;

/** A file in dist/ with engines. An example created it. */
export interface DistFile {
  /** The name without `.k8s.yaml`. */
  readonly name: string;
  /** The engine releases in the file. */
  readonly releases: readonly string[];
}

/** Returns the files in dist/ with engines. */
export function distFiles(): DistFile[] {
  return readdirSync(DIST)
    .filter((file) => file.endsWith('.k8s.yaml'))
    .map((file) => ({ name: file.replace(/\.k8s\.yaml$/, ''), text: readFileSync(join(DIST, file), 'utf8') }))
    .map(({ name, text }) => ({
      name,
      releases: [...new Set([...text.matchAll(ENGINE_IMAGE)].map(([, release]) => release))].sort(),
      hasWorkload: objectsIn(text).some(isEngineWorkload),
    }))
    .filter(({ hasWorkload }) => hasWorkload);
}

/** Whether an object is a workload with engines. The pods of CI jobs don't count. */
export function isEngineWorkload({ kind, spec }: any): boolean {
  return ['DaemonSet', 'Deployment', 'StatefulSet'].includes(kind) && hasEngine(spec.template);
}

/** Whether a pod or its template contains an engine. */
export function hasEngine({ spec }: any): boolean {
  return spec.containers.some(({ name }: any) => name === 'dagger-engine');
}

/** Returns the objects in a text with YAML documents. */
export function objectsIn(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS());
}
