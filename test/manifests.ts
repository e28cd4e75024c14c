import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A Kubernetes object in a manifest. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string };
}

const ROOT = join(__dirname, '..');

/** Returns the manifests that `cdk8s synth` writes for the examples, keyed by file path. */
export function distributed(): { [file: string]: KubernetesObject[] } {
  return Object.fromEntries(
    filesIn(join(ROOT, 'dist'), '.k8s.yaml').map((file) => [
      relative(ROOT, file),
      objectsIn(readFileSync(file, 'utf8')),
    ]),
  );
}

/** Returns the manifests in the snapshots of all tests, keyed by file and title. */
export function goldens(): { [title: string]: KubernetesObject[] } {
  const files = filesIn(join(ROOT, 'test'), '.test.ts.snap');
  return Object.fromEntries(
    files.flatMap((file) =>
      Object.entries(snapshotsIn(file))
        .filter(([, text]) => /^kind: /m.test(text))
        .map(([title, text]) => [`${relative(ROOT, file)}: ${title}`, objectsIn(text)]),
    ),
  );
}

/**
 * Returns the texts in a snapshot file, keyed by title. The file is a program in which jest writes each text as a
 * string literal.
 */
function snapshotsIn(file: string): { [title: string]: string } {
  const snapshots: { [title: string]: string } = {};
  new Function('exports', readFileSync(file, 'utf8'))(snapshots);
  return Object.fromEntries(
    Object.entries(snapshots).map(([title, text]) => [title, text.trim().replace(/^"|"$/g, '')]),
  );
}

function objectsIn(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) {
      throw document.errors[0];
    }
    return document.toJS() as KubernetesObject;
  });
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => join(folder, file));
}
