import { Duration, Size } from 'cdk8s';
import { CacheVolume, DiskSpace, EngineJson, KeySelector, PemFile, type EngineJsonOptions } from '../../src/index';
import { daemonSet, statefulSet, untyped, type WrongProgram } from './program';

const typed =
  (options: EngineJsonOptions, version = 'v0.21.7'): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, { version, engineJson: EngineJson.of(options) });
const raw =
  (text: string, version = 'v0.21.7'): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, { version, engineJson: EngineJson.raw(text) });
const onVolume =
  (options: EngineJsonOptions): WrongProgram['program'] =>
  (chart) =>
    statefulSet(chart, { engineJson: EngineJson.of(options) });
const gibibytes = (amount: number): DiskSpace => DiskSpace.size(Size.gibibytes(amount));

export const ENGINE_JSON_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'engine.json for a release without support for it',
    program: typed({}, 'v0.14.0'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson: v0.14.0 does not support engine.json; allowed: v0.15.0 and later; fix: use engineToml, or choose a release that supports it',
  },
  {
    title: 'invalid JSON',
    program: raw('logLevel: debug'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson: is not valid JSON at line 1, column 1, so the engine would not start; allowed: one JSON object, without comments; fix: correct it, or use EngineJson.of(...); or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'a comment in engine.json',
    program: raw('{} // nothing'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson: the engine ignores the text after the object, at line 1, column 4; allowed: one JSON object; fix: remove the rest, or move it into the object; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'an empty engine.json',
    program: raw(''),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson: is not valid JSON at line 1, column 1, so the engine would not start; allowed: one JSON object, without comments; fix: use a value such as '{}'; or accept EngineRisk.CONFIG_REJECTED",
  },
  {
    title: 'a list as engine.json',
    program: raw('[]'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson: is invalid in engine.json, so the engine would not start; got []; allowed: a table; fix: use a value such as {}; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: '`$schema` in engine.json',
    program: raw('{"$schema": "https://docs.dagger.io/reference/engine.schema.json"}'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.$schema: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: logLevel, gc, security, registries; fix: remove it; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'a key of a newer release',
    program: typed({ gc: { dagqlCache: { maxEstimatedSize: Size.gibibytes(8) } } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.dagqlCache: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: v0.21.9 and later, v1.0.0-beta.10 and later; fix: remove it, or choose a release that supports it',
  },
  {
    title: 'registries before engine.json supported them',
    program: typed({ registries: { 'docker.io': { mirrors: ['mirror.example.com'] } } }, 'v0.18.19'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.registries: v0.18.19 does not support registries in engine.json; allowed: v0.19.0 and later; fix: use the registries of engineToml',
  },
  {
    title: '`sweepSize` before it existed',
    program: typed({ gc: { sweepSize: DiskSpace.percent(20) } }, 'v0.18.8'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.sweepSize: is not a key of engine.json in v0.18.8, so the engine would not start; allowed: v0.18.11 and later; fix: remove it, or choose a release that supports it',
  },
  {
    title: '`sweep` after it was renamed',
    program: raw('{"gc": {"maxUsedSpace": "75%", "minFreeSpace": "20%", "reservedSpace": "10%", "sweep": "20%"}}'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.sweep: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: v0.18.9 to v0.18.10; fix: rename it to sweepSize; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'a Kubernetes quantity as size',
    program: raw('{"gc": {"maxUsedSpace": "100Gi", "minFreeSpace": "20GB", "reservedSpace": "10GB"}}'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.maxUsedSpace: is invalid in engine.json, so the engine would not start; got "100Gi"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: write '100GiB'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'a fractional percentage',
    program: raw('{"gc": {"maxUsedSpace": "75.5%", "minFreeSpace": "20%", "reservedSpace": "10%"}}'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.maxUsedSpace: is invalid in engine.json, so the engine would not start; got "75.5%"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: use a value such as '150GiB' or '75%'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'a `null` size',
    program: raw('{"gc": {"maxUsedSpace": null}}'),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.maxUsedSpace: is invalid in engine.json, so the engine would not start; got null; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: use a value such as '150GiB' or '75%'; or accept EngineRisk.CONFIG_REJECTED",
  },
  {
    title: 'days in a duration',
    program: raw('{"gc": {"policies": [{"all": true, "keepDuration": "7d"}]}}'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.policies[0].keepDuration: is invalid in engine.json, so the engine would not start; got "7d"; allowed: a Go duration such as '336h' or '1h30m', or whole seconds; fix: write '168h'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'an unknown log level',
    program: raw('{"logLevel": "verbose"}'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.logLevel: is invalid in engine.json, so the engine would not start; got "verbose"; allowed: error, warn, info, debug, debugextra, trace; fix: use a value such as 'info'; or accept EngineRisk.CONFIG_REJECTED`,
  },
  {
    title: 'a string instead of a boolean in engine.json',
    program: raw('{"security": {"insecureRootCapabilities": "false"}}'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.security.insecureRootCapabilities: is invalid in engine.json, so the engine would not start; got "false"; allowed: true or false; fix: write true or false, without quotes; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: "a size that isn't a whole number of KiB",
    program: typed({ gc: { maxUsedSpace: DiskSpace.size(Size.kibibytes(0.5)) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.maxUsedSpace: must be a size that the file can represent exactly; got "0.5 KiB"; allowed: a whole number of KiB above 0; fix: use a value such as DiskSpace.size(Size.gibibytes(150))',
  },
  {
    title: 'zero percent',
    program: typed({ gc: { maxUsedSpace: DiskSpace.percent(0) } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.maxUsedSpace: is invalid in engine.json, so the engine would not start; got "0%"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: use a value such as '150GiB' or '75%'`,
  },
  {
    title: 'a cache as large as its volume',
    program: onVolume({ gc: { maxUsedSpace: gibibytes(100) } }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - engineJson.gc.maxUsedSpace: must be less than the volume, otherwise the disk fills up or the cache is always empty; got "100GiB"; allowed: less than the volume; fix: use a value such as 75GiB',
  },
  {
    title: 'a cache of the whole disk',
    program: typed({ gc: { maxUsedSpace: DiskSpace.percent(100) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.maxUsedSpace: must be less than the disk, otherwise the disk fills up or the cache is always empty; got "100%"; allowed: less than the disk; fix: use a value such as 75%',
  },
  {
    title: 'more reserved space than used space',
    program: onVolume({ gc: { maxUsedSpace: gibibytes(50), reservedSpace: gibibytes(60) } }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - engineJson.gc.reservedSpace: must not exceed maxUsedSpace, which would have no effect; got "60GiB"; allowed: at most 50GiB; fix: decrease it, or increase maxUsedSpace',
  },
  {
    title: "a percentage of an emptyDir, which uses the node's file system",
    program: (chart) =>
      daemonSet(chart, {
        cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
        engineJson: EngineJson.of({ gc: { maxUsedSpace: DiskSpace.percent(75) } }),
      }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.maxUsedSpace: must be a size, because a percentage refers to the disk of the node; got "75%"; allowed: a size; fix: use a value such as DiskSpace.size(Size.gibibytes(10))`,
  },
  {
    title: 'a size as `sweep`',
    program: typed({ gc: { sweepSize: gibibytes(20) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.sweepSize: must be a percentage, because a size of more than 512 MB deletes all cache volumes at each collection; got "20GiB"; allowed: a percentage; fix: use a value such as DiskSpace.percent(20)',
  },
  {
    title: '`sweep` without a limit',
    program: raw('{"gc": {"sweepSize": "20%"}}'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.sweepSize: without maxUsedSpace, every sweep deletes the whole cache; got "20%"; allowed: a sweep together with maxUsedSpace; fix: set maxUsedSpace too; or accept EngineRisk.CONFIG_REJECTED',
  },
  {
    title: 'a target above the maximum',
    program: typed({ gc: { dagqlCache: { targetEstimatedSize: Size.gibibytes(5) } } }, 'v1.0.0-beta.10'),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.dagqlCache: targetEstimatedBytes must be less than maxEstimatedBytes, otherwise the engine does not start; got "target 5GiB, maximum 4GiB"; allowed: a target below the maximum (defaults: 3GiB and 4GiB); fix: set both, with a target below the maximum',
  },
  {
    title: 'limits while garbage collection is off',
    program: typed({ gc: { enabled: false, maxUsedSpace: DiskSpace.percent(50) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.enabled: garbage collection is disabled, so maxUsedSpace would have no effect; got false; fix: remove enabled: false, or the other properties',
  },
  {
    title: 'limits together with policies',
    program: typed({ gc: { maxUsedSpace: DiskSpace.percent(50), policies: [{ all: true }] } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.policies: the engine ignores maxUsedSpace if policies are set; fix: set the limits in each policy',
  },
  {
    title: 'an empty list of policies',
    program: typed({ gc: { policies: [] } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.policies: the engine reads an empty list as unset, and generates its own policies; got []; fix: remove it, or set enabled to false',
  },
  {
    title: 'an unknown filter on a record type',
    program: typed({ gc: { policies: [{ filters: ['type==cachemount'] }] } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.policies[0].filters[0]: the filter never matches: the record type "cachemount" does not exist; got "type==cachemount"; allowed: internal, frontend, source.local, source.git.checkout, exec.cachemount, regular; fix: use a value such as 'type==exec.cachemount'`,
  },
  {
    title: 'two type filters, which must all match',
    program: typed({ gc: { policies: [{ filters: ['type==source.local', 'type==exec.cachemount'] }] } }),
    says: `[ci/engine] EngineDaemonSet has 2 problems:\n  - engineJson.gc.policies[0].filters[0]: the filter never matches: all filters of a policy must match; got "type==source.local"; allowed: one filter with all types, separated by commas; fix: write 'type==source.local,type==exec.cachemount'\n  - engineJson.gc.policies[0].filters[1]: the filter never matches: all filters of a policy must match; got "type==exec.cachemount"; allowed: one filter with all types, separated by commas; fix: write 'type==source.local,type==exec.cachemount'`,
  },
  {
    title: 'two types in one filter, which must both match',
    program: typed({ gc: { policies: [{ filters: ['type==source.local,type==exec.cachemount'] }] } }, 'v0.20.8'),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.policies[0].filters[0]: the filter never matches: a comma requires both types at once; got "type==source.local,type==exec.cachemount"; allowed: a separate filter for each type; fix: write 'type==source.local', 'type==exec.cachemount'`,
  },
  {
    title: 'an unknown filter on a field',
    program: typed({ gc: { policies: [{ filters: ['age==2d'] }] } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.policies[0].filters[0]: the filter never matches: the field or operator does not exist; got "age==2d"; allowed: id, type, recordtype, description, inuse, each with ==; fix: use a value such as 'type==exec.cachemount'`,
  },
  {
    title: 'a zero duration for cache volumes',
    program: typed({ gc: { keepCacheVolumes: Duration.seconds(0) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.gc.keepCacheVolumes: must be a duration that the engine can represent; got "0 ms"; allowed: a whole number of milliseconds above 0; fix: use a value such as Duration.days(14)',
  },
  {
    title: 'a key in `additional` that a property sets',
    program: typed({ gc: { enabled: false }, additional: { gc: { enabled: true } } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.additional.gc.enabled: is set both in `additional` and by a property; got true; fix: set it in one of the two places',
  },
  {
    title: 'an unknown key in `additional`',
    program: typed({ additional: { tracing: false } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.additional.tracing: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: logLevel, gc, security, registries; fix: remove it',
  },
  {
    title: 'a scheme in a registry name',
    program: typed({ registries: { 'https://registry.example.com': {} } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.registries["https://registry.example.com"]: must be the host of a registry, because no image is pulled from it otherwise; got "https://registry.example.com"; allowed: host or host:port, without a scheme or path; fix: use a value such as 'docker.io' or 'registry.example.com:5000'`,
  },
  {
    title: 'plain HTTP through the scheme of a mirror',
    program: typed({ registries: { 'docker.io': { mirrors: ['http://mirror.example.com'] } } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.registries["docker.io"].mirrors[0]: must be a host without a scheme, because the engine ignores the scheme; got "http://mirror.example.com"; allowed: host, host:port or host:port/path; fix: remove the scheme, and for plain HTTP set http: true in the mirror's own entry in registries`,
  },
  {
    title: 'a certificate at a relative path',
    program: typed({ registries: { 'registry.example.com': { ca: [PemFile.fromPath('certs/ca.pem')] } } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.registries["registry.example.com"].ca[0]: must be an absolute path; got "certs/ca.pem"; allowed: a path in the pod, starting with '/'; fix: use a value such as '/etc/ssl/certs/ca.pem', or PemFile.fromSelector(...) to mount it`,
  },
  {
    title: 'a certificate in a Secret with an invalid name',
    program: typed({
      registries: {
        'registry.example.com': { ca: [PemFile.fromSelector(KeySelector.fromSecretName('Registry_CA', 'ca.crt'))] },
      },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.registries["registry.example.com"].ca[0]: must be a valid object name; got "Registry_CA"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "registry-ca"`,
  },
  {
    title: 'a value of the wrong type in an untyped program',
    program: typed({ logLevel: untyped(3) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - engineJson.logLevel: has the wrong type; got 3; allowed: LogLevel.ERROR, LogLevel.WARN, LogLevel.INFO, LogLevel.DEBUG, LogLevel.EXTRA_DEBUG, LogLevel.TRACE; fix: use a member of LogLevel',
  },
];
