import { FindingSeverity, HelmChart, EngineRisk, type AcceptedRisk } from '../../src/index';
import type { ChartValues } from './chart-values';

/** Values for a chart. */
interface GivenValues {
  /** The description for the documentation. */
  readonly title: string;
  readonly chart: HelmChart;
  readonly values: ChartValues;
  /** The chart version, if it isn't the one in `VERSIONS`. */
  readonly version?: string;
}

/** Values that the library rejects. */
export interface WrongValues extends GivenValues {
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly failOn?: FindingSeverity;
  readonly acceptRisks?: AcceptedRisk[];
  /** The problems in the error, without their leading dashes. */
  readonly says: readonly string[];
}

/** Values that the library accepts with a finding. */
export interface DoubtfulValues extends GivenValues {
  readonly name: string;
  readonly severity: FindingSeverity;
  readonly key: string;
  readonly why: string;
  readonly fix: string;
}

/** The default chart versions, keyed by chart. */
export const VERSIONS: { readonly [chart: string]: string } = {
  official: '0.21.7',
  gstackio: '0.12.3',
  kubiya: '0.4.1',
};

const { GSTACKIO, KUBIYA, OFFICIAL } = HelmChart;
const { ERROR, INFO, WARNING } = FindingSeverity;

/** Rejected values, keyed by topic. */
export const WRONG_VALUES: { readonly [area: string]: readonly WrongValues[] } = {
  'Releases and charts': [
    {
      title: 'a release name that Helm rejects',
      chart: OFFICIAL,
      releaseName: 'Dagger',
      values: {},
      says: [
        "releaseName: is not a valid name for a Helm release; got \"Dagger\"; allowed: lower-case letters, digits, '-' and '.', at most 53 characters; fix: use the name that helm list shows",
      ],
    },
    {
      title: 'a release name too long for labels',
      chart: OFFICIAL,
      releaseName: 'r'.repeat(53),
      values: {},
      says: [
        "releaseName: must be a valid label value; got \"rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr-dagger-he-engine\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: set fullnameOverride to a shorter name with the allowed characters",
      ],
    },
    {
      title: 'a chart version older than all known ones',
      chart: OFFICIAL,
      version: '0.16.3',
      values: {},
      says: [
        'chartVersion: is not a version of the official chart that the library can read; got "0.16.3"; allowed: 0.17.0 and later; fix: upgrade the release to 0.17.0 first',
      ],
    },
    {
      title: 'an unknown version of a fork',
      chart: GSTACKIO,
      version: '0.13.0',
      values: { engine: { affinity: {} } },
      says: [
        'chartVersion: is not a version of the gstackio chart that the library can read; got "0.13.0"; allowed: 0.12.3; fix: use the version that helm list shows, such as 0.12.3',
      ],
    },
    {
      title: 'an invalid version',
      chart: OFFICIAL,
      version: 'latest',
      values: {},
      says: [
        'chartVersion: is not a version of the official chart that the library can read; got "latest"; allowed: 0.17.0 and later; fix: use the version that helm list shows, such as 0.21.11',
      ],
    },
    {
      title: 'no namespace',
      chart: OFFICIAL,
      namespace: undefined,
      values: {},
      says: [
        "namespace: the cdk8s chart of the release has no namespace; allowed: a cdk8s chart with the namespace of the Helm release; fix: create the release in a chart with a namespace, such as new Chart(app, 'ci', { namespace: 'ci' })",
      ],
    },
    {
      title: 'a list as values',
      chart: OFFICIAL,
      values: [{ engine: {} }],
      says: ['values: has the wrong type; got [{"engine":{}}]; allowed: an object; fix: write an object'],
    },
    {
      title: 'an unknown risk',
      chart: OFFICIAL,
      acceptRisks: [{ risk: 'plain-tpc' as EngineRisk, reason: 'a test cluster' }],
      values: {},
      says: [
        'acceptRisks[0].risk: is not a member of EngineRisk; got "plain-tpc"; allowed: a member of EngineRisk; fix: use EngineRisk.PLAIN_TCP',
      ],
    },
  ],
  Names: [
    {
      title: 'a label with the name of a JavaScript object property',
      chart: OFFICIAL,
      values: { engine: { labels: { constructor: 'acme' } } },
      says: [
        'engine.labels.constructor: cdk8s can\'t write a key with this name; got "acme"; allowed: any name except __proto__ and constructor; fix: remove it',
      ],
    },
    {
      title: 'a name with upper-case letters and underscores',
      chart: OFFICIAL,
      values: { fullnameOverride: 'CI_dagger' },
      says: [
        "fullnameOverride: must be a valid object name; got \"CI_dagger-engine\"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set fullnameOverride to a shorter name with the allowed characters",
      ],
    },
    {
      title: 'a name too long for the suffix of a StatefulSet',
      chart: OFFICIAL,
      values: { fullnameOverride: 'f'.repeat(46), engine: { kind: 'StatefulSet' } },
      says: [
        'fullnameOverride: must be a valid name; got "ffffffffffffffffffffffffffffffffffffffffffffff-engine"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 52 characters; fix: set the name to "ffffffffffffffffffffffffffffffffffffffffffffff-engin"',
      ],
    },
    {
      title: 'a name with a dot for a StatefulSet',
      chart: OFFICIAL,
      values: { fullnameOverride: 'ci.dagger', engine: { kind: 'StatefulSet' } },
      says: [
        'fullnameOverride: must be a valid name; got "ci.dagger-engine"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set fullnameOverride to a shorter name with the allowed characters',
      ],
    },
    {
      title: 'a chart name that is not a valid label',
      chart: OFFICIAL,
      values: { nameOverride: 'my engine', fullnameOverride: 'engine' },
      says: [
        "nameOverride: must be a valid label value; got \"my engine\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: set nameOverride to a shorter name with the allowed characters",
      ],
    },
    {
      title: 'a name that YAML reads as null',
      chart: OFFICIAL,
      values: { engine: { priorityClassName: 'null' } },
      says: [
        'engine.priorityClassName: the chart renders it without quotes, so YAML reads null; got "null"; allowed: another string; fix: remove it',
      ],
    },
    {
      title: "a label in the chart's selector",
      chart: OFFICIAL,
      values: { engine: { labels: { name: 'mine' } } },
      says: [
        'engine.labels.name: replaces the label by which the workload selects its pods, so Kubernetes rejects the workload; got "mine"; allowed: other labels; fix: remove it',
      ],
    },
  ],
  Types: [
    {
      title: 'an unsupported kind',
      chart: OFFICIAL,
      values: { engine: { kind: 'Deployment' } },
      says: [
        'engine.kind: the chart does not support this kind, and silently renders no engine; got "Deployment"; allowed: DaemonSet, StatefulSet; fix: write one of them',
      ],
    },
    {
      title: 'a lower-case kind',
      chart: OFFICIAL,
      values: { engine: { kind: 'statefulset' } },
      says: [
        'engine.kind: the chart does not support this kind, and silently renders no engine; got "statefulset"; allowed: DaemonSet, StatefulSet; fix: write StatefulSet',
      ],
    },
    {
      title: 'an empty kind',
      chart: OFFICIAL,
      values: { engine: { kind: null } },
      says: [
        'engine.kind: the chart does not support this kind, and silently renders no engine; got ""; allowed: DaemonSet, StatefulSet; fix: write one of them',
      ],
    },
    {
      title: 'a quoted boolean',
      chart: OFFICIAL,
      values: { magicache: { enabled: 'false' } },
      says: [
        'magicache.enabled: the chart expects true or false; got "false"; allowed: true or false; fix: write false without quotes: Helm treats every string as true',
      ],
    },
    {
      title: 'a number instead of a boolean',
      chart: OFFICIAL,
      values: { engine: { hostPath: { runVolume: { enabled: 1 } } } },
      says: [
        'engine.hostPath.runVolume.enabled: the chart expects true or false; got 1; allowed: true or false; fix: write true or false',
      ],
    },
    {
      title: 'a port name instead of a number',
      chart: OFFICIAL,
      values: { engine: { port: 'dagger' } },
      says: [
        'engine.port: the chart expects a whole number from 1 to 65535; got "dagger"; allowed: a whole number from 1 to 65535; fix: write only digits, such as 1234',
      ],
    },
    {
      title: 'an unknown port',
      chart: OFFICIAL,
      values: { engine: { port: 70000 } },
      says: [
        'engine.port: the chart expects a whole number from 1 to 65535; got 70000; allowed: a whole number from 1 to 65535; fix: write only digits, such as 1234',
      ],
    },
    {
      title: 'a port that YAML reads as an octal number',
      chart: OFFICIAL,
      values: { engine: { port: '0123' } },
      says: [
        'engine.port: the chart expects a whole number from 1 to 65535; got "0123"; allowed: a whole number from 1 to 65535; fix: write 123',
      ],
    },
    {
      title: 'lists instead of numbers',
      chart: OFFICIAL,
      values: { engine: { port: [1234], terminationGracePeriodSeconds: [300] } },
      says: [
        'engine.terminationGracePeriodSeconds: the chart expects a whole number of at least 0; got [300]; allowed: a whole number of at least 0; fix: write 300',
        'engine.port: the chart expects a whole number from 1 to 65535; got [1234]; allowed: a whole number from 1 to 65535; fix: write 1234',
      ],
    },
    {
      title: 'arguments as one string',
      chart: OFFICIAL,
      values: { engine: { args: '--debug' } },
      says: [
        'engine.args: the chart expects a list of strings; got "--debug"; allowed: a list of strings; fix: write ["--debug"]',
      ],
    },
    {
      title: 'a number in the arguments',
      chart: OFFICIAL,
      values: { engine: { args: ['--oci-max-parallelism', 4] } },
      says: [
        'engine.args: the chart expects a list of strings; got ["--oci-max-parallelism",4]; allowed: a list of strings; fix: write ["--oci-max-parallelism","4"]',
      ],
    },
    {
      title: 'a label that is a number',
      chart: OFFICIAL,
      values: { engine: { labels: { cost: 42 } } },
      says: [
        'engine.labels: the chart expects a map of strings; got {"cost":42}; allowed: a map of strings; fix: write cost: "42"',
      ],
    },
    {
      title: 'an annotation that is a boolean',
      chart: OFFICIAL,
      values: { engine: { annotations: { 'prometheus.io/scrape': true } } },
      says: [
        'engine.annotations: the chart expects a map of strings; got {"prometheus.io/scrape":true}; allowed: a map of strings; fix: write prometheus.io/scrape: "true"',
      ],
    },
    {
      title: 'a node selector that is a boolean',
      chart: OFFICIAL,
      values: { engine: { nodeSelector: { gpu: true } } },
      says: [
        'engine.nodeSelector: the chart expects a map of strings; got {"gpu":true}; allowed: a map of strings; fix: write gpu: "true"',
      ],
    },
    {
      title: 'an image as a string',
      chart: OFFICIAL,
      values: { engine: { image: 'registry.dagger.io/engine:v0.21.7' } },
      says: [
        'engine.image: the chart expects a map; got "registry.dagger.io/engine:v0.21.7"; allowed: a map; fix: write the keys of engine.image below it',
      ],
    },
    {
      title: 'several wrong values at once',
      chart: OFFICIAL,
      values: { nameOverride: 5, engine: { args: '--debug', port: 'x', tolerations: { key: 'a' } } },
      says: [
        'nameOverride: the chart expects a string; got 5; allowed: a string; fix: write "5"',
        'engine.args: the chart expects a list of strings; got "--debug"; allowed: a list of strings; fix: write ["--debug"]',
        'engine.tolerations: the chart expects a list of maps; got {"key":"a"}; allowed: a list of maps; fix: write a list of maps',
        'engine.port: the chart expects a whole number from 1 to 65535; got "x"; allowed: a whole number from 1 to 65535; fix: write only digits, such as 1234',
      ],
    },
  ],
  'Template failures': [
    {
      title: 'null for a section that the templates read',
      chart: OFFICIAL,
      values: { engine: { hostPath: { dataVolume: null } } },
      says: [
        "engine.hostPath.dataVolume: null removes the chart's defaults, and Helm fails because the templates read from them; got null; allowed: a map; fix: remove the line",
      ],
    },
    {
      title: 'null for all of `engine`',
      chart: OFFICIAL,
      values: { engine: null },
      says: [
        "engine: null removes the chart's defaults, and Helm fails because the templates read from them; got null; allowed: a map; fix: remove the line",
      ],
    },
    {
      title: 'null for the service account',
      chart: OFFICIAL,
      values: { engine: { newServiceAccount: null } },
      says: [
        "engine.newServiceAccount: null removes the chart's defaults, and Helm fails because the templates read from them; got null; allowed: a map; fix: remove the line",
      ],
    },
    {
      title: 'null for `statefulSet` of a StatefulSet',
      chart: OFFICIAL,
      values: { engine: { kind: 'StatefulSet', statefulSet: null } },
      says: [
        "engine.statefulSet: null removes the chart's defaults, and Helm fails because the templates read from them; got null; allowed: a map; fix: remove the line",
      ],
    },
    {
      title: 'null for `service` with a port',
      chart: OFFICIAL,
      values: { engine: { port: 1234 }, service: null },
      says: [
        "service: null removes the chart's defaults, and Helm fails because the templates read from them; got null; allowed: a map; fix: remove the line",
      ],
    },
    {
      title: 'null for the additional resources of kubiya',
      chart: KUBIYA,
      values: { additionalResources: null },
      says: [
        "additionalResources: null removes the chart's defaults, and Helm fails because the templates read from them; got null; allowed: a map; fix: remove the line",
      ],
    },
    {
      title: 'magicache without a token',
      chart: OFFICIAL,
      values: { magicache: { enabled: true } },
      says: [
        'magicache.token: Helm fails without it; allowed: a token, or magicache.secretName; fix: set magicache.secretName to an existing Secret',
      ],
    },
    {
      title: 'magicache without a URL',
      chart: OFFICIAL,
      values: { magicache: { enabled: true, secretName: 'dagger-cloud', url: null } },
      says: [
        'magicache.url: Helm fails without it; allowed: a URL without spaces; fix: use a URL such as https://api.dagger.cloud/magicache',
      ],
    },
    {
      title: 'a URL that YAML truncates',
      chart: OFFICIAL,
      values: { magicache: { enabled: true, secretName: 'dagger-cloud', url: 'https://example.com/ #cache' } },
      says: [
        'magicache.url: must be a URL that needs no quotes in YAML; got "https://example.com/ #cache"; allowed: a URL without spaces; fix: use a URL such as https://api.dagger.cloud/magicache',
      ],
    },
  ],
  'The image': [
    {
      title: 'an invalid image reference',
      chart: OFFICIAL,
      values: { engine: { image: { ref: 'not an image' } } },
      says: [
        'engine.image.ref: must be an image reference; got "not an image"; allowed: REGISTRY/PATH[:TAG][@sha256:DIGEST]; fix: use a value such as \'registry.dagger.io/engine:v0.21.7\'',
      ],
    },
    {
      title: 'a lower-case pull policy',
      chart: OFFICIAL,
      values: { engine: { image: { pullPolicy: 'always' } } },
      says: [
        'engine.image.pullPolicy: must be one of the values that Kubernetes supports; got "always"; allowed: Always, IfNotPresent, Never; fix: write Always',
      ],
    },
    {
      title: 'pull secrets as strings',
      chart: OFFICIAL,
      values: { engine: { imagePullSecrets: ['regcred'] } },
      says: [
        'engine.imagePullSecrets: the chart expects a list of maps; got ["regcred"]; allowed: a list of maps; fix: write { name: regcred }',
      ],
    },
    {
      title: 'a pull secret of another namespace',
      chart: OFFICIAL,
      values: { engine: { imagePullSecrets: [{ name: 'regcred', namespace: 'shared' }] } },
      says: [
        'engine.imagePullSecrets[0].namespace: Kubernetes has no field with this name in LocalObjectReference; allowed: name; fix: write one of them',
      ],
    },
    {
      title: 'a gstackio image without a repository',
      chart: GSTACKIO,
      values: { engine: { affinity: {}, image: { repository: null } } },
      says: [
        'engine.image.repository: must be an image reference; got ""; allowed: REGISTRY/PATH[:TAG][@sha256:DIGEST]; fix: use a value such as \'registry.dagger.io/engine:v0.12.3\'',
      ],
    },
  ],
  Variables: [
    {
      title: 'variables as a map',
      chart: OFFICIAL,
      values: { engine: { env: { HTTPS_PROXY: 'http://proxy:3128' } } },
      says: [
        'engine.env: the chart expects a list of maps; got {"HTTPS_PROXY":"http://proxy:3128"}; allowed: a list of maps; fix: write a list of maps',
      ],
    },
    {
      title: 'a number as the value of a variable',
      chart: OFFICIAL,
      values: { engine: { env: [{ name: 'N', value: 1 }] } },
      says: ['engine.env[0].value: has the wrong type; got 1; allowed: a string; fix: write "1"'],
    },
    {
      title: 'a variable without a name',
      chart: OFFICIAL,
      values: { engine: { env: [{ value: '1' }] } },
      says: ["engine.env[0].name: is required; allowed: a non-empty string; fix: use a value such as 'LOG_LEVEL'"],
    },
    {
      title: 'a variable with two values',
      chart: OFFICIAL,
      values: {
        engine: { env: [{ name: 'POD', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      },
      says: [
        'engine.env[0].valueFrom: must have either a value or a source; got ["fieldRef"]; allowed: one of them; fix: remove value',
      ],
    },
    {
      title: 'a key that is a number',
      chart: OFFICIAL,
      values: { engine: { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'cloud', key: 5 } } }] } },
      says: ['engine.env[0].valueFrom.secretKeyRef.key: has the wrong type; got 5; allowed: a string; fix: write "5"'],
    },
    {
      title: 'a misspelt field of a variable',
      chart: OFFICIAL,
      values: { engine: { env: [{ name: 'X', values: '1' }] } },
      says: [
        'engine.env[0].values: Kubernetes has no field with this name in EnvVar; allowed: name, value, valueFrom; fix: write value',
      ],
    },
  ],
  'Resources and times': [
    {
      title: 'an invalid quantity',
      chart: OFFICIAL,
      values: { engine: { resources: { limits: { memory: '16 GB' } } } },
      says: [
        "engine.resources.limits.memory: must be a Kubernetes quantity; got \"16 GB\"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: use a value such as '500m' or '16Gi'",
      ],
    },
    {
      title: 'a request above the limit',
      chart: OFFICIAL,
      values: { engine: { resources: { limits: { memory: '8Gi' }, requests: { memory: '16Gi' } } } },
      says: [
        'engine.resources.requests.memory: must not exceed the limit; got "16Gi"; allowed: at most 8Gi; fix: raise the limit or remove it',
      ],
    },
    {
      title: 'resource claims',
      chart: OFFICIAL,
      values: { engine: { resources: { claims: [{ name: 'gpu' }] } } },
      says: [
        'engine.resources.claims[0].name: the pod has no resource claim with this name; got "gpu"; allowed: none: the pod has no resourceClaims; fix: add the claim to resourceClaims in the pod',
      ],
    },
    {
      title: 'a negative grace period',
      chart: OFFICIAL,
      values: { engine: { terminationGracePeriodSeconds: -1 } },
      says: [
        'engine.terminationGracePeriodSeconds: the chart expects a whole number of at least 0; got -1; allowed: a whole number of at least 0; fix: write only digits',
      ],
    },
    {
      title: 'a grace period with a unit',
      chart: OFFICIAL,
      values: { engine: { terminationGracePeriodSeconds: '10m' } },
      says: [
        'engine.terminationGracePeriodSeconds: the chart expects a whole number of at least 0; got "10m"; allowed: a whole number of at least 0; fix: write only digits',
      ],
    },
  ],
  'Probes and hooks': [
    {
      title: 'a hook that sleeps longer than the grace period',
      chart: OFFICIAL,
      values: { engine: { lifecycle: { preStop: { sleep: { seconds: 400 } } } } },
      says: [
        'engine.lifecycle.preStop.sleep.seconds: must be in the allowed range; got 400; allowed: a whole number from 0 to 300; fix: use a value such as 0',
      ],
    },
    {
      title: 'an unknown Kubernetes field',
      chart: OFFICIAL,
      values: { engine: { sidecars: [{ name: 'a', image: 'busybox', commands: ['sleep'] }] } },
      says: [
        'engine.sidecars[0].commands: Kubernetes has no field with this name in Container; allowed: name, image, command, args, workingDir, ports, envFrom, env, resources, resizePolicy, restartPolicy, restartPolicyRules, volumeMounts, volumeDevices, livenessProbe, readinessProbe, startupProbe, lifecycle, terminationMessagePath, terminationMessagePolicy, imagePullPolicy, securityContext, stdin, stdinOnce, tty; fix: write command',
      ],
    },
    {
      title: 'a probe without its handler',
      chart: OFFICIAL,
      values: { engine: { livenessProbeSettings: { exec: null } } },
      says: [
        "engine.livenessProbeSettings: must have a handler; allowed: one of exec, grpc, httpGet, tcpSocket; fix: use a value such as { exec: { command: ['true'] } }",
      ],
    },
    {
      title: 'a probe with two custom handlers',
      chart: OFFICIAL,
      values: {
        engine: { port: 1234, readinessProbeSettings: { exec: { command: ['true'] }, tcpSocket: { port: 1234 } } },
      },
      says: [
        'engine.readinessProbeSettings: must have only one handler; got ["exec","tcpSocket"]; allowed: one of exec, grpc, httpGet, tcpSocket; fix: remove tcpSocket',
      ],
    },
    {
      title: 'a command as one string',
      chart: OFFICIAL,
      values: { engine: { readinessProbeSettings: { exec: { command: 'true' } } } },
      says: [
        'engine.readinessProbeSettings.exec.command: has the wrong type; got "true"; allowed: a list; fix: write ["true"]',
      ],
    },
    {
      title: 'a quoted time',
      chart: OFFICIAL,
      values: { engine: { readinessProbeSettings: { timeoutSeconds: '60' } } },
      says: [
        'engine.readinessProbeSettings.timeoutSeconds: has the wrong type; got "60"; allowed: a whole number of at most 2147483647; fix: write 60',
      ],
    },
    {
      title: 'a grace period on a readiness probe',
      chart: OFFICIAL,
      values: { engine: { readinessProbeSettings: { terminationGracePeriodSeconds: 300 } } },
      says: [
        'engine.readinessProbeSettings.terminationGracePeriodSeconds: is not supported on readiness probes, which never stop a container; got 300; allowed: liveness and startup probes; fix: remove it',
      ],
    },
    {
      title: 'a liveness probe with two successes',
      chart: OFFICIAL,
      values: { engine: { livenessProbeSettings: { successThreshold: 2 } } },
      says: [
        'engine.livenessProbeSettings.successThreshold: must be 1 for startup and liveness probes; got 2; allowed: 1; fix: remove it',
      ],
    },
    {
      title: 'a preStop hook with two handlers',
      chart: OFFICIAL,
      values: { engine: { lifecycle: { preStop: { exec: { command: ['sleep', '5'] }, sleep: { seconds: 5 } } } } },
      says: [
        'engine.lifecycle.preStop: must have only one handler; got ["exec","sleep"]; allowed: one of exec, httpGet, sleep, tcpSocket; fix: remove sleep',
      ],
    },
    {
      title: 'a preStop hook without a command',
      chart: OFFICIAL,
      values: { engine: { lifecycle: { preStop: { exec: { command: [] } } } } },
      says: [
        "engine.lifecycle.preStop.exec.command: must not be empty; got []; allowed: a program and its arguments; fix: use a value such as ['sh', '-c', 'true']",
      ],
    },
  ],
  Ports: [
    {
      title: 'a container port without a number',
      chart: OFFICIAL,
      values: { engine: { containerPorts: [{ name: 'dagger' }] } },
      says: [
        'engine.containerPorts[0].containerPort: must be a TCP port; got undefined; allowed: a whole number from 1 to 65535; fix: choose another port',
      ],
    },
    {
      title: 'two ports with the same name',
      chart: OFFICIAL,
      values: {
        engine: {
          containerPorts: [
            { name: 'a', containerPort: 1 },
            { name: 'a', containerPort: 2 },
          ],
        },
      },
      says: [
        'engine.containerPorts[1].name: another port of the container has this name; got "a"; allowed: each value once; fix: change or remove one of them',
      ],
    },
    {
      title: 'an invalid port name',
      chart: OFFICIAL,
      values: { engine: { containerPorts: [{ name: 'dagger-engine-port', containerPort: 1234 }] } },
      says: [
        'engine.containerPorts[0].name: must be a valid port name; got "dagger-engine-port"; allowed: at most 15 lower-case letters, digits and single \'-\' between them, with at least one letter; fix: rename it',
      ],
    },
    {
      title: 'a lower-case protocol',
      chart: OFFICIAL,
      values: { engine: { containerPorts: [{ name: 'dagger', containerPort: 1234, protocol: 'tcp' }] } },
      says: [
        'engine.containerPorts[0].protocol: must be one of the values that Kubernetes supports; got "tcp"; allowed: TCP, UDP, SCTP; fix: write TCP',
      ],
    },
    {
      title: 'a Service type without pods',
      chart: OFFICIAL,
      values: { engine: { port: 1234 }, service: { type: 'ExternalName' } },
      says: [
        'service.type: must be a type of Service that selects pods; got "ExternalName"; allowed: ClusterIP, NodePort, LoadBalancer; fix: write one of them',
      ],
    },
    {
      title: 'a kubiya Service without a port',
      chart: KUBIYA,
      values: { additionalResources: { service: { port: null } } },
      says: [
        'additionalResources.service.port: must be a TCP port; got undefined; allowed: a whole number from 1 to 65535; fix: choose another port',
      ],
    },
    {
      title: 'a kubiya Service with an invalid name',
      chart: KUBIYA,
      values: { additionalResources: { service: { name: 'Dagger_Engine' } } },
      says: [
        'additionalResources.service.name: must be a valid name; got "Dagger_Engine"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "dagger-engine"',
      ],
    },
  ],
  Volumes: [
    {
      title: 'a mount of a missing volume',
      chart: OFFICIAL,
      values: { engine: { volumeMounts: [{ name: 'ca', mountPath: '/ca' }] } },
      says: [
        'engine.volumeMounts[0].name: the pod has no volume with this name; got "ca"; allowed: varlibdagger, varrundagger; fix: add the volume to volumes',
      ],
    },
    {
      title: 'a mount without a path',
      chart: OFFICIAL,
      values: { engine: { volumes: [{ name: 'ca', configMap: { name: 'ca' } }], volumeMounts: [{ name: 'ca' }] } },
      says: [
        "engine.volumeMounts[0].mountPath: is required; allowed: a non-empty string; fix: use a value such as '/data'",
      ],
    },
    {
      title: 'a volume without a name',
      chart: OFFICIAL,
      values: { engine: { volumes: [{ emptyDir: {} }] } },
      says: [
        'engine.volumes[0].name: must be a valid name; got ""; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set a name',
      ],
    },
    {
      title: 'volumes with empty sources',
      chart: OFFICIAL,
      values: {
        engine: {
          volumes: [
            { name: 'a', hostPath: {} },
            { name: 'b', csi: {} },
            { name: 'c', nfs: {} },
            { name: 'd', persistentVolumeClaim: {} },
          ],
        },
      },
      says: [
        "engine.volumes[0].hostPath.path: is required; allowed: a non-empty string; fix: use a value such as '/var/lib/dagger'",
        "engine.volumes[1].csi.driver: must be the name of a CSI driver; got \"\"; allowed: letters, digits, '-' and '.', at most 63 characters; fix: use a value such as 'secrets-store.csi.k8s.io'",
        "engine.volumes[2].nfs.server: is required; allowed: a non-empty string; fix: use a value such as 'nfs.example.com'",
        "engine.volumes[2].nfs.path: is required; allowed: a non-empty string; fix: use a value such as '/exports/dagger'",
        "engine.volumes[3].persistentVolumeClaim.claimName: must be a valid object name; got \"\"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set a name",
      ],
    },
    {
      title: 'a cache volume with an empty source',
      chart: OFFICIAL,
      values: {
        engine: {
          kind: 'StatefulSet',
          hostPath: { dataVolume: { enabled: false } },
          volumes: [{ name: 'data', hostPath: {} }],
        },
      },
      says: [
        "engine.volumes[0].hostPath.path: is required; allowed: a non-empty string; fix: use a value such as '/var/lib/dagger'",
      ],
    },
    {
      title: 'a string instead of a list in a volume',
      chart: OFFICIAL,
      values: {
        engine: {
          volumes: [
            { name: 'a', rbd: { monitors: '10.0.0.1', image: 'a' } },
            { name: 'b', projected: { sources: 'token' } },
          ],
        },
      },
      says: [
        'engine.volumes[0].rbd.monitors: has the wrong type; got "10.0.0.1"; allowed: a list; fix: write ["10.0.0.1"]',
        'engine.volumes[1].projected.sources: has the wrong type; got "token"; allowed: a list; fix: write ["token"]',
      ],
    },
    {
      title: 'a volume file without a path',
      chart: OFFICIAL,
      values: {
        engine: { volumes: [{ name: 'a', downwardAPI: { items: [{ fieldRef: { fieldPath: 'metadata.name' } }] } }] },
      },
      says: [
        "engine.volumes[0].downwardAPI.items[0].path: is required; allowed: a non-empty string; fix: use a value such as 'token'",
      ],
    },
    {
      title: 'a volume with the name of the cache',
      chart: OFFICIAL,
      values: { engine: { volumes: [{ name: 'varlibdagger', emptyDir: {} }] } },
      says: [
        'engine.volumes[0].name: another volume of the pod has this name; got "varlibdagger"; allowed: each value once; fix: change or remove one of them',
      ],
    },
    {
      title: 'an unknown access mode',
      chart: OFFICIAL,
      values: {
        engine: {
          kind: 'StatefulSet',
          hostPath: { dataVolume: { enabled: false } },
          statefulSet: { persistentVolumeClaim: { enabled: true, accessModes: ['ReadWriteSometimes'] } },
        },
      },
      says: [
        'engine.statefulSet.persistentVolumeClaim.accessModes[0]: must be one of the values that Kubernetes supports; got "ReadWriteSometimes"; allowed: ReadOnlyMany, ReadWriteMany, ReadWriteOnce, ReadWriteOncePod; fix: write one of them',
      ],
    },
    {
      title: 'a claim without a size',
      chart: OFFICIAL,
      values: {
        engine: {
          kind: 'StatefulSet',
          hostPath: { dataVolume: { enabled: false } },
          statefulSet: { persistentVolumeClaim: { enabled: true, resources: null } },
        },
      },
      says: [
        "engine.statefulSet.persistentVolumeClaim.resources.requests.storage: is required; got undefined; allowed: a quantity above 0; fix: use a value such as '100Gi'",
      ],
    },
    {
      title: 'a claim with an invalid size',
      chart: OFFICIAL,
      values: {
        engine: {
          kind: 'StatefulSet',
          hostPath: { dataVolume: { enabled: false } },
          statefulSet: { persistentVolumeClaim: { enabled: true, resources: { requests: { storage: '100GB' } } } },
        },
      },
      says: [
        "engine.statefulSet.persistentVolumeClaim.resources.requests.storage: must be a Kubernetes quantity; got \"100GB\"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: use a value such as '500m' or '16Gi'",
      ],
    },
    {
      title: 'a lower-case retention policy',
      chart: OFFICIAL,
      values: {
        engine: {
          kind: 'StatefulSet',
          hostPath: { dataVolume: { enabled: false } },
          statefulSet: {
            persistentVolumeClaim: { enabled: true },
            persistentVolumeClaimRetentionPolicy: { whenDeleted: 'retain' },
          },
        },
      },
      says: [
        'engine.statefulSet.persistentVolumeClaimRetentionPolicy.whenDeleted: must be one of the values that Kubernetes supports; got "retain"; allowed: Delete, Retain; fix: write Retain',
      ],
    },
    {
      title: 'a lower-case pod management policy',
      chart: OFFICIAL,
      values: { engine: { kind: 'StatefulSet', statefulSet: { podManagementPolicy: 'parallel' } } },
      says: [
        'engine.statefulSet.podManagementPolicy: must be one of the values that Kubernetes supports; got "parallel"; allowed: OrderedReady, Parallel; fix: write Parallel',
      ],
    },
    {
      title: 'NFS without a path',
      chart: GSTACKIO,
      values: { engine: { affinity: {}, nfsCache: { path: null } } },
      says: ["engine.nfsCache: is required; allowed: a non-empty string; fix: use a value such as '/exports/dagger'"],
    },
    {
      title: 'NFS with an empty path',
      chart: GSTACKIO,
      values: { engine: { affinity: {}, nfsCache: { path: '' } } },
      says: [
        "engine.nfsCache.path: is required; allowed: a non-empty string; fix: use a value such as '/exports/dagger'",
      ],
    },
    {
      title: "a sidecar with the name of the engine's container",
      chart: OFFICIAL,
      values: { engine: { sidecars: [{ name: 'dagger-engine', image: 'busybox' }] } },
      says: [
        'engine.sidecars[0].name: another container of the pod has this name; got "dagger-engine"; allowed: unused names; fix: rename one of them',
      ],
    },
    {
      title: 'a quoted boolean in a sidecar',
      chart: OFFICIAL,
      values: { engine: { sidecars: [{ name: 'dind', image: 'docker', securityContext: { privileged: 'true' } }] } },
      says: [
        'engine.sidecars[0].securityContext.privileged: has the wrong type; got "true"; allowed: true or false; fix: write true or false',
      ],
    },
    {
      title: 'a sidecar without a name',
      chart: OFFICIAL,
      values: { engine: { sidecars: [{ image: 'busybox' }] } },
      says: [
        'engine.sidecars[0].name: must be a valid name; got ""; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set a name',
      ],
    },
    {
      title: 'replicas as a word',
      chart: GSTACKIO,
      values: { engine: { affinity: {}, replicas: 'two' } },
      says: [
        'engine.replicas: the chart expects a whole number of at least 0; got "two"; allowed: a whole number of at least 0; fix: write only digits',
      ],
    },
  ],
  'Findings that are errors': [
    {
      title: "a key that the chart doesn't know, with `failOn`",
      chart: OFFICIAL,
      failOn: ERROR,
      values: { engine: { tolerance: [] } },
      says: [
        'engine.tolerance: error unknown-key: the official chart does not have this key, and Helm ignores it silently; fix: use engine.tolerations, or remove it, or accept EngineRisk.UNKNOWN_KEY',
        'engine.livenessProbeSettings.terminationGracePeriodSeconds: error short-probe-grace: a restart by this probe would kill the engine before it has written its cache, and v0.21.7 deletes the whole cache after that; got "30 s"; allowed: at least the pod\'s 300 s; fix: set it to 600, or accept EngineRisk.SHORT_PROBE_GRACE',
      ],
    },
  ],
};

