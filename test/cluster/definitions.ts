import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import upstream from '../../imports/upstream.json';
import type { Client } from './client';
import { moduleFolder } from './programs';

/** The locations of the custom resource definitions in the operators' Go modules, keyed by API group. */
const SOURCES = {
  'cert-manager.io': {
    module: 'github.com/cert-manager/cert-manager',
    release: upstream['cert-manager.io'].version,
    folder: 'deploy/crds',
  },
  'karpenter.k8s.aws': {
    module: 'github.com/aws/karpenter-provider-aws',
    release: upstream['karpenter.k8s.aws'].version,
    folder: 'pkg/apis/crds',
  },
  'karpenter.sh': {
    module: 'sigs.k8s.io/karpenter',
    release: upstream['karpenter.sh'].version,
    folder: 'pkg/apis/crds',
  },
  'keda.sh': {
    module: 'github.com/kedacore/keda/v2',
    release: upstream['keda.sh'].version,
    folder: 'config/crd/bases',
  },
  'monitoring.coreos.com': {
    module: 'github.com/prometheus-operator/prometheus-operator',
    release: upstream['monitoring.coreos.com'].version,
    folder: 'example/prometheus-operator-crd',
  },
  'snapshot.storage.k8s.io': {
    module: 'github.com/kubernetes-csi/external-snapshotter/client/v8',
    release: upstream['snapshot.storage.k8s.io'].version,
    folder: 'config/crd',
  },
};

export type Group = keyof typeof SOURCES;

interface Cluster {
  readonly client: Client;
  until<T>(probe: () => T | Promise<T>, what: string): Promise<NonNullable<T>>;
}

/**
 * Installs the custom resource definitions of an API group, and waits until the server serves and stores the kinds. The
 * files come from the folder `CRDS_DIR`, or else from the operator's Go module. `all` also installs the kinds that only
 * the operator's controllers use.
 */
export async function installDefinitions(cluster: Cluster, group: Group, { all = false } = {}): Promise<void> {
  for (const definition of definitions(group, all)) {
    await installDefinition(cluster, definition);
  }
}

/** Installs a custom resource definition, and waits until the server serves and stores the kind. */
export async function installDefinition(cluster: Cluster, definition: any): Promise<void> {
  const { client } = cluster;
  // Definitions may use newer Kubernetes features: cert-manager v1.21.1 uses selectableFields, which 1.30 introduced.
  await client.call(
    'POST',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Ignore',
    definition,
  );
  const { group, names, versions } = definition.spec;
  for (const { name } of versions.filter(({ served }: any) => served)) {
    await cluster.until(
      () => client.serves(`${group}/${name}`, names.kind),
      `${names.kind} of ${group}/${name} to be served`,
    );
    // A new kind is served before its storage is ready.
    await cluster.until(
      () =>
        client.list(`${group}/${name}`, names.kind).then(
          () => true,
          () => false,
        ),
      `the storage of ${names.kind}`,
    );
  }
}

function definitions(group: Group, all: boolean): any[] {
  const { module, release, folder } = SOURCES[group];
  const source = process.env.CRDS_DIR ?? join(moduleFolder(module, release), folder);
  const files = readdirSync(source).filter((file) =>
    all ? file.startsWith(`${group}_`) : upstream[group].files.includes(file),
  );
  if (files.length === 0) {
    throw new Error(`none of ${upstream[group].files.join(', ')} in ${source}`);
  }
  return files.map((file) => parse(readFileSync(join(source, file), 'utf8')));
}
