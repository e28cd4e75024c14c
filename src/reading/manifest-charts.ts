import type { ChartProgram, OtherObject } from '../program/engine-program';
import { entryOf, withEntries, type ObjectExpression } from '../program/expression';
import { withSecretAt } from '../program/secret-variables';
import type { Conversion } from './conversion';
import { plain } from './k8s-expressions';
import type { ManifestObject } from './manifest-object';

/** Returns a chart for each namespace, with the engines and the other objects in it. */
export function chartsOf({ engines, others }: Conversion): ChartProgram[] {
  const objects = [...engines.map(({ engine }) => engine.object), ...others];
  const namespaces = [...new Set(objects.map(({ namespace }) => namespace))];
  return namespaces.map((namespace) => {
    const ids = new Set(
      engines.filter(({ engine }) => engine.object.namespace === namespace).map(({ program }) => program.id!),
    );
    return {
      id: namespace ?? 'cluster',
      ...(namespace !== undefined && { namespace }),
      engines: engines.filter(({ engine }) => engine.object.namespace === namespace).map(({ program }) => program),
      others: others.filter((object) => object.namespace === namespace).map((object) => otherObject(object, ids)),
    };
  });
}

/** Converts an object that no engine creates to its form in a program. The object's id is unique in the chart. */
export function otherObject({ kind, name, root }: ManifestObject, ids: Set<string>): OtherObject {
  const base = `${kind.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}-${name.replace(/[^A-Za-z0-9-]+/g, '-')}`;
  let id = base;
  for (let count = 2; ids.has(id); count += 1) {
    id = `${base}-${count}`;
  }
  ids.add(id);
  const manifest = plain(root) as ObjectExpression;
  const metadata = entryOf(manifest, 'metadata') as ObjectExpression | undefined;
  const inChart = withEntries(manifest, { metadata: metadata && withEntries(metadata, { namespace: undefined }) });
  return {
    id,
    manifest: kind === 'Secret' ? withSecrets(inChart, name) : inChart,
    // cdk8s adds a name to objects without one.
    patches: root.at('metadata', 'name').exists
      ? []
      : [
          {
            op: 'remove',
            path: metadata === undefined ? '/metadata' : '/metadata/name',
            why: 'the object has no name',
          },
        ],
  };
}

/** Returns a Secret whose values the program reads from environment variables. */
function withSecrets(manifest: ObjectExpression, name: string): ObjectExpression {
  const paths = ['data', 'stringData'].flatMap((property) => {
    const values = entryOf(manifest, property);
    return values?.kind === 'object' ? values.entries.map(([key]) => [property, key] as const) : [];
  });
  return paths.reduce(
    (one, [property, key]) =>
      withSecretAt(one, [property, key], variableOf(`${name} ${key}`, property)) as ObjectExpression,
    manifest,
  );
}

/** Returns the name of the environment variable for a key. */
function variableOf(text: string, property: string): string {
  const words = text.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
  return property === 'data' ? `${words}_BASE64` : words;
}
