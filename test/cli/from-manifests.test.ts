import { join } from 'node:path';
import { run } from './command';

jest.spyOn(console, 'warn').mockImplementation();

const FILE = join(__dirname, '../reading/engines/corporate-network.yaml');
const BROKEN = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: broken, namespace: ci }
spec:
  selector: { matchLabels: { app: 'not valid!' } }
  template:
    metadata: { labels: { app: 'not valid!' } }
    spec: { containers: [{ name: dagger-engine, image: 'registry.dagger.io/engine:v0.21.8' }] }
`;

test('writes a program in TypeScript', async () => {
  const { code, stderr, stdout } = await run(['from-manifests', FILE, '--emit', 'typescript']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning {2}stop-loses-cache [^]*\n\n1 warning\n$/);
  expect(stdout).toMatch(/^\/\/ From .*corporate-network\.yaml\.\n/);
  expect(stdout).toContain("new EngineDaemonSet(chart, 'ci-engine', {");
});

test('writes the objects that the program creates', async () => {
  const { code, stdout } = await run(['from-manifests', FILE, '--emit', 'manifests']);
  expect(code).toBe(0);
  expect(stdout.match(/^kind: .*/gm)).toEqual(['kind: ConfigMap', 'kind: DaemonSet']);
});

test('writes findings with their places', async () => {
  const { code, stdout } = await run(['from-manifests', '-', '--emit', 'findings', '--fail-on', 'error'], {
    stdin: BROKEN,
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/error {2}invalid-manifest {2}spec\.selector\.matchLabels/);
  expect(stdout).toContain('standard input:6:');
});

test('lists the engines that no construct can create', async () => {
  const { code, stderr, stdout } = await run(['from-manifests', '-', '--emit', 'typescript'], { stdin: BROKEN });
  expect(code).toBe(0);
  expect(stderr).toContain(
    'No construct can create the DaemonSet broken, so the program contains the object unchanged: ',
  );
  expect(stdout).toContain("new ApiObject(chart, 'daemon-set-broken', {");
});

test('writes no program if there are findings that --fail-on names', async () => {
  const { code, stdout } = await run(['from-manifests', '-', '--emit', 'typescript', '--fail-on', 'error'], {
    stdin: BROKEN,
  });
  expect(code).toBe(1);
  expect(stdout).toBe('');
});

test('rejects keys that cdk8s cannot write', async () => {
  const stdin = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: "1"\n  constructor: "2"\n';
  expect(await run(['from-manifests', '-', '--emit', 'manifests'], { stdin })).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'cdk8s-dagger from-manifests has 1 problem:\n  - standard input:6:3: data.constructor: cdk8s can\'t write a key with this name; got "2"; allowed: any name except __proto__ and constructor; fix: remove it\n',
  });
});
