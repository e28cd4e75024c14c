import type { WireJson } from '../config/wire';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';

/** The settings that determine which client variables the engine uses. */
export interface Reports {
  /** The keys of engine.json. */
  readonly json: Pick<WireJson, 'telemetry' | 'remoteCache'>;
  /** The names of the engine's environment variables. */
  readonly env: readonly string[];
}

/** A client variable that the engine also reads in some releases. */
interface SharedVariable {
  readonly names: RegExp;
  /** The features that use the variable. The engine reads the variable if one of them is supported and enabled. */
  readonly features: ReadonlyArray<{
    readonly capability: EngineCapability;
    /** The setting that enables the feature, or undefined if it is always enabled. */
    readonly setting?: string;
    readonly isEnabled: (reports: Reports) => boolean;
  }>;
}

/**
 * Matches the variables that the engine's metrics exporter reads (cmd/engine/telemetry.go in v0.21.10 and later). The
 * exporter ignores OTEL_EXPORTER_OTLP_ENDPOINT. The Go SDK adds OTEL_RESOURCE_ATTRIBUTES.
 */
const OTLP_METRICS = new RegExp(
  `^OTEL_(${[
    'EXPORTER_OTLP_METRICS_\\w+',
    'EXPORTER_OTLP_(PROTOCOL|HEADERS|TIMEOUT|COMPRESSION|INSECURE|CERTIFICATE|CLIENT_CERTIFICATE|CLIENT_KEY)',
    'METRIC_EXPORT_(INTERVAL|TIMEOUT)',
    'RESOURCE_ATTRIBUTES',
  ].join('|')})$`,
);

const SHARED: readonly SharedVariable[] = [
  {
    names: OTLP_METRICS,
    features: [
      {
        capability: EngineCapability.JSON_TELEMETRY_RESOURCE_METRICS,
        setting: 'telemetry.resourceMetrics',
        isEnabled: ({ json }) => json.telemetry?.resourceMetrics === true,
      },
    ],
  },
  {
    names: /^DAGGER_CLOUD_TOKEN$/,
    features: [
      // dagger/dagger v0.18.14 engine/server/server.go:494
      { capability: EngineCapability.MAGICACHE, isEnabled: () => true },
      {
        capability: EngineCapability.JSON_TELEMETRY_ENGINE_EVENTS,
        setting: 'telemetry.engineEvents',
        isEnabled: ({ env, json }) =>
          json.telemetry?.engineEvents === true || env.includes('_EXPERIMENTAL_DAGGER_ENGINE_EVENTS'),
      },
      {
        capability: EngineCapability.JSON_REMOTE_CACHE,
        setting: 'remoteCache.url',
        isEnabled: ({ env, json }) =>
          json.remoteCache?.url !== undefined || env.includes('_EXPERIMENTAL_DAGGER_REMOTE_CACHE_URL'),
      },
    ],
  },
];

/** Returns the reason that an engine ignores a client variable. Returns undefined for any other variable. */
export function ignoredClientVariable(name: string, version: EngineVersion, reports: Reports): string | undefined {
  const shared = SHARED.find(({ names }) => names.test(name));
  if (shared === undefined) {
    return name.startsWith('OTEL_') ? "the engine doesn't read this client variable" : undefined;
  }
  const { features } = shared;
  const supported = features.filter(({ capability }) => version.supports(capability));
  if (supported.length === 0) {
    const releases = new Set(features.map(({ capability }) => capability.availability));
    return `${version.tag} doesn't read this client variable (supported ${[...releases].join(', ')})`;
  }
  return supported.some(({ isEnabled }) => isEnabled(reports))
    ? undefined
    : `the engine reads this client variable only if engine.json sets ${supported.map(({ setting }) => setting).join(' or ')}`;
}
