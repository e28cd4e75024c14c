import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, type Chart, Size } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  CliInstall,
  EngineDaemonSet,
  EngineRisk,
  EngineSidecar,
  EngineStatefulSet,
  Listener,
  Risks,
  TlsSecret,
  type EngineStatefulSetProps,
} from '../../../src/index';
import { chart } from '../../engines';
import { CLIENT_IMAGE, NAMED_USER_IMAGE, type EngineSuite } from '../engines';
import { addSecrets } from './tls';
import { apply, seen, SMALL } from './scenario';

/** The seconds that the test waits after the build. A Job with a native sidecar is complete before that. */
const ENGINE_RUNS_SECONDS = 60;

const PAGE = readFileSync(join(__dirname, '../../../docs/how-to/troubleshooting.md'), 'utf8');

/** A mistake, and the text of the event that the troubleshooting page explains. */
interface Symptom {
  readonly event: string;
  readonly cause: string;
  readonly program: (all: Chart) => void;
  /** Whether the mistake needs cert-manager. Only the local node always has it. @default false */
  readonly needsCertManager?: boolean;
}

/** Creates a pod whose container doesn't start. */
function client(all: Chart, container: object, volumes: readonly object[] = []): void {
  new ApiObject(all, 'client', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client' },
    spec: { containers: [{ name: 'build', image: CLIENT_IMAGE, command: ['true'], ...container }], volumes },
  });
}

