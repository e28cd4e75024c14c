import type { Chart } from 'cdk8s';
import { JsonPatch } from 'cdk8s';
import { ArgoCdApplication, EngineNamespace, FluxKustomization, GitOps } from '../../src/index';
import { daemonSet, type WrongProgram } from './program';

/** Creates an Application with a URL and a path. */
function application(chart: Chart, repoUrl: string, path = 'dist'): ArgoCdApplication {
  return new ArgoCdApplication(chart, 'engines', { charts: [chart], repoUrl, path });
}

export const GITOPS_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a repository URL with a password',
    program: (chart) => application(chart, 'https://ci:hunter2@git.example.com/ci.git'),
    says: '[ci/engines] ArgoCdApplication has 1 problem:\n  - repoUrl: must not contain credentials; allowed: a URL such as https://git.example.com/ci/manifests.git or git@git.example.com:ci/manifests.git; fix: store the credentials in a Secret of the GitOps tool',
  },
  {
    title: 'a repository without a protocol',
    program: (chart) => application(chart, 'git.example.com/ci'),
    says: '[ci/engines] ArgoCdApplication has 1 problem:\n  - repoUrl: must be the URL of a repository; got "git.example.com/ci"; allowed: a URL such as https://git.example.com/ci/manifests.git or git@git.example.com:ci/manifests.git; fix: add the protocol',
  },
  {
    title: 'manifests outside the repository',
    program: (chart) => application(chart, 'git@git.example.com:ci.git', '../dist'),
    says: '[ci/engines] ArgoCdApplication has 1 problem:\n  - path: must be a directory in the repository; got "../dist"; allowed: a relative path without ..; fix: use a path such as \'dist\'',
  },
  {
    title: 'a Kustomization that waits for a DaemonSet on an unknown number of nodes',
    program: (chart) => {
      daemonSet(chart);
      new FluxKustomization(chart, 'engines', { charts: [chart], sourceName: 'manifests' });
    },
    says: 'Validation failed with the following errors:\n  [ci/engines] maxNodes: is missing, and the time to update DaemonSet engine depends on the number of nodes; got undefined; allowed: the highest number of nodes, or a timeout; fix: set maxNodes, or set timeout',
  },
  {
    title: 'a Kustomization for a number of nodes below 1',
    program: (chart) =>
      new FluxKustomization(chart, 'engines', { charts: [chart], sourceName: 'manifests', maxNodes: 0 }),
    says: '[ci/engines] FluxKustomization has 1 problem:\n  - maxNodes: must be a number of nodes; got 0; allowed: a whole number of at least 1; fix: set it to the highest number of nodes that the cluster can have',
  },
  {
    title: 'a JSON patch that replaces the annotations for Argo CD',
    program: (chart) => {
      const { apiObject } = new EngineNamespace(chart, 'namespace');
      apiObject.addJsonPatch(JsonPatch.add('/metadata/annotations', { team: 'ci' }));
      GitOps.of(chart).prepareForArgoCd();
    },
    says: "Validation failed with the following errors:\n  [ci] ci/namespace/Resource: metadata.annotations: a JSON patch of the Namespace replaces all annotations, so argocd.argoproj.io/sync-wave is lost; allowed: a patch of a single annotation; fix: use object.metadata.addAnnotation('example.com/key', 'value')\n  [ci] ci/namespace/Resource: metadata.annotations: a JSON patch of the Namespace replaces all annotations, so argocd.argoproj.io/sync-options is lost; allowed: a patch of a single annotation; fix: use object.metadata.addAnnotation('example.com/key', 'value')",
  },
];
