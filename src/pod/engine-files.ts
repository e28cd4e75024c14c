import type { ConfigContext, MountedFile } from '../config/config-context';
import { renderConfigFiles } from '../config/config-files';
import type { EngineJson } from '../config/engine-json';
import type { EngineToml } from '../config/engine-toml';
import type { WireJson, WireToml } from '../config/wire';
import { compact } from '../kubernetes/manifest';
import { Problems } from '../reporting/problems';
import type { BoundCache } from '../storage/cache-volume';
import { checkDebugAddress } from './debug-address';
import { rootFlag } from './engine-args';
import { SecretText } from './plain-text-secrets';

/** The properties that determine the engine's files. */
interface EngineFilesProps {
  readonly args?: readonly string[];
  readonly engineJson?: EngineJson;
  readonly engineToml?: EngineToml;
  readonly insecureRootCapabilities?: boolean;
  readonly telemetry?: object;
}

/** The engine's files, and the parts of their content that other modules need. */
export interface EngineFiles {
  /** The content of the ConfigMap, keyed by file name, or undefined if the files in the image apply. */
  readonly data?: { readonly [file: string]: string };
  /** The Secrets and ConfigMaps that the files refer to, and their paths in the container. */
  readonly files: readonly MountedFile[];
  /** The state directory, if it isn't the engine's default. */
  readonly stateDirectory?: string;
  /** The `grpc` table of engine.toml. */
  readonly grpc: NonNullable<WireToml['grpc']>;
  /** The keys in engine.json that make the engine report to other services. */
  readonly reports: Pick<WireJson, 'telemetry' | 'remoteCache'>;
  /** Whether garbage collection is enabled. */
  readonly collectsGarbage: boolean;
  /** The garbage collection settings in both files. */
  readonly gc: { readonly json?: WireJson['gc']; readonly toml?: NonNullable<WireToml['worker']>['oci'] };
  /** The addresses of registry mirrors, keyed by property. */
  readonly mirrors: { readonly [property: string]: string };
}

type EngineFilesContext = Pick<ConfigContext, 'version' | 'problems' | 'mountedLimit' | 'extraAddresses' | 'tls'>;

/**
 * Caches the files of engines without user-defined configuration. Rendering them takes a third of the time that an
 * engine needs.
 */
const DEFAULT_FILES = new Map<string, EngineFiles>();

/** Renders and checks the files of an engine. */
export function renderEngineFiles(
  props: EngineFilesProps,
  cache: BoundCache | undefined,
  context: EngineFilesContext,
): EngineFiles {
  if (Object.values(ownConfiguration(props)).some((value) => value !== undefined)) {
    return render(props, cache, context);
  }
  const { version, extraAddresses, mountedLimit, tls } = context;
  const { size, ownFilesystem, volume } = cache ?? {};
  const key = JSON.stringify([
    version.tag,
    size,
    ownFilesystem,
    volume?.nfs !== undefined,
    mountedLimit,
    extraAddresses,
    tls,
  ]);
  const known = DEFAULT_FILES.get(key);
  if (known !== undefined) {
    return known;
  }
  const problems = Problems.of(context.problems.namespace);
  const files = render(props, cache, { ...context, problems });
  context.problems.adopt(problems, (path) => path);
  if (problems.found.length === 0 && problems.cautions.length === 0) {
    DEFAULT_FILES.set(key, files);
  }
  return files;
}

function ownConfiguration(props: EngineFilesProps): object {
  const { args, engineJson, engineToml, insecureRootCapabilities, telemetry } = props;
  return { args, engineJson, engineToml, insecureRootCapabilities, telemetry };
}

function render(
  { args = [], engineJson, engineToml, insecureRootCapabilities, telemetry: ownTelemetry }: EngineFilesProps,
  cache: BoundCache | undefined,
  context: EngineFilesContext,
): EngineFiles {
  const { problems } = context;
  const { json, toml } = renderConfigFiles(engineJson, engineToml, {
    ...context,
    insecureRootCapabilities,
    sendsMetrics: ownTelemetry !== undefined,
    cacheSize: cache?.size,
    cacheIsOwnFilesystem: cache?.ownFilesystem ?? false,
    cacheIsNfs: cache?.onNetwork ?? false,
  });
  const secrets = new SecretText(problems);
  secrets.checkFile('engineJson', json?.text ?? '');
  secrets.checkFile('engineToml', toml?.text ?? '');
  const { gc, telemetry, remoteCache } = (json?.keys ?? {}) as WireJson;
  const { root, grpc = {}, worker: { oci } = {} } = (toml?.keys ?? {}) as WireToml;
  const stateDirectory = rootFlag(args) ?? root;
  checkDebugAddress(grpc.debugAddress ?? '', 'engineToml.grpc.debugAddress', problems);
  const data = compact({ 'engine.json': json?.text, 'engine.toml': toml?.text }) as EngineFiles['data'];
  // If both files refer to the same object, it is mounted only once.
  const files = new Map([...(json?.files ?? []), ...(toml?.files ?? [])].map((file) => [file.path, file]));
  return {
    ...(data && { data }),
    files: [...files.values()],
    ...(stateDirectory && { stateDirectory }),
    grpc,
    reports: { telemetry, remoteCache },
    collectsGarbage: gc?.enabled !== false && oci?.gc !== false,
    gc: { json: gc, toml: oci },
    mirrors: {
      ...mirrorsOf('engineJson.registries', (json?.keys as WireJson | undefined)?.registries),
      ...mirrorsOf('engineToml.registries', (toml?.keys as WireToml | undefined)?.registry),
    },
  };
}

function mirrorsOf(property: string, registries: WireJson['registries'] = {}): { [property: string]: string } {
  return Object.fromEntries(
    Object.entries(registries).flatMap(([host, { mirrors = [] }]) =>
      mirrors.map((mirror, index) => [`${property}[${JSON.stringify(host)}].mirrors[${index}]`, mirror] as const),
    ),
  );
}
