import { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineWarning } from '../reporting/warnings';
import type { ConfigContext, RenderedConfig } from './config-context';
import { EngineJson } from './engine-json';
import { EngineToml } from './engine-toml';
import { checkBound } from './gc-bound';
import { needsPreset } from './gc-limits';
import type { WireGc, WireJson, WireToml, WireWorker } from './wire';

/** The engine's configuration files. What is undefined is the image's own. */
export interface ConfigFiles {
  readonly json?: RenderedConfig;
  readonly toml?: RenderedConfig;
}

/**
 * Both files, made to fit each other. `context.problems` is that of the engine's properties:
 * what is wrong is reported at `engineJson` and `engineToml`.
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
      EngineWarning.OVERRIDDEN_CONFIG_KEY,
      'engineToml.registry["docker.io"]',
      'the engine.json of the image has an entry for the same host, which replaces all of it',
    );
  }
  if (json !== undefined && engineJson !== undefined && engineToml !== undefined) {
    const overridden = new Problems();
    warnOfOverriddenKeys(
      json.keys as WireJson,
      toml!.keys as WireToml,
      (limit) => engineToml._wrote(limit),
      version,
      overridden,
    );
    problems.at('engineToml').adopt(overridden, (path) => engineToml._whereWritten(path));
  }
  // A file that is refused says nothing of what holds.
  if (context.cacheSize !== undefined && !context.cacheIsOwnFilesystem && problems.messages.length === before) {
    checkBound(
      (json?.keys as WireJson | undefined)?.gc,
      (toml?.keys as WireToml | undefined)?.worker?.oci,
      context,
      (ofJson) => problems.at(ofJson ? 'engineJson.gc' : `engineToml.${tomlSource!._whereWritten('worker.oci')}`),
    );
  }
  checkRootCapabilities({ json, toml }, context);
  return { json, toml };
}

/**
 * The file for an engine without a configuration of its own: a preset of garbage collection, where the size of the cache
 * volume is known. Undefined where the image's own does, unless that has a mirror in the place of one in engine.toml.
 */
function defaultJson(context: ConfigContext): RenderedConfig | undefined {
  if (!context.version.supports(EngineCapability.ENGINE_JSON)) {
    return undefined;
  }
  const json = EngineJson.of({})._render(context);
  return 'gc' in json.keys || 'security' in json.keys || shadowsToml(context) ? json : undefined;
}

/** Whether the image's own engine.json has an entry for a host that engine.toml speaks of. */
function shadowsToml({ toml, version }: ConfigContext): boolean {
  return version.supports(EngineCapability.SHIPPED_DOCKER_HUB_MIRROR) && 'docker.io' in (toml?.registry ?? {});
}

/** A file of the user's own may say otherwise than the property. */
function checkRootCapabilities(
  { json, toml }: ConfigFiles,
  { insecureRootCapabilities, problems, version }: ConfigContext,
): void {
  if (insecureRootCapabilities === undefined) {
    return;
  }
  const hasJson = version.supports(EngineCapability.ENGINE_JSON);
  const says = hasJson
    ? (json?.keys as WireJson | undefined)?.security?.insecureRootCapabilities
    : ((toml?.keys as WireToml | undefined)?.['insecure-entitlements']?.includes('security.insecure') ?? false);
  if (says !== insecureRootCapabilities) {
    problems.add('insecureRootCapabilities', {
      wrong: `${hasJson ? 'security in engineJson' : 'insecure-entitlements in engineToml'} says otherwise`,
      got: insecureRootCapabilities,
      allowed: 'what the file says',
      fix: hasJson
        ? `set "security": {"insecureRootCapabilities": ${insecureRootCapabilities}} there`
        : `set insecure-entitlements = ${insecureRootCapabilities ? '["security.insecure"]' : '[]'} there`,
    });
  }
}

/** engine/server/server.go:288-332 and gc.go:453-515 @v1.0.0-beta.10. */
function warnOfOverriddenKeys(
  json: WireJson,
  toml: WireToml,
  wrote: (limit: string) => boolean,
  version: EngineVersion,
  problems: Problems,
): void {
  const warn = (key: string, why: string) => problems.warn(EngineWarning.OVERRIDDEN_CONFIG_KEY, key, why);

  const replacesEntitlements =
    version.supports(EngineCapability.JSON_SECURITY_REPLACES_TOML) && json.security !== undefined;
  if (replacesEntitlements && toml['insecure-entitlements'] !== undefined) {
    warn('insecure-entitlements', 'the engine ignores it beside security in engineJson');
  }
  for (const host of Object.keys(toml.registry ?? {})) {
    if (json.registries !== undefined && host in json.registries) {
      warn(`registry[${JSON.stringify(host)}]`, 'the entry of the same host in engineJson replaces all of it');
    }
  }
  if (json.logLevel !== undefined && toml.trace === true) {
    warn('trace', 'logLevel in engineJson goes before it');
  }
  warnOfOverriddenGc(json.gc ?? {}, toml.worker?.oci ?? {}, wrote, warn);
}

function warnOfOverriddenGc(
  json: WireGc,
  toml: WireWorker,
  wrote: (limit: string) => boolean,
  warn: (key: string, why: string) => void,
): void {
  const limits = ['maxUsedSpace', 'minFreeSpace', 'reservedSpace', 'sweepSize', 'sweep', 'gckeepstorage'] as const;
  const hasLimits = limits.some((key) => key in json);
  const hasPolicies = (json.policies ?? []).length > 0;
  if (toml.gc === false && (json.enabled === true || hasLimits || hasPolicies)) {
    warn('worker.oci.gc', 'it switches garbage collection off, whatever gc in engineJson says');
  }
  if (toml.gcpolicy !== undefined && (hasPolicies || hasLimits)) {
    warn(
      'worker.oci.gcpolicy',
      hasPolicies ? 'gc.policies in engineJson goes before it' : 'it goes before the limits of gc in engineJson',
    );
  }
  for (const key of limits.filter((name) => name in toml && wrote(name))) {
    if (hasLimits || hasPolicies) {
      warn(`worker.oci.${key}`, 'gc in engineJson goes before it');
    }
  }
}
