import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../docs/run-program';
import { Tutorial, type Command } from '../../docs/tutorial';
import { ClientPod, type Build } from '../client-pod';
import type { EngineSuite } from '../engines';
import { clientImage } from '../images/images';
import type { LocalNode } from '../local-node';
import { run } from '../run';
import { commandsOf, seen } from './scenario';

/** The image of the pods in the tutorials. */
const ALPINE = 'docker.io/library/alpine:3.22';

/** A tutorial, and the parts that a node without internet access can't run. */
interface Page {
  readonly name: string;
  readonly namespaces: readonly string[];
  /** The namespace of the pod `client`. */
  readonly clients: string;
  /** Commands that are left out. */
  readonly leftOut: readonly RegExp[];
  /** Whether the page repeats its build after a restart of the engine, and promises the cached result. */
  readonly repeatsBuild: boolean;
}

/** The local node replaces kind. The package and cert-manager are here already. */
const PAGES: readonly Page[] = [
  {
    name: 'first-build',
    namespaces: ['dagger'],
    clients: 'dagger',
    leftOut: [/^kind /, /^git clone /, /^\(cd cdk8s-dagger /, /^mkdir first-build /, /^npm init /, /^npm install /],
    repeatsBuild: true,
  },
  {
    name: 'mtls-pool',
    namespaces: ['ci', 'team-a'],
    clients: 'team-a',
    leftOut: [
      /^kind /,
      /^kubectl apply --filename https:.*\/cert-manager\.yaml$/,
      /^kubectl wait deployment --all --namespace cert-manager /,
    ],
    repeatsBuild: false,
  },
];

const SYNTH = 'npx tsx main.ts';

/** The Dagger CLI would pull an image from Docker Hub. The client runs another build instead. */
const BUILD = /^kubectl exec client .* -- dagger core container /;

/** Defines a test of each tutorial's commands. */
export function tutorials(suite: EngineSuite): void {
  const { cluster, documentedScenario } = suite;

  for (const page of PAGES) {
    documentedScenario(`the commands of docs/tutorials/${page.name}.md print what the page shows`, async (_, node) => {
      const started = Date.now();
      const folder = mkdtempSync(join(tmpdir(), 'cdk8s-dagger-tutorial-'));
      try {
        await cluster().importImages([{ ...clientImage(ALPINE), entrypoint: [], user: undefined }]);
        const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cert-manager' } };
        await cluster().apply([namespace]);
        const client = new ClientPod(
          cluster(),
          { namespace: page.clients, pod: 'client', container: 'shell' },
          commandsOf(suite.engine),
        );
        const ran = await runSteps(page, folder, node, client, suite.engine.archive === undefined || hasFreeSpace());
        seen(`${page.name}: ran ${ran} commands in ${((Date.now() - started) / 1000).toFixed(0)} s`);
      } finally {
        rmSync(folder, { recursive: true });
        await Promise.all(page.namespaces.map((namespace) => cluster().deleteNamespace(namespace)));
      }
    });
  }
}

/**
 * Returns whether a real engine keeps its results by default. It deletes them while less than 20 % of the disk is free
 * (dagger/dagger engine/server/gc.go@v0.21.8).
 */
function hasFreeSpace(): boolean {
  const { bavail, blocks } = statfsSync('/');
  return bavail > blocks / 5;
}

/** Runs the steps of a page, and returns the number of its commands that ran. */
async function runSteps(
  page: Page,
  folder: string,
  node: LocalNode,
  client: ClientPod,
  keepsResults: boolean,
): Promise<number> {
  const tutorial = new Tutorial(page.name);
  writeKubectl(join(folder, 'bin'), node);
  const unused = new Set(page.leftOut);
  const builds: Build[] = [];
  let ran = 0;
  for (const step of tutorial.steps) {
    if ('name' in step) {
      writeFileSync(join(folder, step.name), step.text);
      continue;
    }
    const leftOut = page.leftOut.find((pattern) => pattern.test(step.text));
    if (leftOut !== undefined) {
      unused.delete(leftOut);
    } else if (step.text === SYNTH) {
      runProgram(tutorial.program, join(folder, 'dist'));
    } else if (BUILD.test(step.text)) {
      builds.push(await client.build());
    } else {
      await runCommand(step, folder);
      ran++;
    }
  }
  expect([...unused]).toEqual([]);
  expect(builds).toHaveLength(1);
  if (page.repeatsBuild && keepsResults) {
    expect((await client.build()).id).toBe(builds[0].id);
  }
  return ran;
}

/** Runs a command of a page. Expects the lines that the page shows, in this order, among the lines that it prints. */
async function runCommand({ text, output }: Command, folder: string): Promise<void> {
  const script = `cd ${folder} && PATH=${folder}/bin:$PATH && ${text}`;
  const { status, stdout, stderr } = await run('bash', ['-c', script], { timeoutSeconds: 240 });
  expect({ command: text, status, stderr: status === 0 ? '' : stderr }).toEqual({
    command: text,
    status: 0,
    stderr: '',
  });
  // Such a command also fails, but not for the reason on the page.
  expect(stderr).not.toMatch(/invalid option|not found|bad address/);
  const shown = new Set(output);
  expect({ command: text, output: stdout.split('\n').filter((line) => shown.has(line)) }).toEqual({
    command: text,
    output,
  });
}

/** Writes a program `kubectl` for the local node. It reads files from the folder of its caller. */
function writeKubectl(bin: string, node: LocalNode): void {
  const [program, args] = node.kubectl([]);
  mkdirSync(bin);
  writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\nexec ${program} --wd="$PWD" ${args.join(' ')} "$@"\n`);
  chmodSync(join(bin, 'kubectl'), 0o755);
}
