import { isDeepStrictEqual } from 'node:util';
import { acceptedRisks } from '../program/accepted-risks';
import { ACCEPTED_RISKS, readAcceptedRisks } from '../reporting/accepted-risk';

import { engineLabels } from '../kubernetes/engine-labels';
import { CONFIG_HASH } from '../pod/pod-template';
import { EngineServiceAccount } from '../pod/service-account';
import { ENGINE_OBJECTS, type EngineProgram, type PerObject, type Rendered } from '../program/engine-program';
import { entryOf, literal, object, staticCall, withEntries } from '../program/expression';
import type { Expression, ObjectExpression } from '../program/expression';
import type { DescribedEngine } from './described-engine';
import { isSameFile } from './config-text';
import { differences } from './differences';
import { serviceAccountsOf } from './engine-pods';
import { engineProperties, shippedJson } from './engine-properties';
import type { ManifestObject } from './manifest-object';
import { argsProperty } from './network-properties';
import { patchReason } from './patch-reasons';
import { mapWithout } from './pod-properties';
import { SERVER_ANNOTATIONS } from './server-fields';
import { storageProperties } from './storage-properties';
import { classOf } from './workload-properties';

/** A draft of the program for an engine. The patches are computed from the draft's objects. */
export interface Draft {
  readonly engine: DescribedEngine;
  /** The id of the construct. */
  readonly id: string;
  readonly props: ObjectExpression;
  /** The objects in the manifests that the construct creates. */
  readonly objects: PerObject<ManifestObject>;
}

/**
 * Returns the first draft for an engine, with raw flags and with configuration files as text.
 *
 * @param taken the objects that the constructs of other engines create
 */
export function firstDraft(engine: DescribedEngine, id: string, taken: ReadonlySet<ManifestObject>): Draft {
  const configMap = ownConfigMap(engine, taken);
  const account = ownAccount(engine, taken);
  const props = engineProperties(engine);
  const { volumes, ...storage } = storageProperties(engine, configMap !== undefined);
  const metadata = engine.object.root.at('metadata');
  const podSelector = isUsualSelector(engine) ? undefined : entryOf(props, 'podSelector');
  return {
    engine,
    id,
    objects: {
      workload: engine.object,
      ...(configMap && { configMap }),
      ...(account && { serviceAccount: account }),
    },
    props: withEntries(props, {
      name: engine.object.name === id ? undefined : entryOf(props, 'name'),
      labels: withoutUsualLabels(mapWithout(metadata.at('labels'), []), engine, hasVersion([configMap, account])),
      annotations: mapWithout(metadata.at('annotations'), [...SERVER_ANNOTATIONS, ACCEPTED_RISKS]),
      acceptRisks: acceptedRisks(
        readAcceptedRisks(metadata.at('annotations').texts[ACCEPTED_RISKS] ?? ''),
        metadata.at('annotations', ACCEPTED_RISKS).origin,
      ),
      takeOver: podSelector === undefined && storage.configVolumeName === undefined ? undefined : literal(true),
      podSelector,
      configVolumeName: undefined,
      ...storage,
      ...(configMap === undefined && { engineToml: undefined, engineJson: shippedJson(engine) }),
      listener: undefined,
      networkPolicy: undefined,
      ...argsProperty(engine.container.at('args').items),
      ...(account && { serviceAccount: createdAccount(account) }),
      podLabels: withoutUsualLabels(entryOf(props, 'podLabels'), engine),
      volumes,
    }),
  };
}

/** Returns a draft with some properties added or replaced. The value undefined removes a property. */
export function withProps(draft: Draft, changed: Parameters<typeof withEntries>[1]): Draft {
  return { ...draft, props: withEntries(draft.props, changed) };
}

export function programOf({ engine, id, objects, props }: Draft): EngineProgram {
  return {
    id,
    className: classOf(engine.object.kind),
    props,
    patches: (rendered) =>
      Object.fromEntries(
        ENGINE_OBJECTS.flatMap((of) => {
          const [current, target] = [rendered[of], objects[of]?.root.value as Rendered | undefined];
          const wanted = engine.autoscaler === undefined ? target : target && withoutReplicas(target);
          return current && wanted ? [[of, differences(...comparable(current, wanted), patchReason)]] : [];
        }),
      ),
    others: [],
  };
}

