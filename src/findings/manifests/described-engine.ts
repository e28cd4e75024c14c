import { KNOWN, tagOf } from '../../version/release';
import type { EngineVersion } from '../../version/engine-version';
import type { Written } from '../addresses';
import { chooseImage, readImage, reportImage, type ChosenImage } from '../engine-image';
import type { Findings } from '../finding';
import { DEFAULT_STATE, servesTls, toldState } from '../flags';
import { configFile, type ConfigFile } from './config-files';
import type { EnginePod } from './engine-pods';
import type { Field } from '../../reading/field';
import type { Inventory } from '../../reading/inventory';

/** An engine as manifests describe it, read as far as everything else depends on it. */
export interface DescribedEngine extends EnginePod {
  readonly inventory: Inventory;
  readonly spec: Field;
  readonly labels: { readonly [key: string]: string };
  readonly image: ChosenImage;
  readonly version: EngineVersion;
  /** What the engine is started with, after the image's own arguments. */
  readonly args: readonly Field[];
  readonly toml: ConfigFile;
  readonly json: ConfigFile;
  /** Where the engine keeps its state. */
  readonly stateDirectory: string;
  /** Whether the engine itself serves TLS. */
  readonly encrypts: boolean;
  /** Whether there can be more than one engine. */
  readonly several: boolean;
}

export function describeEngine(engine: EnginePod, inventory: Inventory, findings: Findings): DescribedEngine {
  const { container, object, pod } = engine;
  const spec = pod.at('spec');
  const reference = container.at('image');
  const otherwise = labelledRelease(engine) ?? tagOf(KNOWN['0.x'].newest);
  reportImage(reference.text ?? '', reference.origin, otherwise, findings);
  const image = chooseImage(reference.text ?? '', reference.origin, otherwise);
  const args = argsOf(container);
  const file = (name: string): ConfigFile => configFile(name, engine, inventory);
  const toml = file('engine.toml');
  const [flags, config] = [writtenFlags(args), writtenToml(toml)];
  return {
    ...engine,
    inventory,
    spec,
    labels: pod.at('metadata', 'labels').texts,
    image,
    version: image.version,
    args,
    toml,
    json: file('engine.json'),
    stateDirectory: toldState(flags, config)?.text ?? DEFAULT_STATE,
    encrypts: servesTls(flags, config),
    several: object.kind === 'DaemonSet' || (object.root.at('spec', 'replicas').number ?? 1) > 1,
  };
}

/** The release that the labels name, as the charts and this library write it. */
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

/** The arguments, with where they are. */
export function writtenFlags(args: readonly Field[]): Written[] {
  return args.map(({ origin, text = '' }) => ({ text, key: origin }));
}

/** What engine.toml says, where that is known. */
export function writtenToml(toml: ConfigFile): Written | undefined {
  return toml.kind === 'text' ? { text: toml.text, key: toml.origin } : undefined;
}
