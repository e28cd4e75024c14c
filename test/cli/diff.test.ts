import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { files, inFolder, read, run } from './command';

inFolder();

const POOL = `\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pool, namespace: ci}
spec:
  replicas: 2
  selector: {matchLabels: {app: dagger}}
  serviceName: pool
  template:
    metadata: {labels: {app: dagger}}
    spec:
      terminationGracePeriodSeconds: 600
      containers:
        - name: engine
          image: registry.dagger.io/engine:v0.21.3
          securityContext: {privileged: true}
          resources: {requests: {cpu: 4}}
          volumeMounts: [{name: cache, mountPath: /var/lib/dagger}]
  volumeClaimTemplates:
    - metadata: {name: cache}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Gi}}}
`;
const UPGRADE = POOL.replace('v0.21.3', 'v1.0.0-beta.10').replace('replicas: 2', 'replicas: 3');
const SERVICE = `\
apiVersion: v1
kind: Service
metadata: {name: pool, namespace: ci}
spec: {selector: {app: dagger}, ports: [{port: 1234}]}
`;
const NO_EFFECTS = { code: 0, stdout: 'no effects on engines\n', stderr: '' };

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { stdio: 'pipe' });
}

/** Commits all files. */
function commit(): void {
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'before');
}

test.each(['text', 'markdown', 'json', 'sarif'])('reports effects as %s', async (format) => {
  files({ 'before.yaml': `${POOL}---\n${SERVICE}`, 'after.yaml': UPGRADE });
  const { code, stdout, stderr } = await run(['diff', 'before.yaml', 'after.yaml', '--format', format]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
  expect((await run(['diff', 'before.yaml', 'after.yaml', '--format', format])).stdout).toBe(stdout);
});

test.each(['text', 'markdown', 'json', 'sarif'])('reports a change without effects as %s', async (format) => {
  files({ 'a.yaml': POOL });
  expect((await run(['diff', 'a.yaml', 'a.yaml', '--format', format])).stdout).toMatchSnapshot();
});

test('ignores comments, formatting, order, and the files that contain objects', async () => {
  files({
    'before/all.yaml': `# all\n${POOL}---\n${SERVICE}`,
    'after/b/service.yaml': SERVICE.replace('{port: 1234}', '{ protocol: TCP, "port": 1234 }'),
    'after/pool.yaml': `kind: StatefulSet # the pool\n${POOL.replace('kind: StatefulSet\n', '')}`,
  });
  expect(await run(['diff', 'before', 'after'])).toEqual(NO_EFFECTS);
});

/** Returns copies of a manifest for pools with other names. */
function pools(text: string, count: number, replicas = (_index: number): number => 2): string {
  return Array.from({ length: count }, (_, index) =>
    text.replace('name: pool,', `name: pool-${index},`).replace(/replicas: \d/, `replicas: ${replicas(index)}`),
  ).join('---\n');
}

test('groups effects that differ only in their object', async () => {
  files({ 'before.yaml': pools(POOL, 3), 'after.yaml': pools(UPGRADE, 3) });
  expect((await run(['diff', 'before.yaml', 'after.yaml'])).stdout).toBe(`\
error  cache-wiped  StatefulSet ci/pool-0
  what    The engines delete their cache when v1.0.0-beta.10 starts.
  why     The cache schema changes from 16 (v0.21.3) to 17 (v1.0.0-beta.10), and an engine deletes a cache with another schema. The first builds are slow. A rollback deletes the new cache, too.
  at      after.yaml:14:11
  also    StatefulSet ci/pool-1 at after.yaml:35:11
          StatefulSet ci/pool-2 at after.yaml:56:11

warning  restart  StatefulSet ci/pool-0
  what    2 engines restart and cut running builds, one at a time, from pool-0-1 to pool-0-0.
  why     The pod template changes: image (engine:v0.21.3 to engine:v1.0.0-beta.10). The old pods have no drain, so running builds are cut at once. A healthy update takes at most 30 min. Idle engines stop within a minute.
  run     kubectl rollout status statefulset/pool-0 --namespace ci --timeout=1800s
          kubectl rollout status statefulset/pool-1 --namespace ci --timeout=1800s
          kubectl rollout status statefulset/pool-2 --namespace ci --timeout=1800s
  at      after.yaml:14:11
  also    StatefulSet ci/pool-1 at after.yaml:35:11
          StatefulSet ci/pool-2 at after.yaml:56:11

3 errors, 3 warnings
`);
  const markdown = (await run(['diff', 'before.yaml', 'after.yaml', '--format', 'markdown'])).stdout;
  expect(markdown).toContain('| 🔴 error | StatefulSet `ci/pool-0` and 2 more | The engines delete their cache');
  expect(markdown).toContain(`\
At \`after.yaml:14:11\`

The same for:

- StatefulSet \`ci/pool-1\`, at \`after.yaml:35:11\`
- StatefulSet \`ci/pool-2\`, at \`after.yaml:56:11\`
`);
  const json = JSON.parse((await run(['diff', 'before.yaml', 'after.yaml', '--format', 'json'])).stdout);
  expect(json.effects).toHaveLength(6);
});

test('limits the length of a comment', async () => {
  // The number of engines differs, so the restarts can't be grouped.
  const [before, after] = [POOL, UPGRADE].map((text) => pools(text, 150, (index) => index + 2));
  files({ 'before.yaml': before!, 'after.yaml': after! });
  const { stdout } = await run(['diff', 'before.yaml', 'after.yaml', '--format', 'markdown']);
  expect(stdout.length).toBeLessThan(65_536);
  expect(stdout).toMatch(/^\| 🟡 warning \| StatefulSet `ci\/pool-149` \|/m);
  expect(stdout).toMatch(/\nThe details of \d+ more are left out\. `--format text` shows them\.\n\n<\/details>\n$/);
});

test('wraps text and uses colours on a terminal', async () => {
  files({ 'before.yaml': POOL, 'after.yaml': UPGRADE });
  const { stdout } = await run(['diff', 'before.yaml', 'after.yaml'], { terminal: 80 });
  expect(stdout).toContain('\u001b[31merror\u001b[0m  \u001b[1mcache-wiped\u001b[0m');
  const plain = stdout.replaceAll(/\u001b\[\d+m/g, '').split('\n');
  expect(plain.filter((line) => line.length > 80 && !line.includes('kubectl'))).toEqual([]);
});

test('writes a file', async () => {
  files({ 'before.yaml': POOL, 'after.yaml': UPGRADE });
  const args = ['diff', 'before.yaml', 'after.yaml', '--format', 'markdown', '--output', 'comment.md'];
  expect(await run(args)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(read('comment.md')).toContain('| 🔴 error | StatefulSet `ci/pool` | The engines delete their cache');
});

test('exits with 1 for effects of the severity in --fail-on', async () => {
  files({ 'before.yaml': POOL, 'after.yaml': UPGRADE, 'scaled.yaml': POOL.replace('replicas: 2', 'replicas: 3') });
  const codeOf = async (after: string, level: string): Promise<number> =>
    (await run(['diff', 'before.yaml', after, '--fail-on', level])).code;
  expect(await codeOf('after.yaml', 'error')).toBe(1);
  expect(await codeOf('scaled.yaml', 'error')).toBe(0);
  expect(await codeOf('scaled.yaml', 'warning')).toBe(0);
  expect(await codeOf('scaled.yaml', 'info')).toBe(1);
});

test('ignores an effect with a reason', async () => {
  files({ 'before.yaml': POOL, 'after.yaml': UPGRADE });
  const args = ['diff', 'before.yaml', 'after.yaml', '--fail-on', 'error', '--ignore', 'cache-wiped=a planned upgrade'];
  const { code, stdout } = await run(args);
  expect(code).toBe(0);
  expect(stdout).toContain('\nignored  cache-wiped: a planned upgrade\n1 warning, 2 info; 1 ignored\n');
  expect((await run([...args, '--format', 'markdown'])).stdout).toContain(
    '\n- Ignored `cache-wiped`: a planned upgrade\n',
  );
  expect((await run(['diff', 'a', 'b', '--ignore', 'cache-wipe=x'])).stderr).toContain(
    '--ignore: no finding has this name; got "cache-wipe"; fix: use cache-wiped',
  );
});

test('compares with a git revision', async () => {
  files({ 'dist/pool.yaml': POOL, 'dist/.hidden/a.yaml': '{', 'dist/values.yaml': 'a: 1\n', 'other/a.yaml': '{' });
  commit();
  files({ 'dist/pool.yaml': UPGRADE, 'dist/values.yaml': 'a: 2\n' });
  const { code, stdout, stderr } = await run(['diff', '--base', 'HEAD', 'dist']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      'skipped 1 file without Kubernetes objects: dist/values.yaml\nskipped 1 file without Kubernetes objects: HEAD:dist/values.yaml\n',
  });
  expect(stdout).toMatch(/^error {2}cache-wiped {2}StatefulSet ci\/pool$/m);
  expect(await run(['diff', '--base', 'HEAD', 'dist/pool.yaml', '--format', 'json'])).toMatchObject({ code: 0 });
});

test('names the revision of a removed object', async () => {
  files({ 'dist/pool.yaml': POOL, 'dist/service.yaml': SERVICE });
  commit();
  renameSync('dist/pool.yaml', 'pool.yaml');
  expect((await run(['diff', '--base', 'HEAD', 'dist'])).stdout).toContain('at      HEAD:dist/pool.yaml:1:1');
  const sarif = JSON.parse((await run(['diff', '--base', 'HEAD', 'dist', '--format', 'sarif'])).stdout);
  expect(sarif.runs[0].results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'dist/pool.yaml' },
  });
});

