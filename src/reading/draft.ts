import { isDeepStrictEqual } from 'node:util';
import { acceptedRisks } from '../program/accepted-risks';
import { ACCEPTED_RISKS, readAcceptedRisks } from '../reporting/accepted-risk';
import { EngineJson } from '../config/engine-json';
import { engineLabels } from '../pod/engine-labels';
import { CONFIG_HASH } from '../pod/pod-template';
import { EngineServiceAccount } from '../pod/service-account';
import { ENGINE_OBJECTS, type EngineProgram, type PerObject, type Rendered } from '../program/engine-program';
import {
  call,
  entryOf,
  literal,
  object,
  withEntries,
  type Expression,
  type ObjectExpression,
} from '../program/expression';
import type { DescribedEngine } from './described-engine';
import { isSameFile } from './config-text';
import { differences } from './differences';
import { podOf } from './engine-pods';
import { engineProperties } from './engine-properties';
import type { ManifestObject } from './inventory';
import { argsProperty } from './network-properties';
import { patchReason } from './patch-reasons';
import { mapWithout } from './pod-properties';
import { SERVER_ANNOTATIONS } from './server-fields';
import { storageProperties } from './storage-properties';
import { classOf } from './workload-properties';

/** A program that creates the objects of an engine, if necessary with patches. */
export interface Draft {
  readonly engine: DescribedEngine;
  /** The id of the construct. */
  readonly id: string;
  readonly props: ObjectExpression;
  /** The objects of the manifests that the construct creates. */
  readonly objects: PerObject<ManifestObject>;
}

/**
 * Returns the first draft for an engine, in which flags are raw and files are text.
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
      ...(configMap === undefined && { engineToml: undefined, engineJson: shippedFile(engine) }),
      listener: undefined,
      networkPolicy: undefined,
      ...argsProperty(engine.container.at('args').items),
      ...(account && { serviceAccount: createdAccount(account) }),
      podLabels: withoutUsualLabels(entryOf(props, 'podLabels'), engine),
      volumes,
    }),
  };
}

/** Returns a draft with other values of some properties; undefined removes a property. */
export function withProps(draft: Draft, changed: Parameters<typeof withEntries>[1]): Draft {
  return { ...draft, props: withEntries(draft.props, changed) };
}

/** Returns the program of a draft. */
export function programOf({ engine, id, objects, props }: Draft): EngineProgram {
  return {
    id,
    className: classOf(engine.object.kind),
    props,
    patches: (made) =>
      Object.fromEntries(
        ENGINE_OBJECTS.flatMap((of) => {
          const [ours, theirs] = [made[of], objects[of]?.root.value as Rendered | undefined];
          return ours && theirs ? [[of, differences(...comparable(ours, theirs), patchReason)]] : [];
        }),
      ),
    others: [],
  };
}

/** Two objects without the hash of the engine's files, and with the same text of files that the engine reads the same. */
function comparable(made: Rendered, wanted: Rendered): [Rendered, Rendered] {
  const files = Object.entries(wanted.data ?? {}).map(([name, text]) => [
    name,
    isSameFile(name, text, made.data?.[name]) ? made.data[name] : text,
  ]);
  return [
    withoutHash(made),
    withoutHash(wanted.data === undefined ? wanted : { ...wanted, data: Object.fromEntries(files) }),
  ];
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

/** Whether objects have the label with the version, which the construct writes for workloads only. */
function hasVersion(objects: ReadonlyArray<ManifestObject | undefined>): boolean {
  return objects.some((object) => object?.root.at('metadata', 'labels', 'app.kubernetes.io/version').exists === true);
}

/** Labels without those that the construct writes anyway. */
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

/** The ConfigMap of the engine's files, if the construct can create it. */
function ownConfigMap({ json, toml }: DescribedEngine, taken: ReadonlySet<ManifestObject>): ManifestObject | undefined {
  const files = [['engine.toml', toml] as const, ['engine.json', json] as const];
  const mounted = files.filter(([, { kind }]) => kind !== 'shipped');
  const configMaps = new Set(
    mounted.map(([name, file]) => (file.kind === 'text' && file.key === name ? file.configMap : undefined)),
  );
  const [configMap] = configMaps;
  return configMaps.size === 1 && configMap !== undefined && !taken.has(configMap) ? configMap : undefined;
}

/** The ServiceAccount of the engine, if no other pods use it. */
function ownAccount(engine: DescribedEngine, taken: ReadonlySet<ManifestObject>): ManifestObject | undefined {
  const { inventory, object: workload, spec } = engine;
  const name = spec.at('serviceAccountName').text;
  const account = inventory.named('/ServiceAccount', workload.namespace, name);
  const isShared = inventory.objects.some(
    (other) => other !== workload && podOf(other)?.at('spec', 'serviceAccountName').text === name,
  );
  return account === undefined || isShared || taken.has(account) ? undefined : account;
}

function createdAccount({ name, root }: ManifestObject): Expression {
  const annotations = mapWithout(root.at('metadata', 'annotations'), SERVER_ANNOTATIONS);
  return call(
    'EngineServiceAccount.create',
    EngineServiceAccount.create,
    [object({ name: literal(name), annotations })],
    root.at('metadata', 'name').origin,
  );
}

/** With this, the construct writes no file. */
function shippedFile({ container }: DescribedEngine): Expression {
  return call('EngineJson.shipped', EngineJson.shipped, [], container.at('volumeMounts').origin);
}
