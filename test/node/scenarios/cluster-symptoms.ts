import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, Size } from 'cdk8s';
import { CacheVolume, Certificates, EngineStatefulSet, Listener } from '../../../src/index';
import type { Manifest } from '../../cluster/client';
import { chart, objects } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, HOSTNAME, seen, SMALL } from './scenario';

const PAGE = readFileSync(join(__dirname, '../../../docs/how-to/troubleshooting.md'), 'utf8');

/** A taint that no pod in the tests tolerates. */
const TAINT = 'example.com/reserved=yes:NoSchedule';

/** Defines tests of the symptoms in docs/how-to/troubleshooting.md whose cause is the cluster. */
export function clusterSymptoms({
  cluster,
  disturbingScenario,
  localScenario,
  engine: { version },
}: EngineSuite): void {
  localScenario('a kind that the cluster does not have: kubectl prints the error on the page', async (namespace) => {
    const all = chart({ namespace });
    // The node has the definitions of cert-manager, but not of its first versions.
    new ApiObject(all, 'certificate', {
      apiVersion: 'cert-manager.io/v1alpha2',
      kind: 'Certificate',
      metadata: { name: 'pool-tls' },
    });
    const message = 'no matches for kind "Certificate"';
    expect(PAGE).toContain(message);
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: Object.values(objects(all)) });
    await expect(cluster().kubectl(['apply', '--filename=-'], { input })).rejects.toThrow(
      `${message} in version "cert-manager.io/v1alpha2"`,
    );
  });

  localScenario('a claim on a lost node: an event says what the troubleshooting page explains', async (namespace) => {
    const event = "node(s) didn't match PersistentVolume's node affinity";
    expect(PAGE).toContain(event);
    const storageClassName = `lost-${namespace}`;
    const volume: Manifest = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: storageClassName },
      spec: {
        storageClassName,
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        hostPath: { path: '/mnt/lost' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values: ['lost'] }] }],
          },
        },
      },
    };
    const all = chart({ namespace });
    new EngineStatefulSet(all, 'pool', {
      version,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(1), storageClassName }),
      resources: SMALL,
    });
    await cluster().apply([volume]);
    try {
      await apply(cluster(), all);
      const found = await cluster().until(
        async () => (await cluster().events(namespace)).find(({ message }) => message.includes(event)),
        `an event with ${event}`,
        120,
      );
      seen(`the node of the claim is lost: ${found.involvedObject.kind} ${found.reason}: ${found.message}`);
    } finally {
      await cluster().client.delete(volume);
    }
  });

  disturbingScenario(
    'a reserved node without cert-manager: the pod is Pending, and its Certificate has no status',
    async (namespace, node) => {
      const all = chart({ namespace });
      new EngineStatefulSet(all, 'pool', {
        version,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(1) }),
        resources: SMALL,
        listener: Listener.tls({ certificates: Certificates.privateCa() }),
      });
      const event = 'node(s) had untolerated taint(s)';
      expect(PAGE).toContain(event);
      const ref = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'pool-tls', namespace } };
      await node.stopComponent('cert-manager');
      await cluster().kubectl(['taint', 'node', node.name, TAINT]);
      try {
        await apply(cluster(), all);
        const found = await cluster().until(
          async () => (await cluster().events(namespace)).find(({ message }) => message.includes(event)),
          `an event with ${event}`,
        );
        seen(`the node is reserved: ${found.involvedObject.kind} ${found.reason}: ${found.message}`);
        expect((await cluster().client.get(ref)).status).toBeUndefined();
      } finally {
        await cluster().kubectl(['taint', 'node', node.name, `${TAINT}-`]);
        await node.startComponent('cert-manager');
      }
      await cluster().until(
        async () =>
          (await cluster().client.get(ref)).status?.conditions?.some(
            ({ type, status }: any) => type === 'Ready' && status === 'True',
          ),
        'the Certificate to be ready',
      );
    },
  );
}
