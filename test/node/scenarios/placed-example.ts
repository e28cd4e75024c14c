import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Testing } from 'cdk8s';
import type { Manifest } from '../../cluster/client';
import { chart } from '../../engines';
import { DIST, isEngineWorkload, objectsIn } from '../dist-files';
import { accountsFirst, SMALL } from './scenario';
import { addSecrets } from './tls';

/** The kinds that the node can't run, because it has no operator for them, or no clock to wait for. */
const LEFT_OUT = /^(CronJob|EC2NodeClass|NodePool|PodMonitor|PrometheusRule|Runner|ScaledObject)$/;

export interface Placed {
  readonly objects: readonly Manifest[];
  /** The folders that the node must have. */
  readonly folders: readonly string[];
}

/**
 * Returns the objects in a file in dist/. Changes only what the node can't satisfy: the size, the number and the nodes of the
 * engines, the class of their volumes, NFS and snapshots, and the name of the namespace. Adds the Secrets, ConfigMaps and issuers
 * that the file expects in the cluster. Leaves out other namespaces.
 */
export function placed(name: string, namespace: string): Placed {
  const text = readFileSync(join(DIST, `${name}.k8s.yaml`), 'utf8');
  const engineNamespace = objectsIn(text).find(isEngineWorkload)!.metadata.namespace!;
  const objects: any[] = objectsIn(text.replaceAll(`.${engineNamespace}.svc`, `.${namespace}.svc`))
    .filter(({ kind, metadata }) => metadata.namespace === engineNamespace && !LEFT_OUT.test(kind))
    .map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }));
  for (const { subjects } of objects.filter(({ kind }) => kind === 'RoleBinding')) {
    subjects.forEach((subject: any) => (subject.namespace &&= namespace));
  }
  const folders: string[] = [];
  for (const workload of objects.filter(({ spec }) => spec?.template?.spec.containers !== undefined)) {
    const { spec } = workload;
    const pod = spec.template.spec;
    if (workload.kind !== 'DaemonSet') {
      // The images of other workloads, such as runners, don't exist.
      spec.replicas = isEngineWorkload(workload) ? 1 : 0;
    }
    delete pod.nodeSelector;
    for (const container of pod.containers) {
      container.resources = { ...container.resources, ...SMALL };
    }
    for (const { spec: claim } of spec.volumeClaimTemplates ?? []) {
      delete claim.storageClassName;
    }
    for (const volume of pod.volumes ?? []) {
      if (volume.ephemeral !== undefined) {
        const claim = volume.ephemeral.volumeClaimTemplate.spec;
        delete claim.storageClassName;
        delete claim.dataSource;
      } else if (volume.nfs !== undefined) {
        delete volume.nfs;
        volume.emptyDir = {};
      } else if (volume.hostPath?.type === 'Directory') {
        folders.push(volume.hostPath.path);
      }
    }
  }
  objects.push(...expected(objects, namespace));
  return { objects: accountsFirst(objects), folders };
}

/** Returns the objects that engines need, but that their file doesn't contain. */
function expected(objects: readonly any[], namespace: string): Manifest[] {
  const names = (kind: string): string[] =>
    objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
  const certificates = objects.filter(({ kind }) => kind === 'Certificate').map(({ spec }) => spec);
  const volumes = objects.filter(isEngineWorkload).flatMap(({ spec }) => spec.template.spec.volumes ?? []);
  const secrets: any[] = volumes.flatMap(({ secret }) => secret ?? []);
  const configMaps: string[] = volumes.flatMap(({ configMap }) => configMap?.name ?? []);
  const created = [...names('Secret'), ...certificates.map(({ secretName }) => secretName)];
  const issuers = certificates.map(({ issuerRef }) => issuerRef).filter(({ kind }) => kind === 'ClusterIssuer');
  const metadata = (name: string): Manifest['metadata'] => ({ name, namespace });
  const program = chart({ namespace });
  addSecrets(program, [`engine.${namespace}.svc`]);
  const { stringData } = Testing.synth(program).find(({ metadata: { name } }) => name === 'server');
  return [
    ...secrets
      .filter(({ secretName }) => !created.includes(secretName))
      .map(({ items, secretName }) => ({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: metadata(secretName),
        stringData: Object.fromEntries(items.map(({ key, path }: any) => [key, stringData[path]])),
      })),
    ...configMaps
      .filter((name) => !names('ConfigMap').includes(name))
      .map((name) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: metadata(name),
        data: { 'ca.crt': stringData['ca.crt'] },
      })),
    ...issuers.slice(0, 1).map(({ kind, name }) => ({
      apiVersion: 'cert-manager.io/v1',
      kind,
      metadata: { name },
      spec: { selfSigned: {} },
    })),
  ];
}