/** Accepted values, at least one for every chart finding. */
export const DOUBTFUL_VALUES: readonly DoubtfulValues[] = [
  {
    name: 'account-name-ignored',
    title: 'a name for the new service account',
    chart: OFFICIAL,
    values: { engine: { newServiceAccount: { create: true, name: 'builder' } } },
    severity: WARNING,
    key: 'engine.newServiceAccount.name',
    why: 'the chart always names the account "dagger-dagger-helm"',
    fix: 'remove it',
  },
  {
    name: 'broad-role',
    title: 'the Role of kubiya',
    chart: KUBIYA,
    values: { additionalResources: { role: { create: true }, roleBinding: { create: true } } },
    severity: ERROR,
    key: 'additionalResources.role.create',
    why: "the engine doesn't call the Kubernetes API, but its service account has every permission on every resource, including Secrets",
    fix: 'set it to false; the account of a runner needs only get for pods and create for pods/exec',
  },
  {
    name: 'cache-not-mounted',
    title: 'a suffix for the mounts of kubiya',
    chart: KUBIYA,
    values: { volumeMountsPostfix: 'agent-1' },
    severity: ERROR,
    key: 'volumeMountsPostfix',
    why: "the cache is mounted at /var/lib/dagger-agent-1, which the engine doesn't use, so the cache is lost with the container",
    fix: 'use the default directory: remove the suffix of the mounts, or remove the state directory from engine.args and engine.config',
  },
  {
    name: 'cache-not-mounted',
    title: 'a state directory without a volume',
    chart: OFFICIAL,
    values: { engine: { config: 'root = "/data"\n' } },
    severity: ERROR,
    key: 'engine.hostPath.dataVolume.enabled',
    why: "the cache is mounted at /var/lib/dagger, which the engine doesn't use, so the cache is lost with the container",
    fix: 'use the default directory: remove the suffix of the mounts, or remove the state directory from engine.args and engine.config',
  },
  {
    name: 'cache-not-mounted',
    title: 'a flag for another state directory',
    chart: GSTACKIO,
    values: { engine: { affinity: {}, args: ['--debug', '--root', '/data'] } },
    severity: ERROR,
    key: 'engine.nfsCache',
    why: "the cache is mounted at /var/lib/dagger, which the engine doesn't use, so the cache is lost with the container",
    fix: 'use the default directory: remove the suffix of the mounts, or remove the state directory from engine.args and engine.config',
  },
  {
    name: 'chart-version-assumed',
    title: 'a missing chart version',
    chart: OFFICIAL,
    version: undefined,
    values: {},
    severity: WARNING,
    key: 'chartVersion',
    why: 'the version of the chart is not set, so the newest stable version is assumed: 0.21.11. It determines the release of the engine',
    fix: 'set the version that helm list shows',
  },
  {
    name: 'deprecated-probe-command',
    title: 'probes of 1.0',
    chart: OFFICIAL,
    version: '1.0.0-beta.11',
    values: {},
    severity: INFO,
    key: 'engine.readinessProbeSettings',
    why: '`dagger core` is deprecated since v1.0.0-beta.2',
    fix: "use the command [buildctl, debug, workers], which doesn't start the CLI",
  },
  {
    name: 'duplicate-key',
    title: 'a runtime class',
    chart: OFFICIAL,
    values: { engine: { runtimeClassName: 'kata' } },
    severity: INFO,
    key: 'engine.runtimeClassName',
    why: 'the chart renders runtimeClassName twice, which kustomize and other tools reject',
    fix: 'none needed: the converted release is correct',
  },
  {
    name: 'hidden-engine-port',
    title: "ports of the container without the engine's",
    chart: OFFICIAL,
    values: { engine: { port: 1234, containerPorts: [{ name: 'metrics', containerPort: 9090 }] } },
    severity: ERROR,
    key: 'engine.containerPorts',
    why: "the engine's port 1234 isn't among these, and no Service refers to it",
    fix: 'add { name: dagger, containerPort: 1234 }',
  },
  {
    name: 'host-socket-path',
    title: 'the chart with default values',
    chart: OFFICIAL,
    values: {},
    severity: INFO,
    key: 'engine.hostPath.runVolume.enabled',
    why: 'the socket is in /run/dagger-dagger-dagger-helm on the node. Runners that mount /run/dagger, as the documentation of GitLab Runner shows, find an empty directory',
    fix: 'mount /run/dagger-dagger-dagger-helm in runners',
  },
  {
    name: 'ignored-value',
    title: 'a claim for a DaemonSet',
    chart: OFFICIAL,
    values: { engine: { statefulSet: { persistentVolumeClaim: { enabled: true } } } },
    severity: WARNING,
    key: 'engine.statefulSet.persistentVolumeClaim.enabled',
    why: 'the chart reads it only for a StatefulSet',
    fix: 'set engine.kind: StatefulSet, or remove it',
  },
  {
    name: 'image-of-chart-version',
    title: 'kubiya without an image',
    chart: KUBIYA,
    values: {},
    severity: ERROR,
    key: 'engine.image.ref',
    why: "without it, the image is registry.dagger.io/engine:v0.4.1, which is the version of the chart. The chart doesn't use its appVersion 0.18.16",
    fix: 'set it to registry.dagger.io/engine:v0.18.16',
  },
  {
    name: 'invalid-render',
    title: 'a class that YAML reads as a number',
    chart: OFFICIAL,
    values: { engine: { priorityClassName: '1000' } },
    severity: ERROR,
    key: 'engine.priorityClassName',
    why: 'the chart renders "1000" without quotes, so YAML reads a number, and Kubernetes rejects it',
    fix: 'none needed: the converted release has a string',
  },
  {
    name: 'liveness-under-load',
    title: "the chart's liveness probe",
    chart: OFFICIAL,
    values: {},
    severity: WARNING,
    key: 'engine.livenessProbeSettings',
    why: 'an engine under load opens sessions slowly, so the probe restarts it, which cancels every build',
    fix: "set it to null, which removes the chart's default, or use the command [buildctl, debug, workers]",
  },
  {
    name: 'magicache-removed',
    title: 'magicache on a release without it',
    chart: OFFICIAL,
    values: { magicache: { enabled: true, secretName: 'dagger-cloud' } },
    severity: WARNING,
    key: 'magicache.enabled',
    why: "v0.21.7 doesn't support Magicache (supported until v0.18.14)",
    fix: 'set magicache.enabled: false',
  },
  {
    name: 'moving-image',
    title: 'an image that changes under its tag',
    chart: OFFICIAL,
    values: { engine: { image: { ref: 'registry.dagger.io/engine:main' } } },
    severity: ERROR,
    key: 'engine.image.ref',
    why: '"registry.dagger.io/engine:main" can move to another release: a restarted pod may run that release, which deletes a cache that it can\'t read',
    fix: 'use the tag of a release, such as registry.dagger.io/engine:v0.21.7',
  },
  {
    name: 'newer-chart',
    title: 'a chart newer than all known ones',
    chart: OFFICIAL,
    version: '1.2.0',
    values: {},
    severity: WARNING,
    key: 'chartVersion',
    why: '1.2.0 is newer than 1.0.0-beta.21, the newest version that the library knows, and is treated as that version',
    fix: 'compare the result with the output of helm template',
  },
  {
    name: 'no-namespace',
    title: 'a new service account',
    chart: OFFICIAL,
    values: { engine: { newServiceAccount: { create: true } } },
    severity: WARNING,
    key: 'namespace',
    why: 'the chart leaves out the namespace of the ServiceAccount dagger-dagger-helm',
    fix: 'apply it with --namespace',
  },
  {
    name: 'no-requests',
    title: 'no requests',
    chart: OFFICIAL,
    values: {},
    severity: WARNING,
    key: 'engine.resources',
    why: 'without requests for cpu and memory, the engine is the first process that is killed when its node runs out of memory, and a killed engine can lose its cache',
    fix: "set requests, for example { cpu: '4', memory: '16Gi' }",
  },
  {
    name: 'no-volume',
    title: 'a StatefulSet without a volume',
    chart: OFFICIAL,
    values: { engine: { kind: 'StatefulSet', hostPath: { dataVolume: { enabled: false } } } },
    severity: ERROR,
    key: 'engine.hostPath.dataVolume.enabled',
    why: 'the chart mounts a volume "data" that the pod doesn\'t have, which Kubernetes rejects. The converted release has an emptyDir, which is lost with the pod',
    fix: 'set engine.statefulSet.persistentVolumeClaim.enabled: true',
  },
  {
    name: 'plain-tcp',
    title: 'a port',
    chart: OFFICIAL,
    values: { engine: { port: 1234 } },
    severity: WARNING,
    key: 'engine.port',
    why: 'any client that reaches port 1234 can run privileged builds and become root on the node: the port has neither encryption nor authentication',
    fix: "close the port and use the node's socket, or put a proxy with mutual TLS in front of it",
  },
  {
    name: 'port-without-listener',
    title: 'gstackio without configuration',
    chart: GSTACKIO,
    values: { engine: { affinity: {}, config: null } },
    severity: ERROR,
    key: 'engine.config',
    why: "the Service refers to port 2555, on which the engine doesn't listen",
    fix: 'let the engine listen on this port, or change the port of the Service',
  },
  {
    name: 'shared-selector',
    title: 'the Service of kubiya, without labels of the release',
    chart: KUBIYA,
    values: {},
    severity: WARNING,
    key: 'additionalResources.service.create',
    why: 'the Service selects the engines of every release in the namespace with the label app.kubernetes.io/name: dagger-helm',
    fix: 'set a label of this release in engine.labels, which is part of the selector',
  },
  {
    name: 'second-probe-handler',
    title: "a handler in addition to the chart's",
    chart: OFFICIAL,
    values: { engine: { port: 1234, readinessProbeSettings: { tcpSocket: { port: 1234 } } } },
    severity: ERROR,
    key: 'engine.readinessProbeSettings',
    why: "Helm adds tcpSocket to the chart's exec, and Kubernetes rejects a probe with two handlers. The converted release has only tcpSocket",
    fix: 'also set exec: null',
  },
  {
    name: 'secret-in-values',
    title: 'a token in the values',
    chart: OFFICIAL,
    version: '0.18.14',
    values: { magicache: { enabled: true, token: 'hello' } },
    severity: ERROR,
    key: 'magicache.token',
    why: 'the token is in the values and in the manifest, where every reader sees it',
    fix: 'keep it in a Secret, and set magicache.secretName',
  },
  {
    name: 'socket-not-on-node',
    title: 'a kubiya DaemonSet with a current engine',
    chart: KUBIYA,
    values: { engine: { image: { ref: 'registry.dagger.io/engine:v0.18.16' } } },
    severity: WARNING,
    key: 'engine.kind',
    why: "the node's directory is mounted at /run/buildkit, but clients in v0.17.0 and later look for the socket in /run/dagger",
    fix: 'the chart has no value for it: convert the release with --emit typescript, and set hostSocket',
  },
  {
    name: 'split-sessions',
    title: 'a Service over several engines',
    chart: OFFICIAL,
    values: { engine: { port: 1234 } },
    severity: WARNING,
    key: 'engine.port',
    why: 'without affinity, the connections of a session reach different engines, and the session fails (dagger/dagger #10128)',
    fix: "the chart has no value for it: convert the release with --emit typescript, and set sessionAffinity; or use the node's socket",
  },
  {
    name: 'token-mounted',
    title: "the service account's token",
    chart: OFFICIAL,
    values: {},
    severity: INFO,
    key: 'engine.existingServiceAccount',
    why: "the token of the service account is mounted, although the engine doesn't need it, and every build with root capabilities can read it",
    fix: 'the chart has no value for it: convert the release with --emit typescript, and remove the patch',
  },
  {
    name: 'unknown-engine-version',
    title: 'an image with a digest',
    chart: OFFICIAL,
    values: {
      engine: {
        image: {
          ref: 'registry.example.com/engine@sha256:0000000000000000000000000000000000000000000000000000000000000000',
        },
      },
    },
    severity: WARNING,
    key: 'engine.image.ref',
    why: '"registry.example.com/engine@sha256:0000000000000000000000000000000000000000000000000000000000000000" doesn\'t contain a known release, so the checks assume v0.21.7',
    fix: 'use the tag of a release',
  },
  {
    name: 'unknown-key',
    title: 'a misspelt key',
    chart: OFFICIAL,
    values: { engine: { tolerance: [{ operator: 'Exists' }] } },
    severity: ERROR,
    key: 'engine.tolerance',
    why: 'the official chart does not have this key, and Helm ignores it silently',
    fix: 'use engine.tolerations, or remove it',
  },
  {
    name: 'unknown-key',
    title: 'a key of the engine at the wrong level',
    chart: OFFICIAL,
    values: { nodeSelector: { app: 'dagger' } },
    severity: ERROR,
    key: 'nodeSelector',
    why: 'the official chart does not have this key, and Helm ignores it silently',
    fix: 'use engine.nodeSelector, or remove it',
  },
  {
    name: 'unknown-key',
    title: 'a section of the engine at the wrong level',
    chart: OFFICIAL,
    values: { image: { ref: 'registry.dagger.io/engine:v0.21.7' } },
    severity: ERROR,
    key: 'image',
    why: 'the official chart does not have this key, and Helm ignores it silently',
    fix: 'use engine.image, or remove it',
  },
  {
    name: 'unknown-key',
    title: 'a key of the chart below engine',
    chart: OFFICIAL,
    values: { engine: { nameOverride: 'ci' } },
    severity: ERROR,
    key: 'engine.nameOverride',
    why: 'the official chart does not have this key, and Helm ignores it silently',
    fix: 'use nameOverride, or remove it',
  },
  {
    name: 'unknown-key',
    title: 'init containers',
    chart: OFFICIAL,
    values: { engine: { initContainers: [] } },
    severity: ERROR,
    key: 'engine.initContainers',
    why: 'the official chart does not have this key, and Helm ignores it silently',
    fix: "the chart doesn't support init containers: convert the release with --emit typescript, and set initContainers",
  },
  {
    name: 'unknown-key',
    title: 'a key of another chart',
    chart: OFFICIAL,
    values: { engine: { nfsCache: { server: 'nfs' } } },
    severity: ERROR,
    key: 'engine.nfsCache',
    why: 'the official chart does not have this key, and Helm ignores it silently',
    fix: 'remove it: it is a key of the gstackio chart',
  },
  {
    name: 'unknown-key',
    title: 'a removed key',
    chart: OFFICIAL,
    values: { engine: { image: { tag: 'v0.12.1' } } },
    severity: ERROR,
    key: 'engine.image.tag',
    why: 'the official chart does not have this key, and Helm ignores it silently',
    fix: 'set engine.image.ref to the repository and the tag. It replaces this key in 0.13.0 and later',
  },
  {
    name: 'unknown-key',
    title: 'a key of a later version',
    chart: OFFICIAL,
    version: '0.18.0',
    values: { engine: { livenessProbeSettings: { timeoutSeconds: 60 } } },
    severity: ERROR,
    key: 'engine.livenessProbeSettings',
    why: 'the official chart does not have this key, and Helm ignores it silently',
    fix: 'upgrade the chart to 0.19.11 or later, which supports it, or remove it',
  },
  {
    name: 'volume-declared-twice',
    title: 'a claim in addition to the host directory',
    chart: OFFICIAL,
    values: { engine: { kind: 'StatefulSet', statefulSet: { persistentVolumeClaim: { enabled: true } } } },
    severity: WARNING,
    key: 'engine.hostPath.dataVolume.enabled',
    why: 'the pods have a volume "data" and a claim template with the same name. Kubernetes uses the claim',
    fix: 'set engine.hostPath.dataVolume.enabled: false',
  },
  {
    name: 'short-probe-grace',
    title: "the liveness probe's grace period",
    chart: OFFICIAL,
    values: {},
    severity: ERROR,
    key: 'engine.livenessProbeSettings.terminationGracePeriodSeconds',
    why: 'a restart by this probe would kill the engine before it has written its cache, and v0.21.7 deletes the whole cache after that; got "30 s"; allowed: at least the pod\'s 300 s',
    fix: 'set it to 600',
  },
  {
    name: 'config-rejected',
    title: 'a Kubernetes quantity in engine.json',
    chart: OFFICIAL,
    values: { engine: { configJson: '{"gc": {"maxUsedSpace": "100Gi"}}' } },
    severity: ERROR,
    key: 'engine.configJson',
    why: "gc.maxUsedSpace: is invalid in engine.json, so the engine would not start; got \"100Gi\"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%",
    fix: "write '100GiB'",
  },
  {
    name: 'config-rejected',
    title: 'a quoted boolean in engine.toml',
    chart: OFFICIAL,
    values: { engine: { config: '[registry."mirror.example.com"]\n  http = "true"\n' } },
    severity: ERROR,
    key: 'engine.config',
    why: 'registry.mirror.example.com.http: is invalid in engine.toml, so the engine would not start; got "true"; allowed: true or false',
    fix: 'write true or false, without quotes',
  },
  {
    name: 'config-rejected',
    title: 'a key that the release does not support',
    chart: OFFICIAL,
    values: { engine: { configJson: '{"gc": {"dagqlCache": {}}}' } },
    severity: ERROR,
    key: 'engine.configJson',
    why: 'gc.dagqlCache: is not a key of engine.json in v0.21.7, so the engine would not start; allowed: v0.21.9 and later, v1.0.0-beta.10 and later',
    fix: 'remove it, or choose a release that supports it',
  },
  {
    name: 'no-cache-volume',
    title: 'a DaemonSet without a data volume',
    chart: OFFICIAL,
    values: { engine: { hostPath: { dataVolume: { enabled: false } } } },
    severity: ERROR,
    key: 'engine.hostPath.runVolume.enabled',
    why: "without a volume, the cache is in the writable layer of the container, where overlay mounts don't work and a restart loses it; allowed: a volume at /var/lib/dagger",
    fix: 'set engine.hostPath.dataVolume.enabled: true, or mount a volume at the state directory',
  },
  {
    name: 'shared-cache',
    title: 'a custom claim for the engines of all nodes',
    chart: OFFICIAL,
    values: {
      engine: {
        hostPath: { dataVolume: { enabled: false } },
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'cache' } }],
        volumeMounts: [{ name: 'v', mountPath: '/var/lib/dagger' }],
      },
    },
    severity: ERROR,
    key: 'engine.volumes[0]',
    why: 'the engines on all nodes would share one volume, and all but the first would fail to lock it; got "the volume v"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir',
    fix: "give each engine its own volume, such as a StatefulSet's claim with engine.kind: StatefulSet",
  },
  {
    name: 'nfs-cache',
    title: 'a state directory on NFS',
    chart: OFFICIAL,
    values: {
      engine: {
        config: 'root = "/data"\n',
        volumes: [{ name: 'v', nfs: { server: 'nfs.example.com', path: '/dagger' } }],
        volumeMounts: [{ name: 'v', mountPath: '/data' }],
      },
    },
    severity: WARNING,
    key: 'engine.volumes[0]',
    why: "overlayfs can't write to NFS, so the engine falls back to its native snapshotter. It copies every layer in full, so it is slow and takes more space",
    fix: 'use a block or local volume',
  },
  {
    name: 'shared-cache',
    title: 'two replicas on one NFS directory',
    chart: GSTACKIO,
    values: { engine: { affinity: {} } },
    severity: ERROR,
    key: 'engine.nfsCache',
    why: '2 engines would share one volume, and all but the first would fail to lock it; got "the volume varlibdagger"; allowed: a volume for each pod: ephemeral, emptyDir',
    fix: "give each engine its own volume, such as a StatefulSet's claim with engine.kind: StatefulSet",
  },
  {
    name: 'ca-volume',
    title: 'CA certificates as a whole volume',
    chart: OFFICIAL,
    values: {
      engine: {
        volumes: [{ name: 'ca', configMap: { name: 'corp-ca' } }],
        volumeMounts: [{ name: 'ca', mountPath: '/usr/local/share/ca-certificates' }],
      },
    },
    severity: ERROR,
    key: 'engine.volumeMounts[0]',
    why: 'a volume mounted as a whole contains symbolic links, which are broken in build containers (dagger/dagger#11069); got "/usr/local/share/ca-certificates"; allowed: single files, mounted with subPath',
    fix: 'mount each certificate as a file, with subPath',
  },
  {
    name: 'engine-tls',
    title: "the engine's own TLS",
    chart: OFFICIAL,
    values: {
      engine: {
        config:
          '[grpc]\n  address = ["unix:///run/dagger/engine.sock", "tcp://0.0.0.0:1234"]\n  [grpc.tls]\n    cert = "/tls/tls.crt"\n    key = "/tls/tls.key"\n    ca = "/tls/ca.crt"\n',
      },
    },
    severity: ERROR,
    key: 'engine.config',
    why: "grpc.tls: Dagger clients can't connect to v0.21.7 if the engine itself terminates TLS; allowed: until v0.21.3, until v1.0.0-beta.2",
    fix: 'serve TLS with a proxy in the pod, or run another release',
  },
  {
    name: 'open-port-in-config',
    title: 'a plain port in engine.toml',
    chart: OFFICIAL,
    values: { engine: { config: '[grpc]\n  address = ["unix:///run/dagger/engine.sock", "tcp://0.0.0.0:1234"]\n' } },
    severity: ERROR,
    key: 'engine.config',
    why: 'grpc.address: any client that reaches this port can become root on the node; got "tcp://0.0.0.0:1234"; allowed: unix sockets, loopback addresses, and the address of the listener',
    fix: 'remove the address',
  },
  {
    name: 'probe-cannot-work',
    title: "HTTP to the engine's port",
    chart: OFFICIAL,
    values: { engine: { port: 1234, livenessProbeSettings: { exec: null, httpGet: { path: '/', port: 1234 } } } },
    severity: ERROR,
    key: 'engine.livenessProbeSettings',
    why: 'on port 1234, the engine answers HTTP and gRPC probes with status 500, because they lack client metadata',
    fix: 'use exec with the command [buildctl, debug, workers]',
  },
  {
    name: 'unknown-flag',
    title: 'an unknown flag',
    chart: OFFICIAL,
    values: { engine: { args: ['--max-parallel', '4'] } },
    severity: ERROR,
    key: 'engine.args[0]',
    why: 'is not a flag of the engine, so the engine exits; got "--max-parallel"; allowed: flags of dagger-engine',
    fix: 'use --oci-max-parallelism, or remove it',
  },
  {
    name: 'ignored-by-engine',
    title: 'a flag without effect',
    chart: OFFICIAL,
    values: { engine: { args: ['--oci-max-parallelism', '4'] } },
    severity: WARNING,
    key: 'engine.args[0]',
    why: 'v0.21.7 ignores --oci-max-parallelism (supported until v0.20.8)',
    fix: 'remove it',
  },
  {
    name: 'secret-in-plain-text',
    title: 'a token in a variable',
    chart: OFFICIAL,
    values: { engine: { env: [{ name: 'DAGGER_CLOUD_TOKEN', value: 'dag_0123456789' }] } },
    severity: ERROR,
    key: 'engine.env[0]',
    why: 'looks like a secret, judging by its name, which anyone who can read the manifest would see; allowed: secrets by reference only',
    fix: 'keep it in a Secret, and refer to it with valueFrom or a mounted file',
  },
  {
    name: 'untagged-image',
    title: 'an image without a tag',
    chart: OFFICIAL,
    values: { engine: { image: { ref: 'registry.example.com/engine' } } },
    severity: ERROR,
    key: 'engine.image.ref',
    why: 'the reference has neither a tag nor a digest, so the node would run the tag latest; got "registry.example.com/engine"; allowed: a reference with a tag or digest',
    fix: 'add the tag of a release',
  },
  {
    name: 'unbounded-pre-stop',
    title: 'a hook of unknown length',
    chart: OFFICIAL,
    values: { engine: { lifecycle: { preStop: { exec: { command: ['/drain'] } } } } },
    severity: INFO,
    key: 'engine.lifecycle.preStop',
    why: 'maxDuration: is required, because the time of a preStop hook is part of the grace period; allowed: a whole number of seconds',
    fix: 'limit the duration of the hook, and add it to terminationGracePeriodSeconds',
  },
  {
    name: 'no-network-policy',
    title: 'a port without a network policy',
    chart: OFFICIAL,
    values: { engine: { port: 1234 } },
    severity: WARNING,
    key: 'engine.port',
    why: 'without a network policy, every pod in the cluster can reach port 1234',
    fix: 'add a NetworkPolicy that selects the pods and lists the allowed clients in ingress',
  },
  {
    name: 'nfs-cache',
    title: 'a cache on NFS',
    chart: GSTACKIO,
    values: { engine: { affinity: {}, replicas: 1 } },
    severity: WARNING,
    key: 'engine.nfsCache',
    why: "overlayfs can't write to NFS, so the engine falls back to its native snapshotter. It copies every layer in full, so it is slow and takes more space",
    fix: 'use a block or local volume',
  },
  {
    name: 'shared-host-path',
    title: 'two engines that share a socket',
    chart: GSTACKIO,
    values: { engine: { affinity: {} } },
    severity: WARNING,
    key: 'engine.replicas',
    why: 'two engines on one node silently replace each other\'s socket in "/var/run/dagger"',
    fix: 'use a different directory for each engine, or keep the engines on different nodes',
  },
  {
    name: 'limits-do-not-bound-builds',
    title: 'a memory limit',
    chart: OFFICIAL,
    values: { engine: { resources: { limits: { memory: '16Gi' }, requests: { memory: '16Gi' } } } },
    severity: WARNING,
    key: 'engine.resources.limits',
    why: "with cgroup v2, limits on memory apply only to the engine process, because build containers run in cgroups outside the pod's (dagger/dagger#10813)",
    fix: 'run the engine on dedicated nodes instead',
  },
  {
    name: 'overridden-image-variable',
    title: 'a variable that the image sets',
    chart: OFFICIAL,
    values: { engine: { env: [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: 'tcp://engine:1234' }] } },
    severity: ERROR,
    key: 'engine.env[0]',
    why: 'the image sets this variable, and the engine needs that value; allowed: variables that the image does not set',
    fix: 'remove the variable',
  },
  {
    name: 'stop-loses-cache',
    title: 'the chart, without a preStop hook',
    chart: OFFICIAL,
    values: {},
    severity: WARNING,
    key: 'engine.lifecycle.preStop',
    why: "while a client is connected, v0.21.7 doesn't exit, is killed when the grace period ends, and deletes its cache at the next start",
    fix: 'the chart has no value for it: convert the release with --emit typescript, and remove drain; until then, stop the engine only while no client is connected',
  },
  {
    name: 'short-grace-period',
    title: 'a grace period of 30 seconds',
    chart: OFFICIAL,
    values: { engine: { terminationGracePeriodSeconds: 30 } },
    severity: WARNING,
    key: 'engine.terminationGracePeriodSeconds',
    why: 'the engine has only 30 s left to stop, but can need more than 300 s. If it is killed before it has written its cache, v0.21.7 deletes the whole cache at the next start',
    fix: 'set it to 600',
  },
  {
    name: 'overlapping-gc-limits',
    title: 'the default grace period and overlapping limits',
    chart: OFFICIAL,
    values: { engine: { configJson: '{"gc": {"maxUsedSpace": "80%", "minFreeSpace": "30%"}}' } },
    severity: WARNING,
    key: 'engine.configJson',
    why: 'gc.maxUsedSpace: the cache never grows to 80%, because the rest of the volume is less than minFreeSpace 30%',
    fix: 'lower one of them',
  },
  {
    name: 'partial-gc',
    title: 'only one limit of garbage collection',
    chart: OFFICIAL,
    values: { engine: { configJson: '{"gc": {"maxUsedSpace": "200GB"}}' } },
    severity: WARNING,
    key: 'engine.configJson',
    why: 'gc: the engine sets minFreeSpace and reservedSpace to zero, not to its default, because other limits are set',
    fix: 'set all three',
  },
  {
    name: 'dropped-image-config',
    title: "an engine.json without the image's mirror",
    chart: OFFICIAL,
    version: '1.0.0-beta.11',
    values: { engine: { configJson: '{"logLevel": "info"}' } },
    severity: WARNING,
    key: 'engine.configJson',
    why: 'registries: this file replaces the file in the image, which sets the mirror mirror.gcr.io for docker.io',
    fix: 'repeat the mirror here to keep it',
  },
  {
    name: 'ignored-config-key',
    title: 'a key that the release ignores',
    chart: OFFICIAL,
    values: { engine: { config: '[worker.oci]\n  max-parallelism = 4\n' } },
    severity: WARNING,
    key: 'engine.config',
    why: 'worker.oci.max-parallelism: v0.21.7 ignores this key (supported until v0.20.8)',
    fix: 'remove it',
  },
  {
    name: 'unknown-version',
    title: 'a release newer than all known ones',
    chart: OFFICIAL,
    values: { engine: { image: { ref: 'registry.dagger.io/engine:v0.99.0' } } },
    severity: WARNING,
    key: 'engine.image.ref',
    why: 'v0.99.0 is newer than v0.21.11, the newest 0.x release that this library knows, and is treated like that release',
    fix: 'update this library, or check the release notes of the engine for changed options',
  },
  {
    name: 'open-debug-address',
    title: 'a debug address',
    chart: OFFICIAL,
    values: { engine: { config: '[grpc]\n  debugAddress = "0.0.0.0:6060"\n' } },
    severity: WARNING,
    key: 'engine.config',
    why: "grpc.debugAddress: any client that reaches 0.0.0.0:6060 can read the engine's profiles, traces and command line without a password",
    fix: 'use a loopback address such as 127.0.0.1:6060, and connect with kubectl port-forward',
  },
  {
    name: 'cache-outgrows-limit',
    title: 'an emptyDir with a limit',
    chart: OFFICIAL,
    values: {
      engine: {
        kind: 'StatefulSet',
        hostPath: { dataVolume: { enabled: false } },
        volumes: [{ name: 'data', emptyDir: { sizeLimit: '20Gi' } }],
        configJson: '{"gc": {"enabled": false}}',
      },
    },
    severity: ERROR,
    key: 'engine.configJson',
    why: 'gc: the cache can outgrow the limit of the emptyDir, at which the kubelet evicts the pod; got {"enabled":false}; allowed: a maxUsedSpace of less than 20GiB, for all records',
    fix: 'set maxUsedSpace in engine.json below sizeLimit',
  },
  {
    name: 'cache-outgrows-limit',
    title: 'an emptyDir with a limit, and no configuration',
    chart: OFFICIAL,
    values: {
      engine: {
        hostPath: { dataVolume: { enabled: false } },
        volumes: [{ name: 'v', emptyDir: { sizeLimit: '50Gi' } }],
        volumeMounts: [{ name: 'v', mountPath: '/var/lib/dagger' }],
      },
    },
    severity: ERROR,
    key: 'engine.hostPath.runVolume.enabled',
    why: 'gc: the cache can outgrow the limit of the emptyDir, at which the kubelet evicts the pod; got {}; allowed: a maxUsedSpace of less than 50GiB, for all records',
    fix: 'set maxUsedSpace in engine.json below sizeLimit',
  },
  {
    name: 'probe-cannot-work',
    title: 'a probe of a closed port',
    chart: OFFICIAL,
    values: { engine: { readinessProbeSettings: { exec: null, tcpSocket: { port: 1234 } } } },
    severity: ERROR,
    key: 'engine.readinessProbeSettings',
    why: 'nothing in the pod listens on port 1234',
    fix: 'use exec with the command [buildctl, debug, workers]',
  },
  {
    name: 'probe-cannot-work',
    title: 'a probe of an undeclared port',
    chart: OFFICIAL,
    values: { engine: { port: 1234, readinessProbeSettings: { exec: null, tcpSocket: { port: 'engine' } } } },
    severity: ERROR,
    key: 'engine.readinessProbeSettings',
    why: 'the container has no port "engine"',
    fix: 'use exec with the command [buildctl, debug, workers]',
  },
  {
    name: 'engine-tls',
    title: "the engine's own TLS in flags",
    chart: OFFICIAL,
    values: { engine: { port: 1234, args: ['--tlscert', '/tls/tls.crt', '--tlskey', '/tls/tls.key'] } },
    severity: ERROR,
    key: 'engine.args[0]',
    why: 'Dagger clients can\'t connect to v0.21.7 if the engine itself terminates TLS; got "--tlscert"; allowed: until v0.21.3, until v1.0.0-beta.2',
    fix: 'serve TLS with a proxy in the pod, or run another release',
  },
  {
    name: 'port-bound-twice',
    title: "metrics on the engine's own port",
    chart: OFFICIAL,
    values: { engine: { port: 1234, env: [{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: '0.0.0.0:1234' }] } },
    severity: ERROR,
    key: 'engine.env[0].value',
    why: 'the engine already listens on port 1234 for clients',
    fix: 'choose another port for the metrics',
  },
  {
    name: 'no-network-policy',
    title: 'a port behind a load balancer',
    chart: OFFICIAL,
    values: { engine: { port: 1234 }, service: { type: 'LoadBalancer' } },
    severity: WARNING,
    key: 'engine.port',
    why: 'without a network policy, every pod in the cluster can reach port 1234, and clients outside the cluster can reach it through the Service of type LoadBalancer',
    fix: 'add a NetworkPolicy that selects the pods and lists the allowed clients in ingress',
  },
  {
    name: 'no-network-policy',
    title: 'a host port',
    chart: OFFICIAL,
    values: { engine: { port: 1234, hostPort: 5999 } },
    severity: WARNING,
    key: 'engine.port',
    why: 'without a network policy, every pod in the cluster can reach port 1234, and clients outside the cluster can reach it through port 5999 on the node',
    fix: 'add a NetworkPolicy that selects the pods and lists the allowed clients in ingress',
  },
  {
    name: 'ignored-config-key',
    title: 'limits together with policies',
    chart: OFFICIAL,
    values: {
      engine: { configJson: '{"gc": {"maxUsedSpace": "100GB", "policies": [{"all": true, "maxUsedSpace": "50GB"}]}}' },
    },
    severity: WARNING,
    key: 'engine.configJson',
    why: 'gc.maxUsedSpace: is ignored by the engine, because each policy has its own limits',
    fix: 'remove it, or set it in each policy',
  },
];
