import { mkdirSync, symlinkSync } from 'node:fs';
import { files, inFolder, read, run } from './command';

inFolder();

const ENGINE = `\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: dagger, namespace: ci}
spec:
  selector: {matchLabels: {app: dagger}}
  serviceName: dagger
  template:
    metadata: {labels: {app: dagger}}
    spec:
      containers:
        - name: engine
          image: registry.dagger.io/engine:main
          securityContext: {privileged: true}
`;
const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n';

/** Returns the findings, such as `moving-image at a.yaml:12 in StatefulSet ci/dagger`. */
async function findings(args: string[], stdin = ''): Promise<string[]> {
  const { code, stdout, stderr } = await run(['check', ...args, '--format', 'json'], { stdin });
  expect({ code, stderr: stderr.replace(/^no engine in .*\n$/, '') }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout).findings.map(
    ({ name, file, line, object }: any) =>
      `${name} at ${file}:${line}${object === undefined ? '' : ` in ${object.kind} ${object.namespace}/${object.name}`}`,
  );
}

const MOVING = 'moving-image at a.yaml:12 in StatefulSet ci/dagger';

test('finds an engine', async () => {
  files({ 'a.yaml': ENGINE });
  expect(await findings(['a.yaml'])).toContain(MOVING);
});

test('locates a missing field at the closest field above it', async () => {
  files({ 'a.yaml': ENGINE });
  const { stdout } = await run(['check', 'a.yaml']);
  expect(stdout).toMatch(
    /^warning {2}no-requests {2}spec\.template\.spec\.containers\[0\]\.resources\n {2}in {6}StatefulSet ci\/dagger\n {2}below {3}a\.yaml:11:11$/m,
  );
});

test('finds nothing in objects that are not engines', async () => {
  files({ 'a.yaml': `${CONFIG_MAP}---\n---\n# nothing\n---\n${CONFIG_MAP.replace('other', 'another')}` });
  expect(await run(['check', 'a.yaml'])).toEqual({
    code: 0,
    stdout: 'no findings\n',
    stderr: 'no engine in these 2 objects\n',
  });
});

test('rejects input without objects, such as the output of a failed command', async () => {
  expect(await run(['check', '-'], { stdin: '' })).toEqual({
    code: 2,
    stdout: '',
    stderr: 'standard input: empty; fix: check the command before the pipe\n',
  });
  expect(await run(['check', '-'], { stdin: '---\n# nothing\n' })).toEqual({
    code: 2,
    stdout: '',
    stderr: 'standard input: no Kubernetes objects; fix: check the command that wrote this input\n',
  });
});

test('reads a file that is named twice once', async () => {
  files({ 'a.yaml': ENGINE, 'b.yaml': CONFIG_MAP });
  expect(await findings(['a.yaml', 'b.yaml', 'a.yaml'])).toEqual(await findings(['a.yaml']));
});

test('reads several documents, lists and JSON', async () => {
  const indented = ENGINE.trimEnd().replaceAll('\n', '\n    ');
  files({
    'several.yaml': `# Source: dagger\n${CONFIG_MAP}---\n${ENGINE}`,
    'list.yaml': `apiVersion: v1\nkind: List\nitems:\n  - ${indented}\n`,
    'list.json': JSON.stringify(
      {
        apiVersion: 'v1',
        kind: 'List',
        items: [
          {
            apiVersion: 'v1',
            kind: 'List',
            items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } }],
          },
        ],
      },
      undefined,
      2,
    ),
  });
  expect(await findings(['several.yaml'])).toContain('moving-image at several.yaml:17 in StatefulSet ci/dagger');
  expect(await findings(['list.yaml'])).toContain('moving-image at list.yaml:15 in StatefulSet ci/dagger');
  expect(await findings(['list.json'])).toEqual([]);
});

test('locates findings in the right one of two objects with the same name', async () => {
  files({ 'a.yaml': ENGINE.replace(':main', ':v0.21.7'), 'b.yaml': ENGINE.replace('{privileged: true}', '{}') });
  const found = await findings(['a.yaml', 'b.yaml']);
  expect(found.filter((one) => /^(unprivileged-engine|moving-image|duplicate-object) /.test(one))).toEqual([
    'moving-image at b.yaml:12 in StatefulSet ci/dagger',
    'unprivileged-engine at b.yaml:13 in StatefulSet ci/dagger',
    'duplicate-object at b.yaml:3 in StatefulSet ci/dagger',
  ]);
});

test('reads an object with generateName', async () => {
  files({ 'a.yaml': ENGINE.replace('name: dagger,', 'generateName: dagger-,') });
  expect(await findings(['a.yaml'])).toContain('moving-image at a.yaml:12 in StatefulSet ci/dagger-');
});

test('reads a list whose items have no kind', async () => {
  const item = ENGINE.trimEnd().split('\n').slice(2).join('\n    ');
  files({ 'a.yaml': `apiVersion: apps/v1\nkind: StatefulSetList\nitems:\n  - ${item}\n` });
  expect(await findings(['a.yaml'])).toContain('moving-image at a.yaml:13 in StatefulSet ci/dagger');
});

test('reads standard input', async () => {
  expect(await findings(['-'], ENGINE)).toContain('moving-image at standard input:12 in StatefulSet ci/dagger');
});

