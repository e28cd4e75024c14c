import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, Size, type Chart } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  EngineProbe,
  EngineSidecar,
  EngineStatefulSet,
  Listener,
  TlsSecret,
  type EngineSidecarProps,
} from '../../src/index';
import { chart, objects } from '../engines';
import { PROMISED } from './bundles';
import type { Manifest } from './client';
import { API_SERVER } from './programs';
import { controlPlane, onKubernetes } from './suite';

const PAGE = readFileSync(join(__dirname, '../../docs/how-to/troubleshooting.md'), 'utf8');

/** Part of the message of an API server without native sidecars, which ignores their `restartPolicy`. */
const REJECTED = 'may not be set for init containers without restartPolicy=Always';

const version = 'v0.21.8';

/** Adds a Job with an engine. */
function addJob(scope: Chart, props: Partial<EngineSidecarProps> = {}): void {
  const job = new ApiObject(scope, 'job', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'job' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'build', image: 'ci:1' }] } } },
  });
  new EngineSidecar(scope, 'engine', { version, ...props }).connect(job);
}

/** Returns the workload in a program. */
function workloadOf(program: (scope: Chart) => void): Manifest {
  const scope = chart({ namespace: 'default' });
  program(scope);
  return Object.values(objects(scope)).find(({ kind }) => ['Job', 'StatefulSet'].includes(kind))!;
}

/** Programs with a native sidecar, which is the default. */
const PROGRAMS: { readonly [title: string]: (scope: Chart) => void } = {
  'an engine with a TLS sidecar': (scope) =>
    void new EngineStatefulSet(scope, 'pool', {
      version,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('pool-tls') }),
      }),
    }),
  'a Job with an EngineSidecar': (scope) => addJob(scope),
};

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

onKubernetes(API_SERVER, (kubernetes) => {
  const server = controlPlane({ version: kubernetes });
  const supported = Number(kubernetes.split('.')[1]) >= Number(PROMISED.nativeSidecars.split('.')[1]);

  test.each(Object.entries(PROGRAMS))(`%s is ${supported ? 'accepted' : 'rejected'}`, async (_title, program) => {
    const applied = server().client.apply(workloadOf(program), { dryRun: true });
    if (supported) {
      await expect(applied).resolves.toMatchObject({ warnings: [] });
    } else {
      await expect(applied).rejects.toMatchObject({ status: 422, message: expect.stringContaining(REJECTED) });
      expect(PAGE).toContain(REJECTED);
    }
  });

  test(`an EngineSidecar without a startup probe is ${supported ? 'a native sidecar' : 'an ordinary init container'}`, async () => {
    const job = workloadOf((scope) => addJob(scope, { startupProbe: EngineProbe.none() }));
    await server().client.apply(job);
    const { spec } = await server().client.get(job);
    expect(spec.template.spec.initContainers[0].restartPolicy).toBe(supported ? 'Always' : undefined);
  });
});