/** Removes insignificant differences: the hash of the configuration files, and different texts of equivalent files. */
function comparable(current: Rendered, target: Rendered): [Rendered, Rendered] {
  const files = Object.entries(target.data ?? {}).map(([name, text]) => [
    name,
    isSameFile(name, text, current.data?.[name]) ? current.data[name] : text,
  ]);
  return [
    withoutHash(current),
    withoutHash(target.data === undefined ? target : { ...target, data: Object.fromEntries(files) }),
  ];
}

/** Removes the number of engines, which the autoscaler sets. A workload from a cluster always has this field. */
function withoutReplicas(target: Rendered): Rendered {
  const { replicas: _replicas, ...spec } = target.spec ?? {};
  return target.spec === undefined ? target : { ...target, spec };
}

function withoutHash(value: Rendered): Rendered {
  const object = structuredClone(value);
  const metadata = object.spec?.template?.metadata;
  if (metadata?.annotations?.[CONFIG_HASH] !== undefined) {
    delete metadata.annotations[CONFIG_HASH];
    if (Object.keys(metadata.annotations).length === 0) {
      delete metadata.annotations;
    }
  }
  return object;
}

function isUsualSelector({ object: { name, root } }: DescribedEngine): boolean {
  const matchLabels = root.at('spec', 'selector', 'matchLabels').texts;
  return isDeepStrictEqual(matchLabels, engineLabels(name));
}

/** Whether at least one object has the version label, which the construct sets only on workloads. */
function hasVersion(objects: ReadonlyArray<ManifestObject | undefined>): boolean {
  return objects.some((object) => object?.root.at('metadata', 'labels', 'app.kubernetes.io/version').exists === true);
}

/** Returns labels without those that the construct sets. */
function withoutUsualLabels(
  labels: Expression | undefined,
  { object: { name }, version }: DescribedEngine,
  keepsVersion = false,
): ObjectExpression | undefined {
  const usual = new Map([
    ...Object.entries(engineLabels(name)),
    ...(keepsVersion ? [] : [['app.kubernetes.io/version', version.tag] as const]),
  ]);
  const entries = (labels as ObjectExpression | undefined)?.entries.filter(
    ([key, value]) => value.kind !== 'literal' || usual.get(key) !== value.value,
  );
  return entries === undefined || entries.length === 0 ? undefined : { ...(labels as ObjectExpression), entries };
}

/** Returns the ConfigMap with the configuration files, if the construct can create it. */
function ownConfigMap({ json, toml }: DescribedEngine, taken: ReadonlySet<ManifestObject>): ManifestObject | undefined {
  const files = [['engine.toml', toml] as const, ['engine.json', json] as const];
  const mounted = files.filter(([, { kind }]) => kind !== 'shipped');
  const configMaps = new Set(
    mounted.map(([name, file]) => (file.kind === 'text' && file.key === name ? file.configMap : undefined)),
  );
  const [configMap] = configMaps;
  return configMaps.size === 1 && configMap !== undefined && !taken.has(configMap) ? configMap : undefined;
}

/** Returns the ServiceAccount of the engine, if no other pods use it. */
function ownAccount(engine: DescribedEngine, taken: ReadonlySet<ManifestObject>): ManifestObject | undefined {
  const { inventory, object: workload, spec } = engine;
  const name = spec.at('serviceAccountName').text;
  const account = inventory.named('/ServiceAccount', workload.namespace, name);
  if (account === undefined || taken.has(account)) {
    return undefined;
  }
  const users = inventory.find(serviceAccountsOf, undefined, account.name);
  return users.every((other) => other === workload) ? account : undefined;
}

function createdAccount({ name, root }: ManifestObject): Expression {
  const annotations = mapWithout(root.at('metadata', 'annotations'), SERVER_ANNOTATIONS);
  return staticCall(
    { EngineServiceAccount },
    'create',
    [object({ name: literal(name), annotations })],
    root.at('metadata', 'name').origin,
  );
}
