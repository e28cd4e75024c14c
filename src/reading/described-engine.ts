import { STATE_DIRECTORY } from '../config/engine-directories';
import { METRICS_ADDRESS } from '../pod/env-rules';
import { KNOWN, tagOf } from '../version/release';
import type { EngineVersion } from '../version/engine-version';
import { autoscalerOf, type DescribedAutoscaler } from './autoscaler';
import { configFile, type ConfigFile } from './mounted-config';
import { chooseImage, readImage, type ChosenImage } from './engine-image';
import { enginesOf, type EnginePod } from './engine-pods';
import { engineMounts, type EngineMounts } from './engine-mounts';
import type { Field } from './field';
import type { Inventory } from './inventory';
import type { ManifestObject } from './manifest-object';
import { listening, type Listening } from './listening';
import { variablesOf } from './variables';

/** The description of an engine in manifests. Rules and programs use this description. */
export interface DescribedEngine extends EnginePod {
  readonly inventory: Inventory;
  readonly spec: Field;
  /** The labels of the pods. */
  readonly labels: { readonly [key: string]: string };
  readonly image: ChosenImage;
  readonly version: EngineVersion;
  /** The assumed release of an image whose tag isn't a release. */
  readonly assumedVersion: string;
  /** The arguments of `dagger-engine` in the manifest. */
  readonly args: readonly Field[];
  /** The environment variables of the container, including those of ConfigMaps in the manifests. */
  readonly variables: ReadonlyMap<string, Field>;
  readonly toml: ConfigFile;
  readonly json: ConfigFile;
  readonly state: string;
  readonly listening: Listening;
  readonly mounts: EngineMounts;
  /** The Services that select the pods. */
  readonly services: readonly ManifestObject[];
  /** The network policies that restrict ingress to the pods. */
  readonly policies: readonly ManifestObject[];
  /** The autoscaler that sets the number of pods. */
  readonly autoscaler: DescribedAutoscaler | undefined;
  /** Whether the workload can have more than one pod. */
  readonly several: boolean;
}

/** Describes all engines in an inventory. */
export function describeEngines(inventory: Inventory): DescribedEngine[] {
  return inventory.objects.flatMap(enginesOf).map((engine) => describeEngine(engine, inventory));
}

/** Collects the facts about an engine from its manifests. */
export function describeEngine(engine: EnginePod, inventory: Inventory): DescribedEngine {
  const { container, object, pod } = engine;
  const spec = pod.at('spec');
  const labels = pod.at('metadata', 'labels').texts;
  const reference = container.at('image');
  const assumedVersion = labelledRelease(engine) ?? tagOf(KNOWN['0.x'].newest);
  const image = chooseImage(reference.text ?? '', reference.origin, assumedVersion);
  const args = argsOf(container);
  const [toml, json] = [configFile('engine.toml', engine, inventory), configFile('engine.json', engine, inventory)];
  const variables = variablesOf(container, object, inventory);
  const ports = listening(engine, {
    args,
    toml: toml.kind === 'text' ? toml.text : undefined,
    metrics: variables.get(METRICS_ADDRESS),
  });
  const state = ports.stateDirectory?.text ?? STATE_DIRECTORY;
  const autoscaler = autoscalerOf(object, inventory);
  return {
    ...engine,
    inventory,
    spec,
    labels,
    image,
    version: image.version,
    assumedVersion,
    args,
    variables,
    toml,
    json,
    state,
    listening: ports,
    mounts: engineMounts(engine, { state, version: image.version, files: [toml, json] }),
    services: inventory.servicesOf(object.namespace, labels),
    policies: inventory.policiesOf('ingress', object.namespace, labels),
    autoscaler,
    several:
      object.kind === 'DaemonSet' || (autoscaler?.maxReplicas ?? object.root.at('spec', 'replicas').number ?? 1) > 1,
  };
}

/** Returns the release in the version label, which the charts and this library set. */
function labelledRelease({ object, pod }: EnginePod): string | undefined {
  return [pod.at('metadata', 'labels'), object.root.at('metadata', 'labels')]
    .map((labels) => readImage(`engine:${labels.at('app.kubernetes.io/version').text}`).release?.tag)
    .find((tag) => tag !== undefined);
}

function argsOf(container: Field): Field[] {
  const command = container.at('command').items;
  const args = container.at('args').items;
  const start = command
    .map(({ text }) => /(^|\/)(dagger-engine|dagger-entrypoint\.sh)$/.test(text ?? ''))
    .lastIndexOf(true);
  return command.length === 0 ? args : start < 0 ? [] : [...command.slice(start + 1), ...args];
}
