import { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineRisk } from '../reporting/engine-risk';
import type { ConfigContext, RenderedConfig } from './config-context';
import { EngineJson } from './engine-json';
import { EngineToml } from './engine-toml';
import { checkBound } from './gc-bound';
import { needsPreset } from './gc-limits';
import type { WireGc, WireJson, WireToml, WireWorker } from './wire';

/** The configuration files of an engine. If a file is undefined, the file in the image applies. */
export interface ConfigFiles {
  readonly json?: RenderedConfig;
  readonly toml?: RenderedConfig;
}

/**
 * Renders both files consistently. Problems are reported at `engineJson` and `engineToml`, below `context.problems`.
 */
export function renderConfigFiles(
  engineJson: EngineJson | undefined,
  engineToml: EngineToml | undefined,
  context: ConfigContext,
): ConfigFiles {
  const { insecureRootCapabilities, problems, version } = context;
  const tomlNeeded =
    context.extraAddresses.length > 0 ||
    context.tls !== undefined ||
    needsPreset(context) ||
    (insecureRootCapabilities !== undefined && !version.supports(EngineCapability.ENGINE_JSON));
  const tomlSource = engineToml ?? (tomlNeeded ? EngineToml.of({}) : undefined);
  const before = problems.messages.length;
  const toml = tomlSource?._render({ ...context, problems: problems.at('engineToml') });

  const jsonContext = { ...context, problems: problems.at('engineJson'), toml: toml?.keys as WireToml | undefined };
  const json =
    engineJson?._isShipped === true ? undefined : (engineJson?._render(jsonContext) ?? defaultJson(jsonContext));
  if (engineJson?._isShipped === true && shadowsToml(jsonContext)) {
    problems.warn(
      EngineRisk.OVERRIDDEN_CONFIG_KEY,
      'engineToml.registry["docker.io"]',
      'is replaced by the entry for the same host in the engine.json in the image',
      'move it to engineJson',
    );
  }
  if (json !== undefined && engineJson !== undefined && engineToml !== undefined) {
    const overridden = new Problems();
    warnAboutOverriddenKeys(overridden, {
      json: json.keys as WireJson,
      toml: toml!.keys as WireToml,
      wrote: (limit) => engineToml._wrote(limit),
      version,
    });
    problems.at('engineToml').adopt(overridden, (path) => engineToml._optionPath(path));
  }
  // The check needs valid files, because the limits of an invalid file are unknown.
  const limit = context.cacheIsOwnFilesystem ? undefined : (context.cacheSize ?? context.mountedLimit);
  if (limit !== undefined && problems.messages.length === before) {
    checkBound(
      (json?.keys as WireJson | undefined)?.gc,
      (toml?.keys as WireToml | undefined)?.worker?.oci,
      { cacheSize: limit, version },
      (ofJson) => problems.at(ofJson ? 'engineJson.gc' : `engineToml.${tomlSource!._optionPath('worker.oci')}`),
    );
  }
  checkRootCapabilities({ json, toml }, context);
  checkMetrics(json, context);
  return { json, toml };
}

/**
 * Renders the engine.json of an engine without `engineJson`. The file contains garbage collection limits if the size of
 * the cache volume is known. Returns undefined if the file in the image suffices. The file doesn't suffice if its
 * mirror would replace a mirror in engine.toml.
 */
function defaultJson(context: ConfigContext): RenderedConfig | undefined {
  if (!context.version.supports(EngineCapability.ENGINE_JSON)) {
    return undefined;
  }
  const json = EngineJson.of({})._render(context);
  const isNeeded = ['gc', 'security', 'telemetry'].some((key) => key in json.keys);
  return isNeeded || shadowsToml(context) ? json : undefined;
}

/** Whether the engine.json in the image replaces an entry in engine.toml. */
function shadowsToml({ toml, version }: ConfigContext): boolean {
  return version.supports(EngineCapability.SHIPPED_DOCKER_HUB_MIRROR) && 'docker.io' in (toml?.registry ?? {});
}

