import { EngineCapability } from '../version/engine-capability';
import { COUNT, DURATION, FLAG, listOf, mapOf, oneOf, SPACE, table, TEXT, type FileFormat } from './file-keys';
import { LogLevel } from './log-level';

/**
 * The format of engine.json. The engine's decoder rejects unknown keys and ignores case
 * (engine/config/load.go:11-22@v0.21.7).
 */
export const JSON_FORMAT: FileFormat = {
  name: 'engine.json',
  skipsUnknownKeys: false,
  matches: (written, key) => written.toLowerCase() === key.toLowerCase(),
};

const LIMITS = {
  reservedSpace: SPACE,
  maxUsedSpace: SPACE,
  minFreeSpace: SPACE,
  sweepSize: { shape: SPACE, capability: EngineCapability.JSON_GC_SWEEP_SIZE, otherName: 'sweep' },
  sweep: { shape: SPACE, capability: EngineCapability.JSON_GC_SWEEP, otherName: 'sweepSize' },
};

/**
 * The keys of engine.json (engine/config/config.go@v1.0.0-beta.10, and @0425b98129 for `telemetry` and `remoteCache`).
 */
export const JSON_KEYS = table({
  logLevel: oneOf(Object.values(LogLevel), (text) => text.toLowerCase(), LogLevel.INFO),
  gc: table({
    enabled: FLAG,
    ...LIMITS,
    policies: listOf(table({ all: FLAG, filters: listOf(TEXT), keepDuration: DURATION, ...LIMITS })),
    dagqlCache: {
      shape: table({ maxEstimatedBytes: COUNT, targetEstimatedBytes: COUNT }),
      capability: EngineCapability.JSON_GC_DAGQL_CACHE,
    },
  }),
  telemetry: {
    shape: table({
      resourceMetrics: FLAG,
      engineEvents: { shape: FLAG, capability: EngineCapability.JSON_TELEMETRY_ENGINE_EVENTS },
    }),
    capability: EngineCapability.JSON_TELEMETRY_RESOURCE_METRICS,
  },
  remoteCache: { shape: table({ url: TEXT }), capability: EngineCapability.JSON_REMOTE_CACHE },
  security: table({ insecureRootCapabilities: FLAG }),
  registries: {
    shape: mapOf(table({ mirrors: listOf(TEXT), http: FLAG, insecure: FLAG, ca: listOf(TEXT) })),
    capability: EngineCapability.JSON_REGISTRIES,
  },
});
