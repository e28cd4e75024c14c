import { Chart, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  ArcRunnerScaleSet,
  ArgoWorkflowTemplate,
  BuildkiteStep,
  CacheVolume,
  CliInstall,
  Cluster,
  ConcourseTask,
  EngineAccess,
  EngineSidecar,
  EngineToml,
  EngineRisk,
  EnvVar,
  GitLabOperatorRunner,
  GitLabRunnerConfig,
  JenkinsAgent,
  Listener,
  TektonTask,
  Transport,
  WoodpeckerStep,
  type EngineSidecarProps,
} from '../../src/index';
import {
  daemonSet,
  elsewhere,
  restricted,
  statefulSet,
  untyped,
  VERSION,
  type DoubtfulProgram,
  type WrongProgram,
} from './program';

const CI_IMAGE = 'registry.example.com/ci:1';

function sidecar(chart: Chart, props: Partial<EngineSidecarProps> = {}): EngineSidecar {
  return new EngineSidecar(chart, 'builder', { version: VERSION, ...props });
}

const told =
  (props: Partial<EngineSidecarProps>): WrongProgram['program'] =>
  (chart) =>
    sidecar(chart, props);
const inPod = (chart: Chart, props: Partial<EngineSidecarProps> = {}): EngineAccess =>
  EngineAccess.fromSidecar(sidecar(chart, props));
const tcp = (chart: Chart, cli?: CliInstall): EngineAccess =>
  EngineAccess.fromConnection(statefulSet(chart, { listener: Listener.insecureTcp() }).addClient({ cli }));

