import { FindingSeverity, HelmChart, EngineRisk, type AcceptedRisk } from '../../src/index';
import type { ChartValues } from './chart-values';

/** Values of a release. */
interface GivenValues {
  /** The description for the documentation. */
  readonly title: string;
  readonly chart: HelmChart;
  readonly values: ChartValues;
  /** The chart version, if it isn't the one in `VERSIONS`. */
  readonly version?: string;
}

/** Values that are rejected. */
export interface WrongValues extends GivenValues {
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly strict?: FindingSeverity;
  readonly acceptRisks?: AcceptedRisk[];
  /** The problems, without their leading dash. */
  readonly says: readonly string[];
}

/** Values of a release that has a finding. */
export interface DoubtfulValues extends GivenValues {
  readonly name: string;
  readonly severity: FindingSeverity;
  readonly key: string;
  readonly why: string;
  readonly fix: string;
}

/** The chart versions that the values are for. */
export const VERSIONS: { readonly [chart: string]: string } = {
  official: '0.21.7',
  gstackio: '0.12.3',
  kubiya: '0.4.1',
};

const { GSTACKIO, KUBIYA, OFFICIAL } = HelmChart;
const { ERROR, INFO, WARNING } = FindingSeverity;

/** Rejected values, by topic. */
export const WRONG_VALUES: { readonly [area: string]: readonly WrongValues[] } = {
  'Releases and charts': [
    {
      title: 'a release name that Helm rejects',
      chart: OFFICIAL,
      releaseName: 'Dagger',
      values: {},
      says: [
        "releaseName: not a name that a Helm release can have; got \"Dagger\"; allowed: lower-case letters, digits, '-' and '.', at most 53 characters; fix: give the name that helm list shows",
      ],
    },
    {
      title: 'a release name too long for labels',
      chart: OFFICIAL,
      releaseName: 'r'.repeat(53),
      values: {},
      says: [
        "releaseName: it makes the name of the DaemonSet, and Kubernetes refuses that; got \"rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr-dagger-he-engine\"; allowed: lower-case letters, digits, '-' and '.', from a letter or digit to a letter or digit, at most 63 characters; fix: set fullnameOverride to one that fits",
      ],
    },
    {
      title: 'a chart version older than all known ones',
      chart: OFFICIAL,
      version: '0.16.3',
      values: {},
      says: [
        'chartVersion: not a version of the official chart that is known; got "0.16.3"; allowed: 0.17.0 and later; fix: upgrade the release to 0.17.0 first',
      ],
    },
    {
      title: 'an unknown version of a fork',
      chart: GSTACKIO,
      version: '0.13.0',
      values: { engine: { affinity: {} } },
      says: [
        'chartVersion: not a version of the gstackio chart that is known; got "0.13.0"; allowed: 0.12.3; fix: give what helm list shows, such as 0.12.3',
      ],
    },
    {
      title: 'an invalid version',
      chart: OFFICIAL,
      version: 'latest',
      values: {},
      says: [
        'chartVersion: not a version of the official chart that is known; got "latest"; allowed: 0.17.0 and later; fix: give what helm list shows, such as 1.0.0-beta.11',
      ],
    },
    {
      title: 'no namespace',
      chart: OFFICIAL,
      namespace: undefined,
      values: {},
      says: [
        "namespace: the chart that the release is in has none; allowed: a chart with the namespace of the release; fix: for example new Chart(app, 'ci', { namespace: 'ci' })",
      ],
    },
    {
      title: 'a list as values',
      chart: OFFICIAL,
      values: [{ engine: {} }],
      says: [
        'values: not the values of a chart; got [{"engine":{}}]; allowed: a map; fix: give what values.yaml holds',
      ],
    },
    {
      title: 'an unknown risk',
      chart: OFFICIAL,
      acceptRisks: [{ risk: 'plain-tpc' as EngineRisk, reason: 'a test cluster' }],
      values: {},
      says: [
        'acceptRisks[0].risk: not the id of a risk; got "plain-tpc"; allowed: the members of EngineRisk; fix: the nearest is EngineRisk.PLAIN_TCP',
      ],
    },
  ],
  Names: [
    {
      title: 'a label with the name of a JavaScript object property',
      chart: OFFICIAL,
      values: { engine: { labels: { constructor: 'acme' } } },
      says: [
        'engine.labels.constructor: cdk8s writes no key of that name; got "acme"; allowed: any name but __proto__ and constructor; fix: remove it',
      ],
    },
    {
      title: 'a name with upper-case letters and underscores',
      chart: OFFICIAL,
      values: { fullnameOverride: 'CI_dagger' },
      says: [
        "fullnameOverride: it makes the name of the DaemonSet, and Kubernetes refuses that; got \"CI_dagger-engine\"; allowed: lower-case letters, digits, '-' and '.', from a letter or digit to a letter or digit, at most 63 characters; fix: set fullnameOverride to one that fits",
      ],
    },
    {
      title: 'a name too long for the suffix of a StatefulSet',
      chart: OFFICIAL,
      values: { fullnameOverride: 'f'.repeat(46), engine: { kind: 'StatefulSet' } },
      says: [
        'fullnameOverride: it makes the name of the StatefulSet, and Kubernetes refuses that; got "ffffffffffffffffffffffffffffffffffffffffffffff-engine"; allowed: lower-case letters, digits and \'-\', from a letter or digit to a letter or digit, at most 52 characters; fix: set fullnameOverride to one that fits',
      ],
    },
    {
      title: 'a name with a dot for a StatefulSet',
      chart: OFFICIAL,
      values: { fullnameOverride: 'ci.dagger', engine: { kind: 'StatefulSet' } },
      says: [
        'fullnameOverride: it makes the name of the StatefulSet, and Kubernetes refuses that; got "ci.dagger-engine"; allowed: lower-case letters, digits and \'-\', from a letter or digit to a letter or digit, at most 52 characters; fix: set fullnameOverride to one that fits',
      ],
    },
    {
      title: 'an invalid Service name',
      chart: OFFICIAL,
      values: { fullnameOverride: '1-dagger', engine: { port: 1234 } },
      says: [
        'fullnameOverride: it makes the name of the Service, and Kubernetes refuses that; got "1-dagger"; allowed: lower-case letters, digits and \'-\', from a letter to a letter or digit, at most 63 characters; fix: set fullnameOverride to one that fits',
      ],
    },
    {
      title: 'a chart name that is not a valid label',
      chart: OFFICIAL,
      values: { nameOverride: 'my engine', fullnameOverride: 'engine' },
      says: [
        "nameOverride: it makes the name of the label app.kubernetes.io/name, and Kubernetes refuses that; got \"my engine\"; allowed: letters, digits, '-', '_' and '.', from a letter or digit to a letter or digit, at most 63 characters; fix: set nameOverride to one that fits",
      ],
    },
    {
      title: 'a name that YAML reads as null',
      chart: OFFICIAL,
      values: { engine: { priorityClassName: 'null' } },
      says: [
        'engine.priorityClassName: the chart writes it without quotes, and YAML reads nothing there; got "null"; allowed: another text; fix: remove it',
      ],
    },
    {
      title: "a label in the chart's selector",
      chart: OFFICIAL,
      values: { engine: { labels: { name: 'mine' } } },
      says: [
        'engine.labels.name: the chart selects its pods by that label, and Kubernetes refuses a selector that doesn\'t match them; got "mine"; allowed: other keys; fix: remove it',
      ],
    },
  ],
  Types: [
    {
      title: 'an unsupported kind',
      chart: OFFICIAL,
      values: { engine: { kind: 'Deployment' } },
      says: [
        'engine.kind: the chart makes no engine of that kind, without a word; got "Deployment"; allowed: DaemonSet, StatefulSet; fix: write one of them',
      ],
    },
    {
      title: 'a lower-case kind',
      chart: OFFICIAL,
      values: { engine: { kind: 'statefulset' } },
      says: [
        'engine.kind: the chart makes no engine of that kind, without a word; got "statefulset"; allowed: DaemonSet, StatefulSet; fix: write StatefulSet',
      ],
    },
    {
      title: 'an empty kind',
      chart: OFFICIAL,
      values: { engine: { kind: null } },
      says: [
        'engine.kind: the chart makes no engine of that kind, without a word; got null; allowed: DaemonSet, StatefulSet; fix: write one of them',
      ],
    },
    {
      title: 'a quoted boolean',
      chart: OFFICIAL,
      values: { magicache: { enabled: 'false' } },
      says: [
        'magicache.enabled: a value of another type than the chart takes; got "false"; allowed: true or false; fix: write false, without quotes: Helm takes every text for true',
      ],
    },
    {
      title: 'a number instead of a boolean',
      chart: OFFICIAL,
      values: { engine: { hostPath: { runVolume: { enabled: 1 } } } },
      says: [
        'engine.hostPath.runVolume.enabled: a value of another type than the chart takes; got 1; allowed: true or false; fix: write true or false',
      ],
    },
    {
      title: 'a port name instead of a number',
      chart: OFFICIAL,
      values: { engine: { port: 'dagger' } },
      says: [
        'engine.port: a value of another type than the chart takes; got "dagger"; allowed: a whole number from 1 to 65535; fix: write the digits alone, such as 1234',
      ],
    },
    {
      title: 'an unknown port',
      chart: OFFICIAL,
      values: { engine: { port: 70000 } },
      says: [
        'engine.port: a value of another type than the chart takes; got 70000; allowed: a whole number from 1 to 65535; fix: write the digits alone, such as 1234',
      ],
    },
    {
      title: 'a port that YAML reads as an octal number',
      chart: OFFICIAL,
      values: { engine: { port: '0123' } },
      says: [
        'engine.port: a value of another type than the chart takes; got "0123"; allowed: a whole number from 1 to 65535; fix: write 123',
      ],
    },
    {
      title: 'lists instead of numbers',
      chart: OFFICIAL,
      values: { engine: { port: [1234], terminationGracePeriodSeconds: [300] } },
      says: [
        'engine.port: a value of another type than the chart takes; got [1234]; allowed: a whole number from 1 to 65535; fix: write 1234',
        'engine.terminationGracePeriodSeconds: a value of another type than the chart takes; got [300]; allowed: a whole number of 0 and more; fix: write 300',
      ],
    },
    {
      title: 'arguments as one string',
      chart: OFFICIAL,
      values: { engine: { args: '--debug' } },
      says: [
        'engine.args: a value of another type than the chart takes; got "--debug"; allowed: a list of texts; fix: write ["--debug"]',
      ],
    },
    {
      title: 'a number in the arguments',
      chart: OFFICIAL,
      values: { engine: { args: ['--oci-max-parallelism', 4] } },
      says: [
        'engine.args: a value of another type than the chart takes; got ["--oci-max-parallelism",4]; allowed: a list of texts; fix: write ["--oci-max-parallelism","4"]',
      ],
    },
    {
      title: 'a label that is a number',
      chart: OFFICIAL,
      values: { engine: { labels: { cost: 42 } } },
      says: [
        'engine.labels: a value of another type than the chart takes; got {"cost":42}; allowed: a map of texts; fix: write cost: "42"',
      ],
    },
    {
      title: 'an annotation that is a boolean',
      chart: OFFICIAL,
      values: { engine: { annotations: { 'prometheus.io/scrape': true } } },
      says: [
        'engine.annotations: a value of another type than the chart takes; got {"prometheus.io/scrape":true}; allowed: a map of texts; fix: write prometheus.io/scrape: "true"',
      ],
    },
    {
      title: 'a node selector that is a boolean',
      chart: OFFICIAL,
      values: { engine: { nodeSelector: { gpu: true } } },
      says: [
        'engine.nodeSelector: a value of another type than the chart takes; got {"gpu":true}; allowed: a map of texts; fix: write gpu: "true"',
      ],
    },
    {
      title: 'an image as a string',
      chart: OFFICIAL,
      values: { engine: { image: 'registry.dagger.io/engine:v0.21.7' } },
      says: [
        'engine.image: a value where the chart has a map of keys; got "registry.dagger.io/engine:v0.21.7"; allowed: a map; fix: write the keys of engine.image below it',
      ],
    },
    {
      title: 'several wrong values at once',
      chart: OFFICIAL,
      values: { nameOverride: 5, engine: { args: '--debug', port: 'x', tolerations: { key: 'a' } } },
      says: [
        'nameOverride: a value of another type than the chart takes; got 5; allowed: a text; fix: write "5"',
        'engine.port: a value of another type than the chart takes; got "x"; allowed: a whole number from 1 to 65535; fix: write the digits alone, such as 1234',
        'engine.args: a value of another type than the chart takes; got "--debug"; allowed: a list of texts; fix: write ["--debug"]',
        'engine.tolerations: a value of another type than the chart takes; got {"key":"a"}; allowed: a list of maps; fix: write a list of maps, each behind a dash',
      ],
    },
  ],
  'Template failures': [
    {
      title: 'null for a section that the templates read',
      chart: OFFICIAL,
      values: { engine: { hostPath: { dataVolume: null } } },
      says: [
        "engine.hostPath.dataVolume: null takes the chart's defaults away, and the templates fail on reading from it; got null; allowed: a map; fix: remove the line, which leaves the defaults",
      ],
    },
    {
      title: 'null for all of `engine`',
      chart: OFFICIAL,
      values: { engine: null },
      says: [
        "engine: null takes the chart's defaults away, and the templates fail on reading from it; got null; allowed: a map; fix: remove the line, which leaves the defaults",
      ],
    },
    {
      title: 'null for the service account',
      chart: OFFICIAL,
      values: { engine: { newServiceAccount: null } },
      says: [
        "engine.newServiceAccount: null takes the chart's defaults away, and the templates fail on reading from it; got null; allowed: a map; fix: remove the line, which leaves the defaults",
      ],
    },
    {
      title: 'null for `statefulSet` of a StatefulSet',
      chart: OFFICIAL,
      values: { engine: { kind: 'StatefulSet', statefulSet: null } },
      says: [
        "engine.statefulSet: null takes the chart's defaults away, and the templates fail on reading from it; got null; allowed: a map; fix: remove the line, which leaves the defaults",
      ],
    },
    {
      title: 'null for `service` with a port',
      chart: OFFICIAL,
      values: { engine: { port: 1234 }, service: null },
      says: [
        "service: null takes the chart's defaults away, and the templates fail on reading from it; got null; allowed: a map; fix: remove the line, which leaves the defaults",
      ],
    },
    {
      title: 'null for the additional resources of kubiya',
      chart: KUBIYA,
      values: { additionalResources: null },
      says: [
        "additionalResources: null takes the chart's defaults away, and the templates fail on reading from it; got null; allowed: a map; fix: remove the line, which leaves the defaults",
      ],
    },
    {
      title: 'magicache without a token',
      chart: OFFICIAL,
      values: { magicache: { enabled: true } },
      says: [
        'magicache.token: the chart fails without it; allowed: a token, or a magicache.secretName; fix: set magicache.secretName to a Secret that exists',
      ],
    },
    {
      title: 'magicache without a URL',
      chart: OFFICIAL,
      values: { magicache: { enabled: true, secretName: 'dagger-cloud', url: null } },
      says: [
        "magicache.url: the chart fails without it; allowed: a URL; fix: leave it to the chart's default, or set magicache.enabled: false",
      ],
    },
    {
      title: 'a URL that YAML truncates',
      chart: OFFICIAL,
      values: { magicache: { enabled: true, secretName: 'dagger-cloud', url: 'https://example.com/ #cache' } },
      says: [
        'magicache.url: not a URL, and the chart writes it without quotes; got "https://example.com/ #cache"; allowed: a URL, without blanks; fix: for example https://api.dagger.cloud/magicache',
      ],
    },
  ],
  'The image': [
    {
      title: 'an invalid image reference',
      chart: OFFICIAL,
      values: { engine: { image: { ref: 'not an image' } } },
      says: [
        'engine.image.ref: not an image reference; got "not an image"; allowed: REGISTRY/PATH[:TAG][@sha256:DIGEST]; fix: for example \'registry.dagger.io/engine:v0.21.7\'',
      ],
    },
    {
      title: 'a lower-case pull policy',
      chart: OFFICIAL,
      values: { engine: { image: { pullPolicy: 'always' } } },
      says: [
        'engine.image.pullPolicy: not a pull policy; got "always"; allowed: Always, IfNotPresent, Never; fix: write Always',
      ],
    },
    {
      title: 'pull secrets as strings',
      chart: OFFICIAL,
      values: { engine: { imagePullSecrets: ['regcred'] } },
      says: [
        'engine.imagePullSecrets: a value of another type than the chart takes; got ["regcred"]; allowed: a list of maps; fix: write { name: regcred }',
      ],
    },
    {
      title: 'a pull secret of another namespace',
      chart: OFFICIAL,
      values: { engine: { imagePullSecrets: [{ name: 'regcred', namespace: 'shared' }] } },
      says: [
        'engine.imagePullSecrets[0].namespace: a pull secret is in the namespace of the pods, and has a name alone; got "shared"; allowed: name; fix: remove it',
      ],
    },
    {
      title: 'a gstackio image without a repository',
      chart: GSTACKIO,
      values: { engine: { affinity: {}, image: { repository: null } } },
      says: [
        'engine.image.repository: not an image reference; got ""; allowed: REGISTRY/PATH[:TAG][@sha256:DIGEST]; fix: for example \'registry.dagger.io/engine:v0.12.3\'',
      ],
    },
  ],
  Variables: [
    {
      title: 'variables as a map',
      chart: OFFICIAL,
      values: { engine: { env: { HTTPS_PROXY: 'http://proxy:3128' } } },
      says: [
        'engine.env: a value of another type than the chart takes; got {"HTTPS_PROXY":"http://proxy:3128"}; allowed: a list of maps; fix: write a list of maps, each behind a dash',
      ],
    },
    {
      title: 'a number as the value of a variable',
      chart: OFFICIAL,
      values: { engine: { env: [{ name: 'N', value: 1 }] } },
      says: [
        'engine.env[0].value: a value of another type than the chart takes; got 1; allowed: a text; fix: write "1"',
      ],
    },
    {
      title: 'a variable without a name',
      chart: OFFICIAL,
      values: { engine: { env: [{ value: '1' }] } },
      says: ['engine.env[0].name: Kubernetes refuses the item without name; allowed: a text; fix: add name'],
    },
    {
      title: 'a variable with two values',
      chart: OFFICIAL,
      values: {
        engine: { env: [{ name: 'POD', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      },
      says: [
        'engine.env[0].value: Kubernetes refuses a variable with value and valueFrom; got "x"; allowed: one of the two; fix: remove the one that is not meant',
      ],
    },
    {
      title: 'a key that is a number',
      chart: OFFICIAL,
      values: { engine: { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'cloud', key: 5 } } }] } },
      says: [
        'engine.env[0].valueFrom.secretKeyRef.key: a value of another type than Kubernetes takes; got 5; allowed: a text; fix: write "5"',
      ],
    },
    {
      title: 'a misspelt field of a variable',
      chart: OFFICIAL,
      values: { engine: { env: [{ name: 'X', values: '1' }] } },
      says: [
        'engine.env[0].values: Kubernetes has no such field in a variable; got "1"; allowed: name, value, valueFrom; fix: the nearest is value',
      ],
    },
    {
      title: 'a variable that no shell supports',
      chart: OFFICIAL,
      values: { engine: { env: [{ name: '1-A', value: 'x' }] } },
      says: [
        'engine.env[0].name: not a valid environment variable name; got "1-A"; allowed: letters, digits and \'_\', not starting with a digit; fix: rename it',
      ],
    },
  ],
  'Resources and times': [
    {
      title: 'an invalid quantity',
      chart: OFFICIAL,
      values: { engine: { resources: { limits: { memory: '16 GB' } } } },
      says: [
        "engine.resources.limits.memory: not a Kubernetes quantity; got \"16 GB\"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: for example '500m' or '16Gi'",
      ],
    },
    {
      title: 'a request above the limit',
      chart: OFFICIAL,
      values: { engine: { resources: { limits: { memory: '8Gi' }, requests: { memory: '16Gi' } } } },
      says: [
        'engine.resources.requests.memory: the request is above the limit, which the API server rejects; got "16Gi"; allowed: at most 8Gi; fix: raise the limit or remove it',
      ],
    },
    {
      title: 'resource claims',
      chart: OFFICIAL,
      values: { engine: { resources: { claims: [{ name: 'gpu' }] } } },
      says: [
        'engine.resources.claims: the pod has no resourceClaims, and Kubernetes rejects a container that refers to one; got [{"name":"gpu"}]; allowed: none; fix: remove it; for a GPU, set gpu',
      ],
    },
    {
      title: 'a grace period of zero',
      chart: OFFICIAL,
      values: { engine: { terminationGracePeriodSeconds: 0 } },
      says: [
        'engine.terminationGracePeriodSeconds: the engine is killed at once, and from v0.21.0 on loses its whole cache; got 0; allowed: whole seconds, at least 1; fix: write 600',
      ],
    },
    {
      title: 'a negative grace period',
      chart: OFFICIAL,
      values: { engine: { terminationGracePeriodSeconds: -1 } },
      says: [
        'engine.terminationGracePeriodSeconds: a value of another type than the chart takes; got -1; allowed: a whole number of 0 and more; fix: write the digits alone',
      ],
    },
    {
      title: 'a grace period with a unit',
      chart: OFFICIAL,
      values: { engine: { terminationGracePeriodSeconds: '10m' } },
      says: [
        'engine.terminationGracePeriodSeconds: a value of another type than the chart takes; got "10m"; allowed: a whole number of 0 and more; fix: write the digits alone',
      ],
    },
  ],
  'Probes and hooks': [
    {
      title: 'a probe without its handler',
      chart: OFFICIAL,
      values: { engine: { livenessProbeSettings: { exec: null } } },
      says: [
        'engine.livenessProbeSettings: Kubernetes refuses a probe without handler; got {"exec":null}; allowed: one of exec, grpc, httpGet, tcpSocket; fix: remove exec, which leaves the chart\'s own',
      ],
    },
    {
      title: 'a probe with two custom handlers',
      chart: OFFICIAL,
      values: {
        engine: { port: 1234, readinessProbeSettings: { exec: { command: ['true'] }, tcpSocket: { port: 1234 } } },
      },
      says: [
        'engine.readinessProbeSettings: Kubernetes refuses a probe with several handlers; got {"exec":{"command":["true"]},"tcpSocket":{"port":1234}}; allowed: one of exec, grpc, httpGet, tcpSocket; fix: keep one of exec, tcpSocket',
      ],
    },
    {
      title: 'a command as one string',
      chart: OFFICIAL,
      values: { engine: { readinessProbeSettings: { exec: { command: 'true' } } } },
      says: [
        'engine.readinessProbeSettings.exec.command: a value of another type than the chart takes; got "true"; allowed: a list of texts; fix: write ["true"]',
      ],
    },
    {
      title: 'a quoted time',
      chart: OFFICIAL,
      values: { engine: { readinessProbeSettings: { timeoutSeconds: '60' } } },
      says: [
        'engine.readinessProbeSettings.timeoutSeconds: a value of another type than the chart takes; got "60"; allowed: a whole number; fix: write 60',
      ],
    },
    {
      title: 'a grace period on a readiness probe',
      chart: OFFICIAL,
      values: { engine: { readinessProbeSettings: { terminationGracePeriodSeconds: 300 } } },
      says: [
        "engine.readinessProbeSettings.terminationGracePeriodSeconds: a readiness probe stops nothing, and Kubernetes refuses a grace period on it; got 300; allowed: engine.terminationGracePeriodSeconds, which is the pod's; fix: remove it",
      ],
    },
    {
      title: 'a liveness probe with two successes',
      chart: OFFICIAL,
      values: { engine: { livenessProbeSettings: { successThreshold: 2 } } },
      says: [
        'engine.livenessProbeSettings.successThreshold: the API server takes only 1 on a liveness probe; got 2; allowed: 1; fix: remove it',
      ],
    },
    {
      title: 'a preStop hook with two handlers',
      chart: OFFICIAL,
      values: { engine: { lifecycle: { preStop: { exec: { command: ['sleep', '5'] }, sleep: { seconds: 5 } } } } },
      says: [
        'engine.lifecycle.preStop: Kubernetes refuses a hook without handler, or with several; got {"exec":{"command":["sleep","5"]},"sleep":{"seconds":5}}; allowed: one of exec, httpGet, sleep, tcpSocket; fix: keep one of them',
      ],
    },
    {
      title: 'a preStop hook without a command',
      chart: OFFICIAL,
      values: { engine: { lifecycle: { preStop: { exec: { command: [] } } } } },
      says: [
        "engine.lifecycle.preStop: the command is empty; got []; allowed: a program and its arguments; fix: for example ['sh', '-c', 'sleep 5']",
      ],
    },
  ],
  Ports: [
    {
      title: 'a container port without a number',
      chart: OFFICIAL,
      values: { engine: { containerPorts: [{ name: 'dagger' }] } },
      says: [
        'engine.containerPorts[0].containerPort: the chart leaves it empty, which Kubernetes refuses; allowed: a port; fix: set it, or set engine.port',
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
        'engine.containerPorts[1]: the engine\'s container has a port 1 named "a" already; got "a"; allowed: numbers and unused names; fix: choose another port',
      ],
    },
    {
      title: 'an invalid port name',
      chart: OFFICIAL,
      values: { engine: { containerPorts: [{ name: 'dagger-engine-port', containerPort: 1234 }] } },
      says: [
        'engine.containerPorts[0].name: not a valid port name; got "dagger-engine-port"; allowed: at most 15 lower-case letters, digits and single \'-\' between them, a letter among them; fix: rename it',
      ],
    },
    {
      title: 'a lower-case protocol',
      chart: OFFICIAL,
      values: { engine: { containerPorts: [{ name: 'dagger', containerPort: 1234, protocol: 'tcp' }] } },
      says: [
        'engine.containerPorts[0].protocol: not a protocol that Kubernetes has; got "tcp"; allowed: TCP, UDP, SCTP; fix: write TCP',
      ],
    },
    {
      title: 'a Service type without pods',
      chart: OFFICIAL,
      values: { engine: { port: 1234 }, service: { type: 'ExternalName' } },
      says: [
        'service.type: not a type of Service that leads to pods; got "ExternalName"; allowed: ClusterIP, NodePort, LoadBalancer; fix: write one of them',
      ],
    },
    {
      title: 'a kubiya Service without a port',
      chart: KUBIYA,
      values: { additionalResources: { service: { port: null } } },
      says: [
        'additionalResources.service.port: the Service has no port without it, which Kubernetes refuses; allowed: a port; fix: remove the line, which leaves 8080',
      ],
    },
    {
      title: 'a kubiya Service with an invalid name',
      chart: KUBIYA,
      values: { additionalResources: { service: { name: 'Dagger_Engine' } } },
      says: [
        'additionalResources.service.name: it makes the name of the Service, and Kubernetes refuses that; got "Dagger_Engine"; allowed: lower-case letters, digits and \'-\', from a letter to a letter or digit, at most 63 characters; fix: set additionalResources.service.name to one that fits',
      ],
    },
  ],
  Volumes: [
    {
      title: 'a mount of a missing volume',
      chart: OFFICIAL,
      values: { engine: { volumeMounts: [{ name: 'ca', mountPath: '/ca' }] } },
      says: [
        'engine.volumeMounts[0]: the pod has no volume of that name; got "ca"; allowed: varlibdagger, varrundagger; fix: add the volume to engine.volumes',
      ],
    },
    {
      title: 'a mount without a path',
      chart: OFFICIAL,
      values: { engine: { volumes: [{ name: 'ca', configMap: { name: 'ca' } }], volumeMounts: [{ name: 'ca' }] } },
      says: [
        'engine.volumeMounts[0].mountPath: Kubernetes refuses the item without mountPath; allowed: a text; fix: add mountPath',
      ],
    },
    {
      title: 'a volume without a name',
      chart: OFFICIAL,
      values: { engine: { volumes: [{ emptyDir: {} }] } },
      says: ['engine.volumes[0].name: Kubernetes refuses the item without name; allowed: a text; fix: add name'],
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
        'engine.volumes[0].hostPath.path: Kubernetes refuses the item without path; allowed: a text; fix: add path',
        'engine.volumes[1].csi.driver: Kubernetes refuses the item without driver; allowed: a text; fix: add driver',
        'engine.volumes[2].nfs.server: Kubernetes refuses the item without server; allowed: a text; fix: add server',
        'engine.volumes[2].nfs.path: Kubernetes refuses the item without path; allowed: a text; fix: add path',
        'engine.volumes[3].persistentVolumeClaim.claimName: Kubernetes refuses the item without claimName; allowed: a text; fix: add claimName',
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
        'engine.volumes[0].hostPath.path: Kubernetes refuses the item without path; allowed: a text; fix: add path',
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
        'engine.volumes[0].rbd.monitors: a value of another type than Kubernetes takes; got "10.0.0.1"; allowed: a list; fix: write a list',
        'engine.volumes[1].projected.sources: a value of another type than Kubernetes takes; got "token"; allowed: a list; fix: write a list',
      ],
    },
    {
      title: 'a volume file without a path',
      chart: OFFICIAL,
      values: {
        engine: { volumes: [{ name: 'a', downwardAPI: { items: [{ fieldRef: { fieldPath: 'metadata.name' } }] } }] },
      },
      says: [
        'engine.volumes[0].downwardAPI.items[0].path: Kubernetes refuses the item without path; allowed: a text; fix: add path',
      ],
    },
    {
      title: 'a volume with the name of the cache',
      chart: OFFICIAL,
      values: { engine: { volumes: [{ name: 'varlibdagger', emptyDir: {} }] } },
      says: [
        'engine.volumes[0]: the pod has a volume of that name already; got "varlibdagger"; allowed: unused names; fix: rename one of them',
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
        'engine.statefulSet.persistentVolumeClaim.accessModes: not how the claim of an engine can be mounted; got "ReadWriteSometimes"; allowed: ReadWriteOnce, ReadWriteOncePod, ReadWriteMany; fix: write one of them',
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
        'engine.statefulSet.persistentVolumeClaim.resources: Kubernetes refuses a claim without a size; got null; allowed: { requests: { storage: SIZE } }; fix: set requests.storage, for example 200Gi',
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
        "engine.statefulSet.persistentVolumeClaim.resources.requests[\"storage\"]: not a Kubernetes quantity; got \"100GB\"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: for example '500m' or '16Gi'",
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
        'engine.statefulSet.persistentVolumeClaimRetentionPolicy.whenDeleted: not what can become of a claim; got "retain"; allowed: Retain, Delete; fix: write Retain',
      ],
    },
    {
      title: 'a lower-case pod management policy',
      chart: OFFICIAL,
      values: { engine: { kind: 'StatefulSet', statefulSet: { podManagementPolicy: 'parallel' } } },
      says: [
        'engine.statefulSet.podManagementPolicy: not an order to start and stop pods in; got "parallel"; allowed: Parallel, OrderedReady; fix: write Parallel',
      ],
    },
    {
      title: 'NFS without a path',
      chart: GSTACKIO,
      values: { engine: { affinity: {}, nfsCache: { path: null } } },
      says: ['engine.nfsCache.path: Kubernetes refuses the item without path; allowed: a text; fix: add path'],
    },
    {
      title: 'NFS with an empty path',
      chart: GSTACKIO,
      values: { engine: { affinity: {}, nfsCache: { path: '' } } },
      says: [
        'engine.nfsCache.path: Kubernetes refuses an NFS volume without it; allowed: a path; fix: set it, or set engine.nfsCache: null for a directory of the node',
      ],
    },
    {
      title: "a sidecar with the name of the engine's container",
      chart: OFFICIAL,
      values: { engine: { sidecars: [{ name: 'dagger-engine', image: 'busybox' }] } },
      says: [
        'engine.sidecars[0].name: the pod has a container of that name already; got "dagger-engine"; allowed: unused names; fix: rename it',
      ],
    },
    {
      title: 'a quoted boolean in a sidecar',
      chart: OFFICIAL,
      values: { engine: { sidecars: [{ name: 'dind', image: 'docker', securityContext: { privileged: 'true' } }] } },
      says: [
        'engine.sidecars[0].securityContext.privileged: a value of another type than Kubernetes takes; got "true"; allowed: true or false; fix: write true or false',
      ],
    },
    {
      title: 'a sidecar without a name',
      chart: OFFICIAL,
      values: { engine: { sidecars: [{ image: 'busybox' }] } },
      says: ['engine.sidecars[0].name: Kubernetes refuses the item without name; allowed: a text; fix: add name'],
    },
    {
      title: 'replicas as a word',
      chart: GSTACKIO,
      values: { engine: { affinity: {}, replicas: 'two' } },
      says: [
        'engine.replicas: a value of another type than the chart takes; got "two"; allowed: a whole number of 0 and more; fix: write the digits alone',
      ],
    },
  ],
  'Findings that are errors': [
    {
      title: "a key that the chart doesn't know, with `strict`",
      chart: OFFICIAL,
      strict: ERROR,
      values: { engine: { tolerance: [] } },
      says: [
        'engine.tolerance: error unknown-key: the official chart has no such key, and Helm drops it without a word; fix: the nearest is engine.tolerations, or accept EngineRisk.UNKNOWN_KEY',
        "engine.livenessProbeSettings.terminationGracePeriodSeconds: error short-probe-grace: a restart by this probe would kill the engine before it has written its cache, and v0.21.7 deletes the whole cache after that; got \"30 s\"; allowed: at least the pod's 300 s; fix: write null, which takes the chart's default away, so that the pod's holds, or accept EngineRisk.SHORT_PROBE_GRACE",
      ],
    },
  ],
};