/** Defines tests of the symptoms in docs/how-to/troubleshooting.md that no other scenario shows. */
export function symptoms({ cluster, localScenario, scenario, engine: { version } }: EngineSuite): void {
  const pool = (all: Chart, props: Partial<EngineStatefulSetProps>): EngineStatefulSet =>
    new EngineStatefulSet(all, 'engine', {
      version,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(1) }),
      resources: SMALL,
      ...props,
    });
  const tlsPool = (all: Chart, server: TlsSecret): EngineStatefulSet =>
    pool(all, {
      listener: Listener.tls({ certificates: Certificates.fromSecrets({ server }), allowedClients: ['runner'] }),
    });

  const mistakes: readonly Symptom[] = [
    {
      event: 'pod has unbound immediate PersistentVolumeClaims',
      cause: 'the StorageClass does not exist',
      program: (all) =>
        pool(all, { cache: CacheVolume.claimTemplate({ size: Size.gibibytes(1), storageClassName: 'missing' }) }),
    },
    {
      event: 'Insufficient memory',
      cause: 'no node has the memory',
      program: (all) => pool(all, { resources: { requests: { cpu: '50m', memory: '100Ti' } } }),
    },
    {
      event: 'Insufficient cpu',
      cause: 'no node has the CPUs',
      program: (all) => pool(all, { resources: { requests: { cpu: '10000', memory: '64Mi' } } }),
    },
    {
      event: "node(s) didn't match Pod's node affinity/selector",
      cause: 'no node has the label',
      program: (all) => pool(all, { nodeSelector: { 'example.com/engines': 'yes' } }),
    },
    {
      event: 'secret "pool-tls" not found',
      cause: 'the Secret of the certificate does not exist',
      program: (all) => tlsPool(all, TlsSecret.fromSecretName('pool-tls')),
    },
    {
      event: 'references non-existent secret key',
      cause: 'the Secret has other keys',
      program: (all) => {
        addSecrets(all, ['engine']);
        tlsPool(all, TlsSecret.fromSecretName('server', { certificate: 'other.crt' }));
      },
    },
    {
      event: 'hostPath type check failed',
      cause: 'the directory of the cache does not exist',
      program: (all) =>
        new EngineDaemonSet(all, 'engine', {
          version,
          resources: SMALL,
          cache: CacheVolume.hostPath({ path: '/mnt/missing', mustExist: true }),
        }),
    },
    {
      event: 'Referenced "Issuer" not found',
      cause: 'the Issuer does not exist',
      needsCertManager: true,
      program: (all) =>
        pool(all, {
          listener: Listener.tls({
            certificates: Certificates.issuedBy({ name: 'missing' }),
            allowedClients: ['runner'],
          }),
        }),
    },
    {
      event: 'container has runAsNonRoot and image will run as root',
      cause: 'the image of a client runs as root',
      program: (all) =>
        client(all, { image: `registry.dagger.io/engine:${version}`, securityContext: { runAsNonRoot: true } }),
    },
    {
      event: 'container has runAsNonRoot and image has non-numeric user',
      cause: 'the image of a client names its user',
      program: (all) => client(all, { image: NAMED_USER_IMAGE, securityContext: { runAsNonRoot: true } }),
    },
    {
      event: 'hostPath type check failed',
      cause: 'a client waits for the socket of a node without engines',
      // `engine.connect` writes this volume, and places the pod on nodes with an engine.
      program: (all) =>
        client(all, { volumeMounts: [{ name: 'socket', mountPath: '/run/dagger' }] }, [
          { name: 'socket', hostPath: { path: '/run/dagger-missing', type: 'Directory' } },
        ]),
    },
    {
      event: 'secret "registry" not found',
      cause: 'the Secret of a variable does not exist',
      program: (all) =>
        client(all, { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'registry', key: 'token' } } }] }),
    },
    {
      event: "couldn't find key token in Secret",
      cause: 'the Secret of a variable has other keys',
      program: (all) => {
        addSecrets(all, ['engine']);
        client(all, { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'server', key: 'token' } } }] });
      },
    },
  ];

  for (const { event, cause, needsCertManager, program } of mistakes) {
    const define = needsCertManager === true ? localScenario : scenario;
    define(`${cause}: an event says what the troubleshooting page explains`, async (namespace) => {
      expect(PAGE).toContain(event);
      const all = chart({ namespace });
      program(all);
      await apply(cluster(), all);
      const found = await cluster().until(
        async () => (await cluster().events(namespace)).find(({ message }) => message.includes(event)),
        `an event with ${event}`,
        120,
      );
      seen(`${cause}: ${found.involvedObject.kind} ${found.reason}: ${found.message.slice(0, 200)}`);
    });
  }

  scenario('an engine that exceeds the limit of its emptyDir is evicted', async (namespace) => {
    const all = chart({ namespace });
    pool(all, { cache: CacheVolume.emptyDir({ sizeLimit: Size.mebibytes(64) }) });
    await apply(cluster(), all);
    const where = { namespace, pod: 'engine-0', container: 'dagger-engine' };
    const write = ['sh', '-c', 'dd if=/dev/zero of=/var/lib/dagger/file bs=1M count=100'];
    await cluster().until(async () => (await cluster().exec(where, write)).status === 0, 'the file to be written', 120);
    const event = 'Usage of EmptyDir volume';
    expect(PAGE).toContain(event);
    const found = await cluster().until(
      async () => (await cluster().events(namespace)).find(({ message }) => message.startsWith(event)),
      'the event of the eviction',
      180,
    );
    seen(`the cache exceeds its limit: ${found.involvedObject.kind} ${found.reason}: ${found.message}`);
    expect(found.reason).toBe('Evicted');
  });

  scenario('a Job with a plain container as engine never completes', async (namespace) => {
    const all = chart({ namespace });
    Risks.of(all).accept(EngineRisk.SIDECAR_NEVER_ENDS, 'this test shows it');
    const engine = new EngineSidecar(all, 'engine', {
      version,
      resources: SMALL,
      native: false,
      cli: CliInstall.fromEngineImage(),
    });
    const job = new ApiObject(all, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'job' },
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'build', image: CLIENT_IMAGE, command: ['true'] }],
          },
        },
      },
    });
    engine.connect(job);
    await apply(cluster(), all);
    const built = await cluster().until(
      async () => {
        const [pod] = await cluster().client.list('v1', 'Pod', { namespace });
        return pod?.status.containerStatuses?.find(({ name }: any) => name === 'build')?.state.terminated;
      },
      'the build to end',
      180,
    );
    expect(built.exitCode).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, ENGINE_RUNS_SECONDS * 1000));
    const [pod] = await cluster().client.list('v1', 'Pod', { namespace });
    const { state } = pod.status.containerStatuses.find(({ name }: any) => name === 'dagger-engine');
    expect(state).toEqual({ running: expect.anything() });
    const { status } = await cluster().client.get({ ...job.toJson(), metadata: { name: 'job', namespace } });
    seen(`the engine still runs ${ENGINE_RUNS_SECONDS} s after the build; the job has ${status.active} active pod`);
    expect(status).toMatchObject({ active: 1 });
    expect(status.conditions ?? []).toEqual([]);
  });
}