/** Reports a user-defined file that conflicts with the property `insecureRootCapabilities`. */
function checkRootCapabilities(
  { json, toml }: ConfigFiles,
  { insecureRootCapabilities, problems, version }: ConfigContext,
): void {
  if (insecureRootCapabilities === undefined) {
    return;
  }
  const hasJson = version.supports(EngineCapability.ENGINE_JSON);
  const valueInFile = hasJson
    ? (json?.keys as WireJson | undefined)?.security?.insecureRootCapabilities
    : ((toml?.keys as WireToml | undefined)?.['insecure-entitlements']?.includes('security.insecure') ?? false);
  if (valueInFile !== insecureRootCapabilities) {
    problems.add('insecureRootCapabilities', {
      wrong: `conflicts with ${hasJson ? 'security in engineJson' : 'insecure-entitlements in engineToml'}`,
      got: insecureRootCapabilities,
      allowed: 'the value in the file',
      fix: hasJson
        ? `set "security": {"insecureRootCapabilities": ${insecureRootCapabilities}} there`
        : `set insecure-entitlements = ${insecureRootCapabilities ? '["security.insecure"]' : '[]'} there`,
    });
  }
}

/** Reports a user-defined engine.json that doesn't enable the metrics that the property `telemetry` requires. */
function checkMetrics(json: RenderedConfig | undefined, { problems, sendsMetrics, version }: ConfigContext): void {
  const isEnabled = (json?.keys as WireJson | undefined)?.telemetry?.resourceMetrics === true;
  if (sendsMetrics === true && !isEnabled && version.supports(EngineCapability.ENGINE_JSON)) {
    problems.add('telemetry', {
      wrong: 'is not enabled in the file that engineJson sets',
      allowed: 'a file with "telemetry": {"resourceMetrics": true}, or EngineJson.of(...)',
      fix: 'add it to the file, or use EngineJson.of(...)',
    });
  }
}

/** The content of both files of an engine. */
interface BothFiles {
  readonly json: WireJson;
  readonly toml: WireToml;
  /** Whether the user set a limit in engine.toml. */
  readonly wrote: (limit: string) => boolean;
  readonly version: EngineVersion;
}

/**
 * Warns about keys of engine.toml that engine.json overrides, or the reverse (engine/server/server.go:288-332 and
 * gc.go:453-515 @v1.0.0-beta.10).
 */
function warnAboutOverriddenKeys(problems: Problems, { json, toml, version, wrote }: BothFiles): void {
  const warn = (key: string, why: string) =>
    problems.warn(EngineRisk.OVERRIDDEN_CONFIG_KEY, key, why, 'remove one of them');

  const replacesEntitlements =
    version.supports(EngineCapability.JSON_SECURITY_REPLACES_TOML) && json.security !== undefined;
  if (replacesEntitlements && toml['insecure-entitlements'] !== undefined) {
    warn('insecure-entitlements', 'security in engineJson takes precedence');
  }
  for (const host of Object.keys(toml.registry ?? {})) {
    if (json.registries !== undefined && host in json.registries) {
      warn(`registry[${JSON.stringify(host)}]`, 'the entry for the same host in engineJson replaces it');
    }
  }
  if (json.logLevel !== undefined && toml.trace === true) {
    warn('trace', 'logLevel in engineJson takes precedence');
  }
  warnAboutOverriddenGc(json.gc ?? {}, toml.worker?.oci ?? {}, wrote, warn);
}

function warnAboutOverriddenGc(
  json: WireGc,
  toml: WireWorker,
  wrote: (limit: string) => boolean,
  warn: (key: string, why: string) => void,
): void {
  const limits = ['maxUsedSpace', 'minFreeSpace', 'reservedSpace', 'sweepSize', 'sweep', 'gckeepstorage'] as const;
  const hasLimits = limits.some((key) => key in json);
  const hasPolicies = (json.policies ?? []).length > 0;
  if (toml.gc === false && (json.enabled === true || hasLimits || hasPolicies)) {
    warn('worker.oci.gc', 'disables garbage collection, regardless of gc in engineJson');
  }
  if (toml.gcpolicy !== undefined && (hasPolicies || hasLimits)) {
    warn(
      'worker.oci.gcpolicy',
      hasPolicies
        ? 'gc.policies in engineJson takes precedence'
        : 'takes precedence over the limits of gc in engineJson',
    );
  }
  for (const key of limits.filter((name) => name in toml && wrote(name))) {
    if (hasLimits || hasPolicies) {
      warn(`worker.oci.${key}`, 'gc in engineJson takes precedence');
    }
  }
}
