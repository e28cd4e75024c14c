import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOciArchive, type Image } from './oci-archive';

const IMAGE: Image = {
  names: ['registry.example.com/tools:v1'],
  fill: (root) => {
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin', 'tool'), 'content', { mode: 0o755 });
    symlinkSync('tool', join(root, 'bin', 'link'));
  },
  entrypoint: ['tool'],
  env: { HOME: '/tmp' },
  user: '65532:65532',
};

const gnuTar = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU tar') === true;

(gnuTar ? describe : describe.skip)('an OCI archive', () => {
  let directory: string;
  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-archive-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  const extract = (archive: string, ...path: readonly string[]): Buffer =>
    execFileSync('tar', ['--extract', '--to-stdout', `--file=${archive}`, `./${path.join('/')}`]);

  it('has the name, the configuration and the files of the image, by their digests', () => {
    const archive = join(directory, 'image.tar');
    writeOciArchive(archive, IMAGE);
    const blob = ({ digest, size }: { readonly digest: string; readonly size: number }): Buffer => {
      const content = extract(archive, 'blobs', ...digest.split(':'));
      expect(`sha256:${createHash('sha256').update(content).digest('hex')}`).toBe(digest);
      expect(content).toHaveLength(size);
      return content;
    };

    const [entry] = JSON.parse(extract(archive, 'index.json').toString()).manifests;
    expect(entry.annotations).toEqual({
      'io.containerd.image.name': 'registry.example.com/tools:v1',
      'org.opencontainers.image.ref.name': 'v1',
    });
    const manifest = JSON.parse(blob(entry).toString());
    expect(JSON.parse(blob(manifest.config).toString())).toMatchObject({
      os: 'linux',
      config: { Entrypoint: ['tool'], User: '65532:65532', Env: [expect.stringMatching(/^PATH=/), 'HOME=/tmp'] },
      rootfs: { diff_ids: [manifest.layers[0].digest] },
    });
    const layer = join(directory, 'layer.tar');
    writeFileSync(layer, blob(manifest.layers[0]));
    expect(extract(layer, 'bin', 'tool').toString()).toBe('content');
    expect(
      execFileSync('tar', ['--list', '--verbose', '--numeric-owner', `--file=${layer}`], { encoding: 'utf8' }),
    ).toMatch(/^lrwxrwxrwx 0\/0 .* \.\/bin\/link -> tool\n-rwxr-xr-x 0\/0 .* \.\/bin\/tool$/m);
  });

  it('has the same bytes for the same content', () => {
    const [first, second] = ['first.tar', 'second.tar'].map((name) => {
      writeOciArchive(join(directory, name), IMAGE);
      return readFileSync(join(directory, name));
    });
    expect(second.equals(first)).toBe(true);
  });
});
