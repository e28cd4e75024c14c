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

/** Programs with a native sidecar, which is the default, but without probes that ordinary init containers can't have. */
const WITHOUT_PROBES: { readonly [title: string]: (scope: Chart) => void } = {
  'the TLS sidecar of an engine': (scope) =>
    void new EngineStatefulSet(scope, 'pool', {
      version,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('pool-tls') }),
      }),
    }),
  'an EngineSidecar without a startup probe': (scope) => addJob(scope, { startupProbe: EngineProbe.none() }),
};

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

onKubernetes(API_SERVER, (kubernetes) => {
  const server = controlPlane({ version: kubernetes });
  const supported = Number(kubernetes.split('.')[1]) >= Number(PROMISED.nativeSidecars.split('.')[1]);

  test(`a Job with an EngineSidecar is ${supported ? 'accepted' : 'rejected'}`, async () => {
    const applied = server().client.apply(workloadOf(addJob), { dryRun: true });
    if (supported) {
      await expect(applied).resolves.toMatchObject({ warnings: [] });
    } else {
      await expect(applied).rejects.toMatchObject({ status: 422, message: expect.stringContaining(REJECTED) });
      expect(PAGE).toContain(REJECTED);
    }
  });

  const kind = supported ? 'a native sidecar' : 'an ordinary init container';
  test.each(Object.entries(WITHOUT_PROBES))(`%s is ${kind}`, async (_title, program) => {
    const workload = workloadOf(program);
    await server().client.apply(workload);
    const { spec } = await server().client.get(workload);
    expect(spec.template.spec.initContainers[0].restartPolicy).toBe(supported ? 'Always' : undefined);
  });
});
