import { Testing, Yaml } from 'cdk8s';
import {
  ArgoWorkflowTemplate,
  CacheVolume,
  EngineAccess,
  TektonTask,
  type ArgoWorkflowTemplateProps,
  type TektonTaskProps,
} from '../../src/index';
import { chart } from '../engines';
import { manifest } from '../golden';
import { access } from './access';

function argo(engine: EngineAccess, props: Partial<ArgoWorkflowTemplateProps> = {}): any {
  const { apiObject } = new ArgoWorkflowTemplate(chart(), 'build', {
    engine,
    container: { name: 'main', image: 'registry.example.com/ci:1', command: ['dagger', 'check'] },
    ...props,
  });
  return apiObject.toJson();
}

function tekton(engine: EngineAccess, props: Partial<TektonTaskProps> = {}): TektonTask {
  return new TektonTask(chart(), 'build', {
    engine,
    steps: [{ name: 'check', image: 'registry.example.com/ci:1', script: 'dagger check' }],
    ...props,
  });
}

describe('Argo Workflows', () => {
  test('runs the engine as a sidecar that Argo stops', () => {
    expect(Yaml.stringify(argo(access().inPod({ native: false })))).toMatchSnapshot();
  });

  test('runs the engine as a native sidecar', () => {
    const [template] = argo(access().inPod()).spec.templates;
    expect(template.sidecars).toBeUndefined();
    expect(template.initContainers).toEqual([
      expect.objectContaining({ name: 'dagger-engine', restartPolicy: 'Always' }),
    ]);
  });

  test('uses the socket on the node', () => {
    expect(Yaml.stringify(argo(access().socket()))).toMatchSnapshot();
  });

  test('uses the Kubernetes API', () => {
    expect(argo(access().api()).spec.templates[0]).toMatchObject({
      serviceAccountName: 'runner',
      automountServiceAccountToken: true,
    });
  });

  test('sets the label that the network policy admits', () => {
    expect(argo(access().tcp()).spec.templates[0].metadata).toEqual({
      labels: { 'cdk8s-dagger.github.io/client-of-pool': 'ci' },
    });
  });

  test('patches fields that a template lacks', () => {
    jest.spyOn(console, 'warn').mockImplementation();
    expect(argo(access().inPod({ cache: CacheVolume.fromClaimName('builds') })).spec.templates[0].podSpecPatch).toBe(
      '{"terminationGracePeriodSeconds":600}',
    );
  });

  test('accepts additional fields and templates, and the rest of the pod', () => {
    const { metadata, spec } = argo(access().inPod(), {
      name: 'checks',
      templateName: 'check',
      spec: { arguments: { parameters: [{ name: 'ref' }] }, templates: [{ name: 'notify', suspend: {} }] },
      podSpec: { containers: [], volumes: [{ name: 'source', emptyDir: {} }], securityContext: { runAsUser: 1000 } },
    });
    expect(metadata.name).toBe('checks');
    expect(spec).toMatchObject({
      entrypoint: 'check',
      arguments: { parameters: [{ name: 'ref' }] },
      templates: [
        { name: 'check', securityContext: { runAsUser: 1000, supplementalGroups: [1001] } },
        { name: 'notify' },
      ],
    });
    expect(spec.templates[0].volumes.map(({ name }: any) => name)).toEqual(['source', 'dagger-cache', 'dagger-socket']);
  });

  test('rejects fields of a pod that a template lacks', () => {
    expect(() => argo(access().inPod(), { name: 'Checks', podSpec: { containers: [], hostNetwork: true } })).toThrow(
      new Error(
        [
          '[test/builder] ArgoWorkflowTemplate has 2 problems:',
          '  - name: must be a valid object name; got "Checks"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "checks"',
          '  - podSpec.hostNetwork: is not a field of an Argo template; got "hostNetwork"; allowed: volumes, securityContext, serviceAccountName, automountServiceAccountToken, nodeSelector, affinity, tolerations, hostAliases, priorityClassName, schedulerName, terminationGracePeriodSeconds, initContainers; fix: remove it, or add a template with podSpecPatch to spec.templates',
        ].join('\n'),
      ),
    );
  });
});

