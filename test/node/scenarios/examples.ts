import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../cluster/client';
import { isReady } from '../../cluster/pods';
import type { EngineSuite } from '../engines';
import { seen, SMALL } from './scenario';

const DIST = join(__dirname, '..', '..', '..', 'dist');

/** The files in dist/ whose engines need nothing but this node and cert-manager. */
const FILES = ['kubiya-statefulset', 'mtls-pool-cert-manager'];

/** Defines a test for each of some files in dist/, which contain the manifests of the examples. */
export function examples(suite: EngineSuite): void {
  const { cluster, documentedScenario } = suite;

  for (const file of FILES) {
    documentedScenario(`dist/${file}.k8s.yaml: the engine is Ready`, async (namespace) => {
      const started = Date.now();
      const objects = manifests(file, namespace);
      for (const object of objects) {
        expect(await cluster().apply([object])).toEqual([]);
      }
      const pods = (): Promise<any[]> =>
        cluster().client.list('v1', 'Pod', { namespace, labelSelector: 'app.kubernetes.io/name=dagger-engine' });
      await cluster().until(async () => (await pods()).some(isReady), `the engine of ${file} to be Ready`, 180);
      const [pod] = await pods();
      const restarts = pod.status.containerStatuses.map((status: any) => status.restartCount);
      seen(
        `dist/${file}: ${objects.length} objects, Ready after ${((Date.now() - started) / 1000).toFixed(0)} s, restarts ${restarts.join(', ')}`,
      );
      expect(restarts.every((count: number) => count === 0)).toBe(true);
    });
  }
}

/**
 * Returns the objects in a file. Changes only what the node can't satisfy: its size, the class of its volumes,
 * and the name of the namespace.
 */
function manifests(file: string, namespace: string): Manifest[] {
  const text = readFileSync(join(DIST, `${file}.k8s.yaml`), 'utf8')
    .replaceAll(/\bnamespace: dagger$/gm, `namespace: ${namespace}`)
    .replaceAll('.dagger.svc', `.${namespace}.svc`);
  const objects: any[] = parseAllDocuments(text).map((document) => document.toJS());
  for (const { spec } of objects.filter(({ kind }) => kind === 'StatefulSet')) {
    for (const container of spec.template.spec.containers) {
      container.resources = SMALL;
    }
    spec.replicas = 1;
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.spec.storageClassName = undefined;
    }
  }
  // The API server rejects a pod whose service account doesn't exist yet.
  return objects.sort((a, b) => Number(b.kind === 'ServiceAccount') - Number(a.kind === 'ServiceAccount'));
}
