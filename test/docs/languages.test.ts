import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const MODULE = join(__dirname, '../../docs/.vitepress/languages.mjs');

const STRUCTS = {
  PoolProps: {
    fqn: 'cdk8s-dagger.PoolProps',
    name: 'PoolProps',
    properties: [
      { name: 'version', type: { primitive: 'string' } },
      { name: 'cacheVolume', type: { fqn: 'cdk8s-dagger.CacheVolume' } },
      { name: 'native', type: { primitive: 'boolean' }, optional: true },
      {
        name: 'tolerations',
        type: { collection: { kind: 'array', elementtype: { fqn: 'cdk8s-plus-28.k8s.Toleration' } } },
        optional: true,
      },
      { name: 'labels', type: { collection: { kind: 'map', elementtype: { primitive: 'string' } } }, optional: true },
    ],
  },
  Volume: {
    fqn: 'cdk8s-plus-28.k8s.Volume',
    name: 'Volume',
    properties: [{ name: 'name', type: { primitive: 'string' } }],
  },
  Toleration: { fqn: 'cdk8s-plus-28.k8s.Toleration', name: 'Toleration', properties: [] },
};

const PARAMETERS = {
  'EnginePool.undefined': [
    { name: 'scope', type: { fqn: 'constructs.Construct' } },
    { name: 'id', type: { primitive: 'string' } },
    { name: 'props', type: { fqn: 'cdk8s-dagger.PoolProps' } },
  ],
  'Builder.fromPool': [
    { name: 'name', type: { primitive: 'string' } },
    { name: 'props', type: { fqn: 'cdk8s-dagger.PoolProps' } },
  ],
  'EnginePool.addVolume': [{ name: 'volume', type: { fqn: 'cdk8s-plus-28.k8s.Volume' } }],
  'EnginePool.allow': [
    { name: 'from', type: { primitive: 'string' } },
    { name: 'peers', type: { fqn: 'cdk8s-dagger.NetworkPeer' }, variadic: true },
  ],
};

/** Returns a block of code in each language. */
function languages(code: string): { [language: string]: string } {
  const script = `
    import { inLanguages } from ${JSON.stringify(MODULE)};
    const structs = ${JSON.stringify(STRUCTS)};
    const structOf = (type) => structs[type.fqn?.split('.').at(-1) ?? type];
    const isStruct = (fqn) => structOf({ fqn }) !== undefined;
    const parameters = ${JSON.stringify(PARAMETERS)};
    const parametersOf = (owner, method) => parameters[owner + '.' + method];
    console.log(inLanguages(${JSON.stringify(code)}, 'EnginePool', { isStruct, parametersOf, structOf }));`;
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return Object.fromEntries(
    [...stdout.matchAll(/^```(\w+) \[\w+\]\n([^]*?)\n```$/gm)].map(([, language, text]) => [language, text]),
  );
}

test('constructors', () => {
  const code =
    "import { EnginePool } from 'cdk8s-dagger'\n\nnew EnginePool(scope: Construct, id: string, props: PoolProps)\n";
  expect(languages(code)).toEqual({
    typescript: code.trim(),
    python: 'EnginePool(scope, id, version=version, cache_volume=cache_volume, ...)',
    java: 'EnginePool.Builder.create(scope, id)\n    .version(version)\n    .cacheVolume(cacheVolume)\n    // ...\n    .build();',
    go: 'cdk8sdagger.NewEnginePool(scope, id, &cdk8sdagger.PoolProps{\n\tVersion: version,\n\tCacheVolume: cacheVolume,\n\t// ...\n})',
  });
});

test('static methods', () => {
  const code = "import { Builder } from 'cdk8s-dagger'\n\nBuilder.fromPool(name: string, props: PoolProps)\n";
  expect(languages(code)).toMatchObject({
    python: 'Builder.from_pool(name, version=version, cache_volume=cache_volume, ...)',
    java: 'Builder.fromPool(name, PoolProps.builder()\n    .version(version)\n    .cacheVolume(cacheVolume)\n    // ...\n    .build());',
    go: 'cdk8sdagger.Builder_FromPool(name, &cdk8sdagger.PoolProps{\n\tVersion: version,\n\tCacheVolume: cacheVolume,\n\t// ...\n})',
  });
});

test('structs of other packages', () => {
  expect(languages('public addVolume(volume: Volume): void\n')).toMatchObject({
    python: 'engine_pool.add_volume(name=name, ...)',
    java: 'enginePool.addVolume(Volume.builder()\n    .name(name)\n    // ...\n    .build());',
    go: 'enginePool.AddVolume(&k8s.Volume{\n\tName: name,\n\t// ...\n})',
  });
});

test('parameters whose names are keywords, and lists of arguments', () => {
  expect(languages('public allow(from: string, peers: ...NetworkPeer[]): void\n')).toMatchObject({
    python: 'engine_pool.allow(from_, *peers)',
    java: 'enginePool.allow(from, peers);',
    go: 'enginePool.Allow(from, peers)',
  });
});

test('properties of structs, with the required ones first', () => {
  const code = "import { PoolProps } from 'cdk8s-dagger'\n\nconst poolProps: PoolProps = { ... }\n";
  expect(languages(code)).toEqual({
    typescript: code.trim(),
    python: `# Keyword arguments of the constructor or method that takes this struct.
PoolProps(
    version: str,
    cache_volume: CacheVolume,
    native: bool = None,
    tolerations: list[Toleration] = None,
    labels: dict[str, str] = None,
)`,
    java: `PoolProps.builder()
    .version(String)
    .cacheVolume(CacheVolume)
    .nativeValue(Boolean)
    .tolerations(List<Toleration>)
    .labels(Map<String, String>)
    .build();`,
    go: `type PoolProps struct {
	Version *string
	CacheVolume cdk8sdagger.CacheVolume
	Native *bool
	Tolerations *[]*k8s.Toleration
	Labels *map[string]*string
}`,
  });
});

test('code without a call, and methods that the library does not know, have no tabs', () => {
  expect(languages('public readonly name: string;\n')).toEqual({});
  expect(languages('public with(mixins: ...IMixin[]): IConstruct\n')).toEqual({});
});
