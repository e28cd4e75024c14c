import { isDeepStrictEqual } from 'node:util';
import { FindingSeverity } from '../findings/finding';
import { isSameFile } from '../reading/config-text';
import { podOf } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import type { ManifestObject } from '../reading/manifest-object';
import type { Changes } from './change';
import type { ComparedObject, Comparison } from './comparison';
import { listed } from './english';
import { isRejectedUpdate } from './rejected-fields';
import { templateChanges } from './pod-template';
import { isRolling, namespaceOption, target } from './workload-facts';

/** Reports changes of ConfigMaps and Secrets that don't restart the pods of engines that use them. */
export function reportConfiguration(comparison: Comparison, changes: Changes): void {
  for (const pair of comparison.objects) {
    const { after, before } = pair;
    if (before === undefined || after === undefined || !isRolling(after)) {
      continue;
    }
    if (comparison.enginesOf({ before, after }).length === 0 || templateChanges({ before, after }).length > 0) {
      continue;
    }
    for (const { kind, name, reader } of references(podOf(after)!.at('spec'))) {
      const data = comparison.changedObject({ type: `/${kind}`, namespace: after.namespace, name });
      const keys = data === undefined ? [] : changedKeys(data);
      if (data !== undefined && keys.length > 0 && !isRejectedUpdate(data)) {
        report(data.after, { keys, reader, workload: after }, changes);
      }
    }
  }
}

/** The mechanism by which a pod reads a ConfigMap or a Secret. */
type Reader = 'copy' | 'files';

interface Reference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly reader: Reader;
}

/** Returns the ConfigMaps and Secrets that a pod uses, each once. */
function references(spec: Field): Reference[] {
  const containers = [...spec.at('containers').items, ...spec.at('initContainers').items];
  const mounts = containers.flatMap((container) => container.at('volumeMounts').items);
  const ofVolumes = spec.at('volumes').items.flatMap((volume) => {
    const own = mounts.filter((mount) => mount.at('name').text === volume.at('name').text);
    const isCopied = own.some(
      (mount) => mount.at('subPath').exists || (mount.at('mountPath').text ?? '').startsWith('/etc/dagger'),
    );
    const reader: Reader = isCopied ? 'copy' : 'files';
    return [volume, ...volume.at('projected', 'sources').items].flatMap((source) => [
      reference('ConfigMap', source.at('configMap', 'name'), reader),
      reference('Secret', source.at('secret', source === volume ? 'secretName' : 'name'), reader),
    ]);
  });
  const ofVariables = containers.flatMap((container) =>
    [
      ...container.at('envFrom').items.map((source) => [source.at('configMapRef'), source.at('secretRef')]),
      ...container
        .at('env')
        .items.map((variable) => [
          variable.at('valueFrom', 'configMapKeyRef'),
          variable.at('valueFrom', 'secretKeyRef'),
        ]),
    ].flatMap(([configMap, secret]) => [
      reference('ConfigMap', configMap!.at('name'), 'copy'),
      reference('Secret', secret!.at('name'), 'copy'),
    ]),
  );
  const all = [...ofVolumes, ...ofVariables].flat();
  const isFirst = ({ kind, name }: Reference, index: number): boolean =>
    all.findIndex((other) => other.kind === kind && other.name === name) === index;
  return all.filter(isFirst).map((one) => ({
    ...one,
    reader: all.some((other) => other.kind === one.kind && other.name === one.name && other.reader === 'copy')
      ? 'copy'
      : 'files',
  }));
}

function reference(kind: Reference['kind'], { text: name }: Field, reader: Reader): Reference[] {
  return name === undefined ? [] : [{ kind, name, reader }];
}

/** Returns the changed keys of a ConfigMap or a Secret. A configuration file with the same meaning isn't a change. */
function changedKeys({ after, before }: Required<ComparedObject>): string[] {
  return ['data', 'binaryData', 'stringData'].flatMap((section) => {
    const [old, current] = [before.root.at(section), after.root.at(section)];
    return [...new Set([...old.entries, ...current.entries].map(([key]) => key))].filter((key) => {
      const [from, to] = [old.at(key).value, current.at(key).value];
      return !isDeepStrictEqual(from, to) && !isSameFile(key, from, to);
    });
  });
}

function report(
  data: ManifestObject,
  {
    keys,
    reader,
    workload,
  }: { readonly keys: readonly string[]; readonly reader: Reader; readonly workload: ManifestObject },
  changes: Changes,
): void {
  const section = ['data', 'binaryData', 'stringData'].find((one) => data.root.at(one, keys[0]!).exists) ?? 'data';
  changes.add('config-not-applied', ['after', data.root.at(section, keys[0]!)], {
    effect:
      reader === 'copy'
        ? `The engines keep the old ${listed(keys)} until they restart`
        : `The engines get the new ${listed(keys)} without a restart`,
    reasons:
      reader === 'copy'
        ? [
            `${data.kind} ${data.name} changes, but the pod template of ${workload.kind} ${workload.name} doesn't, so no pod restarts.`,
          ]
        : [
            `The kubelet updates the files of ${data.kind} ${data.name} within about a minute. A process that reads them only when it starts needs a restart.`,
          ],
    commands: [`kubectl rollout restart ${target(workload)}${namespaceOption(workload)}`],
    severity: reader === 'copy' ? FindingSeverity.WARNING : FindingSeverity.INFO,
  });
}
