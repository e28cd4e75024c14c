import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import {
  CacheVolume,
  EngineJson,
  EngineStatefulSet,
  EngineStatefulSetUpdateStrategy,
  EnvVar,
  KeySelector,
  Listener,
  NetworkPeer,
  PemFile,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** Three engines, each with its own disk, in a cluster with a proxy and a registry mirror. */
export class EnginePoolChart extends Chart {
  public readonly engine: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const proxy = EnvVar.fromValue('http://proxy.example.com:3128');

    this.engine = new EngineStatefulSet(this, 'engine-pool', {
      version: 'v0.21.8',
      replicas: 3,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      engineJson: EngineJson.of({
        // Keeps cache volumes over a long weekend.
        gc: { keepCacheVolumes: Duration.days(7) },
        registries: {
          'docker.io': { mirrors: ['registry.example.com'] },
          'registry.example.com': {
            ca: [PemFile.fromSelector(KeySelector.fromConfigMapName('registry-ca', 'ca.crt'))],
          },
        },
      }),
      proxy: { http: proxy, https: proxy, noProxy: ['.example.com', '10.0.0.0/8'] },
      caCertificates: [KeySelector.fromConfigMapName('proxy-ca', 'ca.crt')],
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      listener: Listener.insecureTcp(),
      metrics: {},
      topologySpreadConstraints: [
        { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
        { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' },
      ],
      updateStrategy: EngineStatefulSetUpdateStrategy.onDelete(),
    });

    this.engine.allowFrom(NetworkPeer.pods({ labels: { 'example.com/dagger-client': 'true' } }));
    this.engine.allowMetricsFrom(NetworkPeer.namespace('monitoring'));
  }
}
