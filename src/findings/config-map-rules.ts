import { isPlainObject } from '../reporting/plain-object';
import { secretNamed } from '../reporting/secret-detection';
import type { DescribedEngine } from '../reading/described-engine';
import type { Findings } from './finding';
import { report } from './finding-kinds';

/** Reports secrets in the ConfigMaps that the pods of an engine use. The constructs check the engine's own files. */
export function reportConfigMaps({ inventory, json, object, spec, toml }: DescribedEngine, findings: Findings): void {
  const own = [json, toml].flatMap((file) => (file.kind === 'text' ? [file.text.origin] : []));
  for (const name of configMapsOf(spec.value)) {
    const data = inventory.named('/ConfigMap', object.namespace, name)?.root.at('data');
    for (const [key, { origin, text }] of data?.entries ?? []) {
      const what = text === undefined || own.includes(origin) ? undefined : secretNamed(key, text);
      if (what !== undefined) {
        report(findings, 'secret-in-plain-text', {
          key: origin,
          why: `looks like ${what}, and everyone who can read ConfigMaps or the manifest can see it`,
          fix: 'keep it in a Secret, and mount the Secret',
        });
      }
    }
  }
}

/** Returns the names of the ConfigMaps that a pod uses as volumes or for variables. */
export function configMapsOf(value: unknown): ReadonlySet<string> {
  if (Array.isArray(value)) {
    return new Set(value.flatMap((item) => [...configMapsOf(item)]));
  }
  const entries = isPlainObject(value) ? Object.entries(value) : [];
  return new Set(
    entries.flatMap(([key, inner]) => {
      const name = isPlainObject(inner) && /^configMap(Ref|KeyRef)?$/.test(key) ? inner['name'] : undefined;
      return typeof name === 'string' ? [name] : [...configMapsOf(inner)];
    }),
  );
}