test('reads folders, without names that begin with a dot, and follows links once', async () => {
  files({
    'k8s/b/a.yml': ENGINE,
    'k8s/a.yaml': CONFIG_MAP,
    'k8s/.hidden.yaml': '- a',
    'k8s/.git/a.yaml': '- a',
    'k8s/node_modules/a.yaml': '- a',
    'k8s/README.md': '- a',
  });
  symlinkSync('b', 'k8s/link');
  symlinkSync('nowhere', 'k8s/broken.yaml');
  symlinkSync('..', 'k8s/b/parent');
  expect(await findings(['k8s'])).toContain('moving-image at k8s/b/a.yml:12 in StatefulSet ci/dagger');
});

test('skips files of a folder that are not manifests, and names them', async () => {
  files({
    'k8s/engine.yaml': ENGINE,
    'k8s/values.yaml': 'engine: {port: 1}\n',
    'k8s/kustomization.yaml': 'resources: [engine.yaml]\n',
    'k8s/tsconfig.json': '{\n  // comment\n}\n',
    'k8s/package.json': '{"name": "x"}',
    'k8s/empty.yaml': '# nothing\n',
  });
  const { code, stderr, stdout } = await run(['check', 'k8s', '--format', 'json']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      'skipped 5 files without Kubernetes objects: k8s/empty.yaml, k8s/kustomization.yaml, k8s/package.json, ...\n',
  });
  expect(JSON.parse(stdout).findings.map(({ file }: { file: string }) => file)).toContain('k8s/engine.yaml');
});

test('rejects a broken manifest of a folder', async () => {
  files({ 'k8s/a.yaml': ENGINE.replace('spec:', '{{ if .Values.x }}') });
  expect((await run(['check', 'k8s'])).stderr).toMatch(
    /^k8s\/a\.yaml:4:\d+: an unrendered Helm template; fix: render it with helm template \(/,
  );
});

test('accepts labels that every object of JavaScript has', async () => {
  files({ 'a.yaml': ENGINE.replaceAll('app: dagger', 'constructor: dagger, __proto__: x, toString: x') });
  expect(await findings(['a.yaml'])).toContain(MOVING);
});

test('reports a duplicate key', async () => {
  files({ 'a.yaml': `${CONFIG_MAP}data: {a: "1"}\ndata:\n  a: "2"\n` });
  expect(await findings(['a.yaml'])).toEqual(['duplicate-key at a.yaml:5']);
});

test('--fail-on, --ignore and --output', async () => {
  files({ 'a.yaml': ENGINE });
  expect((await run(['check', 'a.yaml', '--fail-on', 'error'])).code).toBe(1);
  const { stdout } = await run(['check', 'a.yaml', '--format', 'json']);
  const ignoring = JSON.parse(stdout).findings.flatMap(({ name }: { name: string }) => ['--ignore', `${name}=a test`]);
  expect(await run(['check', 'a.yaml', '--fail-on', 'info', ...ignoring])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^ignored {2}moving-image: a test\n[^]*\nno findings; \d+ ignored\n$/),
    stderr: '',
  });
  expect(await run(['check', 'a.yaml', '--fail-on', 'error', '--output', 'out.json', '--format', 'json'])).toEqual({
    code: 1,
    stdout: '',
    stderr: '',
  });
  expect(read('out.json')).toBe(stdout);
});

test.each<[what: string, texts: { [file: string]: string }, args: string[], says: string]>([
  [
    'values',
    { 'a.yaml': `${CONFIG_MAP}---\nengine: {port: 1}\n` },
    ['a.yaml'],
    'a.yaml:5:1: not a Kubernetes object with an apiVersion and a kind; fix: remove it, or leave out the file\n\n    engine: {port: 1}\n    ^\n',
  ],
  [
    'a list',
    { 'a.yaml': '- a\n' },
    ['a.yaml'],
    'a.yaml:1:1: not a Kubernetes object with an apiVersion and a kind; fix: remove it, or leave out the file\n\n    - a\n    ^\n',
  ],
  [
    'an item of a list that is not an object',
    { 'a.yaml': 'apiVersion: v1\nkind: List\nitems:\n  - a\n' },
    ['a.yaml'],
    'a.yaml:4:5: not a Kubernetes object with an apiVersion and a kind; fix: remove it, or leave out the file\n\n      - a\n        ^\n',
  ],
  [
    'bad YAML',
    { 'a.yaml': `${CONFIG_MAP}---\na: b: c\n` },
    ['a.yaml'],
    'a.yaml:5:4: nested mappings are not allowed in compact mappings\n\n    a: b: c\n       ^\n',
  ],
  [
    'a folder without manifests',
    { 'k8s/README.md': '' },
    ['k8s'],
    'k8s: no manifests in this folder; allowed: files that end in .yaml, .yml, .json\n',
  ],
])('rejects %s', async (_what, texts, args, says) => {
  mkdirSync('k8s');
  files(texts);
  expect(await run(['check', ...args])).toEqual({ code: 2, stdout: '', stderr: says });
});

test('rejects a missing file', async () => {
  expect(await run(['check', 'none.yaml'])).toEqual({
    code: 2,
    stdout: '',
    stderr: `none.yaml: no such file; fix: check the path, relative to ${process.cwd()}\n`,
  });
});

test('skips a kustomization without kind, even if it is named', async () => {
  files({ 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': CONFIG_MAP });
  expect(await run(['check', 'a.yaml', 'kustomization.yaml'])).toEqual({
    code: 0,
    stdout: 'no findings\n',
    stderr: 'skipped 1 file without Kubernetes objects: kustomization.yaml\nno engine in this object\n',
  });
});

test('checks keys that every object of JavaScript has', async () => {
  files({ 'a.yaml': `${CONFIG_MAP}data: {constructor: a, __proto__: b, toString: c, hasOwnProperty: d}\n` });
  expect((await run(['check', 'a.yaml'])).code).toBe(0);
});