test('finds no effects if nothing changed since a revision, or files were moved', async () => {
  files({ 'dist/a.yaml': POOL });
  commit();
  expect(await run(['diff', '--base', 'HEAD', 'dist'])).toEqual(NO_EFFECTS);
  mkdirSync('dist/b');
  renameSync('dist/a.yaml', 'dist/b/pool.yaml');
  expect(await run(['diff', '--base', 'HEAD', 'dist'])).toEqual(NO_EFFECTS);
  process.chdir('dist');
  expect(await run(['diff', '--base', 'HEAD', '.'])).toEqual(NO_EFFECTS);
});

test('treats a folder that is new since a revision as added', async () => {
  files({ 'README.md': 'x' });
  commit();
  files({ 'dist/a.yaml': POOL });
  const { code, stdout, stderr } = await run(['diff', '--base', 'HEAD', 'dist']);
  expect(stdout).toMatch(/^info {2}engines-added {2}StatefulSet ci\/pool$/m);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      "--base: HEAD has no manifests in dist, so every object there counts as added; fix: if they aren't new, commit the manifests of the running engines, or choose another revision\n",
  });
});

test('reports paths without manifests at the revision, and only those', async () => {
  files({ 'pool.yaml': POOL, 'notes/a.md': 'x' });
  commit();
  files({ 'notes/service.yaml': SERVICE, 'pools/pool.yaml': '{}' });
  const { stderr } = await run(['diff', '--base', 'HEAD', 'pool.yaml', 'notes', 'pools/']);
  expect(stderr).toContain('--base: HEAD has no manifests in notes, pools/, so');
  expect((await run(['diff', '--base', 'HEAD', '.'])).stderr).not.toContain('--base');
});

