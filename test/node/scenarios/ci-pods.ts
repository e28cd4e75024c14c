import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../cluster/client';
import { isReady } from '../../cluster/pods';
import { ClientPod } from '../client-pod';
import { DIST, isEngineWorkload, objectsIn } from '../dist-files';
import { CLIENT_IMAGE, type EngineSuite } from '../engines';
import { placed } from './placed-example';
import { commandsOf, seen, SMALL } from './scenario';

/** The volume of the CLI. */
const CLI = { name: 'cli', mountPath: '/cli' };

/** The CI systems whose jobs contain an engine, and how their stand-in runs it. */
const ENGINES_IN_JOBS = [
  { system: 'Argo Workflows', file: 'argo-workflows', native: false },
  { system: 'Tekton, which runs sidecars as native sidecars', file: 'tekton', native: true },
];

/**
 * Defines tests of the pods in dist/ that CI systems create. A stand-in for each system's controller creates the pod and
 * runs its build. The stand-in changes the image and the command of the job, and the size of the engine.
 */
export function ciPods(suite: EngineSuite): void {
  const { cluster, documentedScenario } = suite;
  const commands = commandsOf(suite.engine);
  const build = commands.build(1);

  const { archive, version } = suite.engine;
  const isReal = archive !== undefined;
  // The image of the clients doesn't contain the Dagger CLI. It comes from the image of the engine.
  const cli = {
    containers: isReal
      ? [
          {
            name: 'cli',
            image: `registry.dagger.io/engine:${version}`,
            command: ['cp', '/usr/local/bin/dagger', CLI.mountPath],
            volumeMounts: [CLI],
          },
        ]
      : [],
    volumes: isReal ? [{ name: CLI.name, emptyDir: {} }] : [],
  };
  const inImage = (container: any): any => ({
    ...container,
    image: CLIENT_IMAGE,
    volumeMounts: [
      ...(container.volumeMounts ?? []),
      ...(isReal ? [{ ...CLI, mountPath: '/usr/local/bin', readOnly: true }] : []),
    ],
  });

  const create = async (namespace: string, name: string, spec: object, labels?: object): Promise<any> => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec };
    expect(await cluster().apply([pod as Manifest])).toEqual([]);
    return pod;
  };

  documentedScenario('dist/jenkins.pod.yaml: a stand-in for Jenkins builds in the agent', async (namespace) => {
    const { objects } = placed('jenkins', namespace);
    await cluster().apply(objects);
    const [{ metadata, spec }]: any[] = read('jenkins.pod.yaml', namespace);
    const agent = await create(
      namespace,
      'agent',
      {
        ...spec,
        // The Kubernetes plugin adds the second container, which connects to Jenkins.
        containers: [...spec.containers.map(inImage), { name: 'jnlp', image: CLIENT_IMAGE }],
        initContainers: cli.containers,
        volumes: [...spec.volumes, ...cli.volumes],
        terminationGracePeriodSeconds: 0,
      },
      metadata.labels,
    );
    await cluster().until(async () => isReady(await cluster().client.get(agent)), 'the agent to run', 180);
    const client = new ClientPod(cluster(), { namespace, pod: 'agent', container: 'dagger' }, commands);
    // The agent doesn't wait for the engine.
    const engines = objects.filter(isEngineWorkload);
    await cluster().until(
      async () => (await cluster().client.get(engines[0])).status.readyReplicas === 1,
      'the engine to be Ready',
      180,
    );
    const { seconds } = await client.build();
    seen(`Jenkins agent: build ${seconds} s`);
  });

  for (const { system, file, native } of ENGINES_IN_JOBS) {
    documentedScenario(`dist/${file}.k8s.yaml: the pod of a stand-in for ${system} completes`, async (namespace) => {
      const { job, sidecar, spec } = jobOf(read(`${file}.k8s.yaml`, namespace));
      const script = `until [ -S /run/dagger/engine.sock ]; do sleep 1; done; ${build}`;
      const main = inImage({ ...job, command: ['sh', '-c', script], workingDir: '/tmp' });
      const engine = { ...sidecar, resources: SMALL, ...(native && { restartPolicy: 'Always' }) };
      const pod = await create(namespace, 'job', {
        ...spec,
        containers: native ? [main] : [main, engine],
        initContainers: [...cli.containers, ...(native ? [engine] : [])],
        volumes: [...spec.volumes, ...cli.volumes],
        restartPolicy: 'Never',
      });
      const started = Date.now();
      const ended = async (name: string): Promise<any> => {
        const { status } = await cluster().client.get(pod);
        const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
        return all.find((container) => container.name === name)?.state.terminated;
      };
      const built = await cluster().until(() => ended(job.name), 'the build to end', 240);
      expect({ exitCode: built.exitCode, log: await logOf(namespace, job.name) }).toMatchObject({ exitCode: 0 });
      if (!native) {
        // The controller of Argo Workflows sends SIGTERM to the sidecars when the main container has ended.
        await cluster().exec({ namespace, pod: 'job', container: sidecar.name }, ['kill', '-TERM', '1']);
      }
      const { exitCode } = await cluster().until(() => ended(sidecar.name), 'the engine to end', 120);
      const { phase } = await cluster().until(
        async () => {
          const { status } = await cluster().client.get(pod);
          return /Succeeded|Failed/.test(status.phase) ? status : undefined;
        },
        'the pod to end',
        60,
      );
      seen(`${system}: ${phase} after ${(Date.now() - started) / 1000} s, exit code of the engine ${exitCode}`);
      // buildkitd, which the stand-in runs, exits with 1 after SIGTERM. Only plain containers count for the phase.
      const fails = !isReal && !native;
      expect(phase).toBe(fails ? 'Failed' : 'Succeeded');
    });
  }

  const logOf = (namespace: string, container: string): Promise<string> =>
    cluster().logs({ namespace, pod: 'job', container });
}

/** Returns the objects in a file in dist/, for another namespace. */
function read(file: string, namespace: string): Manifest[] {
  return objectsIn(readFileSync(join(DIST, file), 'utf8').replaceAll('.dagger.svc', `.${namespace}.svc`));
}

interface Job {
  /** The container that builds. */
  readonly job: any;
  readonly sidecar: any;
  /** The other fields of the pod. */
  readonly spec: any;
}

/** Returns the pod of a job with an engine, as its controller creates it. */
function jobOf(objects: readonly any[]): Job {
  const [{ spec }, run] = objects;
  if (spec.templates !== undefined) {
    const [{ container, securityContext, sidecars, volumes }] = spec.templates;
    return { job: { ...container, name: 'main' }, sidecar: sidecars[0], spec: { securityContext, volumes } };
  }
  const [{ script, ...step }] = spec.steps;
  const [{ computeResources, ...sidecar }] = spec.sidecars;
  return { job: step, sidecar, spec: { ...run.spec.podTemplate, volumes: spec.volumes } };
}
