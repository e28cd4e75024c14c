import { compact } from '../kubernetes/manifest';
import { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import { EngineWarning } from '../reporting/warnings';
import type { ConfigContext, MountedFile, RenderedConfig } from './config-context';
import { JSON_FORMAT, JSON_KEYS } from './engine-json-keys';
import { formatBytes, GIB } from './engine-units';
import { isTable, type Table } from './file-keys';
import type { GarbageCollection } from './garbage-collection';
import { checkComplete, checkLimits, checkPolicies, checkSweep } from './gc-limits-check';
import { renderGc } from './gc-rendering';
import { jsonErrorPlace, jsonStart, readJson } from './json-syntax';
import type { LogLevel } from './log-level';
import type { RegistryConfig } from './registry';
import { byPath, checkRegistries, renderRegistries } from './registry-rendering';
import { merge, tidy } from './wire-tables';
import { whereWritten, type Names } from './written-names';
import type { WireGc, WireJson } from './wire';

/** What build containers may do. */
export interface EngineSecurity {
  /**
   * Whether builds may ask for root capabilities (`insecureRootCapabilities` of `withExec`),
   * which makes them root on the node.
   *
   * @default true
   */
  readonly insecureRootCapabilities?: boolean;
}

/** What engine.json says. */
export interface EngineJsonOptions {
  /**
   * How much the engine logs.
   *
   * @default - debug
   */
  readonly logLevel?: LogLevel;

  /**
   * Garbage collection of the cache.
   *
   * @default - computed from the size of the cache volume where that is known, else the engine's own
   */
  readonly gc?: GarbageCollection;

  /**
   * What build containers may do.
   *
   * @default - the engine's own: everything
   */
  readonly security?: EngineSecurity;

  /**
   * Mirrors, certificates and protocol of registries, by host: `docker.io`, `registry.example.com:5000`.
   * From v0.19.0; before that see `EngineToml`.
   *
   * @default - none
   */
  readonly registries?: { [host: string]: RegistryConfig };

  /**
   * Whether to keep the mirror of docker.io, `mirror.gcr.io`, that the image's own engine.json has from
   * v1.0.0-beta.5. An entry for `docker.io` in `registries` replaces it.
   *
   * @default true
   */
  readonly keepShippedMirror?: boolean;

  /**
   * Keys that this library has no type for, merged into the rest. Those that the engine's version doesn't know are
   * refused, as they stop it.
   *
   * @default - none
   */
  readonly additional?: { [key: string]: unknown };
}

/** What the image's own engine.json says of docker.io (toolchains/engine-dev/config.go:95@v1.0.0-beta.5). */
const SHIPPED_MIRROR = { mirrors: ['mirror.gcr.io'] };

const NAMES: Names = [
  [/^(gc\.dagqlCache\.(?:max|target)Estimated)Bytes$/, '$1Size'],
  [/^(gc\.(?:policies\[\d+\]\.)?)sweep$/, '$1sweepSize'],
];
/** The policies that are made for `keepCacheVolumes` say what the limits say. */
const GENERATED: Names = [...NAMES, [/^gc\.policies\[\d+\]/, 'gc']];

/**
 * The engine's configuration file `/etc/dagger/engine.json`, from v0.15.0. It replaces the one in the image.
 *
 * Both forms are checked as the engine would read them: what would stop it is an error.
 */
export class EngineJson {
  /**
   * From typed options.
   *
   * @param options what the file says
   */
  public static of(options: EngineJsonOptions): EngineJson {
    return new EngineJson(options, undefined);
  }

  /**
   * From a text of your own, which goes into the file as it is.
   *
   * @param text the JSON text
   */
  public static raw(text: string): EngineJson {
    return new EngineJson(undefined, text);
  }

  /**
   * The file of the image, whatever else there is to say: garbage collection isn't sized from the cache volume, and where the
   * image has a mirror of docker.io, that goes before one in engine.toml.
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
      (path) => this.whereWritten(path),
      this.text === undefined ? undefined : 'config-refused',
    );
    return rendered;
  }

  /** Reports with the names of the file. */
  private read(context: ConfigContext): RenderedConfig {
    const { version, problems } = context;
    if (!version.supports(EngineCapability.ENGINE_JSON)) {
      problems.add('', {
        wrong: `${version.tag} reads no engine.json`,
        allowed: EngineCapability.ENGINE_JSON.availability,
        fix: 'use engineToml, or choose such a version',
      });
      return { text: this.text ?? '', files: [], keys: {} };
    }
    const files: MountedFile[] = [];
    const written = this.text === undefined ? this.typed(context, files) : parse(this.text, problems);
    const keys = (JSON_KEYS(written, { format: JSON_FORMAT, version, problems, property: '' }) ?? {}) as WireJson;
    this.check(keys, context);
    return { text: this.text ?? `${JSON.stringify(written, undefined, 2)}\n`, files: byPath(files), keys: { ...keys } };
  }

  private whereWritten(path: string): string {
    const { gc, additional } = this.options ?? {};
    const isGenerated = gc?.keepCacheVolumes !== undefined && gc.policies === undefined;
    return this.options === undefined ? path : whereWritten(path, isGenerated ? GENERATED : NAMES, additional);
  }

  private typed(context: ConfigContext, files: MountedFile[]): Table {
    const { logLevel, gc, security, registries, keepShippedMirror = true, additional = {} } = this.options!;
    const { version, problems, toml, insecureRootCapabilities } = context;
    if (registries !== undefined && !version.supports(EngineCapability.JSON_REGISTRIES)) {
      problems.add('registries', {
        wrong: `${version.tag} has no registries in engine.json`,
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
    const merged = merge(typed, additional, problems);
    const isMirrored = [merged.registries, toml?.registry].some((hosts) => isTable(hosts) && 'docker.io' in hosts);
    const keepsMirror =
      keepShippedMirror && version.supports(EngineCapability.SHIPPED_DOCKER_HUB_MIRROR) && !isMirrored;
    return tidy(keepsMirror ? merge(merged, { registries: { 'docker.io': SHIPPED_MIRROR } }, problems) : merged);
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
        EngineWarning.DROPPED_IMAGE_CONFIG,
        'registries',
        `this file replaces the one of the image, which makes ${SHIPPED_MIRROR.mirrors[0]} a mirror of docker.io; repeat that here to keep it`,
      );
    }
  }
}

/** Reads the text as the engine does, which reads one value and nothing of what follows it. */
function parse(text: string, problems: Problems): unknown {
  try {
    return readJson(text);
  } catch {
    const object = parseStart(text);
    problems.add(
      '',
      object === undefined
        ? {
            wrong: `not JSON at ${jsonErrorPlace(text)}, which stops the engine`,
            allowed: 'one JSON object, without comments',
            fix: text.trim() === '' ? "for example '{}'" : 'mend it there, or use EngineJson.of(...)',
          }
        : {
            wrong: `the engine ignores what follows the object, at ${jsonErrorPlace(text)}`,
            allowed: 'one JSON object',
            fix: 'remove what follows, or write it into the object',
          },
    );
    return object ?? {};
  }
}

/** The value before what can't be there; undefined where there is none. */
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
        EngineWarning.IGNORED_CONFIG_KEY,
        key,
        'the engine ignores it beside policies, each of which has limits of its own',
      );
    }
  } else {
    checkLimits(gc, context, problems);
    checkSweep(gc, false, problems);
    checkComplete(gc, problems);
  }
  // Zero is unset (engine/server/gc.go:38-64@v1.0.0-beta.10).
  const max = gc.dagqlCache?.maxEstimatedBytes || 4 * GIB;
  const target = gc.dagqlCache?.targetEstimatedBytes || 3 * GIB;
  if (target >= max) {
    problems.add('dagqlCache', {
      wrong: 'the target is not less than the maximum, which stops the engine',
      got: `${formatBytes(target)} and ${formatBytes(max)}`,
      allowed: 'a target below the maximum; the defaults are 3GiB and 4GiB',
      fix: 'set both',
    });
  }
}