describe('Tekton', () => {
  test('runs the engine in the pod', () => {
    const scope = chart();
    new TektonTask(scope, 'build', {
      engine: access(scope).inPod({ resources: { requests: { memory: '4Gi' } } }),
      steps: [
        {
          name: 'check',
          image: 'registry.example.com/ci:1',
          script: 'dagger check',
          workingDir: '$(workspaces.source.path)',
        },
      ],
      spec: { workspaces: [{ name: 'source' }] },
    });
    expect(manifest(scope)).toMatchSnapshot();
  });

  test('writes the sidecar in the spelling of Tekton', () => {
    const [sidecar] = tekton(access().inPod({ resources: { requests: { memory: '4Gi' } } })).apiObject.toJson().spec
      .sidecars;
    expect(sidecar).toMatchObject({ name: 'dagger-engine', computeResources: { requests: { memory: '4Gi' } } });
    expect(sidecar).not.toHaveProperty('restartPolicy');
    expect(sidecar).not.toHaveProperty('resources');
  });

  test('writes a plain sidecar in the same way, because Tekton decides', () => {
    expect(tekton(access().inPod({ native: false })).apiObject.toJson()).toEqual(
      tekton(access().inPod()).apiObject.toJson(),
    );
  });

  test('returns the pod template that runs need', () => {
    const { podTemplate, serviceAccountName } = tekton(access().socket());
    expect(serviceAccountName).toBeUndefined();
    expect(podTemplate).toEqual({
      nodeSelector: { 'example.com/dagger': 'true' },
      securityContext: { supplementalGroups: [1001] },
      tolerations: [{ key: 'example.com/dagger', operator: 'Exists', effect: 'NoSchedule' }],
    });
  });

  test('uses the Kubernetes API', () => {
    const { podTemplate, serviceAccountName } = tekton(access().api());
    expect([serviceAccountName, podTemplate]).toEqual(['runner', { automountServiceAccountToken: true }]);
  });

  test('sets the label that Tekton copies to the pods, for TCP', () => {
    expect(tekton(access().tcp()).apiObject.toJson()).toMatchObject({
      metadata: { labels: { 'cdk8s-dagger.github.io/client-of-pool': 'ci' } },
      spec: { steps: [{ name: 'check', env: [{ value: 'tcp://pool.ci.svc:1234' }] }] },
    });
  });

  test('keeps volumes and sidecars of the caller', () => {
    const { spec } = tekton(access().inPod(), {
      spec: { volumes: [{ name: 'source', emptyDir: {} }], sidecars: [{ name: 'db', image: 'db:1' }] },
    }).apiObject.toJson();
    expect(spec.volumes.map(({ name }: any) => name)).toEqual(['source', 'dagger-cache', 'dagger-socket']);
    expect(spec.sidecars.map(({ name }: any) => name)).toEqual(['dagger-engine', 'db']);
  });

  test("rejects settings that Tekton rejects or doesn't support", () => {
    jest.spyOn(console, 'warn').mockImplementation();
    expect(() =>
      tekton(access().inPod({ cache: CacheVolume.fromClaimName('builds') }), {
        steps: [{ name: 'check', image: 'ci:1', script: 'dagger check', command: ['sh'] }],
      }),
    ).toThrow(
      new Error(
        [
          '[test/builder] TektonTask has 2 problems:',
          '  - steps[0]: script conflicts with command and args; got ["sh"]; allowed: script, or command and args; fix: remove script, or remove command and args',
          '  - engine: Tekton gives its pods 30 s to stop, but the engine needs 600 s to write its cache, and deletes the whole cache if it is killed earlier; got "an EngineSidecar with a cache that outlives the pod"; allowed: CacheVolume.emptyDir or CacheVolume.ephemeral; fix: use one of these caches, or connect to an existing engine',
        ].join('\n'),
      ),
    );
    expect(() => tekton(access().withCli(), { steps: [] })).toThrow(
      new Error(
        [
          '[test/pool] TektonTask has 2 problems:',
          "  - steps: a Task needs at least one step; got []; allowed: at least one; fix: add a step such as { name: 'build', image: '...', script: 'dagger call build' }",
          '  - engine: Tekton creates the containers of all steps before the CLI is copied, so the CLI\'s mount would be empty; got "a connection with cli"; allowed: steps with an image that contains the CLI; fix: remove cli from the connection',
        ].join('\n'),
      ),
    );
  });
});

test('one engine serves the objects of two systems', () => {
  const scope = chart();
  const engine = access(scope).inPod();
  new TektonTask(scope, 'tekton', { engine, steps: [{ name: 'check', image: 'ci:1' }] });
  new ArgoWorkflowTemplate(scope, 'argo', { engine, container: { name: 'main', image: 'ci:1' } });
  expect(Testing.synth(scope).map(({ kind }) => kind)).toEqual(['Task', 'WorkflowTemplate']);
});
