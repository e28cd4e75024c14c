import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly bundleDependencies: readonly string[];
}

function manifest(folder = ''): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

// The output was also validated with the JSON schema of CycloneDX 1.5.
test('the SBOM lists the packages in the tarball, with their versions and licences', () => {
  const sbom = JSON.parse(execFileSync(process.execPath, [join(ROOT, 'scripts/sbom.mjs')], { encoding: 'utf8' }));
  const component = ({ license, name, version }: Manifest): object => ({
    ...{ 'bom-ref': `${name}@${version}`, type: 'library', name, version },
    ...{ purl: `pkg:npm/${name}@${version}`, licenses: [{ license: { id: license } }] },
  });
  const library = manifest();
  // lib/cli-commands.js contains yaml.
  const bundled = [...library.bundleDependencies, 'yaml'].map((name) => manifest(`node_modules/${name}`));
  expect(sbom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component: component(library) },
  });
  expect(sbom.components).toMatchObject(bundled.map(component));
  expect(sbom.dependencies.map(({ ref }: { ref: string }) => ref)).toEqual(
    [library, ...bundled].map(({ name, version }) => `${name}@${version}`),
  );
  expect(JSON.stringify(sbom)).not.toContain('npm:package:development');
});
