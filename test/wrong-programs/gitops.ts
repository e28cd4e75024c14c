import { JsonPatch, type Chart } from 'cdk8s';
import {
  ArgoCdApplication,
  EngineNamespace,
  FluxKustomization,
  GitOps,
  type ArgoCdApplicationProps,
  type FluxKustomizationProps,
} from '../../src/index';
import { daemonSet, elsewhere, type WrongProgram } from './program';

/** Creates an Application for a chart. */
function application(
  chart: Chart,
  repoUrl: string,
  path = 'dist',
  more: Partial<ArgoCdApplicationProps> = {},
): ArgoCdApplication {
  return new ArgoCdApplication(elsewhere(chart), 'engines', { charts: [chart], repoUrl, path, ...more });
}

const REPOSITORY = 'git@git.example.com:ci.git';

/** Creates a Kustomization for a chart. */
function kustomization(chart: Chart, more: Partial<FluxKustomizationProps> = {}): FluxKustomization {
  return new FluxKustomization(elsewhere(chart), 'engines', { charts: [chart], sourceName: 'manifests', ...more });
}

export const GITOPS_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a repository URL with a password',
    program: (chart) => application(chart, 'https://ci:hunter2@git.example.com/ci.git'),
    says: '[elsewhere/engines] ArgoCdApplication has 1 problem:\n  - repoUrl: must not contain credentials; allowed: a URL such as https://git.example.com/ci/manifests.git or git@git.example.com:ci/manifests.git; fix: store the credentials in a Secret of the GitOps tool',
  },
  {
    title: 'a repository without a protocol',
    program: (chart) => application(chart, 'git.example.com/ci'),
    says: '[elsewhere/engines] ArgoCdApplication has 1 problem:\n  - repoUrl: must be the URL of a repository; got "git.example.com/ci"; allowed: a URL such as https://git.example.com/ci/manifests.git or git@git.example.com:ci/manifests.git; fix: add the protocol',
  },
  {
    title: 'manifests outside the repository',
    program: (chart) => application(chart, 'git@git.example.com:ci.git', '../dist'),
    says: '[elsewhere/engines] ArgoCdApplication has 1 problem:\n  - path: must be a directory in the repository; got "../dist"; allowed: a relative path without ..; fix: use a path such as \'dist\'',
  },
  {
    title: 'a Kustomization that waits for a DaemonSet on an unknown number of nodes',
    program: (chart) => {
      daemonSet(chart);
      kustomization(chart);
    },
    says: 'Validation failed with the following errors:\n  [elsewhere/engines] maxNodes: is missing, and the time to update DaemonSet engine depends on the number of nodes; got undefined; allowed: the highest number of nodes, or a timeout; fix: set maxNodes, or set timeout',
  },
  {
    title: 'a Kustomization for a number of nodes below 1',
    program: (chart) => kustomization(chart, { maxNodes: 0 }),
    says: '[elsewhere/engines] FluxKustomization has 1 problem:\n  - maxNodes: must be a number of nodes; got 0; allowed: a whole number of at least 1; fix: set it to the highest number of nodes that the cluster can have',
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
  {
    title: 'a repository URL with a token in its query',
    program: (chart) => application(chart, 'https://git.example.com/ci.git?access_token=ghp_abc'),
    says: '[elsewhere/engines] ArgoCdApplication has 1 problem:\n  - repoUrl: must not contain credentials; allowed: a URL such as https://git.example.com/ci/manifests.git or git@git.example.com:ci/manifests.git; fix: store the credentials in a Secret of the GitOps tool',
  },
  {
    title: 'an Application without charts',
    program: (chart) => application(chart, REPOSITORY, 'dist', { charts: [] }),
    says: '[elsewhere/engines] ArgoCdApplication has 1 problem:\n  - charts: must not be empty; got []; allowed: the charts whose manifests are in the directory; fix: add the chart with the engines',
  },
  {
    title: 'an Application in a chart that it applies',
    program: (chart) => new ArgoCdApplication(chart, 'engines', { charts: [chart], repoUrl: REPOSITORY }),
    says: '[ci/engines] ArgoCdApplication has 1 problem:\n  - charts[0]: contains this construct, so the tool would manage its own object; got "ci"; allowed: other charts; fix: create this construct in a separate chart, such as new Chart(app, \'tools\')',
  },
  {
    title: 'a Kustomization in a chart that it applies',
    program: (chart) => new FluxKustomization(chart, 'engines', { charts: [chart], sourceName: 'manifests' }),
    says: '[ci/engines] FluxKustomization has 1 problem:\n  - charts[0]: contains this construct, so the tool would manage its own object; got "ci"; allowed: other charts; fix: create this construct in a separate chart, such as new Chart(app, \'tools\')',
  },
  {
    title: 'an Application without a project',
    program: (chart) => application(chart, REPOSITORY, 'dist', { project: '' }),
    says: "[elsewhere/engines] ArgoCdApplication has 1 problem:\n  - project: must be a valid object name; got \"\"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set a name",
  },
  {
    title: 'an Application of an empty revision',
    program: (chart) => application(chart, REPOSITORY, 'dist', { targetRevision: '' }),
    says: '[elsewhere/engines] ArgoCdApplication has 1 problem:\n  - targetRevision: must be a revision; got ""; allowed: a branch, tag or commit; fix: remove it, or use a value such as \'main\'',
  },
  {
    title: 'an Application for a cluster without a URL',
    program: (chart) => application(chart, REPOSITORY, 'dist', { server: 'kube' }),
    says: '[elsewhere/engines] ArgoCdApplication has 1 problem:\n  - server: must be the URL of an API server; got "kube"; allowed: a URL such as https://kubernetes.default.svc; fix: use the URL that `argocd cluster list` shows',
  },
  {
    title: 'a Kustomization that waits for itself',
    program: (chart) => kustomization(chart, { dependsOn: ['engines'] }),
    says: '[elsewhere/engines] FluxKustomization has 1 problem:\n  - dependsOn[0]: is this Kustomization, which would wait for itself forever; got "engines"; allowed: other Kustomizations; fix: remove it',
  },
  {
    title: 'a dependency that is not a name',
    program: (chart) => kustomization(chart, { dependsOn: ['a/b/c'] }),
    says: '[elsewhere/engines] FluxKustomization has 1 problem:\n  - dependsOn[0]: must be the name of a Kustomization; got "a/b/c"; allowed: NAME, or NAMESPACE/NAME with valid object names; fix: write a value such as \'flux-system/cert-manager\'',
  },
  {
    title: 'a source in an invalid namespace',
    program: (chart) => kustomization(chart, { sourceNamespace: 'Not Valid!' }),
    says: '[elsewhere/engines] FluxKustomization has 1 problem:\n  - sourceNamespace: must be a valid name; got "Not Valid!"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "not-valid"',
  },
  {
    title: 'a sync wave that is not a number',
    program: (chart) => {
      new EngineNamespace(chart, 'namespace', { annotations: { 'argocd.argoproj.io/sync-wave': 'first' } });
      GitOps.of(chart).prepareForArgoCd();
    },
    says: 'Validation failed with the following errors:\n  [ci] ci/namespace/Resource: metadata.annotations.argocd.argoproj.io/sync-wave: must be a whole number, because Argo CD uses wave 0 for any other text; got "first"; allowed: a whole number such as \'-1\'; fix: correct it, or remove it',
  },
];
