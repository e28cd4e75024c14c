import { ArcRunnerScaleSet, ArgoWorkflowTemplate, BuildkiteStep, EngineAccess, GitLabRunnerConfig, JenkinsAgent, TektonTask } from '../../src';
import { chart } from '../engines';
import type { KubernetesObject } from '../manifests';
import { unknownFields } from '../schema/known-fields';
import { typeError } from '../schema/kubernetes-types';
import { access } from './access';

const IMAGE = 'registry.example.com/ci:1';

/** What each CI system makes of an access, as the pod that comes of it. */
const SYSTEMS: { readonly [system: string]: (engine: EngineAccess) => any } = {
  arc: (engine) => (new ArcRunnerScaleSet({ engine, githubConfigUrl: 'https://github.com/example', githubConfigSecret: 'github' }).values.template as any).spec,
  jenkins: (engine) => new JenkinsAgent({ engine, podSpec: { containers: [{ name: 'dagger', image: IMAGE }] } }).pod.spec,
  buildkite: (engine) => (new BuildkiteStep({ engine, podSpec: { containers: [{ name: 'dagger', image: IMAGE }] } }).plugin.kubernetes as any).podSpec,
  argo: (engine) => {
    const { container, metadata: _metadata, name: _name, podSpecPatch: _patch, sidecars = [], ...pod } = new ArgoWorkflowTemplate(chart(), 'build', { engine, container: { name: 'main', image: IMAGE } }).apiObject.toJson().spec.templates[0];
    return { ...pod, containers: [{ name: 'main', ...container }, ...sidecars] };
  },
  tekton: (engine) => {
    const task = new TektonTask(chart(), 'build', { engine, steps: [{ name: 'build', image: IMAGE }] });
    const { sidecars = [], steps, volumes } = task.apiObject.toJson().spec;
    const containers = [...steps, ...sidecars].map(({ computeResources, ...container }) => ({ ...container, ...(computeResources && { resources: computeResources }) }));
    return { ...task.podTemplate, ...(task.serviceAccountName && { serviceAccountName: task.serviceAccountName }), containers, volumes };
  },
};

const ACCESSES = ['inPod', 'socket', 'tcp', 'tls', 'api'] as const;
const CASES = Object.keys(SYSTEMS).flatMap((system) => ACCESSES.map((name) => [system, name] as const));

test.each(CASES)('%s with %s makes a pod that Kubernetes takes, and that has all it needs', (system, name) => {
  const engine = access()[name]();
  const spec = SYSTEMS[system]!(engine);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'job' }, spec } as KubernetesObject;
  expect([typeError(pod), ...unknownFields(pod)]).toEqual([undefined]);

  const { env, supplementalGroups, volumeMounts } = engine._additions;
  const user = spec.containers[0];
  expect(user.env).toEqual(expect.arrayContaining([...env]));
  expect(user.volumeMounts ?? []).toEqual(expect.arrayContaining([...volumeMounts]));
  expect(spec.securityContext?.supplementalGroups ?? []).toEqual([...supplementalGroups]);
  expect(spec.serviceAccountName).toBe(engine._additions.serviceAccountName);
  const volumes = (spec.volumes ?? []).map((volume: any) => volume.name);
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    expect(volumes).toEqual(expect.arrayContaining((container.volumeMounts ?? []).map((mount: any) => mount.name)));
  }
  // Nobody but the engine is privileged.
  expect([...spec.containers, ...(spec.initContainers ?? [])].filter(({ securityContext }) => securityContext?.privileged === true).map((container) => container.name))
    .toEqual(name === 'inPod' ? ['dagger-engine'] : []);
});

test.each(ACCESSES)('GitLab Runner with %s has the address and every mount', (name) => {
  const engine = access()[name]();
  const { toml } = new GitLabRunnerConfig({ engine });
  expect(toml).toContain(`_EXPERIMENTAL_DAGGER_RUNNER_HOST=${engine.runnerHost}`);
  for (const { mountPath } of engine._additions.volumeMounts) {
    expect(toml).toContain(mountPath);
  }
});
