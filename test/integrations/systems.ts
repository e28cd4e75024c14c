import {
  ArcRunnerScaleSet,
  ArgoWorkflowTemplate,
  BuildkiteStep,
  type EngineAccess,
  JenkinsAgent,
  TektonTask,
} from '../../src/index';
import { chart } from '../engines';

const IMAGE = 'registry.example.com/ci:1';

/** What each CI system makes of an access, as the pod that comes of it. */
export const SYSTEMS: { readonly [system: string]: (engine: EngineAccess) => any } = {
  arc: (engine) =>
    (
      new ArcRunnerScaleSet({ engine, githubConfigUrl: 'https://github.com/example', githubConfigSecret: 'github' })
        .values.template as any
    ).spec,
  jenkins: (engine) =>
    new JenkinsAgent({ engine, podSpec: { containers: [{ name: 'dagger', image: IMAGE }] } }).pod.spec,
  buildkite: (engine) =>
    (
      new BuildkiteStep({ engine, podSpec: { containers: [{ name: 'dagger', image: IMAGE }] } }).plugin
        .kubernetes as any
    ).podSpec,
  argo: (engine) => {
    const {
      container,
      metadata: _metadata,
      name: _name,
      podSpecPatch: _patch,
      sidecars = [],
      ...pod
    } = new ArgoWorkflowTemplate(chart(), 'build', {
      engine,
      container: { name: 'main', image: IMAGE },
    }).apiObject.toJson().spec.templates[0];
    return { ...pod, containers: [{ name: 'main', ...container }, ...sidecars] };
  },
  tekton: (engine) => {
    const task = new TektonTask(chart(), 'build', { engine, steps: [{ name: 'build', image: IMAGE }] });
    const { sidecars = [], steps, volumes } = task.apiObject.toJson().spec;
    const containers = [...steps, ...sidecars].map(({ computeResources, ...container }) => ({
      ...container,
      ...(computeResources && { resources: computeResources }),
    }));
    return {
      ...task.podTemplate,
      ...(task.serviceAccountName && { serviceAccountName: task.serviceAccountName }),
      containers,
      volumes,
    };
  },
};

export const ACCESSES = ['inPod', 'socket', 'tcp', 'tls', 'api'] as const;
export const CASES = Object.keys(SYSTEMS).flatMap((system) => ACCESSES.map((name) => [system, name] as const));
