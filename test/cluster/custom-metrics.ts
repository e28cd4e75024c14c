import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane';

const GROUP = 'custom.metrics.k8s.io';
const VERSION = 'v1beta2';

/** The request of an autoscaler for a metric of pods. */
export interface MetricRequest {
  readonly namespace: string;
  readonly metric: string;
  readonly labels: { readonly [key: string]: string };
}

/**
 * A stand-in for an adapter such as prometheus-adapter. It serves one metric of pods to the real
 * HorizontalPodAutoscaler controller, through the real aggregation layer.
 */
export interface CustomMetrics {
  /** The values, keyed by the names of pods. The metric of a pod without a value is 0. */
  values: { readonly [pod: string]: number };
  /** All requests so far. */
  readonly requests: MetricRequest[];
}

/** Starts the stand-in, and waits until the API server uses it. */
export async function startCustomMetrics(controlPlane: ControlPlane, metric: string): Promise<CustomMetrics> {
  const { client, directory } = controlPlane;
  const metrics: CustomMetrics = { values: {}, requests: [] };
  const [cert, key] = ['crt', 'key'].map((ending) => readFileSync(join(directory, `apiserver.${ending}`)));
  const server = createServer({ cert, key }, async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'https://localhost');
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const asked = new RegExp(`^/apis/${GROUP}/${VERSION}/namespaces/([^/]+)/pods/\\*/([^/]+)$`).exec(
      decodeURIComponent(pathname),
    );
    if (pathname === `/apis/${GROUP}/${VERSION}`) {
      answer(200, {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: `${GROUP}/${VERSION}`,
        resources: [{ name: `pods/${metric}`, namespaced: true, kind: 'MetricValueList', verbs: ['get'] }],
      });
    } else if (asked === null || asked[2] !== metric) {
      answer(404, {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        reason: 'NotFound',
        message: pathname,
        code: 404,
      });
    } else {
      const [, namespace] = asked;
      const labelSelector = searchParams.get('labelSelector')!;
      const labels = Object.fromEntries(labelSelector.split(',').map((label) => label.split('=')));
      metrics.requests.push({ namespace: namespace!, metric, labels });
      const pods = await client.list('v1', 'Pod', { namespace, labelSelector });
      answer(200, {
        kind: 'MetricValueList',
        apiVersion: `${GROUP}/${VERSION}`,
        metadata: {},
        items: pods.map(({ metadata: { name } }) => ({
          describedObject: { kind: 'Pod', apiVersion: 'v1', namespace, name },
          metric: { name: metric, selector: null },
          timestamp: new Date().toISOString(),
          value: `${metrics.values[name] ?? 0}`,
        })),
      });
    }
  }).listen(0, '127.0.0.1');
  controlPlane.beforeStop(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  await new Promise((resolve) => server.once('listening', resolve));

  const service = { name: 'custom-metrics', namespace: 'default' };
  await client.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: service,
    spec: { type: 'ExternalName', externalName: 'localhost' },
  });
  const apiService = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `${VERSION}.${GROUP}` },
  };
  await client.apply({
    ...apiService,
    spec: {
      group: GROUP,
      version: VERSION,
      service: { ...service, port: (server.address() as AddressInfo).port },
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    },
  });
  await controlPlane.until(
    async () =>
      (await client.get(apiService)).status?.conditions?.some(
        ({ type, status }: any) => type === 'Available' && status === 'True',
      ),
    'the API server to reach the metrics',
  );
  return metrics;
}
