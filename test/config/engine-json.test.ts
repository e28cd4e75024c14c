import { Duration, Size } from 'cdk8s';
import { DiskSpace, EngineJson, KeySelector, LogLevel, PemFile, type EngineJsonOptions } from '../../src/index';
import { readJson, render } from './render';

const CA = PemFile.fromSelector(KeySelector.fromConfigMapName('company-ca', 'ca.crt'));

describe('typed', () => {
  test('renders every property, in order', () => {
    const all: Required<Omit<EngineJsonOptions, 'additional' | 'keepShippedMirror'>> = {
      security: { insecureRootCapabilities: false },
      logLevel: LogLevel.INFO,
      registries: {
        'registry.example.com:5000': {
          mirrors: ['mirror.example.com/hub'],
          http: true,
          insecure: false,
          ca: [CA, PemFile.fromPath('/etc/ssl/own.crt')],
        },
      },
      gc: {
        enabled: true,
        maxUsedSpace: DiskSpace.size(Size.gibibytes(150)),
        minFreeSpace: DiskSpace.percent(15),
        reservedSpace: DiskSpace.size(Size.mebibytes(1536)),
        sweepSize: DiskSpace.percent(25),
        dagqlCache: { maxEstimatedSize: Size.gibibytes(2), targetEstimatedSize: Size.gibibytes(1) },
      },
    };
    const { json, mounts, errors, warnings } = render({
      version: 'v1.0.0-beta.11',
      json: EngineJson.of(all),
      cacheSize: Size.gibibytes(200),
    });
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(mounts).toEqual([
      'ConfigMap company-ca ca.crt at /etc/dagger/certs/registry.example.com_5000/configmap/company-ca/ca.crt',
    ]);
    expect(json).toBe(`{
  "gc": {
    "dagqlCache": {
      "maxEstimatedBytes": 2147483648,
      "targetEstimatedBytes": 1073741824
    },
    "enabled": true,
    "maxUsedSpace": "150GiB",
    "minFreeSpace": "15%",
    "reservedSpace": "1536MiB",
    "sweepSize": "25%"
  },
  "logLevel": "info",
  "registries": {
    "docker.io": {
      "mirrors": [
        "mirror.gcr.io"
      ]
    },
    "registry.example.com:5000": {
      "ca": [
        "/etc/dagger/certs/registry.example.com_5000/configmap/company-ca/ca.crt",
        "/etc/ssl/own.crt"
      ],
      "http": true,
      "insecure": false,
      "mirrors": [
        "mirror.example.com/hub"
      ]
    }
  },
  "security": {
    "insecureRootCapabilities": false
  }
}
`);
  });

  test('renders an empty object without properties', () => {
    expect(render({ json: EngineJson.of({}) }).json).toBe('{}\n');
  });

  test('merges additional keys', () => {
    const json = EngineJson.of({
      logLevel: LogLevel.WARN,
      additional: { security: { insecureRootCapabilities: false } },
    });
    expect(readJson({ json })).toEqual({ logLevel: 'warn', security: { insecureRootCapabilities: false } });
  });

  test('rejects a key that is set twice', () => {
    const json = EngineJson.of({ logLevel: LogLevel.WARN, additional: { logLevel: 'info' } });
    expect(render({ json }).errors).toEqual([
      'engineJson.additional.logLevel: is set both in `additional` and by a property; got "info"; fix: set it in one of the two places',
    ]);
  });

  test('rejects a version without engine.json', () => {
    expect(render({ version: 'v0.14.0', json: EngineJson.of({}) }).errors).toEqual([
      'engineJson: v0.14.0 does not support engine.json; allowed: v0.15.0 and later; fix: use engineToml, or choose a release that supports it',
    ]);
  });

  test('rejects registries before v0.19.0', () => {
    expect(
      render({ version: 'v0.18.19', json: EngineJson.of({ registries: { 'docker.io': { mirrors: ['m'] } } }) }).errors,
    ).toEqual([
      'engineJson.registries: v0.18.19 does not support registries in engine.json; allowed: v0.19.0 and later; fix: use the registries of engineToml',
    ]);
  });

  test('rejects registries, mirrors and files that the engine never uses', () => {
    const json = EngineJson.of({
      registries: {
        'https://docker.io': { mirrors: ['http://mirror.example.com'] },
        'a.example.com': {
          ca: [PemFile.fromPath('ca.crt'), PemFile.fromSelector(KeySelector.fromSecretName('CA', 'a/b'))],
        },
      },
    });
    expect(render({ json }).errors).toEqual([
      `engineJson.registries["a.example.com"].ca[0]: must be an absolute path; got "ca.crt"; allowed: a path in the pod, starting with '/'; fix: use a value such as '/etc/ssl/certs/ca.pem', or PemFile.fromSelector(...) to mount it`,
      `engineJson.registries["a.example.com"].ca[1]: must be a valid object name; got "CA"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "ca"`,
      `engineJson.registries["a.example.com"].ca[1]: must be a valid key of a Secret; got "a/b"; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of CA`,
      `engineJson.registries["https://docker.io"]: must be the host of a registry, because no image is pulled from it otherwise; got "https://docker.io"; allowed: host or host:port, without a scheme or path; fix: use a value such as 'docker.io' or 'registry.example.com:5000'`,
      `engineJson.registries["https://docker.io"].mirrors[0]: must be a host without a scheme, because the engine ignores the scheme; got "http://mirror.example.com"; allowed: host, host:port or host:port/path; fix: remove the scheme, and for plain HTTP set http: true in the mirror's own entry in registries`,
    ]);
  });

  test('mounts a file of two lists once, and uses different paths for different objects', () => {
    const other = PemFile.fromSelector(KeySelector.fromSecretName('company-ca', 'ca.crt'));
    const { mounts } = render({ json: EngineJson.of({ registries: { r: { ca: [CA, CA, other] } } }) });
    expect(mounts).toEqual([
      'ConfigMap company-ca ca.crt at /etc/dagger/certs/r/configmap/company-ca/ca.crt',
      'Secret company-ca ca.crt at /etc/dagger/certs/r/secret/company-ca/ca.crt',
    ]);
  });
});

