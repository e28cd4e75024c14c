import { compact } from '../kubernetes/manifest';
import { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import { EngineRisk } from '../reporting/engine-risk';
import type { ConfigContext, MountedFile, RenderedConfig } from './config-context';
import { JSON_FORMAT, JSON_KEYS } from './engine-json-keys';
import { formatBytes, GIB } from './engine-units';
import type { GarbageCollection } from './gc-options';
import { checkComplete, checkLimits, checkPolicies, checkSweep } from './gc-checks';
import { renderGc } from './gc-rendering';
import { jsonErrorPlace, jsonStart, readJson } from './json-syntax';
import type { LogLevel } from './log-level';
import { optionPath, type OptionPaths } from './option-paths';
import type { RegistryConfig } from './registry';
import { byPath, checkRegistries, renderRegistries } from './registry-rendering';
import { isTable, tidy, withAdditional, type Table } from './tables';
import type { WireGc, WireJson } from './wire';
import { checkCalls } from '../reporting/check-arguments';

/** The permissions of build containers. */
export interface EngineSecurity {
  /**
   * Whether builds may use root capabilities (`insecureRootCapabilities` of `withExec`). A build with root capabilities
   * is root on the node.
   *
   * @default true
   */
  readonly insecureRootCapabilities?: boolean;
}

/** The content of engine.json. */
export interface EngineJsonOptions {
  /**
   * The log level of the engine.
   *
   * @default LogLevel.DEBUG
   */
  readonly logLevel?: LogLevel;

  /**
   * The garbage collection settings of the cache.
   *
   * @default - limits computed from the size of the cache volume if it is known, otherwise the engine's defaults
   */
  readonly gc?: GarbageCollection;

  /**
   * The permissions of build containers.
   *
   * @default - all permissions
   */
  readonly security?: EngineSecurity;

  /**
   * The mirrors, certificates and protocols of registries, keyed by host, such as `docker.io` or
   * `registry.example.com:5000`. Requires v0.19.0 or later. For earlier releases, use `EngineToml`.
   *
   * @default - none
   */
  readonly registries?: { [host: string]: RegistryConfig };

  /**
   * Whether to keep `mirror.gcr.io` as a mirror of docker.io. The engine.json in the image configures this mirror in
   * v1.0.0-beta.5 and later. An entry for `docker.io` in `registries` replaces it.
   *
   * @default true
   */
  readonly keepShippedMirror?: boolean;

  /**
   * Keys without a typed option. They are merged into the file. The library rejects keys that the release doesn't
   * support, because the engine wouldn't start.
   *
   * @default - none
   */
  readonly additional?: { [key: string]: unknown };
}

/** The entry for docker.io in the engine.json in the image (toolchains/engine-dev/config.go:95@v1.0.0-beta.5). */
const SHIPPED_MIRROR = { mirrors: ['mirror.gcr.io'] };

const OPTION_PATHS: OptionPaths = [
  ['gc.dagqlCache.maxEstimatedBytes', 'gc.dagqlCache.maxEstimatedSize'],
  ['gc.dagqlCache.targetEstimatedBytes', 'gc.dagqlCache.targetEstimatedSize'],
  ['gc.sweep', 'gc.sweepSize'],
  ['gc.policies.*.sweep', 'gc.policies.*.sweepSize'],
];

/** The option paths if the library generates policies because of `keepCacheVolumes`. */
const GENERATED_OPTION_PATHS: OptionPaths = [
  ['gc.policies.*.keepDuration', 'gc.keepCacheVolumes'],
  ['gc.policies.*.sweep', 'gc.sweepSize'],
  ['gc.policies.*', 'gc'],
  ...OPTION_PATHS,
];

/**
 * The configuration file `/etc/dagger/engine.json`. It replaces the file in the image. Requires v0.15.0 or later.
 *
 * The library validates options and raw text in the same way as the engine, and rejects a file that would prevent the
 * engine from starting.
 */
export class EngineJson {
  /**
   * Creates the file from typed options.
   *
   * @param options the content of the file
   */
  public static of(options: EngineJsonOptions): EngineJson {
    return new EngineJson(options, undefined);
  }

  /**
   * Creates the file from JSON text. The library doesn't change the text.
   *
   * @param text the JSON text
   */
  public static raw(text: string): EngineJson {
    return new EngineJson(undefined, text);
  }

  /**
   * Keeps the file in the image. Garbage collection then isn't adapted to the size of the cache volume. If the file
   * configures a mirror of docker.io, that mirror takes precedence over engine.toml.
   */
  public static shipped(): EngineJson {
    return new EngineJson(undefined, undefined);
  }

  private constructor(
    private readonly options: EngineJsonOptions | undefined,
    private readonly text: string | undefined,
  ) {}

  /** @internal */
  public get _isShipped(): boolean {
    return this.options === undefined && this.text === undefined;
  }

  /** @internal */
  public _render(context: ConfigContext): RenderedConfig {
    const problems = Problems.of(context.problems.namespace);
    const rendered = this.read({ ...context, problems });
    context.problems.adopt(
      problems,
      (path) => this.optionPath(path),
      this.text === undefined ? undefined : EngineRisk.CONFIG_REJECTED,
    );
    return rendered;
  }

  /** Renders the file. The reported problems name keys in the file. */
  private read(context: ConfigContext): RenderedConfig {
    const { version, problems } = context;
    if (!version.supports(EngineCapability.ENGINE_JSON)) {
      problems.add('', {
        wrong: `${version.tag} does not support engine.json`,
        allowed: EngineCapability.ENGINE_JSON.availability,
        fix: 'use engineToml, or choose a release that supports it',
      });
      return { text: this.text ?? '', files: [], keys: {} };
    }
    const files: MountedFile[] = [];
    const written = this.text === undefined ? this.typed(context, files) : parse(this.text, problems);
    const keys = (JSON_KEYS(written, { format: JSON_FORMAT, version, problems, property: '' }) ?? {}) as WireJson;
    this.check(keys, context);
    // Releases without support are reported at the property `telemetry`.
    const added =
      this.text === undefined && context.sendsMetrics === true ? { telemetry: { resourceMetrics: true } } : {};
    const text = this.text ?? `${JSON.stringify(withAdditional(written as Table, added, problems), undefined, 2)}\n`;
    const telemetry = { ...keys.telemetry, ...added.telemetry };
    return { text, files: byPath(files), keys: { ...keys, ...(Object.keys(telemetry).length > 0 && { telemetry }) } };
  }

  private optionPath(path: string): string {
    const { gc, additional } = this.options ?? {};
    const isGenerated = gc?.keepCacheVolumes !== undefined && gc.policies === undefined;
    return this.options === undefined
      ? path
      : optionPath(path, isGenerated ? GENERATED_OPTION_PATHS : OPTION_PATHS, additional);
  }

  private typed(context: ConfigContext, files: MountedFile[]): Table {
    const { logLevel, gc, security, registries, keepShippedMirror = true, additional = {} } = this.options!;
    const { version, problems, toml, insecureRootCapabilities } = context;
    if (registries !== undefined && !version.supports(EngineCapability.JSON_REGISTRIES)) {
      problems.add('registries', {
        wrong: `${version.tag} does not support registries in engine.json`,
        allowed: EngineCapability.JSON_REGISTRIES.availability,
        fix: 'use the registries of engineToml',
      });
    }
    const own = version.supports(EngineCapability.JSON_REGISTRIES)
      ? renderRegistries(registries, problems, files)
      : undefined;
    const typed = {
      logLevel,
      gc: compact(renderGc(gc, { ...context, problems: problems.at('gc') }) ?? {}),
      security: insecureRootCapabilities === undefined ? security : { insecureRootCapabilities, ...security },
      registries: compact(own ?? {}),
    };
    const merged = withAdditional(typed, additional, problems);
    const isMirrored = [merged.registries, toml?.registry].some((hosts) => isTable(hosts) && 'docker.io' in hosts);
    const keepsMirror =
      keepShippedMirror && version.supports(EngineCapability.SHIPPED_DOCKER_HUB_MIRROR) && !isMirrored;
    return tidy(
      keepsMirror ? withAdditional(merged, { registries: { 'docker.io': SHIPPED_MIRROR } }, problems) : merged,
    );
  }

  private check(keys: WireJson, context: ConfigContext): void {
    const { version, problems } = context;
    checkGc(keys.gc ?? {}, context, problems.at('gc'));
    checkRegistries(keys.registries ?? {}, problems.at('registries'));
    if (
      this.text !== undefined &&
      version.supports(EngineCapability.SHIPPED_DOCKER_HUB_MIRROR) &&
      !('docker.io' in (keys.registries ?? {}))
    ) {
      problems.warn(
        EngineRisk.DROPPED_IMAGE_CONFIG,
        'registries',
        `this file replaces the file in the image, which sets the mirror ${SHIPPED_MIRROR.mirrors[0]} for docker.io`,
        'repeat the mirror here to keep it',
      );
    }
  }
}

checkCalls('EngineJson', EngineJson);

/** Parses the text as the engine does. The engine reads one value and ignores the rest. */
function parse(text: string, problems: Problems): unknown {
  try {
    return readJson(text);
  } catch {
    const object = parseStart(text);
    problems.add(
      '',
      object === undefined
        ? {
            wrong: `is not valid JSON at ${jsonErrorPlace(text)}, so the engine would not start`,
            allowed: 'one JSON object, without comments',
            fix: text.trim() === '' ? "use a value such as '{}'" : 'correct it, or use EngineJson.of(...)',
          }
        : {
            wrong: `the engine ignores the text after the object, at ${jsonErrorPlace(text)}`,
            allowed: 'one JSON object',
            fix: 'remove the rest, or move it into the object',
          },
    );
    return object ?? {};
  }
}

/** Returns the JSON value at the start of the text, or undefined if there is none. */
function parseStart(text: string): unknown {
  try {
    return readJson(jsonStart(text));
  } catch {
    return undefined;
  }
}

function checkGc(gc: WireGc, context: ConfigContext, problems: Problems): void {
  if (gc.policies !== undefined && gc.policies.length > 0) {
    checkPolicies(gc.policies, context, problems.at('policies'));
    for (const key of (['reservedSpace', 'maxUsedSpace', 'minFreeSpace', 'sweepSize', 'sweep'] as const).filter(
      (limit) => gc[limit] !== undefined,
    )) {
      problems.warn(
        EngineRisk.IGNORED_CONFIG_KEY,
        key,
        'is ignored by the engine, because each policy has its own limits',
        'remove it, or set it in each policy',
      );
    }
  } else {
    checkLimits(gc, context, problems);
    checkSweep(gc, false, problems);
    checkComplete(gc, problems);
  }
  // The engine reads zero as unset (engine/server/gc.go:38-64@v1.0.0-beta.10).
  const max = gc.dagqlCache?.maxEstimatedBytes || 4 * GIB;
  const target = gc.dagqlCache?.targetEstimatedBytes || 3 * GIB;
  if (target >= max) {
    problems.add('dagqlCache', {
      wrong: 'targetEstimatedBytes must be less than maxEstimatedBytes, otherwise the engine does not start',
      got: `target ${formatBytes(target)}, maximum ${formatBytes(max)}`,
      allowed: 'a target below the maximum (defaults: 3GiB and 4GiB)',
      fix: 'set both, with a target below the maximum',
    });
  }
}