export const CI_SYSTEM_PROGRAMS: readonly WrongProgram[] = [
  // ---- an engine in a job's pod
  {
    title: "an invalid release for an engine in a job's pod",
    program: told({ version: 'latest' }),
    says: `[ci/builder] EngineSidecar has 1 problem:\n  - version: must be a release of the engine; got "latest"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference('...')`,
  },
  {
    title: 'a job that the API server rejects',
    program: (chart) =>
      sidecar(chart).connect(
        new k8s.KubeJob(chart, 'job', {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'build' }] } } },
        }),
      ),
    says: "Validation failed with the following errors:\n  [ci/job] connect to ci/builder: spec.template.spec.containers[0].image: is required; allowed: a non-empty string; fix: use a value such as 'registry.example.com/app:1'",
  },
  {
    title: 'a pod that the API server rejects, for a job',
    program: (chart) => sidecar(chart).podSpec({ containers: [{ name: 'Build', image: CI_IMAGE }] }),
    says: '[ci/builder] EngineSidecar has 1 problem:\n  - spec.containers[0].name: must be a valid name; got "Build"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "build"',
  },
  {
    title: "a claim template in a job's pod",
    program: told({ cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }) }),
    says: '[ci/builder] EngineSidecar has 1 problem:\n  - cache: claim templates require a StatefulSet; got "a claim template"; allowed: emptyDir, ephemeral, fromClaimName; fix: use CacheVolume.ephemeral(...)',
  },
  {
    title: "a port of an engine in a job's pod",
    program: told({ engineToml: EngineToml.of({ grpc: { address: ['tcp://0.0.0.0:1234'] } }) }),
    says: '[ci/builder] EngineSidecar has 1 problem:\n  - engineToml.grpc.address: any client that reaches this port can become root on the node, and the job\'s containers don\'t need the port; got "tcp://0.0.0.0:1234"; allowed: unix sockets and loopback addresses; fix: remove the address',
  },
  {
    title: "a variable of the image, in a job's pod",
    program: told({ env: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: EnvVar.fromValue('tcp://elsewhere:1234') } }),
    says: '[ci/builder] EngineSidecar has 1 problem:\n  - env._EXPERIMENTAL_DAGGER_RUNNER_HOST: the image sets this variable, and the engine needs that value; allowed: variables that the image does not set; fix: remove it, or use runnerHost(...) for clients; or accept EngineRisk.OVERRIDDEN_IMAGE_VARIABLE',
  },
  {
    title: "a token in a variable of the engine in a job's pod",
    program: told({ env: { NPM_TOKEN: EnvVar.fromValue('abcdef') } }),
    says: '[ci/builder] EngineSidecar has 1 problem:\n  - env.NPM_TOKEN: looks like a secret, judging by its name, which anyone who can read the manifest would see; allowed: secrets by reference only; fix: use EnvVar.fromKey(KeySelector.fromSecretName(name, key)); or accept EngineRisk.SECRET_IN_PLAIN_TEXT',
  },
  {
    title: 'the CLI from an image without one',
    program: told({ version: 'v0.12.4', cli: CliInstall.fromEngineImage() }),
    says: "[ci/builder] EngineSidecar has 1 problem:\n  - cli: the image of v0.12.4 does not contain the CLI; allowed: v0.12.5 and later; fix: install the CLI in the client's image",
  },
  {
    title: "a container that the job doesn't have",
    program: (chart) => sidecar(chart).podSpec({ containers: [{ name: 'build', image: CI_IMAGE }] }, ['test']),
    says: '[ci/builder] EngineSidecar has 1 problem:\n  - containers: the pod has no container with this name; got "test"; allowed: build; fix: use one of these names',
  },
  {
    title: "a job with a volume of the engine's name",
    program: (chart) =>
      sidecar(chart).podSpec({
        containers: [{ name: 'build', image: CI_IMAGE }],
        volumes: [{ name: 'dagger-cache', hostPath: { path: '/tmp' } }],
      }),
    says: '[ci/builder] EngineSidecar has 1 problem:\n  - volumes: the pod already has another volume with this name; got "dagger-cache"; allowed: unused names; fix: rename the pod\'s volume',
  },

  {
    title: 'two engines in job pods with the same configuration name',
    program: (chart) =>
      ['a', 'b'].forEach(
        (id) =>
          new EngineSidecar(chart, id, {
            version: VERSION,
            name: 'builder',
            cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
          }),
      ),
    says: 'Validation failed with the following errors:\n  [] the ConfigMap "builder-config" in namespace "ci" is created twice, by ci/a/ConfigMap and ci/b/ConfigMap; allowed: one object for each kind, namespace and name; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters',
  },

  // ---- CI systems
  {
    title: 'an address that needs a shell, for a CI system',
    program: (chart) =>
      new GitLabRunnerConfig({
        engine: EngineAccess.fromConnection(
          daemonSet(chart).addClient({ transport: Transport.kubePod({ podName: '$POD' }) }),
        ),
      }),
    says: '[ci/engine] GitLabRunnerConfig has 1 problem:\n  - engine: the address contains a shell variable that CI jobs don\'t set; got "kube-pod://$POD?namespace=ci&container=dagger-engine"; allowed: an address without variables; fix: set the ordinal, as in Transport.kubePod({ ordinal: 0 }), or use another transport',
  },
  {
    title: 'a token instead of a Secret name, which is not shown',
    program: (chart) =>
      new ArcRunnerScaleSet({
        engine: inPod(chart),
        githubConfigUrl: 'https://github.com/example',
        githubConfigSecret: 'ghp_0123',
      }),
    says: "[ci/builder] ArcRunnerScaleSet has 1 problem:\n  - githubConfigSecret: must be the name of a Secret; allowed: lower-case letters, digits, '-' and '.', each part starting and ending with a letter or digit; fix: store the value in a Secret, and set the name of the Secret",
  },
  {
    title: 'a GitLab URL with a password, which is not shown',
    program: (chart) =>
      new GitLabOperatorRunner(chart, 'runner', {
        config: new GitLabRunnerConfig({ engine: inPod(chart) }),
        gitlabUrl: 'https://user:secret@gitlab.example.com',
        tokenSecret: 'runner',
      }),
    says: '[ci/runner] GitLabOperatorRunner has 1 problem:\n  - gitlabUrl: must be an HTTP or HTTPS URL; allowed: https://HOST/PATH, without a user or password; fix: use a URL such as https://example.com/my-group',
  },
  {
    title: 'more waiting runners than runners',
    program: (chart) =>
      new ArcRunnerScaleSet({
        engine: inPod(chart),
        githubConfigUrl: 'https://github.com/example',
        githubConfigSecret: 'github',
        minRunners: 3,
        maxRunners: 2,
      }),
    says: '[ci/builder] ArcRunnerScaleSet has 1 problem:\n  - minRunners: must not exceed maxRunners; got 3; allowed: at most 2; fix: lower minRunners, or raise maxRunners',
  },
  {
    title: 'a key of GitLab Runner that the library sets',
    program: (chart) =>
      new GitLabRunnerConfig({ engine: tcp(chart), namespace: 'ci', kubernetes: { namespace: 'others' } }),
    says: '[ci/engine] GitLabRunnerConfig has 1 problem:\n  - kubernetes.namespace: the library sets this key; got "others"; allowed: other keys; fix: remove it',
  },
  {
    title: 'a token in the variables of GitLab jobs',
    program: (chart) => new GitLabRunnerConfig({ engine: tcp(chart), environment: { DAGGER_CLOUD_TOKEN: 'abcdef' } }),
    says: '[ci/engine] GitLabRunnerConfig has 1 problem:\n  - environment.DAGGER_CLOUD_TOKEN: looks like a secret, judging by its name, and everyone who reads the configuration would see it; allowed: references to secrets; fix: use a masked GitLab CI/CD variable',
  },
  {
    title: 'a password in the text of a Concourse task',
    program: (chart) =>
      new ConcourseTask({
        engine: tcp(chart),
        imageRepository: 'registry.example.com/ci',
        script: 'curl https://user:hunter2@example.com',
      }),
    says: '[ci/engine] ConcourseTask has 1 problem:\n  - script: looks like a URL with a password, and everyone who reads the configuration would see it; allowed: references to secrets; fix: use ((variables)) from the credential manager',
  },
  {
    title: "a field that an Argo template doesn't have",
    program: (chart) =>
      new ArgoWorkflowTemplate(chart, 'build', {
        engine: inPod(chart),
        container: { name: 'main', image: CI_IMAGE },
        podSpec: { containers: [], hostNetwork: true },
      }),
    says: '[ci/builder] ArgoWorkflowTemplate has 1 problem:\n  - podSpec.hostNetwork: is not a field of an Argo template; got "hostNetwork"; allowed: volumes, securityContext, serviceAccountName, automountServiceAccountToken, nodeSelector, affinity, tolerations, hostAliases, priorityClassName, schedulerName, terminationGracePeriodSeconds, initContainers; fix: remove it, or add a template with podSpecPatch to spec.templates',
  },
  {
    title: 'a Tekton step with a script and a command',
    program: (chart) =>
      new TektonTask(chart, 'build', {
        engine: inPod(chart),
        steps: [{ name: 'build', image: CI_IMAGE, script: 'dagger check', command: ['sh'] }],
      }),
    says: '[ci/builder] TektonTask has 1 problem:\n  - steps[0]: script conflicts with command and args; got ["sh"]; allowed: script, or command and args; fix: remove script, or remove command and args',
  },
  {
    title: "a CLI that is copied into Tekton's steps",
    program: (chart) =>
      new TektonTask(chart, 'build', {
        engine: tcp(chart, CliInstall.fromEngineImage()),
        steps: [{ name: 'build', image: CI_IMAGE }],
      }),
    says: '[ci/engine] TektonTask has 1 problem:\n  - engine: Tekton creates the containers of all steps before the CLI is copied, so the CLI\'s mount would be empty; got "a connection with cli"; allowed: steps with an image that contains the CLI; fix: remove cli from the connection',
  },
  {
    title: 'a cache that outlives a Tekton pod',
    program: (chart) =>
      new TektonTask(chart, 'build', {
        engine: inPod(chart, { cache: CacheVolume.fromClaimName('builds') }),
        steps: [{ name: 'build', image: CI_IMAGE }],
      }),
    says: '[ci/builder] TektonTask has 1 problem:\n  - engine: Tekton gives its pods 30 s to stop, but the engine needs 600 s to write its cache, and deletes the whole cache if it is killed earlier; got "an EngineSidecar with a cache that outlives the pod"; allowed: CacheVolume.emptyDir or CacheVolume.ephemeral; fix: use one of these caches, or connect to an existing engine',
  },
  {
    title: 'a non-native engine in a Buildkite step',
    program: (chart) =>
      new BuildkiteStep({
        engine: inPod(chart, { native: false }),
        podSpec: { containers: [{ name: 'build', image: CI_IMAGE }] },
      }),
    says: '[ci/builder] BuildkiteStep has 1 problem:\n  - engine: Buildkite runs the step\'s command in every container, except in native sidecars; got "a plain EngineSidecar"; allowed: a native EngineSidecar; fix: remove native: false from the EngineSidecar',
  },
  {
    title: 'the node socket in a Concourse task',
    program: (chart) =>
      new ConcourseTask({ engine: inPod(chart), imageRepository: 'registry.example.com/ci', script: 'dagger check' }),
    says: '[ci/builder] ConcourseTask has 1 problem:\n  - engine: Concourse jobs can\'t mount a directory from the node or run an engine in their pod; got "unix:///run/dagger/engine.sock"; allowed: tcp://, tls://; fix: set listener on the engine, and connect over TCP or TLS',
  },
  {
    title: "the node's socket in a Woodpecker step",
    program: (chart) =>
      new WoodpeckerStep({
        engine: EngineAccess.fromConnection(daemonSet(chart).addClient()),
        name: 'build',
        image: CI_IMAGE,
        commands: ['dagger check'],
      }),
    says: '[ci/engine] WoodpeckerStep has 1 problem:\n  - engine: Woodpecker jobs can\'t mount a directory from the node or run an engine in their pod; got "unix:///run/dagger/engine.sock"; allowed: tcp://, tls://, kube-pod://; fix: set listener on the engine, and connect over TCP or TLS',
  },
  {
    title: 'a value that is not an EngineAccess',
    program: (chart) =>
      new JenkinsAgent({
        engine: untyped<EngineAccess>(statefulSet(chart)),
        podSpec: { containers: [{ name: 'build', image: CI_IMAGE }] },
      }),
    says: 'JenkinsAgent has 1 problem:\n  - engine: has the wrong type; got an object of the class EngineStatefulSet; allowed: an EngineAccess; fix: use EngineAccess.fromConnection(...) or EngineAccess.fromSidecar(...)',
  },
  {
    title: 'the ConfigMap of an engine in the pod of another namespace',
    program: (chart) =>
      sidecar(chart, { cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }) }).connect(
        new k8s.KubeJob(elsewhere(chart), 'job', { spec: { template: { spec: { containers: [{ name: 'build' }] } } } }),
      ),
    says: 'Validation failed with the following errors:\n  [elsewhere/job] connect to ci/builder: namespace: the engine\'s ConfigMap "builder-config" is in the namespace "ci", and a pod in a namespace that its chart does not set can\'t mount it; got undefined; allowed: the namespace "ci"; fix: create the EngineSidecar in the chart of the job',
  },
  {
    title: 'an engine in the pod of a job whose namespace forbids privileged pods',
    program: (chart) => {
      restricted(chart, 'ci');
      sidecar(chart);
    },
    says: 'Validation failed with the following errors:\n  [ci/builder] namespace: the Pod Security level of the namespace "ci" forbids privileged containers, such as the engine; got "restricted"; allowed: privileged; fix: use another namespace, or label it pod-security.kubernetes.io/enforce: privileged',
  },
  {
    title: 'an Argo workflow over the socket of the node, in a namespace that forbids directories of nodes',
    program: (chart) => {
      const workflows = elsewhere(chart, 'workflows');
      restricted(workflows, 'workflows');
      new ArgoWorkflowTemplate(workflows, 'build', {
        engine: EngineAccess.fromConnection(daemonSet(chart).addClient({ namespace: 'workflows' })),
        container: { name: 'main', image: CI_IMAGE },
      });
    },
    says: 'Validation failed with the following errors:\n  [elsewhere/build] namespace: the Pod Security level of the namespace "workflows" forbids hostPath volumes, such as the directory with the engine\'s socket; got "restricted"; allowed: privileged; fix: use another namespace, or label it pod-security.kubernetes.io/enforce: privileged',
  },
  {
    title: 'a Tekton Task with an engine in its pod, in a namespace that forbids privileged pods',
    program: (chart) => {
      const tasks = elsewhere(chart, 'tasks');
      restricted(tasks, 'tasks');
      new TektonTask(tasks, 'build', { engine: inPod(chart), steps: [{ name: 'build', image: CI_IMAGE }] });
    },
    says: 'Validation failed with the following errors:\n  [elsewhere/build] namespace: the Pod Security level of the namespace "tasks" forbids privileged containers, such as the engine; got "restricted"; allowed: privileged; fix: use another namespace, or label it pod-security.kubernetes.io/enforce: privileged',
  },
  {
    title: 'a GitLab Runner whose jobs run an engine in a namespace that forbids privileged pods',
    program: (chart) => {
      const jobs = elsewhere(chart, 'jobs');
      restricted(jobs, 'jobs');
      new GitLabOperatorRunner(chart, 'runner', {
        config: new GitLabRunnerConfig({ engine: inPod(chart), namespace: 'jobs' }),
        gitlabUrl: 'https://gitlab.example.com',
        tokenSecret: 'runner-token',
      });
    },
    says: 'Validation failed with the following errors:\n  [ci/runner] namespace: the Pod Security level of the namespace "jobs" forbids privileged containers, such as the engine; got "restricted"; allowed: privileged; fix: use another namespace, or label it pod-security.kubernetes.io/enforce: privileged',
  },
  {
    title: 'an Argo workflow in another namespace than its connection',
    program: (chart) =>
      new ArgoWorkflowTemplate(elsewhere(chart), 'build', {
        engine: tcp(chart),
        container: { name: 'main', image: CI_IMAGE },
      }),
    says: '[ci/engine] ArgoWorkflowTemplate has 1 problem:\n  - engine: the engine is accessible only from the namespace "ci", but the jobs are in a namespace that its chart does not set; got undefined; allowed: the namespace "ci"; fix: use engine.addClient({ namespace: "..." })',
  },
  {
    title: 'a Tekton Task in another cluster than its engine',
    program: (chart) => {
      const other = new Chart(chart.node.root as Chart, 'other', { namespace: 'ci' });
      Cluster.separate(other);
      new TektonTask(other, 'build', { engine: tcp(chart), steps: [{ name: 'build', image: CI_IMAGE }] });
    },
    says: 'Validation failed with the following errors:\n  [other/build] engine: the engine ci/engine and the jobs are in different clusters; got "other"; allowed: the cluster of the engine; fix: use an engine in the cluster of the jobs',
  },
  {
    title: 'two Tekton steps with the same name',
    program: (chart) =>
      new TektonTask(chart, 'build', {
        engine: tcp(chart),
        steps: [
          { name: 'build', image: CI_IMAGE },
          { name: 'build', image: CI_IMAGE },
        ],
      }),
    says: '[ci/engine] TektonTask has 1 problem:\n  - steps[1].name: another step has this name; got "build"; allowed: a different name for each step; fix: rename the step',
  },
  {
    title: 'steps in the spec of a Tekton Task',
    program: (chart) =>
      new TektonTask(chart, 'build', {
        engine: tcp(chart),
        steps: [{ name: 'build', image: CI_IMAGE }],
        spec: { steps: [{ name: 'other', image: CI_IMAGE }] },
      }),
    says: '[ci/engine] TektonTask has 1 problem:\n  - spec.steps: the property steps sets this field; allowed: other fields; fix: use steps',
  },
  {
    title: 'an Argo template with the name of another one, and an entrypoint without template',
    program: (chart) =>
      new ArgoWorkflowTemplate(chart, 'build', {
        engine: tcp(chart),
        container: { name: 'main', image: CI_IMAGE },
        spec: { entrypoint: 'main', templates: [{ name: 'dagger', container: { image: CI_IMAGE } }] },
      }),
    says: '[ci/engine] ArgoWorkflowTemplate has 2 problems:\n  - spec.templates[0].name: another template has this name; got "dagger"; allowed: a different name for each template; fix: rename the template, or set templateName\n  - spec.entrypoint: no template has this name; got "main"; allowed: dagger; fix: set it to the name of a template, or remove it',
  },
  {
    title: 'a runner scale set with a long name and a URL without an owner',
    program: (chart) =>
      new ArcRunnerScaleSet({
        engine: inPod(chart),
        githubConfigUrl: 'https://github.com/',
        githubConfigSecret: 'github',
        runnerScaleSetName: 'r'.repeat(46),
      }),
    says: '[ci/builder] ArcRunnerScaleSet has 2 problems:\n  - githubConfigUrl: must be the URL of an organization, a repository or an enterprise; got "https://github.com/"; allowed: https://HOST/ORGANIZATION, https://HOST/ORGANIZATION/REPOSITORY, https://HOST/enterprises/ENTERPRISE; fix: use a URL such as https://github.com/my-org\n  - runnerScaleSetName: the chart rejects a name of this length; got "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"; allowed: 1 to 45 characters; fix: use a shorter name',
  },
  {
    title: 'a name of a Secret with two dots',
    program: (chart) =>
      new ArcRunnerScaleSet({
        engine: inPod(chart),
        githubConfigUrl: 'https://github.com/example',
        githubConfigSecret: 'a..b',
      }),
    says: "[ci/builder] ArcRunnerScaleSet has 1 problem:\n  - githubConfigSecret: must be the name of a Secret; allowed: lower-case letters, digits, '-' and '.', each part starting and ending with a letter or digit; fix: store the value in a Secret, and set the name of the Secret",
  },
  {
    title: "a GitLab volume at the path of the engine's socket",
    program: (chart) =>
      new GitLabRunnerConfig({
        engine: EngineAccess.fromConnection(daemonSet(chart).addClient()),
        kubernetes: { volumes: { host_path: [{ name: 'own', mount_path: '/run/dagger/', host_path: '/run' }] } },
      }),
    says: '[ci/engine] GitLabRunnerConfig has 1 problem:\n  - kubernetes.volumes.host_path: another volume is mounted at this path; got "/run/dagger"; allowed: one volume for each path; fix: mount the volume at another path',
  },
  {
    title: "a token in GitLab's table, and registry credentials among its variables",
    program: (chart) =>
      new GitLabRunnerConfig({
        engine: tcp(chart),
        environment: {
          DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'registry.example.com': { auth: 'cm9ib3Q6SHVudGVyMg==' } } }),
        },
        kubernetes: { bearer_token: 'eyJhbGciOiJSUzI1NiIs.eyJpc3MiOiJrdWJlcm5l.c2lnbmF0dXJlLXRleHQ' },
      }),
    says: '[ci/engine] GitLabRunnerConfig has 2 problems:\n  - environment.DOCKER_AUTH_CONFIG: looks like registry credentials, and everyone who reads the configuration would see it; allowed: references to secrets; fix: use a masked GitLab CI/CD variable\n  - kubernetes.bearer_token: looks like a JSON web token, and everyone who reads the configuration would see it; allowed: references to secrets; fix: use a masked GitLab CI/CD variable',
  },
  {
    title: 'an ARC runner that the API server rejects',
    program: (chart) =>
      new ArcRunnerScaleSet({
        engine: tcp(chart),
        githubConfigUrl: 'https://github.com/example',
        githubConfigSecret: 'github',
        podSpec: { containers: [{ name: 'runner', image: CI_IMAGE, ports: [{ containerPort: 99999 }] }] },
      }),
    says: '[ci/engine] ArcRunnerScaleSet has 1 problem:\n  - spec.containers[0].ports[0].containerPort: must be a TCP port; got 99999; allowed: a whole number from 1 to 65535; fix: choose another port',
  },
  {
    title: "fields of a GitLab Runner's spec that the library sets",
    program: (chart) =>
      new GitLabOperatorRunner(chart, 'runner', {
        config: new GitLabRunnerConfig({ engine: inPod(chart) }),
        gitlabUrl: 'https://gitlab.example.com',
        tokenSecret: 'runner',
        spec: { token: 'other', config: 'other' },
      }),
    says: '[ci/runner] GitLabOperatorRunner has 2 problems:\n  - spec.token: the property tokenSecret sets this field; allowed: other fields; fix: use tokenSecret\n  - spec.config: the property config sets this field; allowed: other fields; fix: use config',
  },
];