describe('the mirror of docker.io in the image', () => {
  const version = 'v1.0.0-beta.5';
  const SHIPPED = { 'docker.io': { mirrors: ['mirror.gcr.io'] } };

  test('is kept', () => {
    expect(readJson({ version, json: EngineJson.of({ logLevel: LogLevel.INFO }) })).toEqual({
      logLevel: 'info',
      registries: SHIPPED,
    });
  });

  test('is kept together with other registries', () => {
    expect(readJson({ version, json: EngineJson.of({ registries: { r: { http: true } } }) }).registries).toEqual({
      ...SHIPPED,
      r: { http: true },
    });
  });

  test('is not added to versions whose image has none', () => {
    expect(readJson({ version: 'v1.0.0-beta.4', json: EngineJson.of({}) })).toEqual({});
    expect(readJson({ version: 'v0.21.8', json: EngineJson.of({}) })).toEqual({});
  });

  test('can be replaced or turned off', () => {
    expect(
      readJson({ version, json: EngineJson.of({ registries: { 'docker.io': { mirrors: ['m.example.com'] } } }) })
        .registries,
    ).toEqual({ 'docker.io': { mirrors: ['m.example.com'] } });
    expect(readJson({ version, json: EngineJson.of({ keepShippedMirror: false }) })).toEqual({});
  });

  test('is reported if raw text omits it', () => {
    expect(render({ version, json: EngineJson.raw('{}') }).warnings).toEqual([
      'dropped-image-config: engineJson.registries: this file replaces the file in the image, which sets the mirror mirror.gcr.io for docker.io; fix: repeat the mirror here to keep it',
    ]);
    expect(render({ version, json: EngineJson.raw('{"registries":{"docker.io":{}}}') }).warnings).toEqual([]);
  });
});

