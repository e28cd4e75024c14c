import { parse } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import {
  ArcRunnerScaleSet,
  ArgoWorkflowTemplate,
  BuildkiteStep,
  type EngineAccess,
  GitLabRunnerConfig,
  JenkinsAgent,
  TektonTask,
} from '../../src/index';
import { chart } from '../engines';

const IMAGE = 'registry.example.com/ci:1';

/** Functions that return the pod that a CI system creates, keyed by system. */
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
  gitlab: (engine) => gitlabPod(new GitLabRunnerConfig({ engine, image: IMAGE }).toml),
};

export const ACCESSES = ['inPod', 'socket', 'tcp', 'tls', 'api'] as const;
export const CASES = Object.keys(SYSTEMS).flatMap((system) => ACCESSES.map((name) => [system, name] as const));

/** Returns the pod that GitLab Runner creates from a configuration (docs/executors/kubernetes/_index.md). */
function gitlabPod(toml: string): any {
  const { environment, kubernetes } = (parse(toml) as any).runners[0];
  const patch = kubernetes.pod_spec === undefined ? {} : parseYaml(kubernetes.pod_spec[0].patch);
  const [build = {}, ...others] = patch.containers ?? [];
  const { host_path: directories = [], secret: secrets = [] } = kubernetes.volumes ?? {};
  const tables = [...directories, ...secrets.map((secret: any) => ({ ...secret, isSecret: true }))];
  // GitLab Runner would name the volume after its Secret. This code uses the library's name, `tls-pool`, because tests
  // compare the mounts with those that the library adds.
  const tableMounts = tables.map(({ isSecret, mount_path, name, read_only }: any) => ({
    name: isSecret ? 'tls-pool' : name,
    mountPath: mount_path,
    readOnly: read_only,
  }));
  const volumeMounts = [...tableMounts, ...(build.volumeMounts ?? [])];
  const volumes = [
    ...tables.map(({ host_path: path, isSecret, items = {}, name }: any) =>
      isSecret
        ? {
            name: 'tls-pool',
            secret: { secretName: name, items: Object.entries(items).map(([key, to]) => ({ key, path: to })) },
          }
        : { name, hostPath: { path } },
    ),
    ...(patch.volumes ?? []),
  ];
  return {
    ...(kubernetes.service_account && { serviceAccountName: kubernetes.service_account }),
    ...(kubernetes.automount_service_account_token && { automountServiceAccountToken: true }),
    ...(kubernetes.node_selector && { nodeSelector: kubernetes.node_selector }),
    tolerations: Object.entries(kubernetes.node_tolerations ?? {}).map(([key, effect]) => ({
      key,
      operator: 'Exists',
      effect,
    })),
    ...(kubernetes.pod_security_context && {
      securityContext: { supplementalGroups: kubernetes.pod_security_context.supplemental_groups },
    }),
    ...(patch.initContainers && { initContainers: patch.initContainers }),
    containers: [
      {
        name: 'build',
        image: kubernetes.image,
        env: environment.map((variable: string) => {
          const [name, ...value] = variable.split('=');
          return { name, value: value.join('=') };
        }),
        ...(volumeMounts.length > 0 && { volumeMounts }),
      },
      ...others,
    ],
    ...(volumes.length > 0 && { volumes }),
  };
}
