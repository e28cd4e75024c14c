import { Chart, Duration, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  CacheVolume,
  ClaimRetention,
  Drain,
  EngineDaemonSet,
  EngineDeployment,
  EngineDeploymentUpdateStrategy,
  EngineImage,
  EngineJson,
  EngineProbe,
  EngineServiceAccount,
  EngineStatefulSet,
  EngineToml,
  EngineRisk,
  EnvVar,
  HostSocket,
  ImagePullPolicy,
  LifecycleHook,
  Listener,
  PodManagementPolicy,
  SessionAffinity,
  VolumeSharing,
  Risks,
  type AcceptedRisk,
  type EngineProps,
} from '../../src/index';
import { manifest } from '../golden';
import { warnings, workload } from '../engines';

const NAME = 'dagger-dagger-helm-engine';
const LABELS = {
  'app.kubernetes.io/name': 'dagger-helm',
  'app.kubernetes.io/instance': 'dagger',
  'app.kubernetes.io/version': 'v0.21.8',
  'app.kubernetes.io/part-of': 'dagger-helm',
};

/**
 * An engine as the charts render it: with the charts' labels, a selector with one label, and a liveness probe that
 * kills the engine before it has written its cache.
 */
const CHART: EngineProps = {
  version: 'v0.21.8',
  name: NAME,
  labels: LABELS,
  takeOver: true,
  podSelector: { name: NAME },
  podLabels: LABELS,
  automountServiceAccountToken: true,
  serviceAccount: EngineServiceAccount.fromName('default'),
  imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
  security: { runAsGroup: 1001, fsGroup: 1001, capabilities: ['ALL'] },
  terminationGracePeriod: Duration.seconds(300),
  drain: Drain.none(),
  probes: {
    startup: EngineProbe.none(),
    readiness: EngineProbe.fromProbe({
      exec: { command: ['sh', '-exc', 'dagger core version'] },
      initialDelaySeconds: 5,
      periodSeconds: 15,
      timeoutSeconds: 14,
      failureThreshold: 10,
    }),
    liveness: EngineProbe.fromProbe({
      exec: { command: ['sh', '-exc', 'dagger core version'] },
      initialDelaySeconds: 5,
      periodSeconds: 30,
      timeoutSeconds: 29,
      failureThreshold: 20,
      terminationGracePeriodSeconds: 30,
    }),
  },
};
const directory = (name: string, path: string): k8s.Volume => ({ name, hostPath: { path } });

const asInChart = (risk: EngineRisk): AcceptedRisk => ({ risk, reason: 'as in the Helm release' });

function chart(): Chart {
  const made = new Chart(Testing.app(), 'ci', { namespace: 'ci' });
  Risks.of(made).accept(EngineRisk.SHORT_GRACE_PERIOD, 'the existing value');
  Risks.of(made).accept(EngineRisk.STOP_LOSES_CACHE, 'as in the Helm release');
  return made;
}

// Hides the warnings, which a separate test covers.
beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a DaemonSet of the official chart', () => {
  const made = (scope = chart()) =>
    new EngineDaemonSet(scope, 'engine', {
      ...CHART,
      cache: CacheVolume.fromVolume(directory('varlibdagger', '/var/lib/dagger-dagger-dagger-helm'), {
        sharing: VolumeSharing.NODE,
      }),
      hostSocket: HostSocket.fromVolume(directory('varrundagger', '/run/dagger-dagger-dagger-helm')),
      engineJson: EngineJson.raw('{"logLevel": "debug", "gc": {"maxUsedSpace": "200GB"}}\n'),
      engineToml: EngineToml.raw('debug = true\ninsecure-entitlements = ["security.insecure"]\n'),
      configVolumeName: 'dagger-engine-config',
      env: {
        DAGGER_CLOUD_TOKEN: EnvVar.fromSource({ secretKeyRef: { name: 'magicache', key: 'token', optional: true } }),
      },
      acceptRisks: [asInChart(EngineRisk.SHORT_PROBE_GRACE)],
    });

  test('matches the snapshot', () => {
    const scope = chart();
    made(scope);
    expect(manifest(scope)).toMatchSnapshot();
  });

  test('keeps immutable fields and the volume of the cache', () => {
    const { metadata, spec } = workload(made());
    expect(metadata).toEqual({
      name: NAME,
      namespace: 'ci',
      labels: LABELS,
      annotations: { 'cdk8s-dagger.github.io/accepted-risks': 'short-probe-grace: as in the Helm release' },
    });
    expect(spec.selector).toEqual({ matchLabels: { name: NAME } });
    expect(spec.template.metadata.labels).toEqual({ ...LABELS, name: NAME });
    expect(spec.template.spec.volumes).toEqual([
      directory('varlibdagger', '/var/lib/dagger-dagger-dagger-helm'),
      directory('varrundagger', '/run/dagger-dagger-dagger-helm'),
      { name: 'dagger-engine-config', configMap: { name: `${NAME}-config` } },
    ]);
  });

  test("causes the warnings of the chart's defaults", () => {
    expect(warnings(made()).map((line) => line.split(': ', 2).join(': '))).toEqual([
      '[ci/engine] warning ignored-config-key: engineToml.debug',
      '[ci/engine] warning partial-gc: engineJson.gc',
      '[ci/engine] warning ignored-by-engine: env.DAGGER_CLOUD_TOKEN',
      '[ci/engine] warning group-in-images: security.runAsGroup',
    ]);
  });
});

