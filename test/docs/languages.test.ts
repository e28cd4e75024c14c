import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const MODULE = join(__dirname, '../../docs/.vitepress/languages.mjs');

/** Returns a call in each language. */
function languages(code: string): { [language: string]: string } {
  const script = `
    import { callInLanguages } from ${JSON.stringify(MODULE)};
    const structs = new Map([['PoolProps', ['version', 'cacheVolume']], ['SidecarProps', ['native']]]);
    console.log(callInLanguages(${JSON.stringify(code)}, 'EnginePool', structs));`;
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

test('static methods, and names that are keywords', () => {
  const code = "import { Builder } from 'cdk8s-dagger'\n\nBuilder.fromSidecar(name: string, props: SidecarProps)\n";
  expect(languages(code)).toMatchObject({
    python: 'Builder.from_sidecar(name, native=native, ...)',
    java: 'Builder.fromSidecar(name, SidecarProps.builder()\n    .nativeValue(native)\n    // ...\n    .build());',
    go: 'cdk8sdagger.Builder_FromSidecar(name, &cdk8sdagger.SidecarProps{\n\tNative: native,\n\t// ...\n})',
  });
});

test('methods', () => {
  expect(languages('public allowFrom(peer: NetworkPeer): void\n')).toMatchObject({
    python: 'engine_pool.allow_from(peer)',
    java: 'enginePool.allowFrom(peer);',
    go: 'enginePool.AllowFrom(peer)',
  });
});

test('code without a call has no tabs', () => {
  expect(languages('public readonly name: string;\n')).toEqual({});
});