export const DOUBTFUL_CI_SYSTEM_PROGRAMS: readonly DoubtfulProgram[] = [
  {
    title: 'a non-native engine in the pod of a Job',
    program: (chart) =>
      sidecar(chart, { native: false }).podSpec({
        restartPolicy: 'Never',
        containers: [{ name: 'build', image: CI_IMAGE }],
      }),
    warning: EngineRisk.SIDECAR_NEVER_ENDS,
    says: '[ci/builder] warning sidecar-never-ends: native: a Job completes when all containers of its pod have ended, but a plain engine container never ends; fix: remove native: false, or set activeDeadlineSeconds',
  },
  {
    title: 'one claim for the engines of several jobs',
    program: told({ cache: CacheVolume.fromClaimName('builds') }),
    warning: EngineRisk.SHARED_SIDECAR_CACHE,
    says: '[ci/builder] warning shared-sidecar-cache: cache: jobs that run at the same time share the claim builds, and only one engine can lock it; fix: run one job at a time, or use CacheVolume.emptyDir()',
  },
  {
    title: 'a runner that Karpenter stops after the engine',
    program: (chart) =>
      new ArcRunnerScaleSet({
        engine: EngineAccess.fromConnection(daemonSet(chart).addClient()),
        githubConfigUrl: 'https://github.com/example',
        githubConfigSecret: 'github',
        podSpec: {
          priorityClassName: 'system-cluster-critical',
          containers: [{ name: 'runner', image: CI_IMAGE }],
        },
      }),
    warning: EngineRisk.STOPS_AFTER_ENGINE,
    says: '[ci/engine] warning stops-after-engine: podSpec.priorityClassName: the job has the priority class system-cluster-critical, so Karpenter stops it after the engine of its node, and its builds are interrupted; fix: use another priority class',
  },
];