describe('raw', () => {
  test('keeps the text unchanged', () => {
    const text =
      '{ "LogLevel": "Info",\n"gc": {"maxUsedSpace": "100 GB", "minFreeSpace": 5.12e8, "reservedSpace": "1.5GiB", "policies": null} }';
    expect(render({ json: EngineJson.raw(text) })).toEqual({
      json: text,
      toml: undefined,
      mounts: [],
      errors: [],
      warnings: [],
    });
  });

  test.each([
    [
      '',
      `engineJson: is not valid JSON at line 1, column 1, so the engine would not start; allowed: one JSON object, without comments; fix: use a value such as '{}'`,
    ],
    [
      '[]',
      'engineJson: is invalid in engine.json, so the engine would not start; got []; allowed: a table; fix: use a value such as {}',
    ],
    [
      '{"$schema":"x"}',
      'engineJson.$schema: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: logLevel, gc, security, registries; fix: remove it',
    ],
    [
      '{"logLevel":"verbose"}',
      `engineJson.logLevel: is invalid in engine.json, so the engine would not start; got "verbose"; allowed: error, warn, info, debug, debugextra, trace; fix: use a value such as 'info'`,
    ],
    [
      '{"gc":{"dagqlCache":{}}}',
      'engineJson.gc.dagqlCache: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: v0.21.9 and later, v1.0.0-beta.10 and later; fix: remove it, or choose a release that supports it',
    ],
    [
      '{"gc":{"enabled":"yes"}}',
      'engineJson.gc.enabled: is invalid in engine.json, so the engine would not start; got "yes"; allowed: true or false; fix: write true or false, without quotes',
    ],
    [
      '{"gc":{"policies":[{"keepDuration":"7d"}]}}',
      `engineJson.gc.policies[0].keepDuration: is invalid in engine.json, so the engine would not start; got "7d"; allowed: a Go duration such as '336h' or '1h30m', or whole seconds; fix: write '168h'`,
    ],
    [
      '{"gc":{"policies":[{"keepDuration":null}]}}',
      `engineJson.gc.policies[0].keepDuration: is invalid in engine.json, so the engine would not start; got null; allowed: a Go duration such as '336h' or '1h30m', or whole seconds; fix: use a value such as '336h'`,
    ],
    [
      '{"gc":{"policies":[{"keepDuration":3.6e3}]}}',
      `engineJson.gc.policies[0].keepDuration: is invalid in engine.json, so the engine would not start; got 3600; allowed: a Go duration such as '336h' or '1h30m', or whole seconds; fix: use a value such as '336h'`,
    ],
    [
      '{"gc":{"policies":[{"keepDuration":"3000000h"}]}}',
      `engineJson.gc.policies[0].keepDuration: is invalid in engine.json, so the engine would not start; got "3000000h"; allowed: a Go duration such as '336h' or '1h30m', or whole seconds; fix: use a value such as '336h'`,
    ],
    [
      '{"gc":{"policies":[{"filters":[5],"maxUsedSpace":"1GB"}]}}',
      'engineJson.gc.policies[0].filters[0]: is invalid in engine.json, so the engine would not start; got 5; allowed: a string; fix: write one string in quotes',
    ],
    [
      '{"registries":{"r":{"mirrors":"m"}}}',
      'engineJson.registries["r"].mirrors: is invalid in engine.json, so the engine would not start; got "m"; allowed: a list; fix: put it in brackets',
    ],
    [
      '{"registries":{"r":{"keypair":[]}}}',
      'engineJson.registries["r"].keypair: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: mirrors, http, insecure, ca; fix: remove it',
    ],
  ])('rejects %s', (text, error) => {
    expect(render({ json: EngineJson.raw(text) }).errors).toEqual([error]);
  });

  test('rejects comments', () => {
    expect(render({ json: EngineJson.raw('{\n  "gc": {}, // mine\n}') }).errors).toEqual([
      'engineJson: is not valid JSON at line 2, column 13, so the engine would not start; allowed: one JSON object, without comments; fix: correct it, or use EngineJson.of(...)',
    ]);
  });

  test.each([
    ['"100Gi"', "write '100GiB'"],
    ['"75 %"', "write '75%'"],
    ['"5  GB"', "write '5GB'"],
    ['"5GB "', "write '5GB'"],
    ...['"7iB"', '"1e400"', '"8192PiB"', '"10.5%"', '"0%"', '"101%"', '-1', 'null', 'true', '"1EB"'].map((space) => [
      space,
      "use a value such as '150GiB' or '75%'",
    ]),
  ])('rejects %s of disk space', (space, fix) => {
    const [first] = render({
      json: EngineJson.raw(`{"gc":{"maxUsedSpace":${space},"minFreeSpace":"1GB","reservedSpace":"1MB"}}`),
    }).errors;
    expect(first).toBe(
      `engineJson.gc.maxUsedSpace: is invalid in engine.json, so the engine would not start; got ${space}; ` +
        `allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: ${fix}`,
    );
  });

  test('accepts only whole numbers as counts', () => {
    const json = (size: string) =>
      EngineJson.raw(`{"gc":{"dagqlCache":{"maxEstimatedBytes":${size}}},"registries":{"docker.io":{}}}`);
    expect(render({ version: 'v1.0.0-beta.10', json: json('4000000000') }).errors).toEqual([]);
    expect(render({ version: 'v1.0.0-beta.10', json: json('4e9') }).errors).toEqual([
      'engineJson.gc.dagqlCache.maxEstimatedBytes: is invalid in engine.json, so the engine would not start; got 4000000000; allowed: a whole number of at least 0; fix: use a value such as 4',
    ]);
  });

  test('accepts null as an empty value in a list', () => {
    expect(render({ json: EngineJson.raw('{"gc":{"policies":[null]},"registries":{"r":null}}') }).errors).toEqual([]);
  });

  test('warns about limits that are set without the others', () => {
    expect(render({ json: EngineJson.raw('{"gc":{"maxUsedSpace":"100GB"}}') }).warnings).toEqual([
      'partial-gc: engineJson.gc: the engine sets minFreeSpace and reservedSpace to zero, not to its default, because other limits are set; fix: set all three',
    ]);
  });

  test('warns about an unknown key for an unknown release', () => {
    expect(render({ version: 'v0.99.0', json: EngineJson.raw('{"cache":{}}') })).toMatchObject({
      errors: [],
      warnings: [
        "unknown-config-key: engineJson.cache: is not a key of engine.json in any release that this library knows, and the engine doesn't start if v0.99.0 doesn't support it; fix: check its release notes",
      ],
    });
  });
});

test('reports all problems in one error', () => {
  const json = EngineJson.of({
    gc: { keepCacheVolumes: Duration.hours(0), enabled: false },
    additional: { cache: true },
  });
  expect(render({ json }).errors).toEqual([
    'engineJson.gc.enabled: garbage collection is disabled, so keepCacheVolumes would have no effect; got false; fix: remove enabled: false, or the other properties',
    'engineJson.additional.cache: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: logLevel, gc, security, registries; fix: remove it',
  ]);
});
