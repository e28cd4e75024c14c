import { Duration } from 'cdk8s';
import {
  Autoscaling,
  CacheVolume,
  DisruptionBudget,
  EngineDaemonSetUpdateStrategy,
  EngineDeploymentUpdateStrategy,
  EngineStatefulSetUpdateStrategy,
  PodCount,
  ScaleIn,
  ScaleMetric,
} from '../../src/index';
import { daemonSet, deployment, statefulSet, type WrongProgram } from './program';

export const WORKLOAD_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'an id that is not a valid name',
    program: (chart) => daemonSet(chart, {}, 'MyEngine'),
    says: `[ci/MyEngine] EngineDaemonSet has 1 problem:\n  - name: must be a valid name, which is the construct's id; got "MyEngine"; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "my-engine"`,
  },
  {
    title: 'a name too long for the suffix of Kubernetes',
    program: (chart) => statefulSet(chart, { name: `engine-${'x'.repeat(50)}` }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - name: must be a valid name; got "engine-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; allowed: lower-case letters, digits and '-', starting with a letter and ending with a letter or digit, at most 52 characters; fix: set the name to "engine-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"`,
  },
  {
    title: 'an engine name that is invalid for its Service',
    program: (chart) => statefulSet(chart, { name: '21-engine' }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - name: must be a valid name; got "21-engine"; allowed: lower-case letters, digits and '-', starting with a letter and ending with a letter or digit, at most 52 characters; fix: set the name to "engine"`,
  },
  {
    title: 'a name of 64 characters',
    program: (chart) => deployment(chart, { name: 'x'.repeat(64) }),
    says: `[ci/engine] EngineDeployment has 1 problem:\n  - name: must be a valid name; got "${'x'.repeat(64)}"; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "${'x'.repeat(63)}"`,
  },
  {
    title: 'the name of a missing headless Service',
    program: (chart) => statefulSet(chart, { headlessService: false, serviceName: 'pods' }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - serviceName: conflicts with headlessService: false; got "pods"; allowed: no value if headlessService is false; fix: remove serviceName, or remove headlessService: false',
  },
  {
    title: 'negative replicas',
    program: (chart) => statefulSet(chart, { replicas: -1 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - replicas: must be a number of replicas; got -1; allowed: a whole number from 0 to 150000; fix: set it to 1',
  },
  {
    title: 'fractional replicas',
    program: (chart) => deployment(chart, { replicas: 1.5 }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - replicas: must be a number of replicas; got 1.5; allowed: a whole number from 0 to 150000; fix: set it to 1',
  },
  {
    title: 'a negative ordinal',
    program: (chart) => statefulSet(chart, { ordinalsStart: -1 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - ordinalsStart: must be an ordinal; got -1; allowed: a whole number of at least 0; fix: set it to 0',
  },
  {
    title: 'ordinals that do not fit into 32 bits',
    program: (chart) => statefulSet(chart, { replicas: 3, ordinalsStart: 2 ** 31 - 2 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - ordinalsStart: the ordinal of the last pod would be 2147483648, which does not fit into 32 bits; got 2147483646; allowed: at most 2147483645; fix: set it to 0',
  },
  {
    title: 'a budget that protects the only engine from every eviction',
    program: (chart) => statefulSet(chart, { disruptionBudget: DisruptionBudget.minAvailable(PodCount.absolute(1)) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - disruptionBudget: the only engine may not be stopped, so Kubernetes would reject every eviction, and node drains would never finish; got "minAvailable 1"; allowed: no budget for one engine; fix: remove disruptionBudget; or accept EngineRisk.BLOCKED_EVICTIONS',
  },
  {
    title: 'a budget in percent that is rounded up to all engines',
    program: (chart) =>
      statefulSet(chart, { replicas: 3, disruptionBudget: DisruptionBudget.minAvailable(PodCount.percent(90)) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - disruptionBudget: none of the 3 engines may be stopped, so Kubernetes would reject every eviction, and node drains would never finish; got "minAvailable 90%"; allowed: less than 3 engines; fix: use DisruptionBudget.maxUnavailable(PodCount.absolute(1)); or accept EngineRisk.BLOCKED_EVICTIONS',
  },
  {
    title: 'a budget of a DaemonSet that Kubernetes cannot compute',
    program: (chart) => daemonSet(chart, { disruptionBudget: DisruptionBudget.maxUnavailable(PodCount.absolute(1)) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - disruptionBudget: a DaemonSet has no number of replicas to compute this limit from, so Kubernetes would reject every eviction, and node drains would never finish; got "maxUnavailable 1"; allowed: an absolute minAvailable; fix: remove disruptionBudget; or accept EngineRisk.BLOCKED_EVICTIONS',
  },
  {
    title: 'a DaemonSet update without unavailable pods',
    program: (chart) =>
      daemonSet(chart, {
        updateStrategy: EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.absolute(0) }),
      }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - updateStrategy.maxUnavailable: must be above 0, because otherwise no engine can be replaced; got 0; allowed: at least 1; fix: use PodCount.absolute(1)',
  },
  {
    title: 'a Deployment update without surge and unavailable pods',
    program: (chart) =>
      deployment(chart, {
        updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate({
          maxUnavailable: PodCount.absolute(0),
          maxSurge: PodCount.percent(0),
        }),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - updateStrategy.maxSurge: maxSurge and maxUnavailable must not both be 0, because no engine could then be replaced; got 0; allowed: at least 1 for one of the two; fix: use PodCount.absolute(1)',
  },
  {
    title: 'a percentage above 100%',
    program: (chart) =>
      deployment(chart, {
        updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.percent(150) }),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - updateStrategy.maxUnavailable: must be a number of pods; got "150%"; allowed: a whole number, or 0 to 100 percent; fix: use PodCount.absolute(1)',
  },
  {
    title: 'a surge on a shared volume',
    program: (chart) =>
      deployment(chart, {
        cache: CacheVolume.fromClaimName('cache'),
        updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate(),
      }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - updateStrategy: the new engine would start before the old one stops, and would fail to lock the volume; got "a rolling update on the claim cache"; allowed: EngineDeploymentUpdateStrategy.recreate(); fix: remove updateStrategy; or accept EngineRisk.SHARED_CACHE',
  },
  {
    title: 'an update that starts with all engines',
    program: (chart) =>
      statefulSet(chart, {
        replicas: 3,
        updateStrategy: EngineStatefulSetUpdateStrategy.canary({ engines: 3 }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - updateStrategy.engines: must be fewer than all engines; got 3; allowed: 1 to 2; fix: set it to 1',
  },
  {
    title: 'an update that starts with a part of one engine',
    program: (chart) => statefulSet(chart, { updateStrategy: EngineStatefulSetUpdateStrategy.canary({ engines: 1 }) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - updateStrategy.engines: must be fewer than all engines; got 1; allowed: a pool of at least 2 engines; fix: use rollingUpdate()',
  },
  {
    title: 'an update that starts with a part of the engines that an autoscaler changes',
    program: (chart) =>
      statefulSet(chart, {
        autoscaling: Autoscaling.horizontal({
          maxReplicas: 3,
          scaleIn: ScaleIn.disabled(),
          metrics: [ScaleMetric.cpu({ utilization: 70 })],
        }),
        resources: { requests: { cpu: '1', memory: '1Gi' } },
        updateStrategy: EngineStatefulSetUpdateStrategy.canary({ engines: 1 }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - updateStrategy.engines: needs a fixed number of engines, and an autoscaler changes it; got 1; allowed: an engine with replicas; fix: use rollingUpdate({ partition }), or try the release on another engine',
  },
  {
    title: 'an invalid partition',
    program: (chart) =>
      statefulSet(chart, { updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: -1 }) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - updateStrategy.partition: must be an ordinal; got -1; allowed: a whole number of at least 0; fix: set it to 0',
  },
  {
    title: 'a negative revision history limit',
    program: (chart) => daemonSet(chart, { revisionHistoryLimit: -1 }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - revisionHistoryLimit: must be a whole number of revisions; got -1; allowed: a whole number of at least 0; fix: set it to 10',
  },
  {
    title: 'a fractional number of seconds',
    program: (chart) => daemonSet(chart, { minReady: Duration.millis(1500) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - minReady: must be a duration that Kubernetes supports; got "1.5 s"; allowed: a whole number of seconds, at least 0; fix: use a value such as Duration.seconds(2)',
  },
  {
    title: 'a progress deadline below the minimum ready time',
    program: (chart) => deployment(chart, { minReady: Duration.minutes(5), progressDeadline: Duration.minutes(5) }),
    says: '[ci/engine] EngineDeployment has 1 problem:\n  - progressDeadline: must be a duration that Kubernetes supports; got "300 s"; allowed: a whole number of seconds, at least 301; fix: use a value such as Duration.seconds(301)',
  },
  {
    title: 'another selector for a new engine',
    program: (chart) => daemonSet(chart, { podSelector: { app: 'dagger' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - podSelector: is supported only for an engine that takes over an existing workload; got {"app":"dagger"}; allowed: takeOver: true; fix: remove it, or set takeOver: true',
  },
  {
    title: "another name of the configuration's volume for a new engine",
    program: (chart) => daemonSet(chart, { configVolumeName: 'files', takeOver: false }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - configVolumeName: is supported only for an engine that takes over an existing workload; got "files"; allowed: takeOver: true; fix: remove it, or set takeOver: true',
  },
  {
    title: 'an empty selector',
    program: (chart) => daemonSet(chart, { takeOver: true, podSelector: {} }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - podSelector: must not be empty, because it would select every pod; got {}; allowed: at least one label; fix: remove it',
  },
  {
    title: 'a selector with the version',
    program: (chart) => daemonSet(chart, { takeOver: true, podSelector: { 'app.kubernetes.io/version': 'v0.21.7' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - podSelector: the library sets this key itself; got "app.kubernetes.io/version"; allowed: other keys; fix: remove it',
  },
  {
    title: 'an invalid label',
    program: (chart) => daemonSet(chart, { labels: { owner: 'ci@example.com' } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - labels["owner"]: must be a valid label value; got "ci@example.com"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text`,
  },
  {
    title: "an annotation that can't have that key",
    program: (chart) => daemonSet(chart, { annotations: { 'on call': 'ci' } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - annotations: must be a valid key; got "on call"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key`,
  },
  {
    title: 'five mistakes at once',
    program: (chart) =>
      statefulSet(chart, {
        name: 'CI',
        replicas: 3,
        cache: CacheVolume.fromClaimName('cache'),
        labels: { owner: 'ci@example.com' },
        revisionHistoryLimit: -1,
        args: ['--root=/data'],
      }),
    says: `[ci/engine] EngineStatefulSet has 5 problems:\n  - name: must be a valid name; got "CI"; allowed: lower-case letters, digits and '-', starting with a letter and ending with a letter or digit, at most 52 characters; fix: set the name to "ci"\n  - labels["owner"]: must be a valid label value; got "ci@example.com"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text\n  - cache: 3 engines would share one volume, and all but the first would fail to lock it; got "the claim cache"; allowed: a volume for each pod: claimTemplate, ephemeral, emptyDir; fix: use CacheVolume.claimTemplate(...), or replicas: 1; or accept EngineRisk.SHARED_CACHE\n  - args[0]: the cache volume is mounted at the directory that engine.toml sets: use root in engineToml; got "--root=/data"; allowed: other flags; fix: remove it; or accept EngineRisk.UNMANAGED_FLAG\n  - revisionHistoryLimit: must be a whole number of revisions; got -1; allowed: a whole number of at least 0; fix: set it to 10`,
  },
];
