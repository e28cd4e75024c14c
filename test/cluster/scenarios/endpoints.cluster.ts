import { Size } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  EngineDaemonSet,
  EngineStatefulSet,
  Listener,
  TlsSecret,
  TlsTermination,
} from '../../../src/index';
import { GONE_AFTER } from '../control-plane';
import { addNodes } from '../nodes';
import { nodesOf } from '../pods';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, program, seen, settled } from './scenario';

/** A pod behind a Service, as kube-proxy and the cluster's DNS see it. */
interface Endpoint {
  readonly pod: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** The pod's host name within the DNS name of the Service. */
  readonly hostname?: string;
  readonly node: string;
  readonly addresses: string[];
  /** Ports in the form `NAME:NUMBER`. */
  readonly ports: string[];
}

onKubernetes(CONTROL_PLANE, (version) => {
  describe("the endpoints of an engine's Services", () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    let nodes: string[];
    beforeAll(async () => {
      await startStorage(cluster());
      nodes = await addNodes(cluster(), 3);
    });

    async function endpoints(namespace: string, service: string): Promise<Endpoint[]> {
      const slices = await cluster().client.list('discovery.k8s.io/v1', 'EndpointSlice', {
        namespace,
        labelSelector: `kubernetes.io/service-name=${service}`,
      });
      return slices
        .flatMap(({ endpoints: all, ports }) =>
          (all ?? []).map(({ addresses, conditions, hostname, nodeName, targetRef }: any) => ({
            pod: targetRef.name,
            ...conditions,
            ...(hostname && { hostname }),
            node: nodeName,
            addresses,
            ports: ports.map(({ name, port }: any) => `${name}:${port}`),
          })),
        )
        .sort((a, b) => a.pod.localeCompare(b.pod));
    }

    /** Waits for the expected endpoints. On a timeout, the failure shows the current endpoints. */
    async function becomes(
      namespace: string,
      service: string,
      wanted: readonly Partial<Endpoint>[],
    ): Promise<Endpoint[]> {
      const matches = (all: Endpoint[]): boolean =>
        all.length === wanted.length &&
        all.every((one, i) =>
          Object.entries(wanted[i]).every(
            ([key, value]) => JSON.stringify(one[key as keyof Endpoint]) === JSON.stringify(value),
          ),
        );
      await cluster()
        .until(async () => matches(await endpoints(namespace, service)), `the endpoints of ${service}`, 20_000)
        .catch(() => undefined);
      const all = await endpoints(namespace, service);
      expect(all).toEqual(wanted.map((one) => expect.objectContaining(one)));
      return all;
    }

    async function pods(namespace: string): Promise<any[]> {
      return (await cluster().client.list('v1', 'Pod', { namespace })).sort((a, b) =>
        a.metadata.name.localeCompare(b.metadata.name),
      );
    }

    const ready = { ready: true, serving: true, terminating: false };

    test('of a DaemonSet: the engine on the node of the client', async () => {
      const engine = new EngineDaemonSet(program('local'), 'engine', {
        version: 'v0.21.7',
        listener: Listener.insecureTcp(),
        metrics: {},
      });
      await apply(cluster(), engine);
      await settled(cluster(), engine);
      const own = (await pods('local')).map((pod) => ({
        pod: pod.metadata.name,
        node: nodesOf(pod)[0],
        addresses: [pod.status.podIP],
        ...ready,
      }));
      expect(own).toHaveLength(3);
      const behind = await becomes(
        'local',
        'engine',
        own.map((one) => ({ ...one, ports: ['tcp-engine:1234'] })),
      );
      await becomes(
        'local',
        'engine-metrics',
        own.map((one) => ({ ...one, ports: ['http-metrics:9090'] })),
      );

      // With the policy `Local`, kube-proxy uses only endpoints on its own node
      // (kubernetes.io/docs/concepts/services-networking/service-traffic-policy).
      const service = await cluster().client.get(engine.service!.toJson());
      expect([service.spec.internalTrafficPolicy, service.spec.sessionAffinity]).toEqual(['Local', 'None']);
      expect(nodes.map((node) => behind.filter((one) => one.node === node).length)).toEqual([1, 1, 1]);
      seen(
        cluster(),
        `DaemonSet: internalTrafficPolicy Local, ${behind.length} endpoints, one of each node; ${behind[0].ports} and http-metrics:9090 found by name`,
      );
    });

    test("of a pool: an engine that isn't ready, or stops, leaves the Service of the listener and keeps its name", async () => {
      const engine = new EngineStatefulSet(program('pool'), 'pool', {
        version: 'v0.21.7',
        replicas: 3,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
        listener: Listener.insecureTcp(),
        metrics: {},
        // The deleted pod must exist until the end of the test.
        podAnnotations: { [GONE_AFTER]: '1h' },
      });
      await apply(cluster(), engine);
      await settled(cluster(), engine);
      const each = (conditions: object[], rest: (pod: string) => object): object[] =>
        conditions.map((one, i) => ({ pod: `pool-${i}`, ...one, ...rest(`pool-${i}`) }));
      const listener = (): object => ({ ports: ['tcp-engine:1234'] });
      const headless = (pod: string): object => ({ hostname: pod, ports: ['tcp-engine:1234'] });
      const metrics = (): object => ({ ports: ['http-metrics:9090'] });
      await becomes('pool', 'pool', each([ready, ready, ready], listener));
      await becomes('pool', 'pool-headless', each([ready, ready, ready], headless));
      await becomes('pool', 'pool-metrics', each([ready, ready, ready], metrics));

      const [, busy, ending] = await pods('pool');
      await cluster().client.patch(busy, { status: { conditions: [{ type: 'Ready', status: 'False' }] } }, 'status');
      await cluster().client.delete(ending);
      const unready = { ready: false, serving: false, terminating: false };
      // kube-proxy uses terminating endpoints if there are no others (KEP-1669).
      const leaving = { ready: false, serving: true, terminating: true };
      await becomes('pool', 'pool', each([ready, unready, leaving], listener));
      // With publishNotReadyAddresses, all endpoints count as ready for DNS and scrapers.
      const published = [ready, { ...unready, ready: true }, { ...leaving, ready: true }];
      await becomes('pool', 'pool-headless', each(published, headless));
      await becomes('pool', 'pool-metrics', each(published, metrics));
      expect(engine.podHosts).toEqual(['pool-0', 'pool-1', 'pool-2'].map((pod) => `${pod}.pool-headless.pool.svc`));
      seen(
        cluster(),
        "pool of 3, one not ready and one terminating: the listener's Service has 1 ready endpoint, the headless Service and the metrics have 3, with host names pool-0 to pool-2",
      );
    });

    test('of an engine with a TLS sidecar: the port of the sidecar, by number', async () => {
      const native = version !== '1.28';
      const engine = new EngineStatefulSet(program('tls'), 'pool', {
        version: 'v0.21.7',
        replicas: 2,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
        metrics: {},
        listener: Listener.tls({
          certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('pool-tls') }),
          // Clusters before Kubernetes 1.29 don't support native sidecars.
          termination: TlsTermination.sidecar({ native }),
        }),
      });
      await apply(cluster(), engine);
      await settled(cluster(), engine);
      const [pod] = await pods('tls');
      const names = native
        ? [pod.spec.initContainers[0].name, pod.spec.initContainers[0].restartPolicy]
        : [pod.spec.containers[1].name, undefined];
      expect(names).toEqual(['tls', native ? 'Always' : undefined]);
      const each = (ports: string[]): object[] => ['pool-0', 'pool-1'].map((one) => ({ pod: one, ...ready, ports }));
      await becomes('tls', 'pool', each(['tcp-engine:8443']));
      await becomes('tls', 'pool-headless', each(['tcp-engine:8443']));
      await becomes('tls', 'pool-metrics', each(['http-metrics:9090']));
      seen(
        cluster(),
        `TLS by a ${native ? 'native' : 'plain'} sidecar: 2 ready endpoints at port 8443, and at 9090 the engine's metrics`,
      );
    });
  });
});
