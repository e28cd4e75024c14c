import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SCRIPT = join(__dirname, '../../scripts/compare-releases.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[], cwd = folder): string {
  const { status, stderr, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

function write(directory: string, files: { readonly [path: string]: string }): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, directory, path)), { recursive: true });
    writeFileSync(join(folder, directory, path), text);
  }
  return join(folder, directory);
}

/** Returns the changes between two releases, keyed by section. Omits sections without changes. */
function changes(before: string, after: string): { [section: string]: string[] } {
  const sections = run(process.execPath, [SCRIPT, before, after]).split('\n## ').slice(1);
  return Object.fromEntries(
    sections.flatMap((section) => {
      const [title, , ...lines] = section.trimEnd().split('\n');
      return lines.join() === 'no change' ? [] : [[title, lines]];
    }),
  );
}

describe('source trees', () => {
  const FORMER = {
    'engine/config/config.go': 'type Config struct {\n\tGC GCConfig `json:"gc,omitempty"`\n}\n',
    'cmd/engine/main.go': 'cli.StringFlag{\n\tName:  "root",\n}\nos.Getenv("DAGGER_ONE")\n',
    'cmd/engine/metrics.go': 'Name: "dagger_connected_clients"\n',
    'engine/version.go': '\tMinimumClientVersion = "v0.19.0"\n',
    'dagql/cache.go': 'const cachePersistenceSchemaVersion = "16"\n',
    '.dagger/modules/engine-dev/config.go': 'const entrypoint = `#!/bin/sh\nexec dagger-engine\n`\n',
    '.dagger/modules/engine-dev/build/builder.go': 'packages("git", "runc")\n',
    'helm/dagger/values.yaml': 'engine:\n  kind: DaemonSet\n',
    'helm/dagger/templates/service.yaml': 'kind: Service\n',
  };
  const PRESENT = {
    'engine/config/config.go':
      'type Config struct {\n\tGC GCConfig `json:"gc,omitempty"`\n\tTelemetry TelemetryConfig `json:"telemetry,omitempty"`\n}\n',
    'cmd/engine/main.go':
      'cli.StringFlag{\n\tName:  "root",\n}\ncli.StringFlag{\n\tName: "wcprof",\n}\nos.Getenv("OTEL_TWO")\n',
    'cmd/engine/metrics.go': 'Name: "dagger_connected_clients"\nName: "dagger_new"\n',
    'engine/version.go': '\tMinimumClientVersion = "v0.20.0"\n',
    'dagql/cache.go': 'const cachePersistenceSchemaVersion = "17"\n',
    '.dagger/modules/engine-dev/config.go': 'const entrypoint = `#!/bin/sh\nexec tini -- dagger-engine\n`\n',
    '.dagger/modules/engine-dev/build/builder.go': 'packages("git", "fuse3")\n',
    'helm/dagger/values.yaml': 'engine:\n  kind: StatefulSet\n  port: null\n',
    'helm/dagger/templates/service.yaml': 'kind: Service\nspec: {}\n',
  };
  const EXPECTED = {
    'Keys of engine.json': ['+ telemetry (Telemetry TelemetryConfig)'],
    Flags: ['+ wcprof'],
    Metrics: ['+ dagger_new'],
    'Environment variables': ['- DAGGER_ONE', '+ OTEL_TWO'],
    'Versions and defaults': [
      '- MinimumClientVersion = "v0.19.0"',
      '- cachePersistenceSchemaVersion = "16"',
      '+ MinimumClientVersion = "v0.20.0"',
      '+ cachePersistenceSchemaVersion = "17"',
    ],
    Entrypoint: ['- exec dagger-engine', '+ exec tini -- dagger-engine'],
    'Image contents': ['- runc', '+ fuse3'],
    'Values of the chart': ['- engine.kind: "DaemonSet"', '+ engine.kind: "StatefulSet"', '+ engine.port: null'],
    'Templates of the chart': ['+ service.yaml: spec: {}'],
  };

  test('compares two checkouts', () => {
    const [before, after] = [write('old', FORMER), write('new', PRESENT)];
    run('git', ['init', '-q', before]);
    run('git', ['init', '-q', after]);
    expect(changes(before, after)).toEqual(EXPECTED);
    expect(changes(before, before)).toEqual({});
  });

  test('compares two commits of a repository', () => {
    const git = (...args: string[]): string =>
      run('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], join(folder, 'repository'));
    for (const [tag, files] of Object.entries({ 'v0.1.0': FORMER, 'v0.2.0': PRESENT })) {
      const repository = write('repository', files);
      run('git', ['init', '-q', repository]);
      git('add', '.');
      git('commit', '-q', '-m', tag);
      git('tag', tag);
    }
    expect(changes(join(folder, 'repository@v0.1.0'), join(folder, 'repository@v0.2.0'))).toEqual(EXPECTED);
  });
});

describe('images', () => {
  /** Writes an OCI archive. Each layer is a map from paths to file contents. */
  function image(name: string, entrypoint: string, ...layers: Array<{ readonly [path: string]: string }>): string {
    const directory = join(folder, name);
    const blob = (content: Buffer | string): { digest: string } => {
      const digest = createHash('sha256').update(content).digest('hex');
      mkdirSync(join(directory, 'blobs/sha256'), { recursive: true });
      writeFileSync(join(directory, 'blobs/sha256', digest), content);
      return { digest: `sha256:${digest}` };
    };
    const written = layers.map((files, index) => {
      const root = write(`${name}-layer-${index}`, files);
      const { stdout } = spawnSync('tar', ['-czf', '-', '.'], { cwd: root, maxBuffer: 2 ** 24 });
      return blob(stdout);
    });
    const config = blob(JSON.stringify({ config: { Entrypoint: [entrypoint], Env: ['PATH=/bin'] } }));
    const manifest = blob(JSON.stringify({ config, layers: written }));
    writeFileSync(join(directory, 'index.json'), JSON.stringify({ manifests: [manifest] }));
    run('tar', ['-cf', `${directory}.tar`, '-C', directory, '.']);
    return `${directory}.tar`;
  }

  test('compares the entrypoint, the files, and the configuration in the image', () => {
    const before = image('old', 'dagger-entrypoint.sh', { 'usr/bin/runc': '1', 'etc/dagger/engine.json': '{}\n' });
    const after = image(
      'new',
      'entrypoint.sh',
      { 'usr/bin/runc': '1', 'usr/bin/git': '1', 'etc/dagger/engine.json': '{"logLevel": "info"}\n' },
      { 'usr/bin/.wh.runc': '' },
    );
    expect(changes(before, after)).toEqual({
      Entrypoint: ['- "dagger-entrypoint.sh"', '+ "entrypoint.sh"'],
      'Configuration and entrypoint files': [
        '- etc/dagger/engine.json: {}',
        '+ etc/dagger/engine.json: {"logLevel": "info"}',
      ],
      Files: ['- usr/bin/runc', '+ usr/bin/git'],
      'Flags, metrics and keys': ['+ not compared: no usr/local/bin/dagger-engine'],
    });
  });
});

test.each([
  [[], 'usage: node scripts/compare-releases.mjs OLD NEW'],
  [['old', 'new.tar'], 'compare two source trees or two images'],
  [['nowhere', 'nowhere'], 'nowhere is neither a directory nor REPOSITORY@REF'],
])('rejects %j', (args, message) => {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { cwd: folder, encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