/** Values for every kind of finding. */
export const DOUBTFUL_VALUES: readonly DoubtfulValues[] = [
  {
    name: 'account-name-ignored',
    title: 'a name for the new service account',
    chart: OFFICIAL,
    values: { engine: { newServiceAccount: { create: true, name: 'builder' } } },
    severity: WARNING,
    key: 'engine.newServiceAccount.name',
    why: 'the chart calls the account "dagger-dagger-helm" whatever the name says',
    fix: 'remove it',
  },
  {
    name: 'broad-role',
    title: 'the Role of kubiya',
    chart: KUBIYA,
    values: { additionalResources: { role: { create: true }, roleBinding: { create: true } } },
    severity: ERROR,
    key: 'additionalResources.role.create',
    why: 'every verb on every resource, Secrets among them, for a pod that calls no API',
    fix: "remove it; engine.addClient(...) gives a runner's account what it needs",
  },
  {
    name: 'cache-not-mounted',
    title: 'a suffix for the mounts of kubiya',
    chart: KUBIYA,
    values: { volumeMountsPostfix: 'agent-1' },
    severity: ERROR,
    key: 'volumeMountsPostfix',
    why: "the cache is mounted at /var/lib/dagger-agent-1, where the engine doesn't look: what it builds is lost with the container",
    fix: 'mount it at /var/lib/dagger, and give each engine a volume of its own',
  },
  {
    name: 'cache-not-mounted',
    title: 'a state directory without a volume',
    chart: OFFICIAL,
    values: { engine: { config: 'root = "/data"\n' } },
    severity: ERROR,
    key: 'engine.config',
    why: "the cache is mounted at /var/lib/dagger, where the engine doesn't look: what it builds is lost with the container",
    fix: 'mount it at /data, or leave the engine its own directory, /var/lib/dagger',
  },
  {
    name: 'cache-not-mounted',
    title: 'a flag for another state directory',
    chart: GSTACKIO,
    values: { engine: { affinity: {}, args: ['--debug', '--root', '/data'] } },
    severity: ERROR,
    key: 'engine.args[1]',
    why: "the cache is mounted at /var/lib/dagger, where the engine doesn't look: what it builds is lost with the container",
    fix: 'mount it at /data, or leave the engine its own directory, /var/lib/dagger',
  },
  {
    name: 'chart-version-assumed',
    title: 'a missing chart version',
    chart: OFFICIAL,
    version: undefined,
    values: {},
    severity: WARNING,
    key: 'chartVersion',
    why: '1.0.0-beta.11 is taken, the newest that is known, and with it the release of the engine',
    fix: 'give the version of the release: helm list shows it',
  },
  {
    name: 'deprecated-probe-command',
    title: 'probes of 1.0',
    chart: OFFICIAL,
    version: '1.0.0-beta.11',
    values: {},
    severity: INFO,
    key: 'engine.readinessProbeSettings',
    why: '`dagger core` is deprecated from v1.0.0-beta.2 on',
    fix: 'use EngineProbe.connect(), which starts no CLI',
  },
  {
    name: 'duplicate-key',
    title: 'a runtime class',
    chart: OFFICIAL,
    values: { engine: { runtimeClassName: 'kata' } },
    severity: INFO,
    key: 'engine.runtimeClassName',
    why: 'the chart writes runtimeClassName twice, which kustomize and others refuse to read',
    fix: 'nothing: it is put right here',
  },
  {
    name: 'hidden-engine-port',
    title: "ports of the container without the engine's",
    chart: OFFICIAL,
    values: { engine: { port: 1234, containerPorts: [{ name: 'metrics', containerPort: 9090 }] } },
    severity: ERROR,
    key: 'engine.containerPorts',
    why: "the engine's port 1234 is not among these, and no Service leads there",
    fix: 'add { name: dagger, containerPort: 1234 }',
  },
  {
    name: 'host-socket-path',
    title: 'the chart with default values',
    chart: OFFICIAL,
    values: {},
    severity: INFO,
    key: 'engine.hostPath.runVolume.enabled',
    why: 'the socket is in /run/dagger-dagger-dagger-helm of the node, and runners that mount /run/dagger, as the documentation of GitLab Runner has it, find an empty directory',
    fix: 'mount engine.hostSocketDirectory in runners, or connect them with engine.connect(...)',
  },
  {
    name: 'ignored-value',
    title: 'a claim for a DaemonSet',
    chart: OFFICIAL,
    values: { engine: { statefulSet: { persistentVolumeClaim: { enabled: true } } } },
    severity: WARNING,
    key: 'engine.statefulSet.persistentVolumeClaim.enabled',
    why: 'the chart reads it for a StatefulSet alone',
    fix: 'set engine.kind: StatefulSet, or remove it',
  },
  {
    name: 'image-of-chart-version',
    title: 'kubiya without an image',
    chart: KUBIYA,
    values: {},
    severity: ERROR,
    key: 'engine.image.ref',
    why: 'without it the image is registry.dagger.io/engine:v0.4.1, the version of the chart; its appVersion 0.18.16 is read by nobody',
    fix: 'set it to registry.dagger.io/engine:v0.18.16',
  },
  {
    name: 'invalid-render',
    title: 'a class that YAML reads as a number',
    chart: OFFICIAL,
    values: { engine: { priorityClassName: '1000' } },
    severity: ERROR,
    key: 'engine.priorityClassName',
    why: 'the chart writes "1000" without quotes, YAML reads a number, and Kubernetes refuses that in place of a text; it is a text here',
    fix: 'nothing: it is put right here',
  },
  {
    name: 'liveness-under-load',
    title: "the chart's liveness probe",
    chart: OFFICIAL,
    values: {},
    severity: WARNING,
    key: 'engine.livenessProbeSettings',
    why: 'an engine under load opens a session late, is restarted for it, and cancels every build',
    fix: "write null, which takes the chart's default away, or use EngineProbe.connect()",
  },
  {
    name: 'magicache-removed',
    title: 'magicache on a release without it',
    chart: OFFICIAL,
    values: { magicache: { enabled: true, secretName: 'dagger-cloud' } },
    severity: WARNING,
    key: 'magicache.enabled',
    why: 'v0.21.7 has no Magicache (until v0.18.14 it had): the variables and the Secret do nothing',
    fix: 'remove them',
  },
  {
    name: 'moving-image',
    title: 'an image that changes under its tag',
    chart: OFFICIAL,
    values: { engine: { image: { ref: 'registry.dagger.io/engine:main' } } },
    severity: ERROR,
    key: 'engine.image.ref',
    why: '"registry.dagger.io/engine:main" changes with every build: a pod that restarts may run another release, and a release that can\'t read the cache deletes it',
    fix: 'name a release, such as registry.dagger.io/engine:v0.21.7',
  },
  {
    name: 'newer-chart',
    title: 'a chart newer than all known ones',
    chart: OFFICIAL,
    version: '1.2.0',
    values: {},
    severity: WARNING,
    key: 'chartVersion',
    why: '1.2.0 is newer than 1.0.0-beta.11, the newest that is known, and taken to be like that',
    fix: 'compare with what helm template makes',
  },
  {
    name: 'no-namespace',
    title: 'a new service account',
    chart: OFFICIAL,
    values: { engine: { newServiceAccount: { create: true } } },
    severity: WARNING,
    key: 'namespace',
    why: 'the chart leaves the namespace out of the ServiceAccount dagger-dagger-helm, which lands in that of whoever applies it',
    fix: 'apply with --namespace, or remove the patch that takes the namespace away',
  },
  {
    name: 'no-requests',
    title: 'no requests',
    chart: OFFICIAL,
    values: {},
    severity: INFO,
    key: 'engine.resources.requests',
    why: 'the scheduler sets nothing aside for the engine, and builds compete with whatever else is on the node',
    fix: 'set requests for cpu and memory',
  },
  {
    name: 'no-volume',
    title: 'a StatefulSet without a volume',
    chart: OFFICIAL,
    values: { engine: { kind: 'StatefulSet', hostPath: { dataVolume: { enabled: false } } } },
    severity: ERROR,
    key: 'engine.hostPath.dataVolume.enabled',
    why: 'the chart mounts a volume "data" that the pod doesn\'t have, which Kubernetes refuses; here it is an emptyDir, and the cache is lost with the pod',
    fix: 'set engine.statefulSet.persistentVolumeClaim.enabled: true',
  },
  {
    name: 'plain-tcp',
    title: 'a port',
    chart: OFFICIAL,
    values: { engine: { port: 1234 } },
    severity: WARNING,
    key: 'engine.port',
    why: 'whoever reaches port 1234 can run privileged builds, and so is root on the node: it is neither encrypted nor authenticated',
    fix: "use Listener.tls({ certificates: ... }), or the node's socket",
  },
  {
    name: 'port-nobody-listens-on',
    title: 'gstackio without configuration',
    chart: GSTACKIO,
    values: { engine: { affinity: {}, config: null } },
    severity: ERROR,
    key: 'engine.config',
    why: "the Service leads to port 2555, which the engine doesn't listen on",
    fix: 'set listener, or metrics, whose Services know their port',
  },
  {
    name: 'shared-selector',
    title: 'the Service of kubiya, without labels of the release',
    chart: KUBIYA,
    values: {},
    severity: WARNING,
    key: 'additionalResources.service.create',
    why: 'the Service selects by the name of the chart alone: it finds the engines of every release in the namespace whose label app.kubernetes.io/name is "dagger-helm"',
    fix: 'set a label of this release alone in engine.labels, which is in the selector too',
  },
  {
    name: 'second-probe-handler',
    title: "a handler in addition to the chart's",
    chart: OFFICIAL,
    values: { engine: { port: 1234, readinessProbeSettings: { tcpSocket: { port: 1234 } } } },
    severity: ERROR,
    key: 'engine.readinessProbeSettings',
    why: "Helm adds tcpSocket to the chart's own exec, and Kubernetes refuses a probe with two handlers; tcpSocket alone is taken",
    fix: 'set exec: null beside it',
  },
  {
    name: 'secret-in-values',
    title: 'a token in the values',
    chart: OFFICIAL,
    version: '0.18.14',
    values: { magicache: { enabled: true, token: 'hello' } },
    severity: ERROR,
    key: 'magicache.token',
    why: 'the token is in the values, and in the manifest for everyone who reads it',
    fix: 'keep it in a Secret, and set magicache.secretName',
  },
  {
    name: 'socket-not-on-node',
    title: 'a kubiya DaemonSet with a current engine',
    chart: KUBIYA,
    values: { engine: { image: { ref: 'registry.dagger.io/engine:v0.18.16' } } },
    severity: WARNING,
    key: 'engine.kind',
    why: 'the directory of the node is mounted at /run/buildkit, and from v0.17.0 on clients look for the socket in /run/dagger',
    fix: 'use hostSocket, which knows the release',
  },
  {
    name: 'split-sessions',
    title: 'a Service over several engines',
    chart: OFFICIAL,
    values: { engine: { port: 1234 } },
    severity: WARNING,
    key: 'engine.port',
    why: 'a session opens four or more connections, and fails if they reach different engines, as they do without affinity (dagger/dagger #10128)',
    fix: "use the node's socket, or let listener.service make the Service",
  },
  {
    name: 'token-mounted',
    title: "the service account's token",
    chart: OFFICIAL,
    values: {},
    severity: INFO,
    key: 'engine.existingServiceAccount',
    why: 'the token of the service account is mounted, which the engine has no use for, and every build with root capabilities can read',
    fix: 'set automountServiceAccountToken: false',
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
    why: '"registry.example.com/engine@sha256:0000000000000000000000000000000000000000000000000000000000000000" names no release that the library knows; the checks assume v0.21.7',
    fix: 'set the release that it behaves like as version',
  },
  {
    name: 'unknown-key',
    title: 'a misspelt key',
    chart: OFFICIAL,
    values: { engine: { tolerance: [{ operator: 'Exists' }] } },
    severity: ERROR,
    key: 'engine.tolerance',
    why: 'the official chart has no such key, and Helm drops it without a word',
    fix: 'the nearest is engine.tolerations',
  },
  {
    name: 'unknown-key',
    title: 'a key of the engine at the wrong level',
    chart: OFFICIAL,
    values: { nodeSelector: { app: 'dagger' } },
    severity: ERROR,
    key: 'nodeSelector',
    why: 'the official chart has no such key, and Helm drops it without a word',
    fix: 'the nearest is engine.nodeSelector',
  },
  {
    name: 'unknown-key',
    title: 'a section of the engine at the wrong level',
    chart: OFFICIAL,
    values: { image: { ref: 'registry.dagger.io/engine:v0.21.7' } },
    severity: ERROR,
    key: 'image',
    why: 'the official chart has no such key, and Helm drops it without a word',
    fix: 'the nearest is engine.image',
  },
  {
    name: 'unknown-key',
    title: 'a key of the chart below engine',
    chart: OFFICIAL,
    values: { engine: { nameOverride: 'ci' } },
    severity: ERROR,
    key: 'engine.nameOverride',
    why: 'the official chart has no such key, and Helm drops it without a word',
    fix: 'the nearest is nameOverride',
  },
  {
    name: 'unknown-key',
    title: 'init containers',
    chart: OFFICIAL,
    values: { engine: { initContainers: [] } },
    severity: ERROR,
    key: 'engine.initContainers',
    why: 'the official chart has no such key, and Helm drops it without a word',
    fix: 'the chart has none: set initContainers of the engine',
  },
  {
    name: 'unknown-key',
    title: 'a key of another chart',
    chart: OFFICIAL,
    values: { engine: { nfsCache: { server: 'nfs' } } },
    severity: ERROR,
    key: 'engine.nfsCache',
    why: 'the official chart has no such key, and Helm drops it without a word',
    fix: 'it is a key of the gstackio chart; remove it, or set the property of the engine',
  },
  {
    name: 'unknown-key',
    title: 'a removed key',
    chart: OFFICIAL,
    values: { engine: { image: { tag: 'v0.12.1' } } },
    severity: ERROR,
    key: 'engine.image.tag',
    why: 'the official chart has no such key, and Helm drops it without a word',
    fix: 'removed in 0.13.0: write repository and tag into engine.image.ref',
  },
  {
    name: 'unknown-key',
    title: 'a key of a later version',
    chart: OFFICIAL,
    version: '0.18.0',
    values: { engine: { livenessProbeSettings: { timeoutSeconds: 60 } } },
    severity: ERROR,
    key: 'engine.livenessProbeSettings',
    why: 'the official chart has no such key, and Helm drops it without a word',
    fix: 'it is in the chart since 0.19.11; set the property of the engine instead',
  },
  {
    name: 'unknown-key',
    title: 'an unknown Kubernetes field',
    chart: OFFICIAL,
    values: { engine: { sidecars: [{ name: 'a', image: 'busybox', commands: ['sleep'] }] } },
    severity: ERROR,
    key: 'engine.sidecars[0].commands',
    why: 'the chart passes it on, and Kubernetes has no such field there: kubectl refuses the object',
    fix: 'the nearest is engine.sidecars.command',
  },
  {
    name: 'volume-declared-twice',
    title: 'a claim in addition to the host directory',
    chart: OFFICIAL,
    values: { engine: { kind: 'StatefulSet', statefulSet: { persistentVolumeClaim: { enabled: true } } } },
    severity: WARNING,
    key: 'engine.hostPath.dataVolume.enabled',
    why: 'the pods have a volume "data" of their own and a claim template of that name; the claim wins, and the other is never used',
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
    fix: "write null, which takes the chart's default away, so that the pod's holds",
  },
  {
    name: 'config-refused',
    title: 'a Kubernetes quantity in engine.json',
    chart: OFFICIAL,
    values: { engine: { configJson: '{"gc": {"maxUsedSpace": "100Gi"}}' } },
    severity: ERROR,
    key: 'engine.configJson',
    why: "gc.maxUsedSpace: invalid in engine.json; the engine would not start; got \"100Gi\"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%",
    fix: "write '100GiB'",
  },
  {
    name: 'config-refused',
    title: 'a quoted boolean in engine.toml',
    chart: OFFICIAL,
    values: { engine: { config: '[registry."mirror.example.com"]\n  http = "true"\n' } },
    severity: ERROR,
    key: 'engine.config',
    why: 'registry.mirror.example.com.http: invalid in engine.toml; the engine would not start; got "true"; allowed: true or false',
    fix: 'write true or false, without quotes',
  },
  {
    name: 'config-refused',
    title: 'a key that the release does not support',
    chart: OFFICIAL,
    values: { engine: { configJson: '{"gc": {"dagqlCache": {}}}' } },
    severity: ERROR,
    key: 'engine.configJson',
    why: 'gc.dagqlCache: not a key of engine.json in v0.21.7; the engine would not start; allowed: v1.0.0-beta.10 and later',
    fix: 'remove it, or choose such a release',
  },
  {
    name: 'no-cache-volume',
    title: 'a DaemonSet without a data volume',
    chart: OFFICIAL,
    values: { engine: { hostPath: { dataVolume: { enabled: false } } } },
    severity: ERROR,
    key: 'engine.hostPath.dataVolume.enabled',
    why: "without a volume the cache is on the container's own layer, where overlay mounts don't work and a restart loses it; allowed: a volume at /var/lib/dagger",
    fix: 'for example CacheVolume.ephemeral({ size: Size.gibibytes(200) })',
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
    why: 'the engines of all nodes would share one volume, and all but the first fail to lock it; got "the volume v"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir',
    fix: 'use CacheVolume.hostPath()',
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
    why: "overlayfs can't write to NFS: the engine falls back to its native snapshotter, which copies every layer in full and is slow and large; prefer a block or local volume",
    fix: 'keep the cache on a disk of the node, or on a block volume',
  },
  {
    name: 'shared-cache',
    title: 'two replicas on one NFS directory',
    chart: GSTACKIO,
    values: { engine: { affinity: {} } },
    severity: ERROR,
    key: 'engine.nfsCache',
    why: '2 engines would share one volume, and all but the first fail to lock it; got "the volume varlibdagger"; allowed: a volume for each pod: ephemeral, emptyDir',
    fix: 'use CacheVolume.ephemeral(...), an EngineStatefulSet with a claim template, or replicas: 1',
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
    why: 'a whole volume of certificates has symbolic links, which dangle in build containers (dagger/dagger#11069); got "/usr/local/share/ca-certificates"; allowed: single files, mounted with subPath',
    fix: 'use caCertificates',
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
    why: "grpc.tls: Dagger clients can't connect to the TLS that v0.21.7 serves itself; allowed: until v0.21.3, until v1.0.0-beta.2",
    fix: 'use listener: Listener.tls(...)',
  },
  {
    name: 'open-port-in-config',
    title: 'a plain port in engine.toml',
    chart: OFFICIAL,
    values: { engine: { config: '[grpc]\n  address = ["unix:///run/dagger/engine.sock", "tcp://0.0.0.0:1234"]\n' } },
    severity: ERROR,
    key: 'engine.config',
    why: 'grpc.address: any client that reaches this port can become root on the node; got "tcp://0.0.0.0:1234"; allowed: unix sockets, loopback addresses, and the address of the listener',
    fix: 'set listener: Listener.insecureTcp({ port: 1234 })',
  },
  {
    name: 'probe-cannot-work',
    title: "HTTP to the engine's port",
    chart: OFFICIAL,
    values: { engine: { port: 1234, livenessProbeSettings: { exec: null, httpGet: { path: '/', port: 1234 } } } },
    severity: ERROR,
    key: 'engine.livenessProbeSettings',
    why: "the engine answers no HTTP or gRPC probe on its port 1234: a request without a client's metadata gets status 500",
    fix: 'use EngineProbe.connect()',
  },
  {
    name: 'unknown-flag',
    title: 'an unknown flag',
    chart: OFFICIAL,
    values: { engine: { args: ['--max-parallel', '4'] } },
    severity: ERROR,
    key: 'engine.args[0]',
    why: 'is not a flag of the engine, which would exit; got "--max-parallel"; allowed: flags of dagger-engine',
    fix: 'the nearest is --oci-max-parallelism',
  },
  {
    name: 'ignored-by-engine',
    title: 'a flag without effect',
    chart: OFFICIAL,
    values: { engine: { args: ['--oci-max-parallelism', '4'] } },
    severity: WARNING,
    key: 'engine.args[0]',
    why: 'v0.21.7 parses --oci-max-parallelism and ignores it (honoured until v0.20.8)',
    fix: 'remove it',
  },
  {
    name: 'secret-in-plain-text',
    title: 'a token in a variable',
    chart: OFFICIAL,
    values: { engine: { env: [{ name: 'DAGGER_CLOUD_TOKEN', value: 'dag_0123456789' }] } },
    severity: ERROR,
    key: 'engine.env[0]',
    why: 'looks like the value of something with such a name, and everyone who reads the manifest would see it; allowed: secrets by reference only',
    fix: 'use EnvVar.fromKey(KeySelector.fromSecretName(name, key))',
  },
  {
    name: 'metrics-by-variable',
    title: 'metrics through a variable',
    chart: OFFICIAL,
    values: { engine: { env: [{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: '0.0.0.0:9090' }] } },
    severity: INFO,
    key: 'engine.env[0]',
    why: 'metrics have a property, which also creates the port and the Service; allowed: the property metrics',
    fix: 'use metrics: { port: 9090 }',
  },
  {
    name: 'untagged-image',
    title: 'an image without a tag',
    chart: OFFICIAL,
    values: { engine: { image: { ref: 'registry.example.com/engine' } } },
    severity: ERROR,
    key: 'engine.image.ref',
    why: 'the reference has neither a tag nor a digest, so the node would run the newest image; got "registry.example.com/engine"; allowed: a reference with a tag or digest',
    fix: "EngineImage.custom('registry.example.com/engine:v0.21.7'), or EngineImage.fromRepository('registry.example.com/engine')",
  },
  {
    name: 'unbounded-pre-stop',
    title: 'a hook of unknown length',
    chart: OFFICIAL,
    values: { engine: { lifecycle: { preStop: { exec: { command: ['/drain'] } } } } },
    severity: INFO,
    key: 'engine.lifecycle.preStop',
    why: 'maxDuration: the kubelet counts a preStop hook against the grace period, so the longest that it can take must be known; allowed: whole seconds',
    fix: 'for example { maxDuration: Duration.seconds(30) }',
  },
  {
    name: 'no-network-policy',
    title: 'a port without a network policy',
    chart: OFFICIAL,
    values: { engine: { port: 1234 } },
    severity: WARNING,
    key: 'engine.port',
    why: 'without a policy every pod of the cluster reaches port 1234',
    fix: 'let a listener make the policy, and connect clients or admit them with allowFrom(...)',
  },
  {
    name: 'unmanaged-flag',
    title: 'an address in a flag',
    chart: OFFICIAL,
    values: { engine: { args: ['--addr', 'tcp://0.0.0.0:5000'] } },
    severity: WARNING,
    key: 'engine.args[0]',
    why: 'the library opens ports and keeps the sockets: use listener; got "--addr"; allowed: other flags',
    fix: 'remove it',
  },
  {
    name: 'nfs-cache',
    title: 'a cache on NFS',
    chart: GSTACKIO,
    values: { engine: { affinity: {}, replicas: 1 } },
    severity: WARNING,
    key: 'engine.nfsCache',
    why: "overlayfs can't write to NFS: the engine falls back to its native snapshotter, which copies every layer in full and is slow and large; prefer a block or local volume",
    fix: 'keep the cache on a disk of the node, or on a block volume',
  },
  {
    name: 'shared-host-path',
    title: 'two engines that share a socket',
    chart: GSTACKIO,
    values: { engine: { affinity: {} } },
    severity: WARNING,
    key: 'engine.replicas',
    why: 'two engines on one node take the socket in "/var/run/dagger" from each other without a word; keep them on different nodes, or use HostSocket.none()',
    fix: 'give each engine a directory of its own, or keep them on different nodes',
  },
  {
    name: 'limits-do-not-bound-builds',
    title: 'a memory limit',
    chart: OFFICIAL,
    values: { engine: { resources: { limits: { memory: '16Gi' }, requests: { memory: '16Gi' } } } },
    severity: WARNING,
    key: 'engine.resources.limits',
    why: "limits on memory apply only to the engine process: build containers run in cgroups outside the pod's (dagger/dagger#10813); run the engine on dedicated nodes instead",
    fix: 'keep the requests, remove the limits, and give engines nodes of their own',
  },
  {
    name: 'overridden-image-variable',
    title: 'a variable that the image sets',
    chart: OFFICIAL,
    values: { engine: { env: [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: 'tcp://engine:1234' }] } },
    severity: ERROR,
    key: 'engine.env[0]',
    why: 'the image sets this variable, and the engine needs that value; allowed: variables that the image does not set',
    fix: 'remove it; clients get theirs from runnerHost(...)',
  },
  {
    name: 'short-grace-period',
    title: 'a grace period of 30 seconds',
    chart: OFFICIAL,
    values: { engine: { terminationGracePeriodSeconds: 30 } },
    severity: WARNING,
    key: 'engine.terminationGracePeriodSeconds',
    why: '30 s are left for the engine, which may need 300 s and more to stop; killed before it has written its cache, v0.21.7 deletes all of it at the next start',
    fix: 'leave the engine 600 s',
  },
  {
    name: 'overlapping-gc-limits',
    title: 'the default grace period and overlapping limits',
    chart: OFFICIAL,
    values: { engine: { configJson: '{"gc": {"maxUsedSpace": "80%", "minFreeSpace": "30%"}}' } },
    severity: WARNING,
    key: 'engine.configJson',
    why: 'gc.maxUsedSpace: the cache never grows to 80%, because the rest of the volume is less than minFreeSpace 30%',
    fix: 'lower minFreeSpace or maxUsedSpace',
  },
  {
    name: 'partial-gc',
    title: 'only one limit of garbage collection',
    chart: OFFICIAL,
    values: { engine: { configJson: '{"gc": {"maxUsedSpace": "200GB"}}' } },
    severity: WARNING,
    key: 'engine.configJson',
    why: 'gc: the engine sets minFreeSpace and reservedSpace to zero, not to its default, because other limits are set; set all three',
    fix: 'set all of them',
  },
  {
    name: 'dropped-image-config',
    title: "an engine.json without the image's mirror",
    chart: OFFICIAL,
    version: '1.0.0-beta.11',
    values: { engine: { configJson: '{"logLevel": "info"}' } },
    severity: WARNING,
    key: 'engine.configJson',
    why: 'registries: this file replaces the file of the image, which has the mirror mirror.gcr.io for docker.io; repeat it here to keep it',
    fix: 'write that into the file too',
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
    why: 'v0.99.0 is newer than v0.21.8, the newest 0.x release that this library knows, and is taken to behave like it',
    fix: 'update this library, or read what changed in the release',
  },
  {
    name: 'open-debug-address',
    title: 'a debug address',
    chart: OFFICIAL,
    values: { engine: { config: '[grpc]\n  debugAddress = "0.0.0.0:6060"\n' } },
    severity: WARNING,
    key: 'engine.config',
    why: "grpc.debugAddress: whoever reaches 0.0.0.0:6060 reads the engine's profiles, traces and command line without a password; use a loopback address such as 127.0.0.1:6060, and kubectl port-forward",
    fix: 'listen on 127.0.0.1, and use kubectl port-forward',
  },
  {
    name: 'tls-behind-plain-listener',
    title: 'TLS behind a port that the chart opens',
    chart: OFFICIAL,
    values: {
      engine: {
        port: 1234,
        config: '[grpc.tls]\n  cert = "/tls/tls.crt"\n  key = "/tls/tls.key"\n  ca = "/tls/ca.crt"\n',
      },
    },
    severity: ERROR,
    key: 'engine.config',
    why: `grpc.tls: the listener's port would use TLS, but its clients use plain TCP; got "/tls/tls.crt"; allowed: TLS of the listener`,
    fix: 'use listener: Listener.tls(...)',
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
    why: 'gc: no limit keeps the cache below the limit of the emptyDir, at which the kubelet evicts the pod; got {"enabled":false}; allowed: a maxUsedSpace of less than 20GiB, for all records',
    fix: 'set maxUsedSpace to 15GiB, or remove sizeLimit',
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
    key: 'engine.volumes[0]',
    why: 'gc: no limit keeps the cache below the limit of the emptyDir, at which the kubelet evicts the pod; got {}; allowed: a maxUsedSpace of less than 50GiB, for all records',
    fix: 'set maxUsedSpace to 37GiB, or remove sizeLimit',
  },
  {
    name: 'grace-below-pre-stop',
    title: 'a hook that sleeps longer than the grace period',
    chart: OFFICIAL,
    values: { engine: { lifecycle: { preStop: { sleep: { seconds: 400 } } } } },
    severity: ERROR,
    key: 'engine.terminationGracePeriodSeconds',
    why: 'the preStop hook may take 400 s, so the kubelet would kill the engine before asking it to stop; got "300 s"; allowed: more than 400 s',
    fix: 'set Duration.seconds(1000)',
  },
  {
    name: 'probe-cannot-work',
    title: 'a probe of a closed port',
    chart: OFFICIAL,
    values: { engine: { readinessProbeSettings: { exec: null, tcpSocket: { port: 1234 } } } },
    severity: ERROR,
    key: 'engine.readinessProbeSettings',
    why: 'nothing in the pod listens on port 1234',
    fix: 'use EngineProbe.connect()',
  },
  {
    name: 'probe-cannot-work',
    title: 'a probe of an undeclared port',
    chart: OFFICIAL,
    values: { engine: { port: 1234, readinessProbeSettings: { exec: null, tcpSocket: { port: 'engine' } } } },
    severity: ERROR,
    key: 'engine.readinessProbeSettings',
    why: 'the container has no port "engine"',
    fix: 'use EngineProbe.connect()',
  },
  {
    name: 'engine-tls',
    title: "the engine's own TLS in flags",
    chart: OFFICIAL,
    values: { engine: { port: 1234, args: ['--tlscert', '/tls/tls.crt', '--tlskey', '/tls/tls.key'] } },
    severity: ERROR,
    key: 'engine.args[0]',
    why: 'Dagger clients can\'t connect to the TLS that v0.21.7 serves itself; got "--tlscert"; allowed: until v0.21.3, until v1.0.0-beta.2',
    fix: 'use listener: Listener.tls(...)',
  },
  {
    name: 'ignored-by-engine',
    title: 'metrics on a release without them',
    chart: OFFICIAL,
    version: '0.18.5',
    values: { engine: { env: [{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: '0.0.0.0:9090' }] } },
    severity: WARNING,
    key: 'engine.env[0]',
    why: "v0.18.5 doesn't read this variable (read v0.18.11 and later)",
    fix: 'remove it',
  },
  {
    name: 'port-bound-twice',
    title: "metrics on the engine's own port",
    chart: OFFICIAL,
    values: { engine: { port: 1234, env: [{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: '0.0.0.0:1234' }] } },
    severity: ERROR,
    key: 'engine.env[0]',
    why: 'the engine listens on port 1234 for clients, and only one of the two can have it',
    fix: 'choose another port for the metrics',
  },
  {
    name: 'no-network-policy',
    title: 'a port behind a load balancer',
    chart: OFFICIAL,
    values: { engine: { port: 1234 }, service: { type: 'LoadBalancer' } },
    severity: WARNING,
    key: 'engine.port',
    why: 'without a policy every pod of the cluster reaches port 1234, and by the Service of type LoadBalancer the network around it',
    fix: 'let a listener make the policy, and connect clients or admit them with allowFrom(...)',
  },
  {
    name: 'no-network-policy',
    title: 'a host port',
    chart: OFFICIAL,
    values: { engine: { port: 1234, hostPort: 5999 } },
    severity: WARNING,
    key: 'engine.port',
    why: 'without a policy every pod of the cluster reaches port 1234, and by port 5999 of the node the network around it',
    fix: 'let a listener make the policy, and connect clients or admit them with allowFrom(...)',
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
    why: 'gc.maxUsedSpace: the engine ignores it if policies are set, because each policy has its own limits',
    fix: 'remove it',
  },
];