const SEE = '\n';

test.each<[what: string, args: string[], says: string]>([
  [
    'one path',
    ['diff', 'a.yaml'],
    'cdk8s-dagger diff has 1 problem:\n  - expected BEFORE and AFTER; got one path; fix: pass two paths, or add --base REVISION',
  ],
  [
    'three paths',
    ['diff', 'a.yaml', 'a.yaml', 'a.yaml'],
    'cdk8s-dagger diff has 1 problem:\n  - expected BEFORE and AFTER; got 3 paths; fix: pass two paths, or add --base REVISION',
  ],
  [
    'standard input',
    ['diff', 'a.yaml', '-'],
    'cdk8s-dagger diff has 1 problem:\n  - -: standard input is not supported; fix: write the manifests to a file',
  ],
  [
    'an unknown revision',
    ['diff', '--base', 'origin/main', 'a.yaml'],
    '--base: this repository has no revision "origin/main"; fix: fetch it, for example with git fetch origin main; in GitHub Actions, set fetch-depth: 0',
  ],
  [
    'a revision that is an option',
    ['diff', '--base=--all', 'a.yaml'],
    '--base: must be a revision; got "--all"; fix: use a name such as origin/main',
  ],
  [
    'input without objects',
    ['diff', 'a.yaml', 'empty.yaml'],
    'empty.yaml: no Kubernetes objects; fix: check the command that wrote this input',
  ],
  ['a missing file', ['diff', 'a.yaml', 'b.yaml'], `b.yaml: no such file; fix: check the path, relative to `],
])('rejects %s', async (_, args, says) => {
  files({ 'a.yaml': POOL, 'empty.yaml': '---\n# nothing\n' });
  commit();
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.startsWith(says)).toBe(true);
  expect(stderr.endsWith(SEE)).toBe(true);
});

test('rejects --base outside a git repository', async () => {
  files({ 'a.yaml': POOL });
  const { code, stderr } = await run(['diff', '--base', 'main', 'a.yaml']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^--base: .*not a git repository/);
});