describe('a StatefulSet of the official chart', () => {
  const made = (scope = chart()) =>
    new EngineStatefulSet(scope, 'engine', {
      ...CHART,
      cache: CacheVolume.fromClaimTemplate(
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'gp3',
            resources: { requests: { storage: k8s.Quantity.fromString('200Gi') } },
          },
        },
        { whenDeleted: ClaimRetention.DELETE, whenScaled: ClaimRetention.RETAIN },
      ),
      headlessService: false,
      hostSocket: HostSocket.fromVolume(directory('run', '/run/dagger-dagger-dagger-helm')),
      podManagementPolicy: PodManagementPolicy.ORDERED_READY,
      preStop: LifecycleHook.exec(['dagger', 'core', 'engine', 'local-cache', 'prune']),
      acceptRisks: [asInChart(EngineRisk.SHORT_PROBE_GRACE), asInChart(EngineRisk.UNBOUNDED_PRE_STOP)],
    });

  test('matches the snapshot', () => {
    const scope = chart();
    made(scope);
    expect(manifest(scope)).toMatchSnapshot();
  });

  test('keeps immutable fields and the volume of the cache', () => {
    const { spec } = workload(made());
    expect(spec).not.toHaveProperty('serviceName');
    expect(spec.podManagementPolicy).toBe('OrderedReady');
    expect(spec.volumeClaimTemplates).toEqual([
      {
        metadata: { name: 'data' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '200Gi' } },
          storageClassName: 'gp3',
        },
      },
    ]);
  });
});

describe('a Deployment of a fork, whose two engines share an NFS export', () => {
  const made = (scope = chart()) =>
    new EngineDeployment(scope, 'engine', {
      ...CHART,
      probes: { startup: EngineProbe.none(), readiness: EngineProbe.exec(['buildctl', 'debug', 'workers']) },
      replicas: 2,
      image: EngineImage.fromReference('registry.example.com/dagger/engine'),
      cache: CacheVolume.fromVolume({
        name: 'varlibdagger',
        nfs: { server: 'nfs.example.com', path: '/exports/dagger', readOnly: false },
      }),
      updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate(),
      progressDeadline: Duration.minutes(10),
      engineToml: EngineToml.raw(
        'debug = true\ninsecure-entitlements = ["security.insecure"]\n[grpc]\n  address = ["unix:///run/dagger/engine.sock", "tcp://0.0.0.0:2555"]\n',
      ),
      listener: Listener.insecureTcp({
        port: 2555,
        declarePort: false,
        service: { name: 'dagger-dagger-helm-service', sessionAffinity: SessionAffinity.none() },
      }),
      networkPolicy: { enabled: false },
      args: ['--oci-max-parallelism', 'num-cpu'],
      acceptRisks: [
        asInChart(EngineRisk.SHARED_CACHE),
        asInChart(EngineRisk.UNTAGGED_IMAGE),
        asInChart(EngineRisk.NO_NETWORK_POLICY),
      ],
    });

  test('matches the snapshot', () => {
    const scope = chart();
    made(scope);
    expect(manifest(scope)).toMatchSnapshot();
  });

  test('causes warnings about its problems', () => {
    expect(
      warnings(made())
        .map((line) => line.split(': ', 2).join(': '))
        .sort(),
    ).toEqual([
      '[ci/engine] warning group-in-images: security.runAsGroup',
      '[ci/engine] warning ignored-by-engine: args[0]',
      '[ci/engine] warning ignored-config-key: engineToml.debug',
      '[ci/engine] warning nfs-cache: cache',
      '[ci/engine] warning split-sessions: listener.service.sessionAffinity',
    ]);
  });
});
