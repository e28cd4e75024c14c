import { distributed, goldens } from '../manifests';
import { references, violations, workloads, type Scene } from './invariants';

/** Assumptions about a manifest whose program is unknown. */
const UNKNOWN = { isUserVolume: () => true, asksForToken: true, asksForLimits: true };

/** The objects that an example expects to exist, keyed by file. */
const BROUGHT_ALONG: { readonly [file: string]: readonly string[] } = {
  'dist/engine-pool.k8s.yaml': ['ConfigMap/proxy-ca', 'ConfigMap/registry-ca'],
  'dist/mtls-pool-secrets.k8s.yaml': ['Secret/mtls-secrets-server'],
  // cert-manager creates this Secret.
  'dist/openshift.k8s.yaml': ['Secret/openshift-engine-tls'],
};

/** The namespaces of the objects in an example, keyed by file. The default is `dagger`. Namespace objects have none. */
const NAMESPACES: { readonly [file: string]: ReadonlyArray<string | undefined> } = {
  'dist/concourse.k8s.yaml': ['dagger', 'concourse-main'],
  'dist/engine-fleet-forks.k8s.yaml': ['dagger-forks'],
  'dist/gitops-argo-cd.k8s.yaml': [undefined, 'argo-cd-engines'],
  'dist/gitops-argo-cd-application.k8s.yaml': ['argocd'],
  'dist/gitops-flux.k8s.yaml': [undefined, 'flux-engines'],
  'dist/gitops-flux-kustomization.k8s.yaml': ['flux-system'],
  'dist/gitops-flux-resource-set.k8s.yaml': ['flux-system'],
  'dist/openshift.k8s.yaml': [undefined, 'dagger', 'gitlab-runner'],
  'dist/two-namespaces-kube-pod.k8s.yaml': [undefined, 'guarded-engines'],
  'dist/two-namespaces-kube-pod-runners.k8s.yaml': ['ci-runners'],
};

/** The violations in examples with a member of a fleet that accepts no new clients: its Services select no pods. */
const RETIRING: { readonly [file: string]: readonly string[] } = {
  'dist/engine-fleet.k8s.yaml': [
    'selectorsMatch: Service/dagger-v0-21-8 selects the pods of 0 workloads',
    'selectorsMatch: Service/dagger-v0-21-8-headless selects the pods of 0 workloads',
    'portsAgree: Service/dagger-v0-21-8 refers to 8443, which is not a port of the engine',
    'portsAgree: Service/dagger-v0-21-8-headless refers to 8443, which is not a port of the engine',
  ],
};

/** The violations in programs that take over existing engines unchanged and accept the risks, keyed by snapshot. */
const TAKEN_OVER: { readonly [title: string]: readonly string[] } = {
  'a DaemonSet of the official chart matches the snapshot 1': [
    'graceIsEnough: the liveness probe of DaemonSet/dagger-dagger-helm-engine stops the engine in less time than the pod gives it',
  ],
  'a StatefulSet of the official chart matches the snapshot 1': [
    'graceIsEnough: the liveness probe of StatefulSet/dagger-dagger-helm-engine stops the engine in less time than the pod gives it',
    'pooledPodsHaveNames: StatefulSet/dagger-dagger-helm-engine has no headless Service undefined',
  ],
  'a Deployment of a fork, whose two engines share an NFS export matches the snapshot 1': [
    'portsAgree: Service/dagger-dagger-helm-service refers to 2555, which is not a port of the engine',
    'openPortsAreDeclared: Deployment/dagger-dagger-helm-engine listens at tcp://0.0.0.0:2555, and has no such port',
    'volumesHaveOneEngine: Deployment/dagger-dagger-helm-engine starts a new engine on the volume of the old one',
    'volumesHaveOneEngine: Deployment/dagger-dagger-helm-engine has 2 engines on one volume',
  ],
};

describe('dist', () => {
  const files = Object.entries(distributed());

  test.each(files)('%s breaks no rule, except those listed', (file, objects) => {
    const isExternal = (reference: string) => (BROUGHT_ALONG[file] ?? []).includes(reference);
    expect(
      violations({
        objects,
        namespaces: NAMESPACES[file] ?? ['dagger'],
        isExternal,
        isUserVolume: () => false,
        asksForToken: false,
        asksForLimits: false,
      }),
    ).toEqual(RETIRING[file] ?? []);
  });

  test.each(Object.entries(BROUGHT_ALONG))('%s needs the objects that the test lists', (file, brought) => {
    const scene = { objects: Object.fromEntries(files)[file] } as unknown as Scene;
    expect(workloads(scene).flatMap(references)).toEqual(expect.arrayContaining([...brought]));
  });
});

describe('goldens', () => {
  // Goldens of Helm releases are excluded, because they inherit problems from their charts.
  const snapshots = Object.entries(goldens()).filter(([title]) => !title.startsWith('test/helm/'));

  test('come from every test that has manifests as snapshots', () => {
    const tests = snapshots.map(([title]) =>
      title.replace(/^test\/(.*)\/__snapshots__\/(.*)\.test\.ts\.snap: .*$/s, '$1/$2'),
    );
    expect([...new Set(tests)].sort()).toEqual([
      'client/engine-sidecar',
      'client/goldens',
      'integrations/gitlab',
      'integrations/objects',
      'integrations/pods',
      'network/certificates',
      'workload/goldens',
      'workload/taken-over',
    ]);
  });

  test.each(snapshots)('%s breaks no rule', (title, objects) => {
    // The names of an engine's own objects start with its name, so these objects can't be external.
    const stems = objects
      .filter(({ kind }) => ['DaemonSet', 'Deployment', 'StatefulSet'].includes(kind))
      .map(({ metadata }) => metadata.name);
    const isExternal = (reference: string) =>
      !stems.some((stem) => [`ConfigMap/${stem}-config`, `Service/${stem}-headless`].includes(reference));
    expect(violations({ ...UNKNOWN, objects, isExternal })).toEqual(
      TAKEN_OVER[title.slice(title.indexOf(': ') + 2)] ?? [],
    );
  });
});
